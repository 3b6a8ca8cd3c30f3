"""The command ``tugline``: a thin front of the other rooms.

What lives here: the commands (``serving``, ``generating``, ``dragging``, ``inverting``, ``models``
with ``models_adding`` and ``models_offline``, ``tunings``, ``plugins``, ``doctor``, ``demo``), what
they share (``terminal``, ``arguments``, ``pictures``, ``drawing``, ``recording``, ``report``,
``drags``, ``models_showing``; for inversions ``photos``, ``places``, ``views``, ``inversions``),
the daemon found or started (``daemon``), and the errors' way to a sentence (``app``). What does
not: anything that computes a picture; that is the daemon's. Nor the bridge, which editors start: a
word here leads to it.
"""

import sys
from collections.abc import Sequence
from typing import NoReturn

__all__ = ["main"]


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line, None = this process's, and end the process as ``app.main`` does.

    The bridge is on no list of commands, and waits for nothing that only the others need.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if given and given[0] == "bridge":
        from tugline_daemon.bridge import main as bridge  # noqa: PLC0415

        bridge(given[1:])
    from .app import main as command  # noqa: PLC0415

    command(given)
