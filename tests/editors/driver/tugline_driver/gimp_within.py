"""Serves the test from within a process of the plugin's."""

import socket
from typing import Any

from .answering import Answering
from .glib_loop import GLibLoop

_served: list[Answering] = []


def answer(port: int) -> None:
    """Connect to the test that listens on ``port`` and serve it in the plugin's main loop."""
    connection = socket.create_connection(("127.0.0.1", port))
    _served.append(Answering(connection, GLibLoop(), _names))


def _names() -> dict[str, Any]:
    # Only now: at Python's start nothing is imported that the plugin does not import itself.
    from . import gimp_widgets as widgets  # noqa: PLC0415
    from .gimp_names import names  # noqa: PLC0415

    shown = ("Gtk", "windows", "find", "every", "texts", "box")
    return names() | {name: getattr(widgets, name) for name in shown}
