"""What GIMP's ``-b`` runs: it serves the test until the test hangs up."""

import os
import socket
import sys

import gi

gi.require_version("Gimp", "3.0")
from gi.repository import GLib  # noqa: E402 - after the versions

from tugline_driver.answering import Answering  # noqa: E402
from tugline_driver.gimp.glib_loop import GLibLoop  # noqa: E402
from tugline_driver.gimp.names import names  # noqa: E402


def serve() -> None:
    """Serve the test that listens on TUGLINE_DRIVER_PORT.

    TUGLINE_DRIVER_PATH has folders that its Python can import from.
    """
    sys.path[:0] = os.environ["TUGLINE_DRIVER_PATH"].split(os.pathsep)
    ends = GLib.MainLoop()
    port = int(os.environ["TUGLINE_DRIVER_PORT"])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        Answering(connection, GLibLoop(), names(), ends.quit)
        ends.run()
