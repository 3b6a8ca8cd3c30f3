"""Arranges Krita for the tests and finds its canvas, in ways that owe nothing to the plugin."""

from typing import Any

from krita import Krita
from PyQt5.QtCore import QPointF
from PyQt5.QtWidgets import QDockWidget, QMdiArea, QWidget

KEPT_DOCKERS = ("KisLayerBox",)
CANVASES = ("KisOpenGLCanvas2", "KisQPainterCanvas")


def arrange() -> bool:
    """Have the window as wide as the screen; beside a document, Tugline's docker and the layers.

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


def pixel(x: int, y: int) -> list[int]:
    """Return the BGRA values of the active document's projection at (x, y)."""
    return list(bytes(Krita.instance().activeDocument().pixelData(x, y, 1, 1)))


def _is_wanted(dock: Any) -> bool:
    name = dock.objectName()
    return name in KEPT_DOCKERS or "tugline" in name.lower()
