"""What can be wrong with a file of weights, as one tree.

::

    CheckpointError             anything this room raises
    +-- UnreadableFile          missing, cut off, hostile, or of another format
    +-- ReaderFailed            the process that read the file ended before it was done
    +-- UnknownNetwork          a good file, but no generator that is known
    +-- UnfitWeights            a good file, but not the tensors of that network
    +-- WrongWeights            the tensors fit, but their hash is not the expected one
    +-- BadTuning               no tuning, or one that is out of bounds
"""


class CheckpointError(Exception):
    """The root of this room's exceptions; its text is one sentence with the file and the remedy."""


class UnreadableFile(CheckpointError):
    """The file cannot be opened, or what it says of itself is not to be trusted."""


class ReaderFailed(CheckpointError):
    """The process that reads a stranger's file ran into a limit, or was ended."""


class UnknownNetwork(CheckpointError):
    """The file can be read, but what it holds is no generator of a kind that is known."""


class UnfitWeights(CheckpointError):
    """The file's tensors are not those of the network that it is meant for."""


class WrongWeights(CheckpointError):
    """The hash of the file's tensors is not the one that was asked for."""


class BadTuning(CheckpointError):
    """Bytes that are not those of a tuning, or a tuning that cannot be written."""
