"""GLib's main loop as ``host.Loop``: calls later, again and again, and when a descriptor is ready.

They come from whatever main loop runs on the main thread: a dialog's, or ``running.wait_for``.
"""

import sys
from collections.abc import Callable
from typing import Any, Final

from tugline_edit.guarding import guarded
from tugline_edit.host import Ticking

from .gi_modules import GLib

# A descriptor that cannot be watched is looked at so often.
POLL_MS: Final = 20
# After GTK's own redrawing: frames, however fast they come, leave the dialog its turn.
_PRIORITY: Final = GLib.PRIORITY_HIGH_IDLE + 30


class Source:
    """A source of calls in the main loop, until it is stopped."""

    def __init__(self, number: int) -> None:
        """Stand for the source with that number."""
        self._number = number

    def stop(self) -> None:
        """Call no more; again and again is fine."""
        number, self._number = self._number, 0
        if number:
            GLib.source_remove(number)


class GLibLoop:
    """The main loop of this process; what a call raises is logged and told, and it goes on."""

    def later(self, milliseconds: int, call: Callable[[], object]) -> None:
        """Call once, after so long; 0 = at the next turn of the loop."""
        run = guarded(call)

        def once() -> bool:
            run()
            return bool(GLib.SOURCE_REMOVE)

        GLib.timeout_add(milliseconds, once, priority=_PRIORITY)

    def every(self, milliseconds: int, call: Callable[[], object]) -> Ticking:
        """Call again and again."""
        again = _again(call)
        return Source(GLib.timeout_add(milliseconds, again, priority=_PRIORITY))

    def watch(self, descriptor: int, call: Callable[[], object]) -> Ticking:
        """Call whenever a descriptor can be read: a file's, or on Windows a socket's."""
        again = _again(call)
        try:
            channel = _channel(descriptor)
            ready = GLib.IOCondition.IN | GLib.IOCondition.HUP | GLib.IOCondition.ERR
            return Source(GLib.io_add_watch(channel, _PRIORITY, ready, again))
        except (GLib.Error, AttributeError, TypeError):
            # gi was built without this kind of channel.
            return self.every(POLL_MS, call)


def _channel(descriptor: int) -> Any:
    if sys.platform == "win32":
        return GLib.IOChannel.win32_new_socket(descriptor)
    return GLib.IOChannel.unix_new(descriptor)


def _again(call: Callable[[], object]) -> Callable[..., bool]:
    run = guarded(call)

    def again(*_: object) -> bool:
        run()
        return bool(GLib.SOURCE_CONTINUE)

    return again
