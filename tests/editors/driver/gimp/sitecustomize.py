"""Lets the tests look into the plugin's processes: Python runs this at its start.

GIMP's plug-ins get the tests' PYTHONPATH, which leads here. A process that runs a procedure of
Tugline's connects to the test and serves it whenever the plugin turns its main loop.
"""

import os
import sys
from pathlib import Path

_command = sys.orig_argv
if "-run" in _command and any(Path(word).name == "tugline.py" for word in _command):
    from tugline_driver.gimp_within import answer  # type: ignore[import-not-found]

    answer(int(os.environ["TUGLINE_DRIVER_PORT"]))
