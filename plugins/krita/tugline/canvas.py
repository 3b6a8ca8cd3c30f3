"""Krita's canvas: which widget it is at present, and where document pixels lie on it."""

from collections.abc import Callable
from typing import Any

from krita import Krita

from tugline_edit.geometry import XY, Affine
from tugline_edit.hand import Pointer

from .hand import Hand
from .qt import QtCore, QtWidgets, alive

__all__ = ["CanvasWatch", "Pointer", "active_canvas", "document_to_view"]

_CLASSES = frozenset({"KisOpenGLCanvas2", "KisQPainterCanvas"})


def active_canvas(window: Any) -> QtWidgets.QWidget | None:
    """The canvas widget of a ``krita.Window``'s active view; None where it has no view."""
    main = window.qwindow() if window is not None else None
    area = main.findChild(QtWidgets.QMdiArea) if main is not None else None
    # Not activeSubWindow(), which is None while another window of the desktop is active.
    frame = area.currentSubWindow() if area is not None else None
    if frame is None:
        return None
    for widget in frame.findChildren(QtWidgets.QWidget):
        if widget.metaObject().className() in _CLASSES:
            return widget
    return None


def document_to_view(view: Any) -> Affine:
    """From document pixels to logical pixels of the canvas widget, as ``view`` shows them now.

    Args:
        view: a ``krita.View``; one that was closed gives the identity.
    """
    from_image, _ = view.flakeToImageTransform().inverted()
    shown = from_image * view.flakeToCanvasTransform()
    return Affine(shown.m11(), shown.m12(), shown.m21(), shown.m22(), shown.dx(), shown.dy())


class CanvasWatch(QtCore.QObject):
    """Follows the active view's canvas through all windows, and tells what the hand does there.

    ``wants``, ``wants_key`` and the signals but ``view_changed`` are those of ``Hand``.
    ``view_changed`` is sent after ``view`` and ``canvas`` have become others, after the last
    ``released`` on the old ones.
    """

    view_changed = QtCore.pyqtSignal()
    pressed = QtCore.pyqtSignal(object)
    moved = QtCore.pyqtSignal(object)
    released = QtCore.pyqtSignal(object)
    hovered = QtCore.pyqtSignal(object)
    left = QtCore.pyqtSignal()
    keyed = QtCore.pyqtSignal(str)

    def __init__(
        self,
        wants: Callable[[XY], bool],
        wants_key: Callable[[str], bool],
        parent: QtCore.QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._hand = Hand(wants, wants_key, self)
        for name in ("pressed", "moved", "released", "hovered", "left", "keyed"):
            getattr(self._hand, name).connect(getattr(self, name))
        self._watching = False
        self._area: QtWidgets.QMdiArea | None = None
        self._view: Any = None
        self._canvas: QtWidgets.QWidget | None = None
        self._soon = QtCore.QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self.look)

    @property
    def view(self) -> Any:
        """The active ``krita.View``; None where there is none."""
        return self._view if alive(self._canvas) else None

    @property
    def canvas(self) -> QtWidgets.QWidget | None:
        """The active view's canvas; None where there is none."""
        return self._canvas if alive(self._canvas) else None

    def to_view(self) -> Affine | None:
        """From document pixels to the canvas's, now; None where there is no view."""
        return document_to_view(self._view) if alive(self._canvas) else None

    def point_with(self, pointer: Pointer) -> None:
        """Show ``pointer`` over the canvas until told otherwise; PLAIN gives the tool's back."""
        self._hand.point_with(pointer)

    def start(self) -> None:
        """Begin to watch: the canvas that is active now, then every later one."""
        if not self._watching:
            self._watching = True
            for signal in _occasions():
                signal.connect(self._look_soon)
            self.look()

    def stop(self) -> None:
        """Take everything off and watch no more."""
        if self._watching:
            self._watching = False
            self._soon.stop()
            for signal in _occasions():
                signal.disconnect(self._look_soon)
            self._follow_window(None)
            self._hand.take_off()
            self._view = self._canvas = None

    def look(self) -> None:
        """See which canvas is the active one now, and go over to it."""
        window = self._window_in_use()
        self._follow_window(window)
        view = window.activeView() if window is not None else None
        canvas = active_canvas(window) if view is not None else None
        if canvas is self._canvas and (canvas is None or view == self._view):
            return
        self._hand.take_off()
        self._view = view if canvas is not None else None
        self._canvas = canvas
        if canvas is not None:
            self._hand.put_on(canvas)
            canvas.destroyed.connect(self._look_soon)
        self.view_changed.emit()

    def _look_soon(self, *_: object) -> None:
        """Look again when Krita is through with what it is doing."""
        if self._watching:
            self._soon.start()

    def _window_in_use(self) -> Any:
        """The window that is active, or was last: a floating docker or a dialog is none of Krita's.

        Where none of them is active, Krita's own answer is the window that was opened first.
        """
        active = QtWidgets.QApplication.activeWindow()
        last = self._area.window() if alive(self._area) else None
        for wanted in (active, last):
            for window in Krita.instance().windows():
                if wanted is not None and window.qwindow() is wanted:
                    return window
        return Krita.instance().activeWindow()

    def _follow_window(self, window: Any) -> None:
        main = window.qwindow() if window is not None else None
        area = main.findChild(QtWidgets.QMdiArea) if main is not None else None
        if area is self._area:
            return
        if alive(self._area):
            self._area.subWindowActivated.disconnect(self._look_soon)
        self._area = area
        if area is not None:
            area.subWindowActivated.connect(self._look_soon)


def _occasions() -> list[Any]:
    """Krita's and Qt's signals after which another canvas may be the active one."""
    notifier = Krita.instance().notifier()
    notifier.setActive(True)
    return [
        notifier.windowCreated,
        notifier.viewCreated,
        notifier.viewClosed,
        notifier.imageClosed,
        notifier.configurationChanged,
        QtWidgets.QApplication.instance().focusWindowChanged,
    ]
