"""The hand on Krita's canvas, and what is drawn over it, in the real Krita.

What is right is read off the screen: a landmark painted into the document is looked for in a
screenshot, and there the real pointer presses. No transform of the plugin's is trusted.
"""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.editors.conftest import OpenKrita, judge
from tests.editors.opening import Wish, krita_session, missing_editor
from tests.editors.session import KritaSession

_ARTIFACTS = Path(__file__).parents[2] / "out" / "editors" / "test_canvas"

XY = tuple[float, float]

LANDMARK = (300.0, 220.0)  # the centre, in document pixels
_MAGENTA = (255, 0, 255)
_HANDLE_BLUE = (42, 130, 255)

# Names of the tests' side in Krita. ``told`` is everything that the watch has said.
_SCENE = """
    import hashlib
    from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
    from PyQt5.QtGui import QColor, QImage, QMouseEvent, QTabletEvent
    from PyQt5.QtWidgets import QApplication, QMdiArea
    from tugline.canvas import CanvasWatch, document_to_view
    from tugline_edit.hand import Pointer
    from tugline.overlay import Overlay, OverlayPicture
    from tugline_edit.drawn import DrawnArrow
    from tugline_edit.geometry import Affine

    told = []
    wanted = [True]
    keys_wanted = [True]
    watch = CanvasWatch(lambda place: wanted[0], lambda key: keys_wanted[0])
    for name in ("pressed", "moved", "released", "hovered", "keyed"):
        getattr(watch, name).connect(lambda what, name=name: told.append([name, what]))
    watch.view_changed.connect(lambda: told.append(["view_changed", None]))
    watch.start()

    def said(*names):
        return [what for name, what in told if name in names]

    def picture():
        return hashlib.sha256(app.activeDocument().pixelData(0, 0, 600, 500)).hexdigest()

    def on_screen(widget):
        corner, ratio = widget.mapToGlobal(QPoint()), widget.devicePixelRatioF()
        left, top = corner.x() * ratio, corner.y() * ratio
        return [round(v) for v in
                (left, top, left + widget.width() * ratio, top + widget.height() * ratio)]

    def fill(left, top, width, height, bgra):
        document = app.activeDocument()
        data = bytes(bgra) * (width * height)
        document.activeNode().setPixelData(data, left, top, width, height)
        document.refreshProjection()
"""


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KritaSession]:
    """One Krita for all tests of this file: each opens a document of its own in it."""
    missing = missing_editor()
    if missing:
        pytest.skip(missing)
    with krita_session(tmp_path_factory.mktemp("krita"), _ARTIFACTS) as session:
        session.run(_SCENE)
        yield session
        judge(session)


@pytest.fixture
def krita(shared: KritaSession) -> Iterator[KritaSession]:
    """The shared Krita with a fresh document, whose landmark is a magenta square."""
    _open_document(shared)
    yield shared
    _close_documents(shared)


def _open_document(krita: KritaSession) -> None:
    krita.new_document(600, 500)
    krita.wait_for("watch.canvas is canvas()")
    krita.run(
        """
        told.clear(); wanted[0] = keys_wanted[0] = True
        fill(0, 0, 600, 500, (90, 120, 100, 255))
        fill(294, 214, 12, 12, (255, 0, 255, 255))
        """
    )
    krita.settle()


def _close_documents(krita: KritaSession) -> None:
    krita.run(
        """
        for document in app.documents():
            document.setModified(False)
            document.close()
        """
    )
    krita.wait_for("watch.canvas is None")


def _show(krita: KritaSession, zoom: float, rotation: float, *, mirror: bool) -> None:
    krita.run(
        f"""
        view = app.activeWindow().activeView().canvas()
        view.setMirror({mirror}); view.setZoomLevel({zoom}); view.setRotation({rotation})
        """
    )
    krita.settle()


def _find(krita: KritaSession, colour: tuple[int, int, int], name: str) -> XY:
    """Return the screen's pixel in the middle of the canvas's one spot of ``colour``."""
    left, top, right, bottom = krita.value("on_screen(watch.canvas)")
    with Image.open(krita.picture(name)) as picture:
        canvas = np.asarray(picture.convert("RGB").crop((left, top, right, bottom)), np.int16)
    rows, columns = np.nonzero((abs(canvas - np.array(colour)) <= 12).all(axis=2))
    assert rows.size, f"nothing on the canvas is {colour}: {name}.png"
    assert max(np.ptp(rows), np.ptp(columns)) < 60, f"{colour} is in several places: {name}.png"
    return left + columns.mean().item() + 0.5, top + rows.mean().item() + 0.5


def _in_document(krita: KritaSession, view: XY) -> XY:
    x, y = krita.value(f"document_to_view(watch.view).inverted().map(({view[0]}, {view[1]}))")
    return x, y


def _pull(krita: KritaSession, start: XY, end: XY) -> None:
    krita.mouse.drag(start, end, steps=8)


SIGHTS = [
    pytest.param(0.33, 0.0, False, id="33%"),
    pytest.param(1.0, 0.0, False, id="100%"),
    pytest.param(2.5, 0.0, False, id="250%"),
    pytest.param(1.0, 30.0, False, id="turned"),
    pytest.param(1.3, 0.0, True, id="mirrored"),
    pytest.param(1.7, 30.0, True, id="turned-and-mirrored"),
]


@pytest.mark.parametrize(("zoom", "rotation", "mirror"), SIGHTS)
def test_a_press_and_an_arrow_are_where_the_landmark_is(
    krita: KritaSession, zoom: float, rotation: float, mirror: bool
) -> None:
    _show(krita, zoom, rotation, mirror=mirror)
    krita.mouse.move(5, 5)
    place = _find(krita, _MAGENTA, f"landmark-{zoom}-{rotation}-{mirror}")
    _pull(krita, place, (place[0] + 40, place[1] + 25))
    krita.wait_for("said('released')")
    pressed, *others = krita.value("said('pressed')")
    assert others == []
    # Qt tells the pointer's place in whole logical pixels: none is finer.
    finest = krita.value("watch.canvas.devicePixelRatioF()") / zoom
    assert math.dist(_in_document(krita, pressed), LANDMARK) <= max(1.0, finest)

    krita.run(
        """
        arrow = DrawnArrow((250, 170), (310, 190))  # image pixels
        overlay = Overlay(watch.canvas, watch.view)
        overlay.show_picture(OverlayPicture((arrow,), (400, 300), Affine(e=50, f=50)))
        """
    )
    krita.settle()
    krita.mouse.move(5, 5)
    drawn = _find(krita, _HANDLE_BLUE, f"arrow-{zoom}-{rotation}-{mirror}")
    assert math.dist(drawn, place) <= 1.5


def test_a_pull_leaves_the_picture_alone_and_without_drag_mode_the_brush_paints(
    krita: KritaSession,
) -> None:
    here = krita.on_screen(150, 400)
    there = krita.on_screen(250, 420)
    before = krita.value("picture()")
    _pull(krita, here, there)
    krita.wait_for("said('released')")
    krita.settle()
    assert krita.value("picture()") == before
    krita.run("told.clear()")
    krita.mouse.move(*here)
    krita.mouse.down()
    for step in range(1, 6):  # one by one: Qt joins moves that it had no time for
        krita.mouse.move(here[0] + 5 * step, here[1])
        krita.wait_for(f"len(said('moved')) == {step}")
    krita.mouse.up()
    krita.wait_for("said('released')")
    krita.settle()
    assert krita.value("picture()") == before

    krita.run("wanted[0] = False; told.clear()")
    krita.stroke(here, there)
    assert krita.value("picture()") != before
    assert krita.value("said('pressed', 'moved', 'released')") == []


def test_a_watch_that_was_stopped_takes_nothing_until_it_starts_again(krita: KritaSession) -> None:
    here, there = krita.on_screen(150, 400), krita.on_screen(250, 420)
    before = krita.value("picture()")
    krita.run("watch.stop(); told.clear()")
    assert krita.value("watch.canvas is None and watch.view is None")
    krita.stroke(here, there)
    assert krita.value("picture()") != before
    assert krita.value("told") == []
    krita.run("watch.start(); told.clear()")
    _pull(krita, here, there)
    krita.wait_for("said('released')")


def test_panning_zooming_and_picking_stay_kritas(krita: KritaSession) -> None:
    middle = krita.on_screen(300, 250)
    before = krita.value("document_to_view(watch.view).map((0, 0))")

    def moved() -> XY:
        now = krita.value("document_to_view(watch.view).map((0, 0))")
        return now[0] - before[0], now[1] - before[1]

    krita.mouse.move(*middle)
    krita.mouse.down(2)
    krita.mouse.path([(middle[0] + 6 * i, middle[1] + 3 * i) for i in range(1, 11)])
    krita.mouse.up(2)
    krita.wait_until(lambda: moved() == (60, 30), "the middle button pans")

    with krita.holding("space"):
        krita.mouse.drag((middle[0] + 60, middle[1] + 30), middle, steps=10)
        krita.wait_until(lambda: moved() == (0, 0), "space and the left button pan")

    krita.run("scale = document_to_view(watch.view).scale")
    krita.mouse.click(*middle, button=4)
    krita.wait_for("document_to_view(watch.view).scale > 1.05 * scale")

    landmark = krita.on_screen(*LANDMARK)
    with krita.holding("ctrl"):
        krita.mouse.click(*landmark)
        krita.wait_for("watch.view.foregroundColor().componentsOrdered()[:3] == [1.0, 0.0, 1.0]")
    assert krita.value("said('pressed', 'moved', 'released')") == []


def test_other_buttons_in_the_middle_of_a_pull_do_nothing(krita: KritaSession) -> None:
    start = krita.on_screen(200, 200)
    krita.run("at = document_to_view(watch.view)")
    krita.mouse.pull(start, (start[0] + 50, start[1]), steps=5)
    krita.mouse.down(2)
    krita.mouse.path([(start[0] + 60 + i, start[1] + i) for i in range(10)])
    krita.mouse.up(2)
    krita.mouse.click(start[0] + 70, start[1] + 10, button=3)
    assert krita.value("said('released')") == []
    krita.mouse.up()
    krita.wait_for("said('released')")
    assert krita.value("document_to_view(watch.view) == at")
    # Krita has seen neither button go down nor up: its own pan still works.
    krita.mouse.down(2)
    krita.mouse.path([(start[0] + 70 + 5 * i, start[1] + 10) for i in range(1, 9)])
    krita.mouse.up(2)
    krita.wait_for("document_to_view(watch.view).e == at.e + 40")


_PEN = """
    from tugline import hand

    def pen(kind, x, y, button=Qt.LeftButton, tip=QTabletEvent.Pen, modifiers=Qt.NoModifier):
        place = QPointF(x, y)
        down = Qt.NoButton if kind == QEvent.TabletRelease else button
        event = QTabletEvent(kind, place, place, QTabletEvent.Stylus, tip, 0.8, 0, 0, 0.0, 0.0, 0,
                             modifiers, 7, button, down)
        QApplication.sendEvent(watch.canvas, event)
        return event.isAccepted()

    def mouse(kind, x, y, button=Qt.LeftButton):
        down = Qt.NoButton if kind == QEvent.MouseButtonRelease else Qt.LeftButton
        place = QPointF(x, y)
        event = QMouseEvent(kind, place, button, down, Qt.NoModifier)
        QApplication.sendEvent(watch.canvas, event)

    def stroke(echo=True, **how):
        # However slow this Krita is, all of this comes in the time of an echo.
        hand.PEN_ECHO_SECONDS = 60.0
        pen(QEvent.TabletPress, 200.25, 200.5, **how)
        if echo:
            mouse(QEvent.MouseButtonPress, 200, 200)
        for step in range(1, 12):
            pen(QEvent.TabletMove, 200.25 + 5 * step, 200.5, **how)
            if echo:
                mouse(QEvent.MouseMove, 200 + 5 * step, 200, Qt.NoButton)
            yield 10
        pen(QEvent.TabletRelease, 255.25, 200.5, **how)
        if echo:
            mouse(QEvent.MouseButtonRelease, 255, 200)
            # What comes late, after the pen has been lifted.
            mouse(QEvent.MouseButtonPress, 255, 200)
            for step in range(12):
                mouse(QEvent.MouseMove, 255 + 5 * step, 200, Qt.NoButton)
            mouse(QEvent.MouseButtonRelease, 315, 200)
        hand.PEN_ECHO_SECONDS = 0.3
        yield from settled()
        return picture()
"""


def test_a_pen_pulls_once_and_its_echo_as_a_mouse_paints_nothing(krita: KritaSession) -> None:
    krita.run(_PEN)
    before = krita.value("picture()")
    assert krita.run("result = stroke()") == before
    assert krita.value("said('pressed')") == [[200.25, 200.5]]
    assert krita.value("said('released')") == [[255.25, 200.5]]
    assert krita.value("said('moved')") == [[200.25 + 5 * step, 200.5] for step in range(1, 12)]


def test_the_pens_other_end_and_its_side_button_stay_kritas(krita: KritaSession) -> None:
    krita.run(_PEN)
    before = krita.value("picture()")
    assert krita.run("result = stroke(echo=False, tip=QTabletEvent.Eraser)") != before
    krita.run("result = stroke(echo=False, button=Qt.RightButton)")
    assert krita.value("said('pressed', 'moved', 'released')") == []


def test_keys_are_taken_only_when_they_are_wanted(krita: KritaSession) -> None:
    krita.mouse.drag(krita.on_screen(100, 100), krita.on_screen(110, 110))
    krita.wait_for("said('released')")
    before = krita.value("picture()")
    for key in ("Delete", "Escape", "Return", "KP_Enter"):
        krita.key(key)
    krita.wait_for("len(said('keyed')) >= 4")
    assert krita.value("said('keyed')") == ["delete", "escape", "enter", "enter"]
    krita.settle()
    krita.run("told.clear(); keys_wanted[0] = False")
    assert krita.value("picture()") == before
    krita.key("Delete")
    krita.wait_for("pixel(10, 10) == [255, 255, 255, 255]")  # Krita's own "Clear"
    assert krita.value("said('keyed')") == []
    # A key that was taken and let go of hinders no press.
    krita.run("told.clear()")
    krita.mouse.drag(krita.on_screen(100, 100), krita.on_screen(110, 110))
    krita.wait_for("said('released')")


def test_a_press_that_takes_the_focus_from_a_docker_is_taken(krita: KritaSession) -> None:
    krita.run(
        """
        from PyQt5.QtWidgets import QLineEdit
        field = QLineEdit(app.activeWindow().qwindow().statusBar())
        app.activeWindow().qwindow().statusBar().addWidget(field)
        field.show(); field.setFocus()
        """
    )
    krita.wait_for("field.hasFocus()")
    before = krita.value("picture()")
    krita.mouse.drag(krita.on_screen(100, 300), krita.on_screen(160, 300))
    krita.wait_for("said('released')")
    assert krita.value("watch.canvas.hasFocus()")
    krita.settle()
    assert krita.value("picture()") == before
    krita.run("field.deleteLater()")


def test_the_watch_goes_from_view_to_view_and_outlives_them(krita: KritaSession) -> None:
    krita.run("first, first_canvas = app.activeDocument(), watch.canvas")
    krita.new_document(200, 200)
    krita.wait_for("watch.canvas is not None and watch.canvas is not first_canvas")
    assert krita.value("watch.view.document() == app.activeDocument() != first")
    krita.mouse.drag(krita.on_screen(50, 50), krita.on_screen(100, 100))
    krita.wait_for("said('released')")

    krita.run("told.clear(); area = app.activeWindow().qwindow().findChild(QMdiArea)")
    krita.run("area.activatePreviousSubWindow()")
    krita.wait_for("watch.canvas is first_canvas and watch.view.document() == first")
    assert krita.value("len(said('view_changed'))") == 1
    krita.mouse.drag(krita.on_screen(50, 50), krita.on_screen(100, 100))
    krita.wait_for("said('released')")

    krita.run("told.clear(); first.setModified(False); first.close()")
    krita.wait_for("watch.view is not None and watch.view.document() != first")
    krita.mouse.drag(krita.on_screen(50, 50), krita.on_screen(100, 100))
    krita.wait_for("said('released')")


def test_sub_windows_side_by_side_each_have_their_turn(krita: KritaSession) -> None:
    krita.run("first, first_canvas = app.activeDocument(), watch.canvas")
    krita.new_document(200, 200)
    krita.run(
        """
        wanted[0] = False
        second_canvas = watch.canvas
        area = app.activeWindow().qwindow().findChild(QMdiArea)
        area.setViewMode(QMdiArea.SubWindowView); area.tileSubWindows()
        def centre(canvas):
            place = canvas.mapToGlobal(canvas.rect().center())
            return [place.x(), place.y()]
        """
    )
    krita.settle()
    # Krita keeps the press that only chooses a view for itself; the one after it is Tugline's.
    for canvas in ("first_canvas", "second_canvas", "first_canvas"):
        x, y = krita.value(f"centre({canvas})")
        krita.mouse.click(x, y)
        krita.wait_for(f"watch.canvas is {canvas}")
        krita.wait_for(f"(watch.view.document() == first) == ({canvas} is first_canvas)")
        krita.run("wanted[0] = True; told.clear()")
        krita.mouse.drag((x, y), (x + 40, y))
        krita.wait_for("said('released')")
        krita.run("wanted[0] = False")
    krita.run("area.setViewMode(QMdiArea.TabbedView)")


def test_a_second_window_has_its_turn_when_it_is_the_active_one(krita: KritaSession) -> None:
    krita.run("document, first_canvas = app.activeDocument(), watch.canvas")
    krita.run("second = app.openWindow(); second.qwindow().showMaximized()")
    krita.wait_for("second.qwindow().isVisible()")
    # As from a task bar: a window manager need not give a new window the focus.
    krita.screen.xdotool("windowactivate", krita.value("int(second.qwindow().winId())"))
    krita.wait_for("QApplication.activeWindow() is second.qwindow()")
    krita.wait_for("watch.canvas is None")
    krita.run("second.addView(document)")
    krita.wait_for("watch.canvas is not None and watch.canvas is not first_canvas")
    assert krita.value("watch.canvas.window() is second.qwindow()")
    # A floating docker is a window too, but no other view's.
    krita.run(
        """
        from PyQt5.QtWidgets import QDockWidget
        dock = next(d for d in second.dockers() if d.objectName() == "KisLayerBox")
        dock.setFloating(True); dock.show(); dock.activateWindow()
        """
    )
    krita.wait_for("QApplication.activeWindow() is dock")
    krita.settle()
    assert krita.value("watch.canvas.window() is second.qwindow()")
    krita.run("dock.setFloating(False); document.setModified(False)")
    krita.run("second.qwindow().close()")
    krita.wait_for("watch.canvas is first_canvas")
    krita.settle()
    krita.run("told.clear()")
    krita.mouse.drag(krita.on_screen(50, 50), krita.on_screen(100, 100))
    krita.wait_for("said('released')")


def test_a_document_that_closes_in_the_middle_of_a_pull_ends_it(krita: KritaSession) -> None:
    start = krita.on_screen(100, 100)
    krita.run("overlay = Overlay(watch.canvas, watch.view)")
    krita.run("overlay.show_picture(OverlayPicture((), (400, 300), Affine()))")
    krita.mouse.pull(start, (start[0] + 30, start[1]))
    krita.wait_for("said('pressed')")
    krita.run("app.activeDocument().setModified(False); app.activeDocument().close()")
    krita.wait_for("watch.canvas is None and watch.view is None")
    krita.mouse.up()
    assert krita.value("[name for name, _ in told if name in ('pressed', 'released')]") == [
        "pressed",
        "released",
    ]
    assert krita.value("watch.to_view() is None")
    assert krita.value("__import__('PyQt5.sip').sip.isdeleted(overlay)")


def test_the_pointer_shows_a_grip_and_kritas_cursor_comes_back(krita: KritaSession) -> None:
    krita.mouse.move(*krita.on_screen(100, 100))
    krita.wait_for("said('hovered')")
    krita.settle()
    tools = krita.value("int(watch.canvas.cursor().shape())")
    krita.run("watch.point_with(Pointer.GRASP)")
    assert krita.value("watch.canvas.cursor().shape() == Qt.OpenHandCursor")
    krita.run("app.action('KisToolTransform').trigger()")
    krita.settle()
    assert krita.value("watch.canvas.cursor().shape() == Qt.OpenHandCursor")
    krita.run("app.action('KritaShape/KisToolBrush').trigger(); told.clear()")
    krita.mouse.move(*krita.on_screen(120, 100))
    krita.wait_for("said('hovered')")
    krita.settle()
    krita.run("watch.point_with(Pointer.PLAIN)")
    krita.wait_for(f"int(watch.canvas.cursor().shape()) == {tools}")


def test_a_brushs_outline_is_out_of_sight_where_a_press_is_tuglines(krita: KritaSession) -> None:
    krita.run("fill(0, 300, 600, 200, (255, 255, 255, 255)); watch.view.setBrushSize(20)")
    _show(krita, 1.0, 0.0, mirror=False)
    here = krita.on_screen(150, 400)

    def outline_seen(name: str) -> bool:
        krita.mouse.path([(here[0] + step, here[1]) for step in range(-8, 1)])
        krita.settle()
        with Image.open(krita.picture(name)) as picture:
            box = (here[0] - 50, here[1] - 50, here[0] + 50, here[1] + 50)
            return bool(np.asarray(picture.convert("L").crop(box)).min() < 128)

    krita.wait_until(lambda: outline_seen("outline"), "the brush's outline")
    krita.run("watch.point_with(Pointer.PLACE)")
    krita.wait_until(lambda: not outline_seen("no-outline"), "the outline goes")
    krita.run("watch.point_with(Pointer.PLAIN)")
    krita.wait_until(lambda: outline_seen("outline-again"), "the brush's outline again")


def test_the_overlay_never_lags_behind_a_moving_canvas(krita: KritaSession) -> None:
    krita.run(
        """
        from PyQt5.QtCore import QObject
        class Stale(QObject):
            seen, behind = 0, 0
            def eventFilter(self, watched, event):
                if event.type() == QEvent.Paint:
                    self.seen += 1
                    self.behind += document_to_view(watch.view) != overlay._shown_at
                return False
        stale = Stale()
        overlay = Overlay(watch.canvas, watch.view)
        overlay.show_picture(OverlayPicture((), (400, 300), Affine()))
        watch.canvas.installEventFilter(stale)
        view = app.activeWindow().activeView().canvas()
        def turn():
            for degrees in range(1, 31):
                seen = stale.seen
                view.setRotation(degrees)
                while stale.seen == seen:
                    yield 5
        result = turn()
        """
    )
    assert krita.value("stale.seen") >= 30
    assert krita.value("stale.behind") == 0
    krita.run("watch.canvas.removeEventFilter(stale); view.setRotation(0)")


def test_a_frame_lies_beneath_the_arrows_and_goes_away_again(krita: KritaSession) -> None:
    _show(krita, 2.0, 30.0, mirror=True)
    krita.mouse.move(5, 5)
    place = _find(krita, _MAGENTA, "frame-landmark")
    krita.run(
        """
        frame = QImage(64, 48, QImage.Format_ARGB32)
        frame.fill(QColor(200, 180, 20))
        overlay = Overlay(watch.canvas, watch.view)
        arrow = DrawnArrow((60, 48), (90, 80))
        overlay.show_picture(OverlayPicture((arrow,), (128, 96), Affine(e=240, f=172), frame))
        """
    )
    krita.settle()
    assert math.dist(_find(krita, _HANDLE_BLUE, "frame"), place) <= 1.5
    with pytest.raises(AssertionError, match="nothing on the canvas"):
        _find(krita, _MAGENTA, "frame")
    krita.run("overlay.show_picture(None)")
    krita.settle()
    assert _find(krita, _MAGENTA, "frame-gone") == place


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(Wish(environment={"QT_SCALE_FACTOR": "2"}), id="twice-the-pixels"),
        pytest.param(Wish(opengl=False), id="without-OpenGL"),
    ],
)
def test_other_screens_and_canvases(open_krita: OpenKrita, wish: Wish) -> None:
    krita = open_krita(wish)
    krita.run(_SCENE)
    _open_document(krita)
    test_a_press_and_an_arrow_are_where_the_landmark_is(krita, 1.2, 30.0, mirror=True)
