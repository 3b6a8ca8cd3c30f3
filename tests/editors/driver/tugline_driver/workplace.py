"""Arranges Krita for the tests and finds its canvas, in ways that owe nothing to the plugin."""

from typing import Any

from krita import Krita
from PyQt5.QtCore import QPointF
from PyQt5.QtWidgets import QDockWidget, QMdiArea, QWidget

KEPT_DOCKERS = ("KisLayerBox",)
CANVASES = ("KisOpenGLCanvas2", "KisQPainterCanvas")


def arrange_windows() -> None:
    """Show each new window maximised, with Tugline's docker and the layers alone."""
    notifier = Krita.instance().notifier()
    notifier.setActive(True)
    notifier.windowCreated.connect(_arrange)


def is_arranged() -> bool:
    """Say whether there is a window, as wide as the screen."""
    window = Krita.instance().activeWindow()
    if window is None:
        return False
    main = window.qwindow()
    return bool(main.isVisible() and main.width() >= main.screen().size().width())


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


def _arrange() -> None:
    for window in Krita.instance().windows():
        main = window.qwindow()
        for dock in main.findChildren(QDockWidget):
            name = dock.objectName()
            dock.setVisible(name in KEPT_DOCKERS or "tugline" in name.lower())
        main.showMaximized()
