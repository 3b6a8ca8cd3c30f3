"""The artist's hand on one canvas: which presses, pulls and keys are Tugline's.

An event filter on Krita's canvas widget. It takes a plain left press (mouse or pen tip) where
``wants`` says so, and that button's moves and release; all else stays Krita's.
"""

import sys
import time
from collections.abc import Callable
from enum import Enum
from typing import Any

from tugline_edit.geometry import XY
from tugline_edit.hand import Pointer

from .pointer import Cursor
from .qt import QtCore, QtWidgets, alive, event_position, hover_elsewhere, is_eraser

# For so long after the pen has been lifted a mouse event is the system's echo of the pen.
PEN_ECHO_SECONDS = 0.3

# Where no canvas reaches: a brush's outline that is sent there is not seen.
_FAR_AWAY = -30000.0

_Type = QtCore.QEvent.Type
_Qt = QtCore.Qt
_LEFT = _Qt.MouseButton.LeftButton

_KEYS = {
    _Qt.Key.Key_Delete: "delete",
    _Qt.Key.Key_Escape: "escape",
    _Qt.Key.Key_Return: "enter",
    _Qt.Key.Key_Enter: "enter",
}
if sys.platform == "darwin":  # what a Mac's keyboard calls "delete"
    _KEYS[_Qt.Key.Key_Backspace] = "delete"


class _Pull(Enum):
    """With what a press was made that is not released yet."""

    NONE = 0
    MOUSE = 1
    PEN = 2


class Hand(QtCore.QObject):
    """Takes from the canvas that it is put on what ``wants`` and ``wants_key`` say.

    Signals carry places as (x, y) floats in logical pixels of the canvas. ``pressed``, ``moved``
    and ``released`` are one pull, of which Krita sees nothing; ``released`` comes for each
    ``pressed``, also where the canvas goes away in between. ``hovered`` is told of each move
    without a button; while the pointer's shape is Krita's, or a key is held, Krita sees it too,
    else its brush's outline is put out of sight. ``keyed`` carries "delete", "escape" or "enter".
    """

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
        self._wants = wants
        self._wants_key = wants_key
        self._canvas: QtWidgets.QWidget | None = None
        self._pull = _Pull.NONE
        self._last: XY = (0.0, 0.0)
        self._pen_lifted = -PEN_ECHO_SECONDS
        self._other_buttons: set[Any] = set()
        self._outline_away = False
        self._keys_down: set[int] = set()
        self._keys_taken: set[int] = set()
        self._cursor = Cursor()
        self._handlers: dict[Any, Callable[[Any], bool]] = {
            _Type.MouseButtonPress: self._mouse_pressed,
            _Type.MouseButtonDblClick: self._mouse_pressed,
            _Type.MouseMove: self._mouse_moved,
            _Type.MouseButtonRelease: self._mouse_released,
            _Type.TabletPress: self._pen_pressed,
            _Type.TabletMove: self._pen_moved,
            _Type.TabletRelease: self._pen_released,
            _Type.ShortcutOverride: self._key_announced,
            _Type.KeyPress: self._key_pressed,
            _Type.KeyRelease: self._key_released,
            _Type.FocusIn: self._focus_came,
            _Type.FocusOut: self._focus_went,
            _Type.Leave: self._pointer_left,
            _Type.Hide: self._canvas_hidden,
            _Type.CursorChange: self._cursor_changed,
        }

    def put_on(self, canvas: QtWidgets.QWidget) -> None:
        """Watch ``canvas`` from now on, and no other."""
        self.take_off()
        self._canvas = canvas
        canvas.installEventFilter(self)
        self._cursor.put_on(canvas)

    def take_off(self) -> None:
        """Leave the canvas as it was found; what is being pulled is let go of first."""
        self._let_go(self._last)
        self._keys_down.clear()
        self._keys_taken.clear()
        self._other_buttons.clear()
        self._outline_away = False
        self._cursor.take_off()
        if alive(self._canvas):
            self._canvas.removeEventFilter(self)
        self._canvas = None

    def point_with(self, pointer: Pointer) -> None:
        """Show ``pointer`` over the canvas until told otherwise; KRITA gives the tool's back."""
        self._cursor.show(pointer)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """Return True for what is taken: Qt then tells nobody else."""
        handle = self._handlers.get(event.type())
        return handle is not None and watched is self._canvas and handle(event)

    # The mouse.

    def _mouse_pressed(self, event: Any) -> bool:
        if self._pen_speaks():
            return bool(event.button() == _LEFT)
        if self._pull is not _Pull.NONE:
            # A second button in the middle of a pull would start a stroke of Krita's under it.
            self._other_buttons.add(event.button())
            return True
        return self._plain(event) and self._begin(_Pull.MOUSE, event)

    def _mouse_moved(self, event: Any) -> bool:
        if self._pull is _Pull.MOUSE:
            self._go_on(event)
            return True
        if self._pen_speaks():
            return bool(event.buttons() & _LEFT)
        return self._hover(event)

    def _mouse_released(self, event: Any) -> bool:
        button = event.button()
        if button in self._other_buttons:
            self._other_buttons.remove(button)
            return True
        if self._pull is _Pull.MOUSE and button == _LEFT:
            self._let_go(event_position(event))
            return True
        return self._pen_speaks() and bool(button == _LEFT)

    def _pen_speaks(self) -> bool:
        """Whether mouse events are the system's echo of a pen whose press was taken."""
        lifted = time.monotonic() - self._pen_lifted < PEN_ECHO_SECONDS
        return self._pull is _Pull.PEN or lifted

    # The pen.

    def _pen_pressed(self, event: Any) -> bool:
        if self._pull is not _Pull.NONE:
            event.accept()
            return True
        if is_eraser(event) or not self._plain(event) or not self._begin(_Pull.PEN, event):
            return False
        event.accept()  # else Qt makes a mouse press of it
        return True

    def _pen_moved(self, event: Any) -> bool:
        if self._pull is _Pull.PEN:
            self._go_on(event)
        elif self._pull is _Pull.NONE and not self._hover(event):
            return False
        event.accept()
        return True

    def _pen_released(self, event: Any) -> bool:
        if self._pull is _Pull.NONE:
            return False
        if self._pull is _Pull.PEN and event.button() == _LEFT:
            self._let_go(event_position(event))
            # Only now: the echo waits in the queue while others do what follows from the release.
            self._pen_lifted = time.monotonic()
        event.accept()
        return True

    # No button is down.

    def _hover(self, event: Any) -> bool:
        if event.buttons() != _Qt.MouseButton.NoButton:
            self._outline_away = False
            return False
        self.hovered.emit(event_position(event))
        if self._cursor.pointer is Pointer.PLAIN or not self._no_key(event):
            self._outline_away = False
            return False
        self._put_outline_away(event)
        return True

    def _put_outline_away(self, event: Any) -> None:
        """Tell Krita that the pointer is far off: a brush's outline would promise to paint."""
        if not self._outline_away:
            self._outline_away = True
            self._tell_krita(hover_elsewhere(event, _FAR_AWAY, _FAR_AWAY))

    # A pull.

    def _plain(self, event: Any) -> bool:
        """Whether it is the left button or the tip, and no key gives it another meaning."""
        return bool(event.button() == _LEFT) and self._no_key(event)

    def _no_key(self, event: Any) -> bool:
        return bool(event.modifiers() == _Qt.KeyboardModifier.NoModifier) and not self._keys_down

    def _begin(self, pull: _Pull, event: Any) -> bool:
        place = event_position(event)
        if not self._wants(place):
            return False
        self._pull, self._last = pull, place
        self._put_outline_away(event)
        if self._canvas is not None and not self._canvas.hasFocus():
            self._canvas.setFocus(_Qt.FocusReason.OtherFocusReason)
        self.pressed.emit(place)
        return True

    def _go_on(self, event: Any) -> None:
        place = event_position(event)
        if place != self._last:
            self._last = place
            self.moved.emit(place)

    def _let_go(self, place: XY) -> None:
        if self._pull is not _Pull.NONE:
            self._pull, self._last = _Pull.NONE, place
            self.released.emit(place)

    # Keys. A ShortcutOverride asks whether a key is the widget's before Krita's shortcuts have it.

    def _key_announced(self, event: Any) -> bool:
        if not self._wanted(event):
            self._note_held(event)
            return False
        self._keys_taken.add(event.key())
        event.accept()
        return True

    def _key_pressed(self, event: Any) -> bool:
        if event.key() not in self._keys_taken and not self._wanted(event):
            self._note_held(event)
            return False
        self._keys_taken.add(event.key())
        if not event.isAutoRepeat():
            self.keyed.emit(_KEYS[event.key()])
        return True

    def _key_released(self, event: Any) -> bool:
        if event.isAutoRepeat():
            return event.key() in self._keys_taken
        self._keys_down.discard(event.key())
        taken = event.key() in self._keys_taken
        self._keys_taken.discard(event.key())
        return taken

    def _wanted(self, event: Any) -> bool:
        name = _KEYS.get(event.key())
        modified = event.modifiers() & ~_Qt.KeyboardModifier.KeypadModifier
        plain = modified == _Qt.KeyboardModifier.NoModifier
        return name is not None and bool(plain) and self._wants_key(name)

    def _note_held(self, event: Any) -> None:
        """Remember a key that is held: with Space and others Krita's left button pans, zooms..."""
        if not event.isAutoRepeat():
            self._keys_down.add(event.key())

    # Staying in front of Krita's own filter, and leaving.

    def _focus_came(self, event: Any) -> bool:
        """Let Krita have the event, then go in front again.

        Krita's input filter installs itself anew when the canvas gets the focus, which would put
        it before this one for the very press that brought the focus.
        """
        self._tell_krita(event)
        return True

    def _tell_krita(self, event: Any) -> None:
        """Give ``event`` to the canvas as if this filter were not there; it is in front then."""
        canvas = self._canvas
        if alive(canvas):
            canvas.removeEventFilter(self)
            QtCore.QCoreApplication.sendEvent(canvas, event)
            if canvas is self._canvas and alive(canvas):
                canvas.installEventFilter(self)

    def _focus_went(self, _: Any) -> bool:
        self._keys_down.clear()
        self._keys_taken.clear()
        return False

    def _pointer_left(self, _: Any) -> bool:
        if self._pull is _Pull.NONE:
            self.left.emit()
        return False

    def _canvas_hidden(self, _: Any) -> bool:
        self._let_go(self._last)
        return False

    def _cursor_changed(self, _: Any) -> bool:
        self._cursor.changed()
        return False
