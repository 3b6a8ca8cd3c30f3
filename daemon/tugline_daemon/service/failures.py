"""Exceptions, told in one line for the log."""

import traceback
from pathlib import Path


def one_line(error: BaseException) -> str:
    """Return type, text and place of ``error`` without a line break."""
    places = traceback.extract_tb(error.__traceback__)
    where = f" at {Path(places[-1].filename).name}:{places[-1].lineno}" if places else ""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:500]}{where}"
