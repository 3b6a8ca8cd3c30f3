"""An artist before a dialog in the real GIMP, whose desk only writes down what it is asked for."""

from pathlib import Path
from typing import Any

from tests.editors.gimp.session import GimpSession

_HERE = Path(__file__).parent
_NAMES = """
import sys
from tugline_driver.gimp_widgets import *
from tugline_driver.recorder import *
from tugline_gimp.gi_modules import Gdk, GimpUi, Gtk

# No image was chosen here to whose window a dialog could belong; GIMP's library complains of it.
GimpUi.window_set_transient = lambda window: None
"""
_RECORDING = (_HERE / "dialog_desk.py").read_text(encoding="utf-8")
# A dialog that a test left open. GTK's own windows, such as a tooltip's, are GTK's.
_CLEAR = """
for window in Gtk.Window.list_toplevels():
    if isinstance(window, Gtk.Dialog):
        window.destroy()
"""
_ASIDE = (1500, 990)


class DialogArtist:
    """Works a dialog with the real mouse and the real keyboard.

    In GIMP's Python ``desk`` is the recorded desk, ``dialog`` the dialog and ``outcome`` what its
    run returned, besides what ``dialog_desk`` and the driver's widgets name.
    """

    def __init__(self, gimp: GimpSession) -> None:
        self.gimp = gimp
        gimp.run(_NAMES)
        gimp.run(_RECORDING)

    def open(self, make: str, title: str) -> None:
        """Open the dialog that the expression ``make`` makes for ``desk``, in front of all."""
        self.gimp.mouse.move(*_ASIDE)
        self.gimp.run(_CLEAR)
        self.gimp.run(f"dialog = {make}\ndialog.open()\ndesk.asked_since()")
        self.gimp.wait_for("dialog.window.is_active()")
        assert self.value("dialog.window.get_title()") == title
        self.rest()

    def let_run(self, make: str) -> None:
        """Run the dialog that the expression ``make`` makes, until it closes; see ``outcome``."""
        self.gimp.run(f"dialog.close(); outcome = []; dialog = {make}")
        self.gimp.post("outcome.append(dialog.run())")
        self.gimp.wait_for("dialog.window.is_active()")
        self.rest()

    def click(self, widget: str) -> None:
        """Click the middle of a widget: an expression, or what it says."""
        self.gimp.mouse.click(*self.place(widget))

    def place(self, widget: str) -> tuple[float, float]:
        """Return where the middle of a widget is on the screen, once it has stopped moving."""
        found = widget if "(" in widget or "." in widget else f"find({widget!r}, Gtk.Button)"
        before, now = None, self.gimp.wait_for(f"box({found})", 15)
        while before != now:
            self.rest()
            before, now = now, self.gimp.wait_for(f"box({found})", 15)
        left, top, width, height = now
        return left + width / 2, top + height / 2

    def key(self, *keys: str) -> None:
        for key in keys:
            self.gimp.key(key)

    def asked(self, *deeds: list[object]) -> None:
        """Wait until the desk was asked for exactly these deeds, and forget them."""
        if deeds:
            self.gimp.wait_for(f"len(desk.asked) >= {len(deeds)}", 15)
        self.rest()
        assert self.gimp.value("desk.asked_since()") == list(deeds)

    def value(self, expression: str) -> Any:
        return self.gimp.value(expression)

    def rest(self) -> None:
        """Wait until GTK has done all that is to do."""
        self.gimp.run(
            """
def rest():
    while Gtk.events_pending():
        yield 5
    yield 5
result = rest()
"""
        )
