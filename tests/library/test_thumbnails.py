"""A thumbnail is shown if it is a small PNG; anything else is no thumbnail."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from tugline_daemon.library.thumbnails import read_thumbnail


def test_a_thumbnail_is_read_as_rgb(tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    Image.new("RGBA", (3, 2), (255, 0, 0, 128)).save(path)
    thumbnail = read_thumbnail(path)
    assert thumbnail is not None
    assert (thumbnail.width, thumbnail.height) == (3, 2)
    assert thumbnail.rgb == b"\xff\0\0" * 6


def chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def png(side: int, *chunks: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks)


HOSTILE = {
    "empty": b"",
    "nonsense": b"nonsense",
    "a signature": b"\x89PNG\r\n\x1a\n",
    "50,000 pixels a side": png(50_000),
    "a GIF": b"GIF89a" * 50,
    "an empty colour profile behind the pixels": png(
        1, chunk(b"IDAT", zlib.compress(bytes(4))), chunk(b"iCCP", b""), chunk(b"IEND", b"")
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_small_png_is_no_thumbnail(name: str, tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    path.write_bytes(HOSTILE[name])
    assert read_thumbnail(path) is None


def test_a_truncated_a_large_and_a_missing_png_are_no_thumbnails(tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    assert read_thumbnail(path) is None
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:600])
    assert read_thumbnail(path) is None
    Image.new("RGB", (1025, 8)).save(path)
    assert read_thumbnail(path) is None
