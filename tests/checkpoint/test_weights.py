"""Weights come back as they were written, and their hash is what its description says."""

import hashlib
import struct
from pathlib import Path

import pytest
import torch

from tugline_daemon.checkpoint.errors import CheckpointError
from tugline_daemon.checkpoint.weights import read_weights, weights_hash, write_weights


def test_the_hash_is_over_name_dtype_shape_and_bytes() -> None:
    tensors = {
        "b": torch.tensor([[1.0, -2.0]]),
        "a": torch.tensor(0.5, dtype=torch.float16),
    }
    expected = hashlib.sha256(
        struct.pack("<I", 1) + b"a" + struct.pack("<I", 3) + b"F16" + struct.pack("<I", 0)
        + struct.pack("<e", 0.5)
        + struct.pack("<I", 1) + b"b" + struct.pack("<I", 3) + b"F32"
        + struct.pack("<IQQ", 2, 1, 2) + struct.pack("<2f", 1.0, -2.0)
    ).hexdigest()  # fmt: skip
    assert weights_hash(tensors) == expected


def test_the_hash_depends_on_everything_but_the_order_and_the_strides() -> None:
    tensor = torch.arange(6.0).reshape(2, 3)
    one = {"a": tensor, "b": torch.ones(2)}
    assert weights_hash(one) == weights_hash(dict(reversed(one.items())))
    assert weights_hash({"a": tensor.t()}) == weights_hash({"a": tensor.t().contiguous()})
    others = [
        {"a": tensor, "c": torch.ones(2)},
        {"a": tensor.reshape(3, 2), "b": torch.ones(2)},
        {"a": tensor.half(), "b": torch.ones(2)},
        {"a": tensor + 1, "b": torch.ones(2)},
        {"a": tensor},
    ]
    assert len({weights_hash(tensors) for tensors in [one, *others]}) == 1 + len(others)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_weights_come_back_as_they_were_written(dtype: torch.dtype, tmp_path: Path) -> None:
    path = tmp_path / "new folder" / "weights.safetensors"
    tensors = {"a": torch.randn(3, 4).to(dtype), "scalar": torch.tensor(2.0, dtype=dtype)}
    written = write_weights(path, tensors, {"made": "here"})
    read = read_weights(path)
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)
    assert weights_hash(read) == written == weights_hash(tensors)
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_tensors_of_another_kind_have_no_hash() -> None:
    with pytest.raises(CheckpointError, match="counter"):
        weights_hash({"counter": torch.tensor([1])})


def test_a_file_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CheckpointError, match="cannot be written"):
        write_weights(tmp_path / "file" / "weights.safetensors", {"a": torch.ones(1)})


def test_a_failed_write_leaves_the_old_file_and_no_rest(tmp_path: Path) -> None:
    path = tmp_path / "weights.safetensors"
    path.mkdir()
    with pytest.raises(CheckpointError, match="cannot be written"):
        write_weights(path, {"a": torch.ones(1)})
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
