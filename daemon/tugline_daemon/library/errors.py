"""What can be wrong with the user's models, as one tree.

::

    LibraryError                anything this room raises
    +-- BadCard                 a card that is missing, malformed or out of bounds
    +-- BadLatent               a saved latent that cannot be read or written
    +-- UnknownModel            no model of that name
    +-- UnknownTuning           no tuning of that name, or not any more
    +-- OtherWeights            a model of that name, but with other weights
    +-- BrokenModel             the model is there and cannot be used
    +-- BadSource               what is to be added is no file, https address or catalogue entry
    +-- BadName                 the name that a model is to get cannot be one
    +-- NameTaken               there is a model of that name, or one is being added
    +-- LicenceNotAccepted      the licence of a catalogue entry was not agreed to
    +-- DownloadFailed          the file did not come
    |   +-- AddressGone         there is nothing at the address any more
    |   +-- TooLarge            it has more bytes than are fetched
    +-- WrongFile               the file has another hash than it should
    +-- NotWritten              the system does not let a file be written
    |   +-- DiskFull            it takes no more bytes
    +-- NotRemoved              a model or tuning that cannot be removed, or not wholly
"""


class LibraryError(Exception):
    """The root of this room's exceptions; its text is one sentence with the file and the remedy."""


class BadCard(LibraryError):
    """The card cannot be read, or a field of it cannot be."""


class BadLatent(LibraryError):
    """The saved latent cannot be read, written, or does not belong to the model."""


class UnknownModel(LibraryError):
    """There is no model of that name."""


class UnknownTuning(LibraryError):
    """There is no tuning of that name, or what lies there is damaged."""


class OtherWeights(LibraryError):
    """The model of that name has other weights than those asked for."""


class BrokenModel(LibraryError):
    """The model is listed, and something about its files keeps it from being used."""


class BadSource(LibraryError):
    """What is to be added is neither a file, nor an https address, nor in the catalogue."""


class BadName(LibraryError):
    """The name cannot be that of a model's files."""


class NameTaken(LibraryError):
    """A model of that name is there or is being added; the text names one that is free."""


class LicenceNotAccepted(LibraryError):
    """Nothing was downloaded: the licence was not agreed to; the text says what it says."""


class DownloadFailed(LibraryError):
    """The file did not come; what came of it is kept where going on can make sense."""


class AddressGone(DownloadFailed):
    """The server knows of nothing at the address (404 or 410)."""


class TooLarge(DownloadFailed):
    """The file has more bytes than are fetched; nothing of it is kept."""


class WrongFile(LibraryError):
    """The file's sha256 is not the one that was asked for; it is not kept."""


class NotWritten(LibraryError):
    """A file in the user's folders cannot be written."""


class DiskFull(NotWritten):
    """The system takes no more bytes: the disk, a quota or a limit is full."""


class NotRemoved(LibraryError):
    """What is to go comes with Tugline, or the system holds on to one of its files."""
