"""Arranges Krita for the tests and finds its canvas, in ways that owe nothing to the plugin."""

from krita import Krita
from PyQt5.QtCore import QPointF
from PyQt5.QtWidgets import QDockWidget, QMdiArea, QWidget

KEPT_DOCKERS = ("KisLayerBox",)


def arrange_windows():
    """Show each new window maximised, with Tugline's docker and the layers alone."""
    notifier = Krita.instance().notifier()
    notifier.setActive(True)
    notifier.windowCreated.connect(_arrange_all)


def _arrange_all():
    for window in Krita.instance().windows():
        main = window.qwindow()
        for dock in main.findChildren(QDockWidget):
            name = dock.objectName()
            dock.setVisible(name in KEPT_DOCKERS or "tugline" in name.lower())
        main.showMaximized()


def new_document(width, height, depth="U8", profile=""):
    """Open a white RGBA document in the active window."""
    app = Krita.instance()
    document = app.createDocument(width, height, "test", "RGBA", depth, profile, 72.0)
    app.activeWindow().addView(document)
    return document


def canvas():
    """Return the canvas widget of the active view, None while there is none."""
    window = Krita.instance().activeWindow()
    area = window.qwindow().findChild(QMdiArea) if window else None
    active = area.activeSubWindow() if area else None
    if active is None:
        return None
    for widget in active.findChildren(QWidget):
        if widget.metaObject().className() in ("KisOpenGLCanvas2", "KisQPainterCanvas"):
            return widget
    return None


def document_to_screen(x, y):
    """Return where a document position is on the screen, in global pixels, rounded."""
    view = Krita.instance().activeWindow().activeView()
    to_image, _ = view.flakeToImageTransform().inverted()
    to_widget = to_image * view.flakeToCanvasTransform()
    point = canvas().mapToGlobal(to_widget.map(QPointF(x, y)).toPoint())
    return [point.x(), point.y()]


def pixel(x, y):
    """Return the BGRA bytes of the projection of the active document at (x, y), as a list."""
    return list(bytes(Krita.instance().activeDocument().pixelData(x, y, 1, 1)))
