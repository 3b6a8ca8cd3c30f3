"""Hostile and damaged files are refused with a sentence that names the file."""

import contextlib
import json
import os
import pickle
import struct
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tugline_daemon.checkpoint.errors import UnreadableFile
from tugline_daemon.checkpoint.weights import read_weights

ONE = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}
DATA = struct.pack("<2f", 1.0, 2.0)


def file_of(header: object, data: bytes = DATA) -> bytes:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def entry(**changes: object) -> dict[str, object]:
    return {"a": {**ONE, **changes}}


HOSTILE: dict[str, bytes] = {
    "empty": b"",
    "seven bytes": b"\0" * 7,
    "a header longer than the file": struct.pack("<Q", 1 << 62) + b"{}",
    "a huge header": struct.pack("<Q", 99_000_000) + b"{}" + b" " * (2 << 20),
    "a header over the limit": file_of(b"{" + b" " * (2 << 20) + b"}"),
    "no JSON": file_of(b"{not json"),
    "not UTF-8": file_of(b'{"\xff": 1}'),
    "a list": file_of([]),
    "deep nesting": file_of(b'{"a":' * 100_000 + b"1" + b"}" * 100_000),
    "an endless number": file_of(b'{"a":' + b"9" * 100_000 + b"}"),
    "not a number": file_of(b'{"a": NaN}'),
    "no tensors": file_of({}, b""),
    "too many tensors": file_of({str(i): ONE for i in range(5000)}),
    "a tensor twice": file_of(b'{"a":%b,"a":%b}' % ((json.dumps(ONE).encode(),) * 2)),
    "a dtype twice": file_of(
        b'{"a":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}'
    ),
    "metadata that is no table": file_of({"__metadata__": [], **entry()}),
    "metadata that is no text": file_of({"__metadata__": {"n": 1}, **entry()}),
    "an entry that is no table": file_of({"a": 1}),
    "an entry with one key more": file_of(entry(device="cuda")),
    "an unknown dtype": file_of(entry(dtype="OBJECT")),
    "a dtype that is no text": file_of(entry(dtype=["F32"])),
    "a negative dimension": file_of(entry(shape=[-2])),
    "an empty dimension": file_of(entry(shape=[0, 2])),
    "a shape that overflows": file_of(entry(shape=[1 << 39, 1 << 39, 1 << 39])),
    "a shape of true": file_of(entry(shape=[True, 2])),
    "too many dimensions": file_of(entry(shape=[1] * 20 + [2])),
    "a shape larger than the data": file_of(entry(shape=[3])),
    "offsets before the data": file_of(entry(data_offsets=[-8, 0])),
    "offsets beyond the file": file_of(entry(data_offsets=[8, 16])),
    "offsets the wrong way": file_of(entry(data_offsets=[8, 0])),
    "three offsets": file_of(entry(data_offsets=[0, 8, 8])),
    "overlapping tensors": file_of({"a": ONE, "b": ONE}),
    "a hole": file_of({"a": ONE, "b": {**ONE, "data_offsets": [12, 20]}}, DATA + b"\0" * 12),
    "bytes that belong to no tensor": file_of(entry(), DATA + pickle.dumps([1])),
    "truncated data": file_of(entry(), DATA[:-1]),
    "a name of control characters": file_of({"\n\x1b[31m": ONE}),
    "a name without end": file_of({"a" * 300: ONE}),
    "a pickle": pickle.dumps({"a": [1.0, 2.0]}),
    "a zip": b"PK\x03\x04" + b"\0" * 100,
    "not a number among the weights": file_of(entry(), struct.pack("<2f", 1.0, float("nan"))),
    "infinity among the weights": file_of(entry(), struct.pack("<2f", float("inf"), 1.0)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_by_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "stranger.safetensors"
    path.write_bytes(HOSTILE[name])
    with pytest.raises(UnreadableFile, match=r"stranger\.safetensors cannot be used: "):
        read_weights(path)


def test_a_key_twice_among_a_hundred_thousand_is_found_at_once(tmp_path: Path) -> None:
    path = tmp_path / "stranger.safetensors"
    keys = [f'"{number:x}":1' for number in [*range(100_000), 99_999]]
    path.write_bytes(file_of(b"{" + ",".join(keys).encode() + b"}"))
    begun = time.process_time()
    with pytest.raises(UnreadableFile, match="the key '1869f' stands there twice"):
        read_weights(path)
    assert time.process_time() - begun < 20, "each key is compared with each"


def test_a_sound_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "sound.safetensors"
    path.write_bytes(file_of({"__metadata__": {"made": "here"}, **entry()}))
    assert read_weights(path)["a"].tolist() == [1.0, 2.0]


def a_folder(path: Path) -> None:
    path.mkdir()


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_sparse_giant(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(1 << 40)


def nothing(path: Path) -> None:
    assert not path.exists()


@pytest.mark.parametrize("make", [a_folder, a_pipe, a_sparse_giant, nothing])
def test_what_is_no_ordinary_file_is_refused(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "stranger.safetensors"
    make(path)
    with pytest.raises(UnreadableFile, match=r"stranger\.safetensors"):
        read_weights(path)


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(position=st.integers(0, 150), byte=st.integers(0, 255), cut=st.integers(0, 20))
def test_a_mutated_file_is_read_or_refused_and_nothing_else(
    position: int, byte: int, cut: int, tmp_path: Path
) -> None:
    whole = bytearray(file_of({"__metadata__": {"made": "here"}, **entry()}))
    whole[position % len(whole)] = byte
    path = tmp_path / "mutated.safetensors"
    path.write_bytes(whole[: len(whole) - cut])
    with contextlib.suppress(UnreadableFile):
        assert all(tensor.isfinite().all() for tensor in read_weights(path).values())
