"""A saved latent comes back bit for bit; one that is not sound is refused by name."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from tugline_daemon.checkpoint.tuning_factors import tuning_hash
from tugline_daemon.library.errors import BadLatent
from tugline_daemon.library.latents import (
    FORMAT,
    TUNED_FORMAT,
    SavedLatent,
    read_latent,
    write_latent,
)

WS = np.random.default_rng(1).normal(size=(8, 16)).astype(np.float32)
TOLD = {"format": FORMAT, "model": "tiny", "weights": "a" * 64}
TUNING = bytes(range(200))
TOLD_TUNED = {**TOLD, "format": TUNED_FORMAT, "tuned": tuning_hash(TUNING)}


def test_a_latent_comes_back_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "new" / "edit.safetensors"
    write_latent(path, SavedLatent("tiny", "a" * 64, WS))
    read = read_latent(path)
    assert (read.model, read.weights) == ("tiny", "a" * 64)
    assert read.ws.tobytes() == WS.tobytes()
    assert read.ws.shape == (8, 16)


@pytest.mark.parametrize("carried", [TUNING, b""])
def test_a_latent_of_a_tuned_model_names_the_tuning_and_may_carry_it(
    carried: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "photo.safetensors"
    write_latent(path, SavedLatent("tiny", "a" * 64, WS, tuning_hash(TUNING), carried))
    read = read_latent(path)
    assert (read.tuned, read.tuning) == (tuning_hash(TUNING), carried)
    assert read.ws.tobytes() == WS.tobytes()


NOT_FINITE = WS.copy()
NOT_FINITE[3, 3] = np.nan
HOSTILE: dict[str, tuple[dict[str, np.ndarray], dict[str, str]]] = {
    "it is no tugline-latent/1": ({"ws": WS}, {**TOLD, "format": "other"}),
    "with one tensor ws": ({"ws": WS, "more": WS}, TOLD),
    "it names no model": ({"ws": WS}, {**TOLD, "model": "../tiny"}),
    "hash of its model": ({"ws": WS}, {**TOLD, "weights": "a" * 63}),
    "has to be float32": ({"ws": WS.astype(np.float16)}, TOLD),
    "num_ws x w_dim": ({"ws": WS[0]}, TOLD),
    "may be at most": ({"ws": np.zeros((65, 16), np.float32)}, TOLD),
    "are the most": ({"ws": np.zeros((64, 140_000), np.float32)}, TOLD),
    "not finite": ({"ws": NOT_FINITE}, TOLD),
    "hash of its tuning": ({"ws": WS}, {**TOLD_TUNED, "tuned": "../tiny"}),
    "another one than it names": ({"ws": WS, "tuning": np.zeros(9, np.uint8)}, TOLD_TUNED),
    "it is no tugline-latent/1 file": ({"ws": WS, "tuning": np.zeros(9, np.uint8)}, TOLD),
    "one tensor ws": ({"tuning": np.frombuffer(TUNING, np.uint8)}, TOLD_TUNED),
    "file with one": ({"ws": WS, "other": np.frombuffer(TUNING, np.uint8)}, TOLD_TUNED),
}


@pytest.mark.parametrize("sentence", HOSTILE)
def test_an_unsound_latent_is_refused(sentence: str, tmp_path: Path) -> None:
    tensors, metadata = HOSTILE[sentence]
    path = tmp_path / "stranger.safetensors"
    path.write_bytes(safetensors.numpy.save(tensors, metadata))
    with pytest.raises(BadLatent, match=rf"stranger\.safetensors.*{sentence}"):
        read_latent(path)


def test_a_latent_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadLatent, match=r"There is no file .*absent.st"):
        read_latent(tmp_path / "absent.st")


def test_a_truncated_latent_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "edit.safetensors"
    write_latent(path, SavedLatent("tiny", "a" * 64, WS))
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(BadLatent, match=r"edit\.safetensors"):
        read_latent(path)


def test_a_latent_that_cannot_be_written_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(BadLatent, match="cannot be written"):
        write_latent(tmp_path / "file" / "edit.safetensors", SavedLatent("tiny", "a" * 64, WS))
