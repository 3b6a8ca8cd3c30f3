"""What goes to the daemon of a layer, whatever its kind and colours, in the real Krita."""

from collections.abc import Iterator

import pytest

from tests.editors.layering import layering_session
from tests.editors.session import KritaSession

# In sRGB, as blue, green and red.
ORANGE = [40, 120, 200, 255]
NOTHING = [0, 0, 0, 0]


@pytest.fixture(scope="module")
def krita(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KritaSession]:
    with layering_session(tmp_path_factory.mktemp("krita"), "test_showing") as session:
        session.run(
            """
            from PyQt5.QtCore import QByteArray
            from tugline.document import KritaDocument
            from tugline.nodes import layer_id

            def photo():
                # A layer of the document's own colours, orange over (8, 8) to (24, 24).
                layer = doc.createNode("photo", "paintlayer")
                layer.setColorSpace("RGBA", "U8", "sRGB-elle-V2-srgbtrc.icc")
                layer.setPixelData(QByteArray(bytes((40, 120, 200, 255)) * 256), 8, 8, 16, 16)
                layer.setColorSpace(doc.colorModel(), doc.colorDepth(), doc.colorProfile())
                doc.rootNode().addChildNode(layer, None)
                return layer

            def seen(node, box=Box(8, 8, 16, 16), size=(16, 16)):
                data = bytes(KritaDocument(doc).seen(layer_id(node), box, size).data)
                return [list(data[at:at + 4]) for at in range(0, len(data), 4)]

            def undo_text():
                return app.action("edit_undo").text()
            """
        )
        yield session


def _open(krita: KritaSession, model: str = "RGBA", depth: str = "U8") -> None:
    krita.run(f"result = fresh(48, 32, {model!r}, {depth!r})")
    krita.run("p = photo()")
    krita.settle()


@pytest.mark.parametrize(
    ("model", "depth"),
    [("RGBA", "U16"), ("CMYKA", "U8"), ("GRAYA", "U8")],
)
def test_a_layer_of_any_colours_is_seen_in_srgb_and_stays_as_it_is(
    krita: KritaSession, model: str, depth: str
) -> None:
    _open(krita, model, depth)
    before = krita.value("[p.pixelData(8, 8, 16, 16).toHex().data().decode(), p.colorModel()]")
    krita.run("doc.setModified(False); undone = undo_text(); open_before = len(app.documents())")
    first, *_, last = krita.value("seen(p)")
    # Not all of sRGB can be printed, and a grey is as light as what it stands for.
    tolerance = {"CMYKA": 30, "GRAYA": 20}.get(model, 2)
    expected = [132, 132, 132, 255] if model == "GRAYA" else ORANGE
    assert first == last == pytest.approx(expected, abs=tolerance)
    krita.settle()
    after = krita.value("[p.pixelData(8, 8, 16, 16).toHex().data().decode(), p.colorModel()]")
    assert after == before
    assert krita.value("undo_text() == undone and not doc.modified()")
    assert krita.value("len(app.documents()) == open_before")


def test_masks_count_and_opacity_and_other_layers_do_not(krita: KritaSession) -> None:
    _open(krita)
    krita.run(
        """
        mask = doc.createTransparencyMask("half")
        p.addChildNode(mask, None)
        chosen = Selection()
        chosen.select(8, 8, 8, 16, 255)
        mask.setSelection(chosen)
        p.setOpacity(100)
        above = doc.createNode("above", "paintlayer")
        above.setPixelData(QByteArray(bytes((1, 2, 3, 255)) * 1536), 0, 0, 48, 32)
        doc.rootNode().addChildNode(above, None)
        group = doc.createGroupLayer("group")
        doc.rootNode().addChildNode(group, None)
        inside = above.duplicate()
        group.addChildNode(inside, None)
        doc.refreshProjection()
        """
    )
    krita.settle()
    for node in ("p", "mask"):
        row = krita.value(f"seen({node})[:16]")
        assert row[:8] == [ORANGE] * 8
        assert [pixel[3] for pixel in row[8:]] == [0] * 8
    assert krita.value("seen(group)[0]") == [1, 2, 3, 255]


def test_what_lies_beyond_the_layer_or_the_document_is_nothing(krita: KritaSession) -> None:
    _open(krita)
    assert krita.value("seen(p, Box(-8, -8, 16, 16), (16, 16))[0]") == NOTHING
    krita.run("p.setPixelData(QByteArray(bytes((0, 0, 0, 255)) * 128), 8, 8, 8, 16)")
    middle = krita.value("seen(p, Box(8, 8, 16, 16), (1, 1))[0]")
    assert middle == pytest.approx([20, 60, 100, 255], abs=2)
    for dx, dy, expected in ((0, 0, [8, 8, 16, 16]), (30, -12, [38, 0, 10, 12]), (99, 0, [0] * 4)):
        krita.run(f"p.move({dx}, {dy}); box = KritaDocument(doc).extent(layer_id(p))")
        assert krita.value("[box.x, box.y, box.width, box.height]") == expected
