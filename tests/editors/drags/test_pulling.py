"""Pulling points on the canvas of the real Krita, against a real daemon with the default model."""

import math

import pytest

from tests.editors.drags.artist import Artist, change, nose
from tests.editors.drags.conftest import SIDE

_VIEWS = {
    "as it is": "",
    "zoomed in": "c.setZoomLevel(2.5)",
    "rotated": "c.setZoomLevel(1.7); c.setRotation(33)",
    "mirrored": "c.setZoomLevel(1.3); c.setMirror(True); c.setRotation(-20)",
}


def test_a_generated_picture_is_one_layer_and_one_undo(artist: Artist) -> None:
    before = artist.layers()
    artist.generate(seed=7)
    picture = artist.picture()
    assert (picture.width, picture.height) == (128, 128)
    assert (picture.x, picture.y) == ((SIDE - 128) // 2, (SIDE - 128) // 2)
    assert len(set(picture.data[0::4])) > 50, "a picture, not a plain colour"
    assert [*before, "Tugline"] == artist.layers()
    artist.krita.undo(f"layers() == {before!r}")
    artist.krita.redo(f"layers() == {[*before, 'Tugline']!r}")
    artist.krita.wait_for("bench.edit is not None")
    assert artist.picture() == picture


@pytest.mark.parametrize("view", _VIEWS)
def test_the_nose_comes_where_it_is_pulled(artist: Artist, view: str) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.krita.run(f"c = app.activeWindow().activeView().canvas(); {_VIEWS[view] or 'pass'}")
    artist.krita.settle()
    artist.drag_mode()
    before = artist.picture()
    start = nose(before)
    target = (start[0] + 12, start[1] - 4)
    artist.pull(start, target)
    (arrow,) = artist.arrows()
    assert math.dist(arrow["handle"], start) < 1
    assert math.dist(arrow["target"], target) < 1
    artist.shot("arrow")
    artist.krita.key("Return")
    artist.krita.wait_for("bench.pull is not None or len(bench.edit.history.states) == 2")
    artist.wait_idle()
    after = artist.picture()
    artist.shot("pulled")
    assert math.dist(nose(after), target) < 3
    assert math.dist(artist.arrows()[0]["handle"], target) < 1.5
    assert change(before, after, target, 10) > 5
    assert artist.layers()[-1] == "Tugline"


def test_live_the_picture_follows_while_the_button_is_down(artist: Artist) -> None:
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.drag_mode()
    before = artist.picture()
    start = nose(before)
    artist.krita.mouse.pull(artist.on_screen(start), artist.on_screen((start[0] + 10, start[1])))
    artist.krita.wait_for("bench.pull is not None and bench.pull.steps > 0")
    artist.krita.wait_for("arrows() and arrows()[0]['distance'] < 2")
    assert artist.krita.value("bench.pull is not None"), "a hand that pauses ends nothing"
    artist.shot("live")
    artist.krita.mouse.move(*artist.on_screen((start[0] + 4, start[1] + 8)))
    artist.krita.wait_for(
        f"arrows()[0]['target'][1] > {start[1] + 6} and arrows()[0]['distance'] < 2"
    )
    artist.krita.mouse.up()
    artist.wait_idle()
    after = artist.picture()
    assert math.dist(nose(after), (start[0] + 4, start[1] + 8)) < 3
    assert artist.layers().count("Tugline") == 1


def test_one_undo_brings_back_picture_and_latent_after_each_drag(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    seen = [(artist.picture(), artist.krita.value("bench.edit.state.latent"))]
    for shift in ((10, 0), (-6, 6), (0, -8)):
        start = nose(artist.picture())
        artist.krita.run("desk.clear_arrows()")
        artist.pull(start, (start[0] + shift[0], start[1] + shift[1]))
        artist.krita.run("desk.run()")
        artist.wait_idle()
        seen.append((artist.picture(), artist.krita.value("bench.edit.state.latent")))
    assert len({latent for _, latent in seen}) == 4
    for picture, latent in reversed(seen[:-1]):
        artist.krita.undo(f"bench.edit and bench.edit.state.latent == {latent!r}")
        assert artist.picture() == picture
    for picture, latent in seen[1:]:
        artist.krita.redo(f"bench.edit and bench.edit.state.latent == {latent!r}")
        assert artist.picture() == picture
