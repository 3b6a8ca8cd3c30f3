"""The mouse pointer's shape over Krita's canvas, borrowed from Krita's tool and given back."""

from tugline_edit.hand import Pointer

from .qt import QtCore, QtGui, QtWidgets, alive

_Shape = QtCore.Qt.CursorShape


_SHAPES = {
    Pointer.PLACE: _Shape.CrossCursor,
    Pointer.GRASP: _Shape.OpenHandCursor,
    Pointer.HOLD: _Shape.ClosedHandCursor,
}


class Cursor:
    """Shows a Pointer on one canvas; PLAIN is whatever Krita's own tool shows.

    What the tool wants meanwhile is kept for later.
    """

    def __init__(self) -> None:
        self.pointer = Pointer.PLAIN
        self._canvas: QtWidgets.QWidget | None = None
        self._tools: QtGui.QCursor | None = None
        self._changing = False

    def put_on(self, canvas: QtWidgets.QWidget) -> None:
        """Show the pointer on ``canvas`` from now on."""
        self._canvas = canvas
        self._draw()

    def take_off(self) -> None:
        """Give the canvas its tool's cursor back."""
        if self._tools is not None and alive(self._canvas):
            self._set(self._tools)
        self._tools = self._canvas = None

    def show(self, pointer: Pointer) -> None:
        """Show ``pointer`` until told otherwise."""
        if pointer is not self.pointer:
            self.pointer = pointer
            self._draw()

    def changed(self) -> None:
        """The canvas has got another cursor: a tool's is kept for later, and not shown."""
        if not self._changing and self._tools is not None and alive(self._canvas):
            self._tools = self._canvas.cursor()
            self._draw()

    def _draw(self) -> None:
        if not alive(self._canvas):
            return
        if self.pointer is not Pointer.PLAIN:
            if self._tools is None:
                self._tools = self._canvas.cursor()
            self._set(QtGui.QCursor(_SHAPES[self.pointer]))
        elif self._tools is not None:
            self._set(self._tools)
            self._tools = None

    def _set(self, cursor: QtGui.QCursor) -> None:
        if alive(self._canvas):
            self._changing = True
            self._canvas.setCursor(cursor)
            self._changing = False
