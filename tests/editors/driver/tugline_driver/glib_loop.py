"""GLib's main loop as what answers the tests wants of one."""

import socket
from collections.abc import Callable

from gi.repository import GLib


class GLibLoop:
    """The default main context: whoever turns it serves the test."""

    def watch(self, connection: socket.socket, received: Callable[[], bool]) -> None:
        """Call ``received`` whenever there is something to read, until it returns False."""
        conditions = GLib.IOCondition.IN | GLib.IOCondition.HUP
        GLib.io_add_watch(
            connection.fileno(), GLib.PRIORITY_DEFAULT, conditions, lambda *_: received()
        )

    def later(self, milliseconds: float, deed: Callable[[], object]) -> None:
        """Call ``deed`` once, after at least so long."""

        def once() -> bool:
            deed()
            return False

        GLib.timeout_add(round(milliseconds), once)
