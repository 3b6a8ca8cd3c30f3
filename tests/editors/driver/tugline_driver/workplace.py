"""Arranges Krita for the tests and finds its canvas, in ways that owe nothing to the plugin."""

from collections.abc import Iterator
from typing import Any

from krita import Krita
from PyQt5 import sip
from PyQt5.QtCore import QEvent, QObject, QPointF
from PyQt5.QtWidgets import QDockWidget, QMdiArea, QWidget

KEPT_DOCKERS = ("KisLayerBox",)
CANVASES = ("KisOpenGLCanvas2", "KisQPainterCanvas")


def arrange() -> bool:
    """Have the window active and as wide as the screen, and Tugline's docker beside a document.

    Returns whether it was so already. Krita restores an arrangement of its own when the window
    appears and again with its first document, so that the tests ask until nothing moves.
    """
    window = Krita.instance().activeWindow()
    if window is None:
        return False
    main = window.qwindow()
    if not main.isVisible() or main.width() < main.screen().size().width():
        main.showMaximized()
        return False
    if not main.isActiveWindow():  # keys would go elsewhere
        main.activateWindow()
        return False
    if not window.views():  # the welcome page, where Krita hides all dockers itself
        return True
    docks = main.findChildren(QDockWidget)
    wrong = [dock for dock in docks if dock.isHidden() == _is_wanted(dock)]
    for dock in wrong:
        dock.setVisible(dock.isHidden())
    return not wrong


def new_document(width: int, height: int, depth: str = "U8", profile: str = "") -> Any:
    """Open a white RGBA document of 72 dpi in the active window."""
    app = Krita.instance()
    document = app.createDocument(width, height, "test", "RGBA", depth, profile, 72.0)
    app.activeWindow().addView(document)
    return document


def canvas() -> Any:
    """Return the canvas widget of the active view, None while there is none."""
    window = Krita.instance().activeWindow()
    area = window.qwindow().findChild(QMdiArea) if window else None
    active = area.activeSubWindow() if area else None
    if active is None:
        return None
    for widget in active.findChildren(QWidget):
        if widget.metaObject().className() in CANVASES:
            return widget
    return None


def document_to_screen(x: float, y: float) -> list[int]:
    """Return where a document position is on the screen, in global pixels, rounded."""
    view = Krita.instance().activeWindow().activeView()
    to_image, _ = view.flakeToImageTransform().inverted()
    to_widget = to_image * view.flakeToCanvasTransform()
    point = canvas().mapToGlobal(to_widget.map(QPointF(x, y)).toPoint())
    return [point.x(), point.y()]


def settled() -> Iterator[int]:
    """Wait until the image is computed, its view stands still, and the canvas shows both."""
    document = Krita.instance().activeDocument()
    if document is not None:
        document.waitForDone()
    before: Any = ()
    while before != (now := _view_of(document)):
        before = now
        yield 20
    yield from painted()


def painted() -> Iterator[int]:
    """Wait until the canvas, if there is one, was drawn as it is now."""
    widget = canvas()
    if widget is None or not widget.isVisible():
        return
    drawn = Watched(widget, QEvent.Paint)
    widget.update()
    while not drawn.seen and not sip.isdeleted(widget):
        yield 5
    yield 5  # what was drawn is on its way to the screen


def rested() -> Iterator[int]:
    """Wait until Krita's image rests: it leaves out an undo that comes while it works.

    An image into which a drag streams may never rest: it is waited for so many looks at most.
    """
    document, rests = Krita.instance().activeDocument(), 0
    for _ in range(100 if document is not None else 0):
        free = document.tryBarrierLock()
        if free:
            document.unlock()
        rests = rests + 1 if free else 0
        if rests == 4:
            return
        yield 15


def pixel(x: int, y: int) -> list[int]:
    """Return the BGRA values of the active document's projection at (x, y)."""
    return list(bytes(Krita.instance().activeDocument().pixelData(x, y, 1, 1)))


class Watched(QObject):
    """``seen`` says whether ``widget`` had an event of that ``kind`` since this was made."""

    def __init__(self, widget: Any, kind: int) -> None:
        super().__init__()
        self.seen = False
        self._kind = kind
        widget.installEventFilter(self)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        del watched
        self.seen = self.seen or event.type() == self._kind
        return False


def _view_of(document: Any) -> list[list[int]] | None:
    """Return where two positions of the document are on the screen."""
    if document is None or canvas() is None:
        return None
    return [document_to_screen(0, 0), document_to_screen(1000, 1000)]


def _is_wanted(dock: Any) -> bool:
    name = dock.objectName()
    return name in KEPT_DOCKERS or "tugline" in name.lower()
