"""What can go wrong with a run; each text is one sentence with the remedy.

AccuracyError
    NoPairs
"""


class AccuracyError(Exception):
    """The root of the benchmark's exceptions."""


class NoPairs(AccuracyError):
    """A generator's pictures have no landmarks that could be dragged and measured."""
