"""Pictures of every kind become the same pixels: upright, in sRGB, 8 bits a channel."""

import os
import struct
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from tugline_daemon.cli.photos import read_photo
from tugline_daemon.cli.terminal import CommandFailed

# 60 x 40: black above right, red above left, olive below left, green below right.
PIXELS = np.zeros((40, 60, 3), np.uint8)
PIXELS[:, :30, 0] = 200
PIXELS[20:, :, 1] = 100
PICTURE = Image.fromarray(PIXELS)
CORNERS = {(2, 2): (200, 0, 0), (57, 2): (0, 0, 0), (2, 37): (200, 100, 0), (57, 37): (0, 100, 0)}


def turned(tag: int) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = tag
    return exif


def check_corners(picture: Image.Image, off: int) -> None:
    assert picture.size == (60, 40)
    for place, colour in CORNERS.items():
        found = np.asarray(picture)[place[::-1]].astype(int)
        assert np.abs(found - colour).max() <= off, (place, found)


SAVED: dict[str, tuple[Callable[[Path], None], int]] = {
    "plain.png": (PICTURE.save, 0),
    "photo.jpg": (lambda path: PICTURE.save(path, quality=95), 3),
    "photo.webp": (lambda path: PICTURE.save(path, lossless=True), 0),
    "photo.tiff": (lambda path: PICTURE.save(path, compression="tiff_lzw"), 0),
    "photo.bmp": (PICTURE.save, 0),
    "wrong-ending.png": (lambda path: PICTURE.save(path, "JPEG", quality=95), 3),
    "cmyk.jpg": (lambda path: PICTURE.convert("CMYK").save(path, quality=95), 3),
    "cmyk.tiff": (lambda path: PICTURE.convert("CMYK").save(path), 1),
    "palette.png": (lambda path: PICTURE.quantize(8).save(path), 4),
    "turned.jpg": (
        lambda path: PICTURE.rotate(90, expand=True).save(path, exif=turned(6), quality=95),
        3,
    ),
    "turned.tiff": (
        lambda path: PICTURE.rotate(180).save(path, exif=turned(3), compression="tiff_lzw"),
        0,
    ),
    "turned.png": (lambda path: PICTURE.rotate(180).save(path, exif=turned(3)), 0),
    "damaged-exif.jpg": (
        lambda path: PICTURE.save(path, exif=b"Exif\0\0II*\0\xff\xff\xff\xff", quality=95),
        3,
    ),
    "deep.png": (lambda path: write_png(path, PIXELS.astype(">u2") * 257, depth=16), 0),
}


def write_png(path: Path, values: np.ndarray, depth: int) -> None:
    """Write RGB of ``depth`` bits, which Pillow does not."""
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    height, width, _ = values.shape
    head = struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    chunks = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(chunks))


@pytest.mark.parametrize("name", SAVED)
def test_a_picture_comes_as_it_looks(name: str, tmp_path: Path) -> None:
    save, off = SAVED[name]
    save(tmp_path / name)
    photo = read_photo(tmp_path / name)
    assert (photo.picture.mode, photo.remarks) == ("RGB", ())
    check_corners(photo.picture, off)


@pytest.mark.parametrize("ending", ["png", "tiff"])
def test_sixteen_bits_of_grey_become_eight(ending: str, tmp_path: Path) -> None:
    deep = np.linspace(0, 65535, 2400).round().astype(np.uint16).reshape(40, 60)
    Image.fromarray(deep).save(tmp_path / f"deep.{ending}")
    picture = read_photo(tmp_path / f"deep.{ending}").picture
    assert picture.mode == "RGB"
    assert (np.asarray(picture)[..., 0] == np.round(deep / 257)).all()


@pytest.mark.parametrize("mode", ["L", "1"])
def test_grey_and_black_and_white_become_rgb(mode: str, tmp_path: Path) -> None:
    Image.new("L", (20, 20), 255).convert(mode).save(tmp_path / "grey.png")
    picture = read_photo(tmp_path / "grey.png").picture
    assert (picture.mode, picture.getpixel((9, 9))) == ("RGB", (255, 255, 255))


@pytest.mark.parametrize("mode", ["RGBA", "LA", "PA"])
def test_what_is_transparent_stays_so(mode: str, tmp_path: Path) -> None:
    alpha = Image.new("L", PICTURE.size, 255)
    alpha.paste(0, (0, 0, 30, 40))
    ground = PICTURE.convert("L" if mode == "LA" else "RGB")
    ground.putalpha(alpha)
    (ground.quantize(16) if mode == "PA" else ground).save(tmp_path / "cut-out.png")
    picture = read_photo(tmp_path / "cut-out.png").picture
    assert picture.mode == "RGBA"
    found = np.asarray(picture)[..., 3]
    assert (found[:, :30] == 0).all()
    assert (found[:, 30:] == 255).all()


def test_an_alpha_that_hides_nothing_is_left_out(tmp_path: Path) -> None:
    PICTURE.convert("RGBA").save(tmp_path / "opaque.png")
    assert read_photo(tmp_path / "opaque.png").picture.mode == "RGB"


def wide_profile() -> bytes:
    """Return a profile with the primaries of Adobe RGB, made of an sRGB profile's bytes."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    primaries = {b"rXYZ": (0.6097, 0.3111, 0.0195), b"gXYZ": (0.2053, 0.6257, 0.0609)}
    primaries[b"bXYZ"] = (0.1492, 0.0632, 0.7446)
    for entry in range(struct.unpack(">I", data[128:132])[0]):
        tag, offset, _ = struct.unpack(">4sII", data[132 + 12 * entry : 144 + 12 * entry])
        if tag in primaries:
            numbers = [round(65536 * value) for value in primaries[tag]]
            data[offset + 8 : offset + 20] = struct.pack(">3i", *numbers)
    return bytes(data)


def test_a_colour_profile_is_followed(tmp_path: Path) -> None:
    green = Image.new("RGB", (20, 20), (60, 160, 60))
    green.save(tmp_path / "wide.png", icc_profile=wide_profile())
    red, of_green, _ = np.asarray(read_photo(tmp_path / "wide.png").picture)[9, 9].astype(int)
    assert red < 40, "the same colour has less red in sRGB, whose green is nearer to it"
    assert abs(of_green - 160) < 10


def test_a_colour_profile_that_cannot_be_is_left_out_and_said(tmp_path: Path) -> None:
    for number, profile in enumerate((b"no profile" * 40, wide_profile())):
        path = tmp_path / f"{number}.png"
        PICTURE.convert("L").save(path, icc_profile=profile)
        photo = read_photo(path)
        assert photo.remarks == (
            "Its colour profile cannot be used; the colours are taken as sRGB.",
        )
        assert photo.picture.getpixel((2, 2)) == (60, 60, 60)


def test_the_first_of_several_pictures_is_taken_and_said(tmp_path: Path) -> None:
    more = [PICTURE.rotate(180)]
    PICTURE.save(tmp_path / "moving.gif", save_all=True, append_images=more)
    PICTURE.save(tmp_path / "pages.tiff", save_all=True, append_images=more)
    PICTURE.save(tmp_path / "phone.jpg", "MPO", quality=95, save_all=True, append_images=more)
    assert read_photo(tmp_path / "moving.gif").remarks == ("It has 2 frames; the first is taken.",)
    assert "pages" in read_photo(tmp_path / "pages.tiff").remarks[0]
    phone = read_photo(tmp_path / "phone.jpg")
    assert phone.remarks == ()
    check_corners(phone.picture, 3)


def huge(path: Path, side: int) -> None:
    """Write the head of a picture of side x side pixels, and few of them."""
    write_png(path, np.zeros((1, 1, 3), np.uint8), 8)
    data = bytearray(path.read_bytes())
    data[16:24] = struct.pack(">II", side, side)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    path.write_bytes(data)


def cut(path: Path, kind: str) -> None:
    PICTURE.save(path, kind)
    path.write_bytes(path.read_bytes()[: 300 if kind == "JPEG" else 90])


REFUSED: dict[str, tuple[Callable[[Path], object], str]] = {
    "missing": (lambda _: None, "There is no file"),
    "a folder": (lambda path: path.mkdir(), "is a folder; name a picture in it"),
    "text": (lambda path: path.write_text("hello"), "no picture of a kind that can be read"),
    "empty": (lambda path: path.write_bytes(b""), "no picture of a kind that can be read"),
    "cut.png": (lambda path: cut(path, "PNG"), "damaged or cut off"),
    "cut.jpg": (lambda path: cut(path, "JPEG"), "damaged or cut off"),
    "large.png": (lambda path: huge(path, 12_500), "12500 x 12500 pixels where 134 million"),
    "bomb.png": (lambda path: huge(path, 60_000), "pixels where 134 million are the most"),
    "clear.png": (
        lambda path: Image.new("RGBA", (9, 9)).save(path),
        "wholly transparent; there is nothing",
    ),
    "floats.tiff": (
        lambda path: Image.fromarray(np.ones((9, 9), np.float32)).save(path),
        "save it with 8 or 16 bits",
    ),
    "deepest.tiff": (
        lambda path: Image.fromarray(np.full((9, 9), 1 << 20, np.int32)).save(path),
        "save it with 8 or 16 bits",
    ),
    "lab.tiff": (lambda path: PICTURE.convert("LAB").save(path), "save it with 8 or 16 bits"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_one_sentence(name: str, tmp_path: Path) -> None:
    make, sentence = REFUSED[name]
    path = tmp_path / name
    make(path)
    with pytest.raises(CommandFailed, match=sentence) as error:
        read_photo(path)
    assert name in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    with pytest.raises(CommandFailed, match="no ordinary file"):
        read_photo(tmp_path / "pipe.png")
