"""A photo in a layer, inverted, pulled and blended into itself; saved, opened and pulled on."""

import base64
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.editors.drags.artist import XY, Artist, Picture, nose
from tests.editors.drags.conftest import Studio
from tools.critters.parameters import draw_z
from tools.critters.renderer import render
from tugline_edit.geometry import Box

# Where the critter is in the photo, and how large that is.
PLACE = Box(96, 40, 256, 256)
PHOTO = (448, 336)
# A critter that the renderer draws: the model has not made it.
SEED = 90_001
# The layer in which an inversion's picture comes.
ARRIVING = "Tugline (inverting)"
# So few steps are enough for a nose that can be pulled.
STEPS = 6
# What the least quality reaches at least, in dB; it was 20.
LEAST_PSNR = 18.0

_TOOLS = """
from krita import Selection
from tugline_protocol.values import InversionOptions

def select(x, y, width, height):
    chosen = Selection()
    chosen.select(x, y, width, height, 255)
    app.activeDocument().setSelection(chosen)

def encoded(data):
    return base64.b64encode(bytes(data)).decode()

def photo_layer():
    return app.activeDocument().topLevelNodes()[0]

def invert(steps):
    document = desk._editor.active()
    few = InversionOptions(w_steps=steps, wplus_steps=0, tuning_steps=0)
    desk.invert(document, document.chosen(), options=few)

"""


def _photo() -> np.ndarray:
    """Return a critter [height, width, 3] uint8 before a sky of another picture."""
    width, height = PHOTO
    sky = np.linspace((90, 130, 200), (230, 200, 150), height, dtype=np.float32)
    photo = np.repeat(sky[:, None], width, axis=1)
    drawn = (render(draw_z(1, SEED), PLACE.width)[0][0].transpose(1, 2, 0) + 1) * 127.5
    photo[PLACE.y : PLACE.y + PLACE.height, PLACE.x : PLACE.x + PLACE.width] = drawn
    return photo.round().clip(0, 255).astype(np.uint8)


@pytest.fixture
def photographer(artist: Artist, studio: Studio) -> Artist:
    """An artist who has opened a photo and selected the critter in it."""
    path = studio.krita.home / "photo.png"
    Image.fromarray(_photo()).save(path)
    artist.krita.close_documents()
    artist.krita.run(
        f"""
        _opened = app.openDocument({str(path)!r})
        app.activeWindow().addView(_opened)
        """
    )
    artist.krita.wait_for("app.activeDocument() == _opened and canvas() and canvas().isVisible()")
    artist.krita.arrange()
    artist.krita.run(_TOOLS)
    _select(artist, PLACE)
    artist.settings(live=False, quality="seconds")
    artist.connect()
    return artist


def _select(artist: Artist, box: Box) -> None:
    artist.krita.run(f"select({box.x}, {box.y}, {box.width}, {box.height})")


def _invert(artist: Artist) -> None:
    artist.press("Invert layer")
    artist.krita.wait_for("desk.inverter.image is not None")
    artist.shot("on-its-way")
    artist.krita.wait_for("bench.edit is not None and not desk.inverter.busy")
    artist.wait_idle()


def _invert_quickly(artist: Artist) -> None:
    """Invert with a few steps, and wait for the end."""
    artist.krita.run(f"invert({STEPS})")
    artist.krita.wait_for("bench.edit is not None and not desk.inverter.busy")
    artist.wait_idle()


def _bytes(artist: Artist, expression: str) -> bytes:
    return base64.b64decode(artist.krita.value(f"encoded({expression})"))


def _pixels(data: bytes, width: int) -> np.ndarray:
    return np.frombuffer(data, np.uint8).reshape(-1, width, 4)


def _shown(artist: Artist) -> np.ndarray:
    """Return what the document shows [height, width, 4], BGRA."""
    width, height = PHOTO
    shown = f"app.activeDocument().pixelData(0, 0, {width}, {height})"
    return _pixels(_bytes(artist, shown), width)


def _nose(artist: Artist) -> XY:
    """Return where the nose's tip is, in image pixels of the model's picture of 128."""
    picture = artist.picture()
    rows = _pixels(picture.data, picture.width).reshape(128, 2, 128, 2, 4)
    small = rows.mean((1, 3)).round().astype(np.uint8)
    return nose(Picture(0, 0, 128, 128, small.tobytes()))


def _pull(artist: Artist, start: XY, target: XY) -> None:
    artist.drag_mode()
    artist.pull(start, target)
    artist.krita.run("desk.run()")
    artist.wait_idle()


def _changed_outside(before: np.ndarray, after: np.ndarray, box: Box) -> int:
    """Return how many pixels differ outside of ``box``."""
    differs = np.any(before != after, axis=2)
    differs[box.y : box.y + box.height, box.x : box.x + box.width] = False
    return int(differs.sum())


def _save_and_open_again(artist: Artist, path: Path) -> None:
    artist.krita.run(
        f"""
        document = app.activeDocument()
        document.setBatchmode(True)
        assert document.saveAs({str(path)!r})
        document.waitForDone()
        document.setModified(False)
        """
    )
    assert artist.krita.quit() == 0
    artist.krita.start(str(path))
    artist.ready()
    artist.krita.run(_TOOLS)
    artist.connect()
    artist.krita.run(
        """
        document = app.activeDocument()
        document.setActiveNode(document.nodeByName("Tugline"))
        """
    )
    artist.krita.wait_for("bench.edit is not None")


def test_an_inverted_photo_is_like_the_photo_and_over_it(photographer: Artist) -> None:
    artist = photographer
    before = _shown(artist)
    _invert(artist)
    artist.shot("inverted")
    found = _pixels(artist.picture().data, PLACE.width)
    there = before[PLACE.y : PLACE.y + PLACE.height, PLACE.x : PLACE.x + PLACE.width]
    middle = np.s_[20:-20, 20:-20, :3]
    error = np.square(found[middle].astype(float) - there[middle]).mean()
    assert 10 * np.log10(255**2 / error) > LEAST_PSNR
    assert found[0, 0, 3] < 60
    assert found[128, 128, 3] == 255
    assert _changed_outside(before, _shown(artist), PLACE) == 0

    artist.press("Before")
    artist.krita.settle()
    artist.shot("before")
    assert np.array_equal(_shown(artist), before)
    artist.press("Before")
    artist.krita.settle()
    assert not np.array_equal(_shown(artist), before)

    edit = artist.krita.value("bench.edit.record.edit")
    artist.krita.undo("'Tugline' not in layers() and bench.edit is None")
    assert np.array_equal(_shown(artist), before)
    artist.krita.redo("'Tugline' in layers()")
    artist.krita.run(
        "app.activeDocument().setActiveNode(app.activeDocument().nodeByName('Tugline'))"
    )
    artist.krita.wait_for(f"bench.edit is not None and bench.edit.record.edit == {edit!r}")


def test_pulled_in_a_selection_nothing_else_of_the_photo_changes_also_when_it_is_opened_again(
    photographer: Artist, studio: Studio
) -> None:
    artist = photographer
    before = _shown(artist)
    _invert_quickly(artist)
    start = _nose(artist)
    chosen = Box(PLACE.x + int(2 * start[0]) - 60, PLACE.y + int(2 * start[1]) - 50, 120, 100)
    _select(artist, chosen)
    _pull(artist, start, (start[0] + 8, start[1]))
    artist.shot("pulled")
    after = _shown(artist)
    assert _changed_outside(before, after, chosen) == 0
    assert not np.array_equal(after, before)

    artist.krita.run("edit_layer().move(30, 20)")
    artist.krita.wait_for(f"bench.edit.record.placement.box.x == {PLACE.x + 30}")
    artist.krita.run("edit_layer().move(0, 0); app.activeDocument().refreshProjection()")
    artist.krita.wait_for(f"bench.edit.record.placement.box.x == {PLACE.x}")
    artist.krita.settle()

    _save_and_open_again(artist, studio.krita.home / "blended.kra")
    assert np.array_equal(_shown(artist), after)
    artist.settings(live=False)
    artist.krita.run("desk.clear_arrows()")
    _pull(artist, start, (start[0], start[1] + 8))
    artist.shot("pulled-on")
    assert _changed_outside(before, _shown(artist), chosen) == 0
    assert not np.array_equal(_shown(artist), after)


def test_a_photo_of_16_bit_stays_as_it_is_and_one_undo_takes_its_picture_away(
    photographer: Artist,
) -> None:
    artist = photographer
    artist.krita.run("app.activeDocument().setColorSpace('RGBA', 'U16', '')")
    artist.krita.settle()
    artist.krita.run("app.activeDocument().setActiveNode(photo_layer())")
    artist.krita.settle()
    read = "photo_layer().pixelData(0, 0, {}, {})".format(*PHOTO)
    before = _bytes(artist, read)
    _invert_quickly(artist)
    assert len(before) == 8 * PHOTO[0] * PHOTO[1]
    assert _bytes(artist, read) == before
    artist.krita.undo("'Tugline' not in layers() and bench.edit is None")


def test_what_the_artist_does_meanwhile_ends_it_cleanly(photographer: Artist) -> None:
    artist = photographer
    _begin(artist)
    artist.krita.undo(f"{ARRIVING!r} not in layers()")
    artist.krita.wait_for("not desk.inverter.busy")
    assert "removed" in artist.message()
    _begin(artist)
    artist.press("Take back")
    artist.krita.wait_for(f"{ARRIVING!r} not in layers() and not desk.inverter.busy")
    _begin(artist)
    artist.press("Stop")
    artist.krita.wait_for("bench.edit is not None and not desk.inverter.busy")
    assert "best so far" in artist.message()
    _begin(artist)
    artist.krita.close_documents()
    artist.krita.wait_for("not desk.inverter.busy")


def _begin(artist: Artist) -> None:
    """Begin an inversion of the photo that does not end by itself, and wait for a frame."""
    artist.krita.run("app.activeDocument().setActiveNode(photo_layer())")
    artist.krita.settle()
    artist.krita.run("invert(50_000)")
    artist.krita.wait_for(f"{ARRIVING!r} in layers() and desk.inverter.image is not None")
