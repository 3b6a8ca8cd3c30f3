"""The selection as the mask: what is outside of it stays, exactly where that is asked for."""

import base64
import math

from tests.editors.drags.artist import Artist, Picture, nose


def _select(artist: Artist, x: int, y: int, width: int, height: int, feather: int = 0) -> None:
    """Select a part of the picture, in its own pixels."""
    artist.krita.run(
        f"""
        from krita import Selection
        box = bench.edit.record.placement.box
        selection = Selection()
        selection.select(box.x + {x}, box.y + {y}, {width}, {height}, 255)
        if {feather}:
            selection.feather({feather})
        app.activeDocument().setSelection(selection)
        """
    )
    artist.krita.settle()


def _differs(before: Picture, after: Picture) -> list[tuple[int, int]]:
    return [
        (x, y)
        for y in range(before.height)
        for x in range(before.width)
        if before.at(x, y) != after.at(x, y)
    ]


def _selected(artist: Artist) -> Picture:
    """Return the selection over the picture, as the only byte of each pixel that counts."""
    picture = artist.picture()
    data = artist.krita.run(
        """
        selection = app.activeDocument().selection()
        rows = bytes(selection.pixelData(box.x, box.y, box.width, box.height))
        result = base64.b64encode(b"".join(bytes([v, 0, 0, 0]) for v in rows)).decode()
        """
    )
    return Picture(picture.x, picture.y, picture.width, picture.height, base64.b64decode(data))


def test_kept_exactly_not_one_pixel_outside_of_a_feathered_selection_changes(
    artist: Artist,
) -> None:
    artist.settings(live=False, keep_rest=True)
    artist.generate(seed=7)
    artist.drag_mode()
    before = artist.picture()
    start = nose(before)
    _select(artist, 24, 20, 80, 80, feather=4)
    artist.pull(start, (start[0] + 10, start[1]))
    artist.shot("selection")
    artist.krita.run("desk.run()")
    artist.wait_idle()
    after, selected = artist.picture(), _selected(artist)
    changed = _differs(before, after)
    assert changed
    assert all(selected.at(x, y)[0] > 0 for x, y in changed)
    assert math.dist(nose(after), (start[0] + 10, start[1])) < 4


def test_a_handle_outside_of_the_selection_is_told_and_can_be_freed(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    artist.pull(start, (start[0] + 10, start[1]))
    _select(artist, 0, 0, 20, 20)
    artist.krita.wait_for("desk.state().frozen_handles == 1")
    artist.shot("frozen")
    artist.krita.run("desk.ignore_selection(True)")
    artist.krita.wait_for("desk.state().frozen_handles == 0")
    artist.krita.run("desk.run()")
    artist.wait_idle()
    assert math.dist(nose(artist.picture()), (start[0] + 10, start[1])) < 3


def test_a_selection_made_in_mid_drag_counts_from_then_on(artist: Artist) -> None:
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    artist.krita.mouse.pull(artist.on_screen(start), artist.on_screen((start[0] + 8, start[1])))
    artist.krita.wait_for("bench.pull is not None and bench.pull.steps > 0")
    _select(artist, 30, 30, 70, 70)
    artist.krita.wait_for("bench.pull._drag.newest > 0 and bench.pull._drag._has.mask is not None")
    artist.krita.mouse.up()
    artist.wait_idle()


def test_a_handle_outside_of_the_selection_pulls_nothing(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    artist.pull(start, (start[0] + 10, start[1]))
    artist.pull((10.0, 110.0), (30.0, 118.0))
    _select(artist, 24, 20, 80, 80)
    artist.krita.wait_for("desk.state().frozen_handles == 1")
    artist.krita.run("desk.run()")
    artist.wait_idle()
    pulled, frozen = artist.arrows()
    assert pulled["distance"] < 2
    assert math.dist(frozen["handle"], (10.0, 110.0)) < 1
    artist.krita.run("desk.clear_arrows()")
    artist.pull((10.0, 110.0), (30.0, 118.0))
    artist.krita.key("Return")
    artist.krita.wait_for("'outside the selection' in desk.state().message")
    assert artist.krita.value("len(bench.edit.history.states)") == 2
