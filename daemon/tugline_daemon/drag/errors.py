"""What can go wrong with a drag.

DragError
|- InvalidDragError   what was given does not fit; nothing of it took effect
`- DragOverError      the drag has ended
"""


class DragError(Exception):
    """The root of the drag engine's errors."""


class InvalidDragError(DragError, ValueError):
    """Something that a drag was given does not fit: one sentence that names the field."""


class DragOverError(DragError):
    """The drag has ended and takes neither steps nor changes."""
