"""The command ``tugline``: a thin front of the other rooms.

What lives here: the commands (``serving``, ``generating``, ``dragging``, ``models``,
``plugins``, ``doctor``, ``demo``), what they share (``terminal``, ``arguments``, ``pictures``,
``drawing``, ``recording``, ``report``, ``drags``), the daemon found or started (``daemon``), and
the errors' way to a sentence (``app``). What does not: anything that computes a picture; that is
the daemon's.
"""

from .app import main

__all__ = ["main"]
