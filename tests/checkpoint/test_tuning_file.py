"""A tuning comes back from its bytes, the same ones each time; a stranger's is held to its bounds.

Real weights are tuned by it at the end: what was written draws what was tuned.
"""

import json
import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load as load_with_the_library

from tests.models import add_random_model
from tugline_daemon.checkpoint.errors import BadTuning
from tugline_daemon.checkpoint.tuning_card import (
    FORMAT,
    MOST_BYTES,
    TuningCard,
    read_card_of_file,
    to_metadata,
)
from tugline_daemon.checkpoint.tuning_factors import tuning_hash
from tugline_daemon.checkpoint.tuning_file import read_tuning, write_tuning
from tugline_daemon.generator.tuning import LowRank, Tuning, tuned
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store

CARD = TuningCard("tiny", "a" * 64, "b" * 64, datetime(2026, 11, 22, 14, 30, 5, tzinfo=UTC), 31.42)


def a_tuning(*names: str, rank: int = 2) -> Tuning:
    random = torch.Generator().manual_seed(3)
    return Tuning(
        {
            name: LowRank(
                torch.randn(6, rank, generator=random) / 64,
                torch.randn(rank, 9, generator=random) / 64,
            )
            for name in names
        }
    )


DATA = write_tuning(a_tuning("synthesis.b8.weight", "mapping.fc0.weight"), CARD)


def file_of(header: object, values: bytes) -> bytes:
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + values


def test_a_tuning_comes_back_to_float16s_digits() -> None:
    made = a_tuning("synthesis.b8.weight", "mapping.fc0.weight")
    read, card = read_tuning(write_tuning(made, CARD))
    assert card == CARD
    assert set(read.factors) == set(made.factors)
    for name, pair in made.factors.items():
        for found, wanted in (
            (read.factors[name].left, pair.left),
            (read.factors[name].right, pair.right),
        ):
            assert found.dtype == torch.float32
            assert torch.equal(found, wanted.half().float())


def test_the_same_tuning_has_the_same_bytes_in_any_order() -> None:
    forth = write_tuning(a_tuning("a.w", "b.w", "c.w"), CARD)
    tuning = a_tuning("a.w", "b.w", "c.w")
    back = Tuning({name: tuning.factors[name] for name in sorted(tuning.factors, reverse=True)})
    assert write_tuning(back, CARD) == forth
    read, card = read_tuning(forth)
    assert write_tuning(read, card) == forth


def test_the_bytes_are_those_of_every_version() -> None:
    numbers = torch.arange(6.0).reshape(2, 3)
    tuning = Tuning({"b.w": LowRank(numbers, numbers.T / 4), "a": LowRank(numbers[:1], numbers.T)})
    assert (
        tuning_hash(write_tuning(tuning, CARD))
        == "d24aa6da5ef99df861eb23d0a155880dc4d05f0592e0008f0d4189cf0319615b"
    )


def test_other_programs_can_read_it() -> None:
    tensors = load_with_the_library(DATA)
    assert tensors["mapping.fc0.weight.left"].shape == (6, 2)
    assert tensors["mapping.fc0.weight.right"].dtype == np.float16


def test_what_it_says_of_itself_is_read_without_its_numbers(tmp_path: Path) -> None:
    path = tmp_path / "kept.safetensors"
    path.write_bytes(DATA)
    assert read_card_of_file(path) == CARD
    path.write_bytes(DATA[:-1])
    with pytest.raises(BadTuning, match=r"kept\.safetensors is no sound safetensors file"):
        read_card_of_file(path)
    with pytest.raises(BadTuning, match="no sound"):
        read_card_of_file(tmp_path / "absent")


def entry(shape: list[int], start: int, dtype: str = "F16") -> dict[str, object]:
    size = int(np.prod(shape)) * {"F16": 2, "F32": 4}[dtype]
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, start + size]}


def pair(left: list[int], right: list[int], name: str = "w") -> bytes:
    first = entry(left, 0)
    second = entry(right, 2 * int(np.prod(left)))
    header = {"__metadata__": to_metadata(CARD), f"{name}.left": first, f"{name}.right": second}
    return file_of(header, bytes(2 * int(np.prod(left) + np.prod(right))))


def told(**changes: str) -> bytes:
    header = {"__metadata__": to_metadata(CARD) | changes, "w.left": entry([1, 1], 0)}
    return file_of(header | {"w.right": entry([1, 1], 2)}, bytes(4))


HOSTILE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "no sound safetensors file"),
    "cut off": (DATA[:-2], "no sound safetensors file"),
    "more behind it": (DATA + b"more", "no sound safetensors file"),
    "too many bytes": (bytes(MOST_BYTES + 1), f"{MOST_BYTES} are the most"),
    "another format": (told(format="tugline-latent/1"), f"no {FORMAT} file"),
    "a text too many": (told(address="https://example.org"), f"no {FORMAT} file"),
    "no model": (told(model=""), "name no model"),
    "a model that is an essay": (told(model="m" * 129), "name no model"),
    "a model that clears the screen": (told(model="\x1b[2J"), "name no model"),
    "no hash of the weights": (told(weights="a" * 63), "weights is no hash"),
    "no hash of the picture": (told(picture="B" * 64), "picture is no hash"),
    "a day that never was": (told(made="2026-02-30T00:00:00Z"), "time is none"),
    "a time of other digits": (told(made="٢٠٢٦-11-22T14:30:05Z"), "time is none"),
    "no number": (told(psnr="nan"), "psnr is no number"),
    "digits of another script": (told(psnr="\u0663\u0660"), "psnr is no number"),
    "one factor alone": (
        file_of({"__metadata__": to_metadata(CARD), "w.left": entry([1, 1], 0)}, bytes(2)),
        "has no other one",
    ),
    "a tensor besides": (
        file_of({"__metadata__": to_metadata(CARD), "w.middle": entry([1, 1], 0)}, bytes(2)),
        "does not belong",
    ),
    "factors of other ranks": (pair([2, 3], [2, 3]), "do not fit each other"),
    "a factor of one axis": (pair([2], [2, 3]), "do not fit each other"),
    "a product without end": (pair([1 << 17, 1], [1, 1]), "too large"),
    "a rank without end": (pair([1, 2048], [2048, 1]), "too large"),
    "a name that goes up": (pair([1, 1], [1, 1], "../../w"), "none that a network has"),
    "a name of Python's": (pair([1, 1], [1, 1], "w.__class__.x" + "y" * 80), "none that a network"),
    "single precision": (
        file_of(
            {
                "__metadata__": to_metadata(CARD),
                "w.left": entry([1, 1], 0, "F32"),
                "w.right": entry([1, 1], 4, "F32"),
            },
            bytes(8),
        ),
        "not float16",
    ),
    "infinity": (DATA[:-2] + struct.pack("<e", float("inf")), "not finite"),
    "too many weights": (
        file_of(
            {"__metadata__": to_metadata(CARD)}
            | {f"w{i}.left": entry([1, 1], 4 * i) for i in range(600)}
            | {f"w{i}.right": entry([1, 1], 4 * i + 2) for i in range(600)},
            bytes(2400),
        ),
        "512 are the most",
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_tuning_is_refused_in_a_sentence(name: str) -> None:
    data, reason = HOSTILE[name]
    with pytest.raises(BadTuning, match=f"cannot be used: .*{reason}.*; invert the picture again"):
        read_tuning(data)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(DATA) - 1), st.integers(0, 255))
def test_a_changed_byte_is_read_or_refused_and_nothing_else(place: int, value: int) -> None:
    changed = bytearray(DATA)
    changed[place] = value
    try:
        tuning, _ = read_tuning(bytes(changed))
    except BadTuning:
        return
    assert all(torch.isfinite(pair.left).all() for pair in tuning.factors.values())


TOO_MUCH: dict[str, Callable[[], bytes]] = {
    "a value that float16 does not hold": lambda: write_tuning(
        Tuning({"w": LowRank(torch.full((1, 1), 1e6), torch.ones(1, 1))}), CARD
    ),
    "no factors": lambda: write_tuning(Tuning({}), CARD),
    "a likeness that is no number": lambda: write_tuning(
        a_tuning("w"), replace(CARD, psnr=float("nan"))
    ),
    "more bytes than one may have": lambda: write_tuning(
        Tuning({"w": LowRank(torch.zeros(60000, 290), torch.zeros(290, 1))}), CARD
    ),
}


@pytest.mark.parametrize("name", TOO_MUCH)
def test_nothing_is_written_that_could_not_be_read(name: str) -> None:
    with pytest.raises(BadTuning):
        TOO_MUCH[name]()


def test_an_exact_likeness_is_written_as_the_most() -> None:
    _, card = read_tuning(write_tuning(a_tuning("w"), replace(CARD, psnr=float("inf"))))
    assert card.psnr == 999.0


def test_the_name_is_the_hash_of_the_bytes() -> None:
    assert tuning_hash(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_what_was_written_draws_what_was_tuned(tmp_path: Path) -> None:
    add_random_model(tmp_path)
    generator = load_model(Store([tmp_path]).find("tiny"), torch.device("cpu"))
    random = torch.Generator().manual_seed(1)
    tuning = Tuning(
        {
            name: LowRank(
                torch.randn(len(weight), 2, generator=random) / 32,
                torch.randn(2, weight[0].numel(), generator=random) / 32,
            )
            for name, weight in generator.named_parameters()
            if weight.ndim == 4
        }
    )
    ws = generator.map(torch.randn(1, generator.z_dim, generator=random))
    read, _ = read_tuning(write_tuning(tuning, CARD))
    wanted = tuned(generator, tuning).synthesize(ws)
    found = tuned(generator, read).synthesize(ws)
    change = (wanted - generator.synthesize(ws)).abs().max()
    assert (found - wanted).abs().max() < 0.01 * change
