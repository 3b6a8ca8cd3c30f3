"""What GIMP's ``-b`` runs: it serves the test until the test hangs up."""

import os
import socket
import sys

from gi.repository import GLib

from .answering import Answering
from .gimp_names import names
from .glib_loop import GLibLoop


def serve() -> None:
    """Serve the test that listens on TUGLINE_DRIVER_PORT.

    TUGLINE_DRIVER_PATH has folders that its Python can import from.
    """
    sys.path[:0] = os.environ["TUGLINE_DRIVER_PATH"].split(os.pathsep)
    ends = GLib.MainLoop()
    port = int(os.environ["TUGLINE_DRIVER_PORT"])
    with socket.create_connection(("127.0.0.1", port)) as connection:
        Answering(connection, GLibLoop(), names, ends.quit)
        ends.run()
