#!/usr/bin/env python3
"""What GIMP starts: ``plug-ins/tugline/tugline.py``, a process of its own for each procedure.

The plug-in needs nothing that GIMP's Python does not have: the rest lies in ``vendor`` beside it
and goes on the path first.
"""

import sys
from pathlib import Path

_FOLDER = Path(__file__).resolve().parent
_VENDOR = _FOLDER / "vendor"

sys.path[:0] = [str(_FOLDER), str(_VENDOR / "common")]

from tugline_edit.vendoring import vendor_paths  # noqa: E402 - lies in vendor/common

sys.path[1:2] = [str(path) for path in vendor_paths(_VENDOR, sys.version_info[:2])]

from tugline_gimp.plugin import main  # noqa: E402 - needs what lies in vendor

main()
