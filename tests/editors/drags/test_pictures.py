"""The pictures of docs/krita.md, taken from the real Krita: `make pictures` puts them there."""

import pytest

from tests.editors.drags.artist import Artist, nose


@pytest.fixture
def near(artist: Artist) -> Artist:
    """An artist who has generated a picture and looks at it from near."""
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.krita.run(
        """
        from PyQt5.QtCore import Qt
        from PyQt5.QtWidgets import QDockWidget
        main = app.activeWindow().qwindow()
        docks = [main.findChild(QDockWidget, name) for name in ("KisLayerBox", "tugline_docker")]
        main.resizeDocks(docks, [180, 700], Qt.Vertical)
        main.resizeDocks(docks, [300, 300], Qt.Horizontal)
        app.activeWindow().activeView().canvas().setZoomLevel(5.2)
        """
    )
    artist.krita.settle()
    artist.drag_mode()
    return artist


def test_a_live_pull(near: Artist) -> None:
    start = nose(near.picture())
    near.krita.mouse.pull(near.on_screen(start), near.on_screen((start[0] - 22, start[1] + 9)))
    near.krita.wait_for("bench.pull is not None and bench.pull.steps > 1")
    near.krita.picture("live")
    near.krita.mouse.up()
    near.wait_idle()
    near.krita.picture("pulled")


def test_a_selection_that_holds_the_rest(near: Artist) -> None:
    near.settings(live=False, keep_rest=True)
    start = nose(near.picture())
    near.krita.run(
        """
        from krita import Selection
        box = bench.edit.record.placement.box
        selection = Selection()
        selection.select(box.x + 26, box.y + 40, 76, 60, 255)
        selection.feather(3)
        app.activeDocument().setSelection(selection)
        """
    )
    near.pull(start, (start[0] + 12, start[1] - 4))
    near.pull((48.0, 20.0), (40.0, 12.0))
    near.krita.wait_for("desk.state().frozen_handles == 1")
    near.krita.picture("selection")
    near.krita.run("desk.run()")
    near.wait_idle()
    near.krita.picture("selection-pulled")
