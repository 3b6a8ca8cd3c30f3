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


def bomb() -> bytes:
    """Return a PNG that claims 50,000 pixels a side."""
    body = b"IHDR" + struct.pack(">IIBBBBB", 50_000, 50_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + body + struct.pack(">I", zlib.crc32(body))


@pytest.mark.parametrize("data", [b"", b"nonsense", b"\x89PNG\r\n\x1a\n", bomb(), b"GIF89a" * 50])
def test_what_is_no_small_png_is_no_thumbnail(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    path.write_bytes(data)
    assert read_thumbnail(path) is None


def test_a_truncated_a_large_and_a_missing_png_are_no_thumbnails(tmp_path: Path) -> None:
    path = tmp_path / "tiny.png"
    assert read_thumbnail(path) is None
    Image.effect_noise((64, 64), 50).save(path)
    path.write_bytes(path.read_bytes()[:600])
    assert read_thumbnail(path) is None
    Image.new("RGB", (1025, 8)).save(path)
    assert read_thumbnail(path) is None
