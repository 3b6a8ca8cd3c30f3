"""What a PNG says as a mask, however an editor wrote it."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tugline_daemon.cli.pictures import read_mask
from tugline_protocol.values import ModelCard


def card(width: int, height: int) -> ModelCard:
    return ModelCard("tiny", "0" * 64, "stylegan2", width, height, z_dim=4, num_ws=4, w_dim=4)


def mask_of(picture: Image.Image, path: Path) -> list[int]:
    picture.save(path / "mask.png")
    return list(read_mask(path / "mask.png", card(*picture.size)).data)


def test_white_may_move_and_black_stays(tmp_path: Path) -> None:
    grey = Image.fromarray(np.array([[0, 100, 255]], np.uint8))
    assert mask_of(grey, tmp_path) == [0, 100, 255]
    assert mask_of(grey.convert("RGB"), tmp_path) == [0, 100, 255]
    assert mask_of(grey.convert("1", dither=Image.Dither.NONE), tmp_path) == [0, 0, 255]


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_what_is_transparent_stays_whatever_colour_lies_under_it(mode: str, tmp_path: Path) -> None:
    picture = Image.new(mode, (3, 1), "white")
    picture.putalpha(Image.fromarray(np.array([[0, 51, 255]], np.uint8)))
    assert mask_of(picture, tmp_path) == [0, 51, 255]


def test_sixteen_bits_are_not_clipped_to_eight(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[0, 128 << 8, 0xFFFF]], np.uint16))
    assert mask_of(picture, tmp_path) == [0, 128, 255]
