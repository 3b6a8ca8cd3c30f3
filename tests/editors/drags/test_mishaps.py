"""What artists do in the midst of a drag, and what they would lose by it if nobody took care."""

import math
from pathlib import Path

from tests.editors.drags.artist import Artist, nose
from tests.editors.drags.conftest import Studio


def _large(artist: Artist) -> None:
    artist.krita.new_document(2048, 2048)
    artist.settings(live=False)
    artist.generate(seed=7)


def test_a_locked_layer_is_refused_before_the_drag_in_large_documents_too(artist: Artist) -> None:
    _large(artist)
    artist.drag_mode()
    artist.krita.run("edit_layer().setLocked(True)")
    artist.pull((64.0, 70.0), (94.0, 70.0))
    artist.krita.key("Return")
    artist.krita.wait_for("'locked' in desk.state().message")
    assert artist.krita.value("bench.idle")


def test_paint_in_the_midst_of_a_drag_of_a_large_document_stays(artist: Artist) -> None:
    _large(artist)
    artist.run_far()
    artist.krita.run(
        """
        layer, box = edit_layer(), bench.edit.record.placement.box
        layer.setPixelData(bytes([9, 99, 199, 255]) * 100, box.x, box.y, 10, 10)
        desk.stop()
        """
    )
    artist.wait_idle()
    names = artist.layers()
    assert names[-2:] == ["Tugline", "Tugline"]
    painted = artist.krita.value("list(bytes(layer.pixelData(box.x + 5, box.y + 5, 1, 1)))")
    assert painted == [9, 99, 199, 255]
    assert "changed meanwhile" in artist.message()
    assert artist.krita.value("len(bench.edit.history.states)") == 2


def test_a_layer_locked_in_the_midst_of_a_drag_loses_nothing(artist: Artist) -> None:
    _large(artist)
    artist.run_far()
    before = artist.picture()
    artist.krita.run("edit_layer().setLocked(True); desk.stop()")
    artist.wait_idle()
    assert artist.layers()[-2:] == ["Tugline", "Tugline"]
    assert artist.picture() != before


def test_kept_exactly_through_a_selection_that_was_made_in_the_midst(artist: Artist) -> None:
    artist.settings(live=False, keep_rest=True)
    artist.generate(seed=7)
    before = artist.picture()
    artist.run_far()
    artist.krita.run(
        """
        from krita import Selection
        box = bench.edit.record.placement.box
        selection = Selection()
        selection.select(box.x + 40, box.y, 88, 128, 255)
        app.activeDocument().setSelection(selection)
        """
    )
    artist.krita.wait_for("bench.mask is not None and bench.pull._drag._has.mask is not None")
    artist.krita.run("desk.stop()")
    artist.wait_idle()
    after = artist.picture()
    held = [(x, y) for x in range(40) for y in range(128)]
    assert all(before.at(x, y) == after.at(x, y) for x, y in held)
    assert before != after


def test_escape_after_painting_and_pulling_stays_escaped(artist: Artist) -> None:
    artist.settings(live=True)
    artist.generate(seed=7)
    artist.paint((20, 100), (100, 110))
    artist.drag_mode()
    start = nose(artist.picture())
    artist.krita.mouse.pull(
        artist.on_screen(start), artist.on_screen((start[0] + 20, start[1])), steps=12
    )
    artist.krita.wait_for("bench.pull is not None and bench.pull.steps > 0")
    artist.krita.key("Escape")
    artist.krita.mouse.up()
    artist.wait_idle()
    assert artist.krita.value("len(bench.edit.history.states)") == 1


def test_a_click_while_the_selection_changes_does_not_hold_the_drag_for_ever(
    artist: Artist,
) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    artist.pull(start, (start[0] + 6, start[1]))
    artist.krita.mouse.move(*artist.on_screen((start[0] + 6, start[1])))
    artist.krita.mouse.down()
    artist.krita.wait_for("bench.gestures.busy")
    artist.krita.run("desk.run()")
    artist.krita.wait_for("bench.pull is not None and bench.pull._drag._wanted.options.hold")
    artist.krita.mouse.up()
    artist.wait_idle()
    assert artist.krita.value("len(bench.edit.history.states)") == 2


def test_the_artists_layer_stays_the_active_one_through_the_end_of_a_drag(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.run_far()
    artist.krita.run(
        """
        document = app.activeDocument()
        document.setActiveNode(document.nodeByName("Background"))
        desk.stop()
        """
    )
    artist.krita.wait_for("bench.pull is None")
    artist.krita.wait_for("bench.edit is None")
    assert artist.krita.value("app.activeDocument().activeNode().name()") == "Background"


def test_a_document_of_other_colours_is_told_in_words(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.krita.run(
        """
        document = app.activeDocument()
        document.setColorSpace("RGBA", "U16", "sRGB-elle-V2-g10.icc")
        document.waitForDone()
        """
    )
    artist.krita.settle()
    artist.drag_mode()
    artist.pull((64.0, 70.0), (70.0, 70.0))
    artist.krita.key("Return")
    artist.krita.wait_for("'other colours' in desk.state().message")


def test_saved_in_the_midst_of_a_drag_it_opens_with_the_picture_before(
    artist: Artist, studio: Studio
) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    before = artist.picture()
    artist.run_far()
    path: Path = studio.krita.home / "midst.kra"
    artist.krita.run(
        f"""
        document = app.activeDocument()
        document.setBatchmode(True)
        assert document.saveAs({str(path)!r})
        desk.take_back()
        document.setModified(False)
        """
    )
    artist.wait_idle()
    artist.krita.run("app.activeDocument().setModified(False); app.activeDocument().close()")
    artist.krita.wait_for("not app.documents()")
    artist.krita.run(f"app.activeWindow().addView(app.openDocument({str(path)!r}))")
    artist.krita.wait_for("'midst of a drag' in ' '.join(said)")
    artist.krita.settle()
    artist.krita.run(
        """
        document = app.activeDocument()
        document.setActiveNode(document.nodeByName("Tugline"))
        """
    )
    artist.krita.wait_for("bench.edit is not None")
    assert artist.picture() == before
    assert artist.layers() == ["Background", "Tugline"]


def test_a_very_large_picture_is_generated_in_strips(artist: Artist) -> None:
    artist.krita.new_document(4400, 4400)
    artist.krita.run(
        """
        from krita import Selection
        selection = Selection()
        selection.select(0, 0, 4400, 4400, 255)
        app.activeDocument().setSelection(selection)
        """
    )
    artist.generate(seed=7)
    box = artist.krita.value("str(bench.edit.record.placement.box)")
    assert box == "Box(x=0, y=0, width=4400, height=4400)"
    assert "soft" in artist.krita.value("desk.state().softness")
    assert artist.krita.value("len(set(bytes(edit_layer().pixelData(2200, 0, 1, 4400))[::4]))") > 20


def test_a_stuck_far_drag_says_how_it_ended(artist: Artist) -> None:
    artist.settings(live=False, step_limit=3)
    artist.generate(seed=7)
    artist.drag_mode()
    start = nose(artist.picture())
    artist.pull(start, (start[0] + 45, start[1] + 35))
    artist.krita.run("desk.run()")
    artist.wait_idle()
    assert math.isfinite(artist.arrows()[0]["distance"])
    assert "steps" in artist.message()


def test_where_layers_are_slow_to_composite_frames_go_onto_the_canvas(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.krita.run(
        """
        from tugline.preview import Preview
        at_its_pace = Preview.slow
        # The first frames are seen in the layer.
        Preview.slow = property(lambda preview: bench.pull is not None and bench.pull.steps > 1)
        """
    )
    try:
        artist.run_far()
        artist.krita.wait_for("bench.pull.frame is not None")
        artist.krita.wait_for("'over the canvas' in desk.state().message")
    finally:
        artist.krita.run("Preview.slow = at_its_pace")
    artist.krita.run("desk.stop()")
    artist.wait_idle()
    assert artist.layers() == ["Background", "Tugline"]
    assert artist.krita.value("len(bench.edit.history.states)") == 2
