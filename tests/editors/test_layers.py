"""The edit's layer in the real Krita: drags, undo, other documents, what the artist does."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.layering import layering_session
from tests.editors.session import KritaSession
from tests.slowness import slowness

DOCUMENTS = [
    ("RGBA", "U8"),
    ("RGBA", "U16"),
    ("RGBA", "F16"),
    ("RGBA", "F32"),
    ("GRAYA", "U8"),
    ("CMYKA", "U8"),
]
# Krita's event loop may not be held up for longer, but by one write in a large document.
MOST_BLOCKED_MS = 50


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KritaSession]:
    with layering_session(tmp_path_factory.mktemp("krita"), "test_layers") as session:
        yield session


@pytest.fixture
def krita(shared: KritaSession) -> KritaSession:
    """A fresh document of 512 pixels a side with an edit's layer, the active one."""
    shared.run("result = cleared()")
    shared.run("e = make()")
    shared.settle()
    shared.run("doc.setActiveNode(e)")
    shared.settle()
    return shared


def one_drag(krita: KritaSession, *colours: tuple[int, int, int]) -> str:
    frames = ", ".join(f"plain(({b}, {g}, {r}, 255))" for b, g, r in colours)
    return str(krita.run(f"result = drag({frames})"))


def shown(krita: KritaSession) -> tuple[str, list[int]]:
    """The edit's layer and the colour in its middle."""
    identity, colour = krita.value("[id_of(edit()), at(200, 200)]")
    return identity, colour


def step(krita: KritaSession, keys: str, until: str) -> None:
    krita.undo(until, keys)


def undo(krita: KritaSession, to: str) -> None:
    step(krita, "ctrl+z", f"len(names()) == 2 and id_of(edit()) == {to!r}")


def redo(krita: KritaSession, to: str) -> None:
    step(krita, "ctrl+shift+z", f"len(names()) == 2 and id_of(edit()) == {to!r}")


def test_one_undo_brings_back_the_picture_before_each_of_three_drags(krita: KritaSession) -> None:
    states = [shown(krita)]
    for number in range(3):
        one_drag(krita, (0, 0, 0), (50 * number, 99, 200))
        states.append(shown(krita))
    assert [colour for _, colour in states[1:]] == [[50 * n, 99, 200, 255] for n in range(3)]
    assert len({identity for identity, _ in states}) == 4
    for before in reversed(states[:-1]):
        undo(krita, before[0])
        assert shown(krita) == before
        krita.wait_for("doc.activeNode().name() == 'Tugline'")
    for after in states[1:]:
        redo(krita, after[0])
        assert shown(krita) == after
    assert krita.value("names()") == ["Background", "Tugline"]
    assert krita.value("pixel(200, 200)") == [100, 99, 200, 255]


def test_the_artists_other_layer_stays_the_active_one(krita: KritaSession) -> None:
    krita.run("doc.setActiveNode(bottom())")
    krita.settle()
    first, _ = shown(krita)
    last = one_drag(krita, (1, 2, 3))
    krita.wait_for("doc.activeNode().name() == 'Background'")
    undo(krita, first)
    krita.wait_for("doc.activeNode().name() == 'Background'")
    redo(krita, last)
    krita.wait_for("doc.activeNode().name() == 'Background'")


def test_a_picture_below_all_others_is_dragged_like_any_other(krita: KritaSession) -> None:
    krita.run("bottom().remove()")
    krita.settle()
    first, _ = shown(krita)
    last = one_drag(krita, (5, 5, 5), (1, 2, 3))
    assert krita.value("[names(), pixel(200, 200)]") == [["Tugline"], [1, 2, 3, 255]]
    step(krita, "ctrl+z", f"len(names()) == 1 and id_of(edit()) == {first!r}")
    assert krita.value("pixel(200, 200)") == [10, 20, 30, 255]
    step(krita, "ctrl+shift+z", f"len(names()) == 1 and id_of(edit()) == {last!r}")
    assert krita.value("pixel(200, 200)") == [1, 2, 3, 255]


def test_undoing_the_picture_itself_and_redoing_all_of_it(krita: KritaSession) -> None:
    first, _ = shown(krita)
    last = one_drag(krita, (1, 2, 3))
    undo(krita, first)
    step(krita, "ctrl+z", "names() == ['Background']")
    step(krita, "ctrl+shift+z", "len(names()) == 2")
    redo(krita, last)
    assert shown(krita) == (last, [1, 2, 3, 255])


@pytest.mark.parametrize(("model", "depth"), DOCUMENTS)
def test_every_kind_of_document_keeps_the_frames_bytes(
    shared: KritaSession, model: str, depth: str
) -> None:
    kept: Any = shared.run(
        f"""
        def through():
            yield from fresh(512, 512, {model!r}, {depth!r})
            made = make(noise(1))
            yield 50
            found = [layers.pixels(edit(), BOX) == noise(1)]
            yield from drag(noise(2), noise(3))
            found.append(layers.pixels(edit(), BOX) == noise(3))
            yield from once(noise(4))
            found.append(layers.pixels(edit(), BOX) == noise(4))
            return [*found, edit().colorModel(), edit().colorDepth(), names()]
        result = through()
        """
    )
    assert kept == [True, True, True, "RGBA", "U8", ["Background", "Tugline"]]


@pytest.mark.parametrize("write", ["drag(noise(9), noise(2, opaque=False), last)", "once(last)"])
def test_where_a_frame_is_transparent_no_pixel_changes(krita: KritaSession, write: str) -> None:
    same: Any = krita.run(
        f"""
        def through():
            yield from once(noise(1))
            alpha = bytes(x if x < 256 else 511 - x for x in range(512)) * (BOX.height // 2)
            last = planes.seen_through(noise(2), alpha)
            yield from {write}
            was, frame, now = noise(1), noise(2), layers.pixels(edit(), BOX)
            kept = taken = mixed = 0
            for n, a in enumerate(alpha):
                here = slice(4 * n, 4 * n + 4)
                kept += a == 0 and was[here] != now[here]
                taken += a == 255 and frame[here] != now[here]
                mixed += 0 < a < 255 and any(
                    abs(o + (f - o) * a / 255 - k) > 1.5
                    for o, f, k in zip(was[here][:3], frame[here][:3], now[here][:3]))
            return [alpha.count(0) > 0, alpha.count(255) > 0, kept, taken, mixed]
        result = through()
        """
    )
    assert same == [True, True, 0, 0, 0]


def test_a_drag_keeps_what_the_artist_set_on_the_layer(krita: KritaSession) -> None:
    looks = krita.run(
        """
        group = doc.createGroupLayer("group")
        doc.rootNode().addChildNode(group, None)
        under = doc.createNode("under", "paintlayer")
        group.addChildNode(under, None)
        e.remove()
        made = make(above=under)
        over = doc.createNode("over", "paintlayer")
        group.addChildNode(over, None)
        part = Selection()
        part.select(0, 0, 200, 400, 255)
        mask = doc.createFilterMask("mask", app.filter("invert"), part)
        made.addChildNode(mask, None)
        made.setOpacity(128)
        made.setBlendingMode("multiply")
        made.setAlphaLocked(True)
        made.setInheritAlpha(True)
        made.setColorLabel(4)

        def look():
            node = edit()
            return [names(), node.parentNode().name(), node.opacity(), node.blendingMode(),
                    node.alphaLocked(), node.inheritAlpha(), node.colorLabel(), node.locked(),
                    node.visible(), [at(150, 150, m) for m in node.childNodes()]]

        def through():
            yield from settled()
            before = look()
            yield from drag(plain((1, 2, 3, 255)), plain((7, 8, 9, 255)))
            dragged = look()
            yield from once(plain((4, 5, 6, 255)))
            return [before, dragged, look(), at(200, 200)]
        result = through()
        """
    )
    before, dragged, written, colour = looks
    assert before[0] == ["Background", "group", "under", "Tugline", "mask", "over"]
    assert before[1:9] == ["group", 128, "multiply", True, True, 4, False, True]
    assert dragged == written == before
    assert colour == [4, 5, 6, 255]


def stroke(krita: KritaSession, layer: str, y: int) -> None:
    """Paint a real stroke from left to right on a layer of the document."""
    krita.run(f"doc.setActiveNode(next(n for n in every(doc.rootNode()) if n.name() == {layer!r}))")
    krita.settle()
    krita.run("before = bytes(doc.activeNode().pixelData(0, 0, 512, 512))")
    krita.stroke(krita.on_screen(20, y), krita.on_screen(490, y))
    assert krita.value("bytes(doc.activeNode().pixelData(0, 0, 512, 512)) != before")


def test_the_artists_strokes_are_undone_in_their_order(krita: KritaSession) -> None:
    krita.run("own = doc.createNode('own', 'paintlayer'); doc.rootNode().addChildNode(own, None)")
    colours = "[at(60, y, own) for y in (30, 60, 420)]"
    blank = [0, 0, 0, 0]
    stroke(krita, "own", 30)
    krita.run("doc.setActiveNode(edit())")
    krita.settle()
    first, _ = shown(krita)
    second = one_drag(krita, (1, 2, 3))
    stroke(krita, "own", 60)
    krita.run("doc.setActiveNode(edit())")
    krita.settle()
    third = one_drag(krita, (4, 5, 6))
    stroke(krita, "own", 420)
    assert all(found[3] for found in krita.value(colours))

    here = "len(names()) == 3 and id_of(edit()) == "
    step(krita, "ctrl+z", f"at(60, 420, own) == {blank}")
    assert shown(krita)[0] == third
    step(krita, "ctrl+z", here + repr(second))
    step(krita, "ctrl+z", f"at(60, 60, own) == {blank}")
    assert shown(krita) == (second, [1, 2, 3, 255])
    step(krita, "ctrl+z", here + repr(first))
    assert shown(krita)[1] == [10, 20, 30, 255]
    step(krita, "ctrl+z", f"at(60, 30, own) == {blank}")
    for wanted in ("at(60, 30, own)[3]", here + repr(second), "at(60, 60, own)[3]"):
        step(krita, "ctrl+shift+z", wanted)
    step(krita, "ctrl+shift+z", here + repr(third))
    step(krita, "ctrl+shift+z", "at(60, 420, own)[3]")
    assert shown(krita) == (third, [4, 5, 6, 255])


def test_one_undo_is_enough_however_long_krita_takes_for_it(krita: KritaSession) -> None:
    first, _ = shown(krita)
    last = one_drag(krita, (1, 2, 3))
    krita.run(
        """
        looks, truth = undoing._LOOKS, undoing.rests
        undoing._LOOKS, undoing.rests = 1, lambda document: False
        """
    )
    try:
        undo(krita, first)
        redo(krita, last)
    finally:
        krita.run("undoing._LOOKS, undoing.rests = looks, truth")


def test_paint_on_the_layer_itself_outlives_the_next_drag(krita: KritaSession) -> None:
    first = one_drag(krita, (1, 2, 3))
    krita.run("place = BOX.x, BOX.y - 40")
    stroke(krita, "Tugline", 50)  # above the picture's box
    painted = krita.value("at(200, 50)")
    second = one_drag(krita, (4, 5, 6))
    assert krita.value("[at(200, 50), at(200, 200)]") == [painted, [4, 5, 6, 255]]
    undo(krita, first)
    assert krita.value("[at(200, 50), at(200, 200)]") == [painted, [1, 2, 3, 255]]
    step(krita, "ctrl+z", "at(200, 50)[3] == 0")
    assert shown(krita) == (first, [1, 2, 3, 255])
    step(krita, "ctrl+shift+z", "at(200, 50)[3] > 0")
    redo(krita, second)
    assert krita.value("[at(200, 50), at(200, 200)]") == [painted, [4, 5, 6, 255]]


def begin(krita: KritaSession) -> None:
    krita.run(
        """
        pulling = layers.Preview(doc, edit(), PLACE)
        assert pulling.show(plain((5, 5, 5, 255)))
        result = None
        """
    )
    krita.settle()
    assert krita.value("names()") == ["Background", "Tugline (pulling)", "Tugline"]
    assert krita.value("pixel(200, 200)") == [5, 5, 5, 255]


FRAME = "pulling.show(plain((6, 6, 6, 255)))"
UNHARMED = "[names(), edit().visible(), at(200, 200), pixel(200, 200)]"
AS_BEFORE = [["Background", "Tugline"], True, [10, 20, 30, 255], [10, 20, 30, 255]]


def test_a_drag_that_is_taken_back_leaves_no_step(krita: KritaSession) -> None:
    steps = krita.value("next_undo()")
    one_drag(krita, (9, 9, 9))
    step(krita, "ctrl+z", "len(names()) == 2 and at(200, 200) == [10, 20, 30, 255]")
    begin(krita)
    krita.run("pulling.discard()")
    krita.wait_for("len(names()) == 2")
    krita.settle()
    assert krita.value(UNHARMED) == AS_BEFORE
    krita.wait_for(f"next_undo() == {steps!r}")
    step(krita, "ctrl+z", "names() == ['Background']")


def test_a_drag_taken_back_after_a_stroke_leaves_the_stroke(krita: KritaSession) -> None:
    begin(krita)
    stroke(krita, "Background", 30)
    krita.run("pulling.discard()")
    krita.wait_for("len(names()) == 2")
    krita.settle()
    assert krita.value(UNHARMED) == AS_BEFORE
    assert krita.value("at(60, 30, doc.rootNode().childNodes()[0])") != [255, 255, 255, 255]


def test_an_undo_in_the_midst_of_a_drag_ends_it(krita: KritaSession) -> None:
    begin(krita)
    step(krita, "ctrl+z", "len(names()) == 2")
    assert krita.value(FRAME) is False
    krita.settle()
    assert krita.value(UNHARMED) == AS_BEFORE


def test_the_preview_deleted_in_the_midst_of_a_drag_ends_it(krita: KritaSession) -> None:
    begin(krita)
    krita.run("next(n for n in every(doc.rootNode()) if n.name() == layers.PREVIEW_NAME).remove()")
    krita.settle()
    assert krita.value(FRAME) is False
    krita.settle()
    assert krita.value(UNHARMED) == AS_BEFORE
    assert krita.value("fault(lambda: pulling.commit(plain((1, 1, 1, 255)), print))")


def test_the_edits_layer_deleted_in_the_midst_of_a_drag_ends_it(krita: KritaSession) -> None:
    begin(krita)
    krita.run("edit().remove()")
    krita.settle()
    assert krita.value(FRAME) is False
    krita.wait_for("names() == ['Background']")


def test_the_layers_reordered_in_the_midst_of_a_drag_go_on(krita: KritaSession) -> None:
    begin(krita)
    krita.run("doc.setActiveNode(edit())")
    krita.settle()
    krita.run("app.action('move_layer_down').trigger()")
    krita.wait_for("names()[0] == 'Tugline' or names()[1] == 'Tugline'")
    krita.settle()
    assert krita.value(FRAME) is True
    krita.run("done = []; pulling.commit(plain((7, 7, 7, 255)), done.append)")
    krita.wait_for("len(done)")
    assert krita.value("[sorted(names()), at(200, 200)]") == [
        ["Background", "Tugline"],
        [7, 7, 7, 255],
    ]


def test_a_document_closed_in_the_midst_of_a_drag_is_left_alone(krita: KritaSession) -> None:
    begin(krita)
    krita.run("doc.setModified(False); doc.close()")
    krita.wait_for("not app.documents()")
    assert krita.value(FRAME) is False
    krita.run("pulling.discard()")
    assert krita.value("fault(lambda: pulling.commit(plain((1, 1, 1, 255)), print))")


def test_a_document_saved_in_the_midst_of_a_drag_is_mended(krita: KritaSession) -> None:
    begin(krita)
    kept = krita.home / "midst.kra"
    seen = krita.run(
        f"""
        doc.setBatchmode(True)
        doc.saveAs({str(kept)!r})
        doc.waitForDone()
        pulling.discard()
        again = app.openDocument({str(kept)!r})
        app.activeWindow().addView(again)
        again.waitForDone()
        was = [n.name() for n in every(again.rootNode())]
        restored = [layers.restore_interrupted(again), layers.restore_interrupted(again)]
        again.waitForDone()
        left = [(n.name(), n.visible()) for n in every(again.rootNode())]
        again.setModified(False)
        result = [was, restored, left]
        """
    )
    assert seen == [
        ["Background", "Tugline (pulling)", "Tugline"],
        [1, 0],
        [["Background", True], ["Tugline", True]],
    ]


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("e.setLocked(True)", "is locked"),
        ("e.setVisible(False)", "is hidden"),
        ("e.setColorSpace('GRAYA', 'U8', 'Gray-D50-elle-V2-srgbtrc.icc')", "other colours"),
        ("e = doc.createGroupLayer('g'); doc.rootNode().addChildNode(e, None)", "no paint layer"),
    ],
)
def test_what_cannot_be_pulled_is_said_and_left_alone(
    krita: KritaSession, deed: str, words: str
) -> None:
    krita.run(deed)
    krita.settle()
    before = krita.value("[names(), next_undo()]")
    said = krita.value("fault(lambda: layers.Preview(doc, e, PLACE))")
    assert words in said
    assert said == krita.value("layers.is_editable(e)")
    assert krita.value("[names(), next_undo()]") == before


def test_the_edits_layer_can_be_merged_into_the_one_below(krita: KritaSession) -> None:
    krita.run("layers.commit_to_layer_below(doc, edit())")
    krita.settle()
    assert krita.value("[names(), pixel(200, 200)]") == [["Background"], [10, 20, 30, 255]]
    step(krita, "ctrl+z", "names() == ['Background', 'Tugline']")


@pytest.mark.parametrize(
    ("deed", "words"),
    [
        ("bottom().setLocked(True)", "is locked"),
        ("bottom().setVisible(False)", "is hidden"),
        ("bottom().remove()", "no layer below"),
        (
            "doc.rootNode().addChildNode(doc.createGroupLayer('g'), bottom())",
            "a group",
        ),
    ],
)
def test_where_nothing_can_take_the_picture_that_is_said(
    krita: KritaSession, deed: str, words: str
) -> None:
    krita.run(deed)
    krita.settle()
    before = krita.value("names()")
    assert words in krita.value("fault(lambda: layers.commit_to_layer_below(doc, edit()))")
    assert krita.value("names()") == before


def test_streaming_holds_krita_up_for_no_more_than_it_may(shared: KritaSession) -> None:
    shared.run(
        """
        plain_document[0] = None
        result = fresh(1024, 1024)
        """
    )
    shared.run(
        """
        for name in ("one", "two"):
            layer = doc.createNode(name, "paintlayer")
            layer.setPixelData(bytes((90, 90, 90, 200)) * 1024 * 1024, 0, 0, 1024, 1024)
            doc.rootNode().addChildNode(layer, None)
        whole = Box(0, 0, 1024, 1024)
        place = Placement.upright_at(256, 256, whole)
        made = make(plain((1, 2, 3, 255), whole), place)
        frames = [plain((20 * n, 99, 99, 255), whole) for n in range(8)]
        result = layers.streams_into_layer(doc)
        """
    )
    blocks = []
    for _ in range(3):  # what the machine adds is now in one drag, now in another
        shared.settle()
        shared.mark()
        shared.run("result = drag(*frames, place=place)")
        blocks.append(shared.longest_block())
    assert min(block.busy for block in blocks) <= MOST_BLOCKED_MS * slowness(), blocks


@pytest.mark.parametrize(
    ("width", "height", "depth", "streams"),
    [(1024, 1024, "U8", True), (1100, 1000, "U8", False), (1024, 1024, "U16", False)],
)
def test_documents_that_are_slow_to_composite_do_not_stream(
    shared: KritaSession, width: int, height: int, depth: str, streams: bool
) -> None:
    shared.run(f"result = fresh({width}, {height}, 'RGBA', {depth!r})")
    assert shared.value("layers.streams_into_layer(doc)") is streams


def test_a_slow_document_is_composited_in_a_share_of_the_time(shared: KritaSession) -> None:
    refreshes, frames, slow = shared.run(
        """
        def through():
            yield from fresh(2048, 2048)
            made = make()
            yield from settled()
            pulling = layers.Preview(doc, edit(), PLACE)
            refreshes, refresh = [], pulling._pace._refresh

            def timed():
                began = time.monotonic()
                time.sleep(0.1)
                refresh()
                refreshes.append([began, time.monotonic()])

            pulling._pace._refresh = timed
            frames = 0
            while len(refreshes) < 5:
                assert pulling.show(plain((frames % 256, 0, 0, 255)))
                frames += 1
                yield 20
            slow = pulling.slow
            pulling.discard()
            yield from rested()
            return [refreshes, frames, slow]
        import time
        result = through()
        """
    )
    assert slow
    spent = sum(ended - began for began, ended in refreshes[:-1])
    assert spent <= 0.31 * (refreshes[-1][0] - refreshes[0][0])
    assert frames > 2 * len(refreshes)


RECORD = "LayerRecord('edit', 'state', {place}, layers.digest(edit(), ({place}).box))"
EXAMINE = "(lambda s: [s.change.value, s.placement.corners])(layers.examine(edit(), record, {}))"
SMOOTH = """
    picture = bytearray()
    for y in range(BOX.height):
        for x in range(BOX.width):
            picture += bytes((x, (x * y) // 200 % 256, 255 - y, 255))
    picture = bytes(picture)
    e.remove()
    made = make(picture)
"""


@pytest.fixture
def recorded(krita: KritaSession) -> KritaSession:
    """The edit's layer shows a picture of its own, and a record of it is kept."""
    krita.run(SMOOTH)
    krita.settle()
    krita.run(f"record = {RECORD.format(place='PLACE')}; doc.setActiveNode(edit())")
    return krita


def corners(krita: KritaSession) -> tuple[str, list[list[float]]]:
    krita.settle()
    change, found = krita.value(EXAMINE.format("picture"))
    return change, found


def test_a_layer_that_nobody_touched_is_the_same(recorded: KritaSession) -> None:
    assert corners(recorded)[0] == "same"


def test_a_moved_layer_is_followed(recorded: KritaSession) -> None:
    recorded.run("edit().move(edit().position().x() + 31, edit().position().y() - 17)")
    change, found = corners(recorded)
    assert change == "moved"
    assert found == [[131, 73], [387, 73], [387, 265], [131, 265]]


@pytest.mark.parametrize(
    ("deed", "wanted"),
    [
        (
            "edit().rotateNode(math.pi / 2)",
            [[324, 58], [324, 314], [132, 314], [132, 58]],
        ),
        (
            "edit().scaleNode(QPointF(100, 90), 384, 288, 'Bicubic')",
            [[100, 90], [484, 90], [484, 378], [100, 378]],
        ),
        ("edit().rotateNode(math.radians(20))", None),
        (
            "for turn in (15, 10): edit().rotateNode(math.radians(turn)); doc.waitForDone()",
            None,
        ),
        ("app.action('mirrorNodeX').trigger()", [[412, 90], [156, 90], [156, 282], [412, 282]]),
    ],
)
def test_a_transformed_layer_is_followed(
    recorded: KritaSession, deed: str, wanted: list[list[float]] | None
) -> None:
    recorded.run(f"import math\nfrom PyQt5.QtCore import QPointF\n{deed}")
    change, found = corners(recorded)
    assert change == "transformed"
    if wanted is not None:
        assert all(
            abs(a - b) < 1.0
            for one, other in zip(found, wanted, strict=True)
            for a, b in zip(one, other, strict=True)
        ), found


def test_a_transformed_layer_is_dragged_on_in_its_place(recorded: KritaSession) -> None:
    recorded.run("import math\nedit().rotateNode(math.radians(20))")
    assert corners(recorded)[0] == "transformed"
    inside, outside, edge = recorded.run(
        """
        def through():
            place = layers.examine(edit(), record, picture).placement
            outline = layers.pixels(edit(), place.box)[3::4]
            for colour in ((1, 2, 3, 255), (4, 5, 6, 255)):
                frame = painting.warp(plain(colour), (BOX.width, BOX.height), place)
                yield from drag(frame, place=place)
            middle = place.to_document.map((64, 48))
            corner = at(place.box.x + 1, place.box.y + 1)
            now = layers.pixels(edit(), place.box)[3::4]
            edge = max(abs(a - b) for a, b in zip(outline, now))
            return [at(int(middle[0]), int(middle[1])), corner, edge]
        result = through()
        """
    )
    assert inside == [4, 5, 6, 255]
    assert outside[3] == 0
    assert edge < 128, "the outline grows with each drag"


def test_paint_is_noticed(recorded: KritaSession) -> None:
    stroke(recorded, "Tugline", 200)
    assert corners(recorded)[0] == "painted"


def test_paint_is_noticed_on_a_moved_layer(recorded: KritaSession) -> None:
    stroke(recorded, "Tugline", 200)
    recorded.run("edit().move(edit().position().x() + 31, edit().position().y() - 17)")
    assert corners(recorded)[0] == "painted"


def test_the_faintest_paint_is_noticed(recorded: KritaSession) -> None:
    recorded.run(
        "p = bytearray(edit().pixelData(200, 180, 9, 9)); p[0] ^= 1\n"
        "edit().setPixelData(bytes(p), 200, 180, 9, 9)"
    )
    assert corners(recorded)[0] == "painted"


def test_paint_inside_a_transformed_layer_is_noticed(recorded: KritaSession) -> None:
    recorded.run(
        "import math\n"
        "edit().setPixelData(bytes((0, 0, 255, 255)) * 81, 200, 180, 9, 9)\n"
        "edit().rotateNode(math.radians(20))"
    )
    assert corners(recorded)[0] == "painted"
