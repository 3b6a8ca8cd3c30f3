"""A layer's parasites as the store of its edit: they are saved, undone and duplicated with it."""

from array import array
from collections.abc import Callable
from typing import Any, Final

from tugline_edit import wording
from tugline_edit.host import LayerFault

from .gi_modules import Gimp
from .undo_steps import no_step

OWN_PREFIX: Final = "tugline/"
LAYER_PREFIX: Final = f"{OWN_PREFIX}layer/"


class LayerParasites:
    """Keys and bytes that GIMP keeps with one layer; a key that is not there reads as b""."""

    def __init__(self, find: Callable[[], Any | None]) -> None:
        """Read and write the parasites of the layer that ``find`` returns, None while it is gone.

        A write is no undo step, except within ``undo_steps.one_step``: there it is part of it.
        """
        self._find = find

    def read(self, key: str) -> bytes:
        """Return what is kept under ``key``; b"" also while the layer is gone."""
        layer = self._find()
        return b"" if layer is None else parasite(layer, key)

    def write(self, key: str, _description: str, data: bytes) -> None:
        """Keep ``data`` under ``key``; it is in the file with the artist's next save.

        A layer has one record: its own takes the place of those that it was copied with. Raises
        LayerFault where the layer is gone.
        """
        layer = self._find()
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        with no_step(layer.get_image()):
            attach(layer, key, data)
            if key.startswith(LAYER_PREFIX):
                for other in records_on(layer):
                    if other != key:
                        layer.detach_parasite(other)


def parasite(item: Any, name: str) -> bytes:
    """Return the data of a parasite of ``item``, b"" where there is none."""
    found = item.get_parasite(name)
    return array("b", found.get_data()).tobytes() if found is not None else b""


def attach(item: Any, name: str, data: bytes) -> None:
    """Attach a parasite to ``item`` that is saved with it, and whose change an undo takes back."""
    flags = Gimp.PARASITE_PERSISTENT | Gimp.PARASITE_UNDOABLE
    item.attach_parasite(Gimp.Parasite.new(name, flags, memoryview(data).cast("b")))


def records_on(layer: Any) -> list[str]:
    """Return the names of the records on ``layer``: its own, or those that it was copied with."""
    return [name for name in layer.get_parasite_list() if name.startswith(LAYER_PREFIX)]
