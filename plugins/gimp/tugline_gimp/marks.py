"""Layers of Tugline's that show frames for a while: what tells them from layers of the artist's.

Each has a mark on it, so that one that is left over, in an image that was saved in the midst of a
drag for instance, is known and taken away.
"""

import re
from dataclasses import dataclass
from typing import Any, Final

from .gi_modules import Gimp
from .layers import layer_id, layer_with, layers_in, show, untold
from .parasites import OWN_PREFIX, attach, parasite
from .selecting import selection_kept
from .undo_steps import no_step

_MARK: Final = "tugline/preview"
_MARKED: Final = re.compile(rb"(\d{1,9}) (\d{0,9})")


@dataclass(frozen=True)
class Mark:
    """What a preview has written on it: its own id, and that of the layer that it stands for.

    ``edit`` is "" where there is no such layer yet.
    """

    preview: str
    edit: str

    def encoded(self) -> bytes:
        """Return the bytes that the layer keeps."""
        return f"{self.preview} {self.edit}".encode("ascii")


# The previews that this process shows, with the ids of their images.
_alive: set[tuple[int, Mark]] = set()
# The images that were mended, by id, and those of their previews that the artist removed, by
# flattening for instance: an undo brings them back.
_removed: dict[int, list[Any]] = {}


class Showing:
    """That this process shows frames in ``layer`` of ``image``, for the layer known by ``edit``."""

    def __init__(self, image: Any, layer: Any, edit: str = "") -> None:
        """Put the mark on ``layer``, which need not be in the image yet."""
        self._image = image
        self._layer = layer
        mark = Mark(layer_id(layer), edit)
        attach(layer, _MARK, mark.encoded())
        self._key = (image.get_id(), mark)
        _alive.add(self._key)

    @property
    def on(self) -> bool:
        """Whether it was neither ended nor left."""
        return self._key in _alive

    def end(self) -> None:
        """Show no more frames in it; it is for ``take_away`` then."""
        _alive.discard(self._key)
        if self._image.is_valid() and not self._layer.is_valid():
            _removed.setdefault(self._image.get_id(), []).append(self._layer)

    def leave(self, name: str) -> None:
        """Let the artist have the layer, under ``name``; it is no preview any more."""
        _alive.discard(self._key)
        with no_step(self._image):
            for kept in self._layer.get_parasite_list():
                if kept.startswith(OWN_PREFIX):
                    self._layer.detach_parasite(kept)
            self._layer.set_name(name)


def mark_on(layer: Any) -> Mark | None:
    """Return the mark of a preview; None for any other layer, also for a duplicate of one."""
    found = _MARKED.fullmatch(parasite(layer, _MARK))
    if found is None:
        return None
    mark = Mark(found[1].decode(), found[2].decode())
    return mark if mark.preview == layer_id(layer) else None


def edit_behind(layer: Any) -> str:
    """Return the id of the layer that ``layer`` is the preview of; its own id where it is none."""
    mark = mark_on(layer)
    return layer_id(layer) if mark is None else mark.edit


def is_moving(layer: Any) -> bool:
    """Whether this process shows the moving picture of ``layer`` in its place."""
    image, identity = layer.get_image().get_id(), layer_id(layer)
    return any((image, identity) == (shown, mark.edit) for shown, mark in _alive)


def mend(image: Any) -> bool:
    """Undo what was left that nobody ended; whether there was anything.

    That is in an image that was saved in the midst of it, or whose plug-in was killed. One process
    at a time works in an image, this one, so whatever is not its own is left over. After the first
    time it is looked for again where a preview is back that the artist had removed.
    """
    removed = _removed.get(image.get_id())
    if removed is not None and not any(layer.is_valid() for layer in removed):
        return False
    _removed.setdefault(image.get_id(), [])
    left = [(layer, mark) for layer in layers_in(image) if (mark := mark_on(layer)) is not None]
    orphans = [(layer, mark) for layer, mark in left if (image.get_id(), mark) not in _alive]
    for layer, mark in orphans:
        take_away(image, layer, layer_with(image, mark.edit))
    return bool(orphans)


def take_away(image: Any, preview: Any, edit_layer: Any | None) -> None:
    """Show the layer of an edit again, if there is one, and remove what still is its preview."""
    with no_step(image), selection_kept(image, (preview, edit_layer)):
        if edit_layer is not None:
            with untold():  # where it was removed a redo may bring it back, or nothing
                show(edit_layer, visible=True)
        if preview.is_valid() and mark_on(preview) is not None:
            image.remove_layer(preview)
    Gimp.displays_flush()
