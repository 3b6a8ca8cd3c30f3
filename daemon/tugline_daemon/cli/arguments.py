"""What is written on the command line, made into values; what cannot be is a usage error."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import typer

_MOST_SIDE: Final = 8192


@dataclass(frozen=True)
class Pull:
    """A handle and its target, ``(x, y)`` in image pixels."""

    handle: tuple[float, float]
    target: tuple[float, float]


@dataclass(frozen=True)
class Rows:
    """Rows of a latent, counted from 0, in their order."""

    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Size:
    """A picture's size in pixels."""

    width: int
    height: int


@dataclass(frozen=True)
class Crop:
    """A part of a picture in its pixels: its upper left corner and its width."""

    x: float
    y: float
    size: float


def parse_pull(text: str) -> Pull:
    """Read ``X,Y:X,Y``, the handle and its target."""
    number = r"(-?\d+(?:\.\d*)?)"
    found = re.fullmatch(rf"{number},{number}:{number},{number}", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is not X,Y:X,Y, the handle and its target in pixels.")
    x, y, target_x, target_y = map(float, found.groups())
    return Pull((x, y), (target_x, target_y))


def parse_rows(text: str) -> Rows:
    """Read rows like ``0-5`` or ``0,2,8-11``, counted from 0."""
    rows: set[int] = set()
    for part in text.split(","):
        found = re.fullmatch(r"(\d{1,3})(?:-(\d{1,3}))?", part.strip())
        if found is None:
            raise typer.BadParameter(f"{text!r} names no rows; write them like 0-5 or 0,2,8-11.")
        first = int(found[1])
        last = int(found[2] or first)
        rows.update(range(first, last + 1))
    if not rows:
        raise typer.BadParameter(f"{text!r} names no rows; the first number is the smaller one.")
    return Rows(tuple(sorted(rows)))


def parse_size(text: str) -> Size:
    """Read a picture's size, ``512`` or ``512x384``."""
    found = re.fullmatch(r"(\d{1,4})(?:x(\d{1,4}))?", text.strip())
    size = Size(int(found[1]), int(found[2] or found[1])) if found else Size(0, 0)
    if not (1 <= size.width <= _MOST_SIDE and 1 <= size.height <= _MOST_SIDE):
        raise typer.BadParameter(
            f"{text!r} is no size; write it like 512 or 512x384, at most {_MOST_SIDE} a side."
        )
    return size


def parse_crop(text: str) -> Crop:
    """Read ``X,Y,SIZE``: where the model's picture begins in the user's, and how wide it is."""
    number = r"(-?\d{1,5}(?:\.\d*)?)"
    found = re.fullmatch(rf"{number},{number},{number}", text.strip())
    if found is None or float(found[3]) <= 0:
        raise typer.BadParameter(
            f"{text!r} is not X,Y,SIZE: the left and upper edge and the width, in pixels."
        )
    return Crop(*map(float, found.groups()))


def png_file(path: Path | None) -> Path | None:
    """Check that a picture is to be written as PNG."""
    if path is not None and path.suffix.lower() != ".png":
        raise typer.BadParameter(f"{path} does not end in .png, which is what is written.")
    return path


def examples(*lines: str) -> str:
    """Return the end of a command's help, an example a line."""
    return "\n\n".join(["Examples:", *lines])
