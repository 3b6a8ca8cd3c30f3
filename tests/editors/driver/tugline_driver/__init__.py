"""Remote control for the tests: runs the Python that they send on Krita's main thread.

Connects to the port in ``TUGLINE_DRIVER_PORT`` when Krita starts and answers each JSON line
``{"id", "code", "later"}`` with ``{"id", "result"}`` or ``{"id", "error"}``. The code leaves what
it wants to say in ``result``; a generator there is advanced by the event loop, each value that it
yields being the milliseconds to wait, and what it returns is the result.
"""

import os
import sys

if "krita" in sys.modules and "TUGLINE_DRIVER_PORT" in os.environ:
    from . import control, watching

    watching.collect_exceptions()
    control.answer(int(os.environ["TUGLINE_DRIVER_PORT"]))
