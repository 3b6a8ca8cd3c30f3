"""What can be wrong with a file of weights, as one tree.

::

    CheckpointError             anything this room raises
    +-- UnreadableFile          missing, cut off, hostile, or of another format
    +-- UnfitWeights            a good file, but not the tensors of that network
    +-- WrongWeights            the tensors fit, but their hash is not the expected one
"""


class CheckpointError(Exception):
    """The root of this room's exceptions; its text is one sentence with the file and the remedy."""


class UnreadableFile(CheckpointError):
    """The file cannot be opened, or what it says of itself is not to be trusted."""


class UnfitWeights(CheckpointError):
    """The file's tensors are not those of the network that it is meant for."""


class WrongWeights(CheckpointError):
    """The hash of the file's tensors is not the one that was asked for."""
