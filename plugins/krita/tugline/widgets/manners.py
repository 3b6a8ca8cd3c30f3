"""How controls behave beside a canvas, and how texts of others are shown."""

import html
from collections.abc import Collection
from typing import Any, Final

from tugline.qt import QtCore, QtWidgets

Qt = QtCore.Qt

UNCHORDED: Final = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
TURNING_KEYS: Final = (
    Qt.Key.Key_Left,
    Qt.Key.Key_Right,
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
)


def plain(text: str) -> str:
    """Return ``text`` for a tooltip: wrapped by Qt, and never read as markup.

    Labels come out of documents and daemons, which are strangers.
    """
    return f"<qt>{html.escape(text)}</qt>" if text else ""


def rule() -> Any:
    """Return the thin line between two parts of the docker."""
    line = QtWidgets.QFrame()
    line.setFrameShape(QtWidgets.QFrame.Shape.HLine)
    line.setFrameShadow(QtWidgets.QFrame.Shadow.Sunken)
    return line


def flag_bits(flags: Any) -> int:
    """Return flags as the number that some of Qt's methods want: PyQt6's are members of an enum."""
    return int(getattr(flags, "value", flags))


def shrinkable(control: Any) -> None:
    """Let a control have less width than it would like, down to its least."""
    policy = control.sizePolicy()
    policy.setHorizontalPolicy(QtWidgets.QSizePolicy.Policy.Expanding)
    control.setSizePolicy(policy)


def narrow_form(widget: Any) -> Any:
    """Return a form layout for ``widget``; a field that is too wide goes below its label."""
    form = QtWidgets.QFormLayout(widget)
    form.setContentsMargins(0, 0, 0, 0)
    form.setFieldGrowthPolicy(QtWidgets.QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    form.setRowWrapPolicy(QtWidgets.QFormLayout.RowWrapPolicy.WrapLongRows)
    return form


def claims(event: Any, keys: Collection[Any]) -> bool:
    """Whether Qt asks for the focused control's claim to one of ``keys``, pressed without chords.

    A claim that is accepted makes it the control's key, and no shortcut of Krita's.
    """
    return (
        event.type() == QtCore.QEvent.Type.ShortcutOverride
        and event.key() in keys
        and event.modifiers() in UNCHORDED
    )


class Undisturbed(QtCore.QObject):
    """Keeps values from being turned by accident, and their keys from Krita's shortcuts.

    The wheel scrolls the docker unless a control was clicked into; the keys that turn a value are
    the control's own while it has the keyboard.
    """

    def watch(self, *controls: Any) -> None:
        """Look after ``controls``, which must live no longer than this object."""
        for control in controls:
            control.installEventFilter(self)
            control.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 - Qt's name
        """Hand the wheel on to the scroll area behind; claim the keys that turn a value."""
        if event.type() == QtCore.QEvent.Type.Wheel and not watched.hasFocus():
            event.ignore()
            return True
        if claims(event, TURNING_KEYS):
            event.accept()
            return True
        return False
