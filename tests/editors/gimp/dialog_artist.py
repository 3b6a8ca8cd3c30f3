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
# Shift alone does nothing: that the dialog has had it says that it has had all that came before.
_MARK = "Shift_L"
_MARKING = f"""
marks = []

def mark(_window, event):
    if event.keyval == Gdk.KEY_{_MARK}:
        marks.append(event)

dialog.window.connect("key-release-event", mark)
"""
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
        self._wait_for_it()
        assert self.value("dialog.window.get_title()") == title

    def let_run(self, make: str) -> None:
        """Run the dialog that the expression ``make`` makes, until it closes; see ``outcome``."""
        self.gimp.run(f"dialog.close(); outcome = []; dialog = {make}")
        self.gimp.post("outcome.append(dialog.run())")
        self._wait_for_it()

    def click(self, widget: str) -> None:
        """Click the middle of a widget: an expression, or what it says."""
        self.gimp.mouse.click(*self.place(widget))

    def place(self, widget: str) -> tuple[float, float]:
        """Return where the middle of a widget is on the screen, once it has stopped moving."""
        found = widget if "(" in widget or "." in widget else f"find({widget!r}, Gtk.Button)"
        before, now = None, self.gimp.wait_for(f"box({found})")
        while before != now:
            self.rest()
            before, now = now, self.gimp.wait_for(f"box({found})")
        left, top, width, height = now
        return left + width / 2, top + height / 2

    def key(self, *keys: str) -> None:
        for key in keys:
            self.gimp.key(key)

    def asked(self, *deeds: list[object]) -> None:
        """See that the hand and the keys have asked for exactly these deeds, and forget them."""
        # GTK shows a button that a key presses as pressed before it clicks.
        self.gimp.wait_for(f"len(desk.asked) >= {len(deeds)}")
        self.taken()
        assert self.gimp.value("desk.asked_since()") == list(deeds)

    def taken(self) -> None:
        """Wait until the dialog has had all that was clicked and pressed by now."""
        before = self.value("len(marks)")
        self.key(_MARK)
        self.gimp.wait_for(f"len(marks) > {before}")
        self.rest()

    def value(self, expression: str) -> Any:
        return self.gimp.value(expression)

    def rest(self) -> None:
        """Wait until GTK has done all that is to do: what is laid out anew it draws twice."""
        self.gimp.run(
            """
def rest():
    clock, painted = dialog.window.get_frame_clock(), []
    heard = clock.connect("after-paint", painted.append)
    for number in (1, 2):
        clock.request_phase(Gdk.FrameClockPhase.LAYOUT | Gdk.FrameClockPhase.PAINT)
        while len(painted) < number or Gtk.events_pending():
            yield 5
    clock.disconnect(heard)
result = rest()
"""
        )

    def _wait_for_it(self) -> None:
        """Wait until the dialog has the keyboard and has found its shape."""
        self.gimp.wait_for("dialog.window.is_active()")
        self.gimp.run(_MARKING)
        self.rest()
