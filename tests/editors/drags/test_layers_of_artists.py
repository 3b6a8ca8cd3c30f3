"""What artists do to Tugline's layer between drags: it is followed, or left alone."""

import base64
import math

from tests.editors.drags.artist import Artist, nose


def _pull_nose(artist: Artist, x: float, y: float) -> None:
    start = nose(artist.picture())
    artist.pull(start, (start[0] + x, start[1] + y))
    artist.krita.run("desk.run()")
    artist.wait_idle()


def test_paint_on_the_layer_is_kept_and_the_edit_goes_on_above_it(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.paint((20, 100), (100, 110))
    painted = artist.picture()
    artist.drag_mode()
    arrow = nose(painted)
    artist.pull(arrow, (arrow[0] + 8, arrow[1]))
    artist.krita.run("desk.run()")
    artist.wait_idle()
    artist.shot("above")
    assert artist.layers()[-2:] == ["Tugline", "Tugline"]
    below = artist.krita.run(
        """
        box = bench.edit.record.placement.box
        node = app.activeDocument().topLevelNodes()[-2]
        data = bytes(node.pixelData(box.x, box.y, box.width, box.height))
        result = base64.b64encode(data).decode()
        """
    )
    assert base64.b64decode(below) == painted.data
    assert "painted" in artist.krita.value("' '.join(said)")


def test_a_moved_layer_is_followed(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    before = artist.picture()
    artist.krita.run("edit_layer().move(60, -40); app.activeDocument().refreshProjection()")
    artist.krita.wait_for(f"bench.edit.record.placement.box.x == {before.x + 60}")
    assert artist.picture().data == before.data
    artist.drag_mode()
    start = nose(artist.picture())
    _pull_nose(artist, 8, 0)
    assert math.dist(nose(artist.picture()), (start[0] + 8, start[1])) < 3
    assert artist.layers().count("Tugline") == 1


def test_a_turned_and_scaled_layer_is_followed(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.krita.run(
        """
        import math
        from PyQt5.QtCore import QPointF
        layer = edit_layer()
        layer.rotateNode(math.radians(25))
        app.activeDocument().waitForDone()
        layer.scaleNode(QPointF(256, 256), 260, 260, "Bicubic")
        app.activeDocument().waitForDone()
        app.activeDocument().refreshProjection()
        """
    )
    artist.krita.wait_for("bench.idle and not bench.edit.record.placement.upright")
    artist.drag_mode()
    artist.krita.wait_for("bench.idle")
    scale = artist.krita.value("bench.edit.record.placement.to_document.scale")
    assert scale > 1.2
    arrow = (66.0, 66.0)
    artist.pull(arrow, (arrow[0] + 9, arrow[1] - 3))
    artist.shot("arrow")
    artist.krita.run("desk.run()")
    artist.wait_idle()
    artist.shot("pulled")
    assert artist.arrows()[0]["distance"] < 2
    assert artist.layers().count("Tugline") == 1


def test_a_duplicate_is_an_edit_of_its_own(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    first = artist.krita.value("bench.edit.record.edit")
    latent = artist.krita.value("bench.edit.state.latent")
    artist.krita.run(
        """
        copy = edit_layer().duplicate()
        app.activeDocument().rootNode().addChildNode(copy, edit_layer())
        """
    )
    artist.krita.settle()
    artist.krita.run("app.activeDocument().setActiveNode(copy)")
    artist.krita.wait_for(f"bench.edit is not None and bench.edit.record.edit != {first!r}")
    artist.drag_mode()
    _pull_nose(artist, 8, 0)
    assert artist.krita.value("len(bench.edit.history.states)") == 2
    artist.krita.run(
        """
        other = [n for n in app.activeDocument().topLevelNodes()[1:] if n != edit_layer()][0]
        app.activeDocument().setActiveNode(other)
        """
    )
    artist.krita.wait_for(f"bench.edit is not None and bench.edit.record.edit == {first!r}")
    assert artist.krita.value("bench.edit.state.latent") == latent


def test_lines_of_a_vector_layer_become_arrows(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    box = artist.picture()
    artist.krita.run(
        f"""
        document = app.activeDocument()
        vectors = document.createVectorLayer("Tugline arrows")
        document.rootNode().addChildNode(vectors, edit_layer())
        scale = 72 / document.resolution()
        x1, y1, x2, y2 = [v * scale for v in
                          ({box.x} + 60, {box.y} + 70, {box.x} + 70, {box.y} + 74)]
        vectors.addShapesFromSvg(
            f'<svg><path d="M{{x1}} {{y1}} L{{x2}} {{y2}}" stroke="black" fill="none"/></svg>')
        """
    )
    artist.krita.wait_for("bench.edit is None")
    artist.krita.run("desk.take_vector_arrows()")
    (arrow,) = artist.arrows()
    assert math.dist(arrow["handle"], (60, 70)) < 0.6
    assert math.dist(arrow["target"], (70, 74)) < 0.6


def test_committed_below_the_picture_is_the_artists_own_layer(artist: Artist) -> None:
    artist.generate(seed=7)
    picture = artist.picture()
    artist.krita.run("desk.commit_below()")
    artist.krita.wait_for("bench.edit is None")
    assert artist.layers() == ["Background"]
    data = artist.krita.run(
        f"""
        node = app.activeDocument().nodeByName("Background")
        data = node.pixelData({picture.x}, {picture.y}, {picture.width}, {picture.height})
        result = base64.b64encode(bytes(data)).decode()
        """
    )
    assert base64.b64decode(data) == picture.data


def test_the_history_brings_back_and_branches(artist: Artist) -> None:
    artist.settings(live=False)
    artist.generate(seed=7)
    artist.drag_mode()
    first = artist.picture()
    _pull_nose(artist, 8, 0)
    artist.krita.run("desk.clear_arrows()")
    _pull_nose(artist, 0, 8)
    states = artist.krita.value("[state.id for state in bench.edit.history.states]")
    assert len(states) == 3
    artist.krita.run(f"desk.go_to({states[0]!r})")
    artist.krita.wait_for(f"bench.edit.record.state == {states[0]!r}")
    artist.wait_idle()
    assert artist.picture().data == first.data
    artist.krita.run("desk.clear_arrows()")
    _pull_nose(artist, -6, 0)
    parents = artist.krita.value("[state.parent for state in bench.edit.history.states]")
    assert parents == ["", states[0], states[1], states[0]]
    assert artist.layers().count("Tugline") == 1
