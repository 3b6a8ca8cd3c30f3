"""Serves the test in Krita: what it finds there by name, and Qt's event loop."""

import socket
from collections.abc import Callable
from typing import Any

from krita import Krita
from PyQt5.QtCore import QSocketNotifier, QTimer

from . import watching, workplace
from .answering import Answering

_kept: list[object] = []  # Qt keeps no reference


def answer(port: int) -> None:
    """Connect to the test that listens on ``port`` and serve it from now on."""
    connection = socket.create_connection(("127.0.0.1", port))
    _kept.append(Answering(connection, QtLoop(), names))


def names() -> dict[str, Any]:
    """Return what the tests' Python has from the start."""
    return {
        "Krita": Krita,
        "app": Krita.instance(),
        "heartbeat": watching.Heartbeat(),
        "exceptions": watching.exceptions,
        "arrange": workplace.arrange,
        "new_document": workplace.new_document,
        "canvas": workplace.canvas,
        "document_to_screen": workplace.document_to_screen,
        "pixel": workplace.pixel,
        "settled": workplace.settled,
        "painted": workplace.painted,
        "rested": workplace.rested,
    }


class QtLoop:
    """Qt's event loop as what answers the tests wants of one."""

    def watch(self, connection: socket.socket, received: Callable[[], bool]) -> None:
        """Call ``received`` whenever there is something to read, until it returns False."""
        notifier = QSocketNotifier(connection.fileno(), QSocketNotifier.Type.Read)
        notifier.activated.connect(lambda *_: notifier.setEnabled(received()))
        _kept.append(notifier)

    def later(self, milliseconds: float, deed: Callable[[], object]) -> None:
        """Call ``deed`` once, after at least so long."""
        QTimer.singleShot(round(milliseconds), deed)
