"""Tensors of networks that are no generators, out of strangers' files."""

from collections import OrderedDict
from pathlib import Path

import pytest
import safetensors.torch
import torch
from torch import Tensor

from tests.checkpoint.inert.assembly import (
    FALSE,
    NONE,
    called,
    legacy,
    name,
    number,
    op,
    storage_id,
    text,
    values,
)
from tugline_daemon.checkpoint.errors import UnfitWeights, UnknownNetwork, UnreadableFile
from tugline_daemon.checkpoint.inert.opcodes import Opcode as Op
from tugline_daemon.checkpoint.plain_tensors import read_plain_tensors


@pytest.fixture
def tensors() -> dict[str, Tensor]:
    return {
        "conv.weight": torch.arange(54.0).reshape(2, 3, 3, 3),
        "conv.bias": torch.tensor([0.5, -0.5]),
        "classifier.weight": torch.zeros(100, 100),
    }


WANTED = {"conv.weight": (2, 3, 3, 3), "conv.bias": (2,)}


@pytest.mark.parametrize("manner", ["zip", "legacy", "safetensors"])
def test_what_is_wanted_is_read_and_the_rest_passed_over(
    tmp_path: Path, tensors: dict[str, Tensor], manner: str
) -> None:
    path = tmp_path / "net.pth"
    if manner == "safetensors":
        safetensors.torch.save_file(tensors, path)
    else:
        torch.save(OrderedDict(tensors), path, _use_new_zipfile_serialization=manner == "zip")
    found = read_plain_tensors(path, WANTED)
    assert found.keys() == WANTED.keys()
    for key, value in found.items():
        torch.testing.assert_close(value, tensors[key], rtol=0, atol=0)


def short(value: str) -> bytes:
    """A text as Python 2 wrote it."""
    return op(Op.SHORT_BINSTRING, bytes([len(value)]), value.encode())


def old_list(*members: bytes) -> bytes:
    return op(Op.EMPTY_LIST, op(Op.MARK), *members, op(Op.APPENDS))


def test_a_table_that_python_2_wrote_is_read(tmp_path: Path) -> None:
    """It called OrderedDict with a list of lists of two, and gave tensors no hooks."""
    tensor = called(
        name("torch._utils", "_rebuild_tensor_v2"),
        storage_id("7", 2),
        number(0),
        values(number(2)),
        values(number(1)),
        FALSE,
        NONE,
    )
    table = called(
        name("collections", "OrderedDict"), old_list(old_list(short("conv.bias"), tensor))
    )
    path = tmp_path / "old.pth"
    path.write_bytes(legacy(table, {"7": [0.25, 4.0]}))
    found = read_plain_tensors(path, {"conv.bias": (2,)})
    assert found["conv.bias"].tolist() == [0.25, 4.0]


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"head": (1,)}, "the tensor head is missing"),
        ({"conv.bias": (3,)}, r"the tensor conv.bias has the shape \(2,\) and not \(3,\)"),
    ],
)
def test_a_file_of_another_network_is_named(
    tmp_path: Path, tensors: dict[str, Tensor], wanted: dict[str, tuple[int, ...]], said: str
) -> None:
    torch.save(tensors, tmp_path / "net.pth")
    with pytest.raises(UnfitWeights, match=rf"^net\.pth cannot be used.*{said}"):
        read_plain_tensors(tmp_path / "net.pth", wanted)


def test_numbers_of_another_width_are_named(tmp_path: Path) -> None:
    torch.save({"conv.bias": torch.zeros(2).half()}, tmp_path / "net.pth")
    with pytest.raises(UnfitWeights, match="of F16 and not of F32"):
        read_plain_tensors(tmp_path / "net.pth", {"conv.bias": (2,)})


def test_values_that_are_not_finite_are_named(tmp_path: Path) -> None:
    torch.save({"conv.bias": torch.tensor([1.0, torch.nan])}, tmp_path / "net.pth")
    with pytest.raises(UnreadableFile, match=r"conv\.bias has values that are not finite"):
        read_plain_tensors(tmp_path / "net.pth", {"conv.bias": (2,)})


def test_a_file_without_tensors_is_named(tmp_path: Path) -> None:
    path = tmp_path / "words.pth"
    path.write_bytes(legacy(text("words"), {}))
    with pytest.raises(UnknownNetwork, match="holds no table of tensors"):
        read_plain_tensors(path, WANTED)
