"""What can be wrong with the user's models, as one tree.

::

    LibraryError                anything this room raises
    +-- BadCard                 a card that is missing, malformed or out of bounds
    +-- BadLatent               a saved latent that cannot be read or written
    +-- UnknownModel            no model of that name
    +-- OtherWeights            a model of that name, but with other weights
    +-- BrokenModel             the model is there and cannot be used
"""


class LibraryError(Exception):
    """The root of this room's exceptions; its text is one sentence with the file and the remedy."""


class BadCard(LibraryError):
    """The card cannot be read, or a field of it cannot be."""


class BadLatent(LibraryError):
    """The saved latent cannot be read, written, or does not belong to the model."""


class UnknownModel(LibraryError):
    """There is no model of that name."""


class OtherWeights(LibraryError):
    """The model of that name has other weights than those asked for."""


class BrokenModel(LibraryError):
    """The model is listed, and something about its files keeps it from being used."""
