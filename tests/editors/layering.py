"""A Krita for the tests of layers, selections and lines, with names to work on them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.conftest import judge
from tests.editors.opening import krita_session, missing_editor
from tests.editors.session import KritaSession

_ARTIFACTS = Path(__file__).parents[2] / "out" / "editors"

# Names of the tests' side in Krita.
_SCENE = """
    import faulthandler, os, random, sys
    faulthandler.enable()
    from krita import Selection
    home = os.path.expanduser("~/.local/share/krita/pykrita/tugline")
    sys.path[:0] = [home + "/vendor/common", home + "/vendor"]
    from tugline import layers, nodes, painting, preview, selection, undoing, vectors
    from tugline_edit import planes
    from tugline_edit.geometry import Affine, Box, Placement
    from tugline_edit.host import LayerFault
    from tugline_edit.masks import SelectionMask
    from tugline_edit.records import LayerRecord

    BOX = Box(100, 90, 256, 192)
    PLACE = Placement.upright_at(128, 96, BOX)

    def plain(bgra, box=BOX):
        return bytes(bgra) * (box.width * box.height)

    def noise(seed, size=(BOX.width, BOX.height), opaque=True):
        data = bytearray(random.Random(seed).randbytes(4 * size[0] * size[1]))
        if opaque:
            data[3::4] = bytes([255]) * (size[0] * size[1])
        return bytes(data)

    def fresh(width=512, height=512, model="RGBA", depth="U8", profile=""):
        \"\"\"Open a document in place of the others. Krita's canvas crashes at updates before it
        was shown once, so nothing is done meanwhile.\"\"\"
        for other in app.documents():
            other.waitForDone()
            other.setModified(False)
            other.close()
            while other in app.documents():
                yield 20
        while canvas() is not None:
            yield 20
        made = app.createDocument(width, height, "a test's", model, depth, profile, 72.0)
        made.waitForDone()
        app.activeWindow().addView(made)
        while canvas() is None or not canvas().isVisible():
            yield 20
        yield from painted()
        global doc
        doc = made

    plain_document = [None]

    def cleared():
        \"\"\"Have one plain document of 512 pixels a side, empty: the same for many tests.\"\"\"
        global doc
        if app.activeDocument() is None or plain_document[0] != app.activeDocument():
            yield from fresh()
            plain_document[0] = doc
        doc = plain_document[0]
        ground = doc.createNode("Background", "paintlayer")
        ground.setPixelData(bytes([255]) * 4 * 512 * 512, 0, 0, 512, 512)
        doc.rootNode().addChildNode(ground, None)
        yield from rested()
        doc.setActiveNode(ground)
        yield from rested()
        for node in doc.rootNode().childNodes()[:-1]:
            node.remove()
        yield from rested()

    def make(data=None, place=PLACE, above=None):
        doc = app.activeDocument()
        above = above or doc.rootNode().childNodes()[-1]
        return layers.create_edit_layer(
            doc, layers.EDIT_NAME, place, data or plain((10, 20, 30, 255)), above)

    def edit():
        found = [node for node in every(app.activeDocument().rootNode())
                 if node.name() == layers.EDIT_NAME]
        assert len(found) == 1, names()
        return found[0]

    def every(group):
        for node in group.childNodes():
            yield node
            yield from every(node)

    def bottom():
        return doc.rootNode().childNodes()[0]

    def names():
        return [node.name() for node in every(app.activeDocument().rootNode())]

    def at(x, y, node=None):
        return list(bytes((node or edit()).pixelData(x, y, 1, 1)))

    def id_of(node):
        return nodes.layer_id(node)

    def next_undo():
        return undoing._text(undoing.UNDO)

    def drag(*frames, place=PLACE):
        \"\"\"Run one drag to its end, as a generator: what it yields are milliseconds.\"\"\"
        doc, done = app.activeDocument(), []
        pulling = layers.Preview(doc, edit(), place)
        for frame in frames:
            yield 20
            assert pulling.show(frame)
        yield 20
        pulling.commit(frames[-1], done.append)
        while not done:
            yield 10
        yield 50
        return id_of(done[0])

    def once(data, place=PLACE):
        done = []
        layers.commit_once(app.activeDocument(), edit(), place, data, done.append)
        while not done:
            yield 10
        yield 50
        return id_of(done[0])

    def fault(call):
        try:
            call()
        except LayerFault as error:
            return str(error)
"""


@contextmanager
def layering_session(home: Path, name: str) -> Iterator[KritaSession]:
    """One Krita for a file of tests; its artifacts are called ``name``."""
    missing = missing_editor()
    if missing:
        pytest.skip(missing)
    with krita_session(home, _ARTIFACTS / name) as session:
        session.run(_SCENE)
        yield session
        judge(session)
