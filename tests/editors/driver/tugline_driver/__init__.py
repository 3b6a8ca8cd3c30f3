"""Remote control for the tests: runs the Python that they send on an editor's main thread.

An editor connects to the port in ``TUGLINE_DRIVER_PORT`` when it starts (``answering`` says what is
spoken there): Krita when it loads this package as a plugin, GIMP by ``gimp_batch``, and each
process of Tugline's in GIMP by ``gimp_within``.
"""

import os
import sys

if "krita" in sys.modules and "TUGLINE_DRIVER_PORT" in os.environ:
    from . import control, watching

    watching.collect_exceptions()
    control.answer(int(os.environ["TUGLINE_DRIVER_PORT"]))
