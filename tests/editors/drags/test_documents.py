"""Edits in documents: saved and opened again, large, several at once, closed in mid-drag."""

import math
from pathlib import Path

from tests.editors.drags.artist import Artist, nose
from tests.editors.drags.conftest import Studio


def _begin_pull(artist: Artist, x: float, y: float) -> None:
    """Pull the nose, live, and keep the button down while the picture moves."""
    start = nose(artist.picture())
    there = (start[0] + x, start[1] + y)
    artist.krita.mouse.pull(artist.on_screen(start), artist.on_screen(there))
    artist.krita.wait_for("bench.pull is not None and bench.pull.steps > 0")


def test_saved_and_opened_in_another_krita_the_edit_goes_on(
    artist: Artist, studio: Studio, tmp_path: Path
) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    artist.pull(start, (start[0] + 8, start[1]))
    artist.krita.run("desk.run()")
    artist.wait_idle()
    picture, arrows = artist.picture(), artist.arrows()
    history = artist.krita.value("[(s.id, s.latent) for s in bench.edit.history.states]")
    path = studio.krita.home / "edited.kra"
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
    artist.connect()
    artist.krita.run(
        """
        document = app.activeDocument()
        document.setActiveNode(document.nodeByName("Tugline"))
        """
    )
    artist.krita.wait_for("bench.edit is not None")
    assert artist.picture() == picture
    assert artist.krita.value("[(s.id, s.latent) for s in bench.edit.history.states]") == history
    for before, after in zip(arrows, artist.arrows(), strict=True):
        assert (before["handle"], before["target"]) == (after["handle"], after["target"])
    artist.settings(live=False)
    artist.drag_mode()
    handle = artist.arrows()[0]["handle"]
    artist.krita.run("desk.clear_arrows()")
    artist.pull(handle, (handle[0], handle[1] + 8))
    artist.krita.run("desk.run()")
    artist.wait_idle()
    artist.shot("after-restart")
    assert math.dist(nose(artist.picture()), (handle[0], handle[1] + 8)) < 3


def test_a_large_document_shows_frames_on_the_canvas_and_writes_once(artist: Artist) -> None:
    artist.krita.new_document(2048, 2048)
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.krita.run(
        """
        view = app.activeWindow().activeView()
        view.canvas().setZoomLevel(2.0)
        """
    )
    artist.krita.settle()
    artist.drag_mode()
    before = artist.picture()
    start = nose(before)
    _begin_pull(artist, 10, 0)
    artist.krita.wait_for("arrows()[0]['distance'] < 2")
    assert artist.picture() == before, "the layer waits for the end"
    assert "Tugline (pulling)" not in " ".join(artist.layers())
    artist.shot("streamed-on-the-canvas")
    artist.krita.mouse.up()
    artist.wait_idle()
    assert math.dist(nose(artist.picture()), (start[0] + 10, start[1])) < 3
    artist.krita.undo("bench.idle and bench.edit and bench.edit.state.parent == ''")
    assert artist.picture() == before


def test_a_document_closed_in_mid_drag_ends_the_drag(artist: Artist) -> None:
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.drag_mode()
    _begin_pull(artist, 10, 0)
    artist.krita.run(
        "document = app.activeDocument(); document.setModified(False); document.close()"
    )
    artist.krita.mouse.up()
    artist.krita.wait_for("bench.pull is None and bench.edit is None")
    artist.krita.new_document(512, 512)
    artist.generate(seed=8)


def test_a_layer_deleted_in_mid_drag_ends_the_drag(artist: Artist) -> None:
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.drag_mode()
    _begin_pull(artist, 10, 0)
    artist.krita.run("edit_layer().remove()")
    artist.krita.wait_for("bench.pull is None")
    artist.krita.mouse.up()
    artist.krita.wait_for("bench.edit is None and layers() == ['Background']")
    assert artist.message()


def test_an_undo_in_mid_drag_takes_it_back(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    before = artist.picture()
    start = nose(before)
    artist.pull(start, (start[0] + 40, start[1] + 30))
    artist.run_held()
    artist.krita.undo("bench.idle")
    artist.wait_idle()
    assert artist.picture() == before
    assert artist.layers()[1:] == ["Tugline"]


def test_two_documents_keep_their_edits_apart(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    first = artist.krita.value("bench.edit.record.edit")
    artist.krita.new_document(400, 300)
    artist.krita.wait_for("bench.edit is None")
    artist.generate(seed=8)
    second = artist.krita.value("bench.edit.record.edit")
    assert first != second
    artist.krita.run(
        """
        from PyQt5.QtWidgets import QMdiArea
        app.activeWindow().qwindow().findChild(QMdiArea).activatePreviousSubWindow()
        """
    )
    artist.krita.wait_for(f"bench.edit is not None and bench.edit.record.edit == {first!r}")
