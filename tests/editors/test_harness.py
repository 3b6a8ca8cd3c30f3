"""The harness itself: what the other tests in the real Krita stand on."""

import time

import pytest
from PIL import Image

from tests.editors.session import KritaError, KritaSession

WHITE = [255, 255, 255, 255]


def test_krita_starts_and_answers(krita: KritaSession) -> None:
    version = krita.value("app.version()")
    assert tuple(int(part) for part in version.split(".")[:2]) >= (5, 2)
    assert krita.value("'tugline' in __import__('sys').modules")


def test_a_hand_paints_on_the_canvas_and_the_picture_shows_it(krita: KritaSession) -> None:
    krita.new_document(512, 512)
    before = Image.open(krita.picture("before")).convert("RGB")
    assert krita.value("pixel(256, 256)") == WHITE
    krita.mouse.drag(krita.on_screen(200, 256), krita.on_screen(300, 256))
    krita.wait_for("pixel(256, 256) != [255, 255, 255, 255]")
    krita.settle()
    middle = krita.on_screen(256, 256)
    after = Image.open(krita.picture("after")).convert("RGB")
    assert sum(before.getpixel(middle)) - sum(after.getpixel(middle)) > 100
    krita.key("ctrl+z")
    krita.wait_for("pixel(256, 256) == [255, 255, 255, 255]")
