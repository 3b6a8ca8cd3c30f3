"""The layer that a pull's frames are seen in, without harm to what the artist can undo.

It is a copy of the edit's layer (same opacity, mode, mask, effects, place in its group), put below
it while that one is hidden: there the places of layers do not change that an undo may bring back
meanwhile, or remove. No step of undo knows of either: undo is frozen for these moments, and
for them alone, so that what the artist does elsewhere meanwhile stays undoable.

Where the artist paints on it, it is theirs: it stays below the edit's layer, and another one takes
its place.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Box, Placement
from tugline_edit.guarding import tell
from tugline_edit.host import LayerFault, Refused, Standing, Written
from tugline_edit.planes import alpha_of
from tugline_edit.records import LayerRecord
from tugline_protocol.values import Image

from .examining import examine
from .gi_modules import Gimp
from .layers import (
    grow,
    is_locked,
    layer_id,
    layer_with,
    layers_in,
    show,
    untold,
    why_not,
)
from .painting import over, stretched
from .parasites import OWN_PREFIX, attach, parasite
from .pixels import extents, read, shows, write
from .planes import around, content, part
from .selecting import selection_kept
from .undo_steps import no_step

PREVIEW_NAME: Final = "Tugline (pulling)"
PAINTED_NAME: Final = "Painted during a pull"
PAINTED: Final = (
    f"You painted on the moving picture: that is a layer of its own now, “{PAINTED_NAME}”, below "
    "Tugline's."
)
_MARK: Final = "tugline/preview"
_MARKED: Final = re.compile(rb"(\d{1,9}) (\d{1,9})")

Write = Callable[[str, Placement, bytes, Arrows, Written, Refused], None]


@dataclass(frozen=True)
class _Mark:
    """What a preview has written on it: the ids of itself and of the layer that it stands for."""

    preview: str
    edit: str

    def encoded(self) -> bytes:
        return f"{self.preview} {self.edit}".encode("ascii")


# The previews that this process shows, with the ids of their images.
_alive: set[tuple[int, _Mark]] = set()
# The images that were mended, by id, and those of their previews that the artist removed, by
# flattening for instance: an undo brings them back.
_removed: dict[int, list[Any]] = {}


class GimpPreview:
    """The moving picture of one pull, see ``host.Preview``."""

    def __init__(self, image: Any, identity: str, placement: Placement, write_layer: Write) -> None:
        """Show the layer as it is; ``write_layer`` is the document's. Raises LayerFault."""
        edit_layer = layer_with(image, identity)
        fault = wording.LAYER_GONE if edit_layer is None else why_not(edit_layer)
        if edit_layer is None or fault:
            raise LayerFault(fault)
        self._image = image
        self._edit_layer = edit_layer
        self._edit = identity
        self._box = placement.box
        self._base = read(edit_layer, self._box)
        self._write_layer = write_layer
        self._seen = self._base
        self._drawn: Box | None = None
        # Whether the artist ever had it selected: they may paint on it.
        self._watched = False
        self._put_up()

    @property
    def frame(self) -> Image | None:
        """None: frames are seen in the layer."""
        return None

    @property
    def gone(self) -> bool:
        """Whether the artist removed the preview or the edit's layer, or an undo did."""
        return not self._there()

    def show(self, image: Image) -> bool:
        """Show a frame over the placement's box; where it is transparent, the picture before it.

        False: the preview or the edit's layer is gone; what is left of them is as before the pull.
        """
        if not self._there():
            self.discard()
            return False
        if not is_locked(self._layer) and _holds(extents(self._layer), self._box):
            self._watched = self._watched or self._layer in self._image.get_selected_layers()
            if self._watched and self._is_painted():
                self._leave()
                self._put_up()
            self._draw(image)
            Gimp.displays_flush()
        return True

    def examine(self, record: LayerRecord) -> Standing:
        """Say how the edit's layer stands. Raises LayerFault where it is gone."""
        layer = layer_with(self._image, self._edit)
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        return examine(layer, record)

    def commit(
        self,
        placement: Placement,
        data: bytes,
        arrows: Arrows,
        written: Written,
        refused: Refused,
    ) -> None:
        """Let the edit's layer have ``data``, see ``host.Preview``."""
        self.discard()
        self._write_layer(self._edit, placement, data, arrows, written, refused)

    def discard(self) -> None:
        """Have everything as it was before the pull."""
        if self._shown_as not in _alive:
            return
        _alive.remove(self._shown_as)
        if not self._image.is_valid():
            return
        if not self._layer.is_valid():
            _removed.setdefault(self._image.get_id(), []).append(self._layer)
        elif self._is_painted():
            self._leave()
        _take_away(self._image, self._layer, self._edit_layer)

    def _put_up(self) -> None:
        """Show the layer as it is, in another one just below it."""
        image, edit_layer = self._image, self._edit_layer
        self._layer = edit_layer.copy()
        self._layer.set_name(PREVIEW_NAME)
        mark = _Mark(layer_id(self._layer), self._edit)
        attach(self._layer, _MARK, mark.encoded())
        self._shown_as = (image.get_id(), mark)
        _alive.add(self._shown_as)
        self._seen, self._drawn = self._base, None
        group, below = edit_layer.get_parent(), image.get_item_position(edit_layer) + 1
        with no_step(image), selection_kept(image):
            image.insert_layer(self._layer, group, below)
            grow(self._layer, self._box)
            show(self._layer, visible=True)
            show(edit_layer, visible=False)
        Gimp.displays_flush()

    def _is_painted(self) -> bool:
        return _holds(extents(self._layer), self._box) and not shows(
            self._layer, self._box, self._seen
        )

    def _leave(self) -> None:
        """Let the artist have the layer that they painted on; it is no preview any more."""
        _alive.discard(self._shown_as)
        with no_step(self._image):
            for name in self._layer.get_parasite_list():
                if name.startswith(OWN_PREFIX):
                    self._layer.detach_parasite(name)
            self._layer.set_name(PAINTED_NAME)
        tell(LayerFault(PAINTED))

    def _draw(self, image: Image) -> None:
        """Write where a frame shows something or the one before it did: no more has to be seen."""
        box = self._box
        size = (box.width, box.height)
        data = stretched(image.data, (image.width, image.height), size)
        drawn = content(alpha_of(data), box.width)
        area = around(drawn, self._drawn) if drawn and self._drawn else drawn or self._drawn
        self._drawn = drawn
        if area is not None:
            there = Box(box.x + area.x, box.y + area.y, area.width, area.height)
            self._seen = over(self._base, data, size)
            write(self._layer, there, part(self._seen, box.width, area))

    def _there(self) -> bool:
        if self._shown_as not in _alive or not self._image.is_valid():
            return False
        return self._layer.is_valid() and self._edit_layer.is_valid()


def edit_behind(layer: Any) -> str:
    """Return the id of the layer that ``layer`` is the preview of; its own id where it is none."""
    mark = _mark_on(layer)
    return layer_id(layer) if mark is None else mark.edit


def mend(image: Any) -> bool:
    """Undo what pulls left that nobody ended; whether there was anything.

    That is in an image that was saved in their midst, or whose plug-in was killed. One process at a
    time drags in an image, this one, so whatever is not its own is left over. After the first time
    it is looked for again where a preview is back that the artist had removed.
    """
    removed = _removed.get(image.get_id())
    if removed is not None and not any(layer.is_valid() for layer in removed):
        return False
    _removed.setdefault(image.get_id(), [])
    left = [(layer, mark) for layer in layers_in(image) if (mark := _mark_on(layer)) is not None]
    orphans = [(layer, mark) for layer, mark in left if (image.get_id(), mark) not in _alive]
    for layer, mark in orphans:
        _take_away(image, layer, layer_with(image, mark.edit))
    return bool(orphans)


def _take_away(image: Any, preview: Any, edit_layer: Any | None) -> None:
    """Show the layer of an edit again, and remove its preview if it still is one."""
    with no_step(image), selection_kept(image, (preview, edit_layer)):
        if edit_layer is not None:
            with untold():  # where it was removed a redo may bring it back, or nothing
                show(edit_layer, visible=True)
        if preview.is_valid() and _mark_on(preview) is not None:
            image.remove_layer(preview)
    Gimp.displays_flush()


def _mark_on(layer: Any) -> _Mark | None:
    """Return the mark of a preview; None for any other layer, also for a duplicate of one."""
    found = _MARKED.fullmatch(parasite(layer, _MARK))
    if found is None:
        return None
    mark = _Mark(found[1].decode(), found[2].decode())
    return mark if mark.preview == layer_id(layer) else None


def _holds(outer: Box, inner: Box) -> bool:
    return (
        outer.x <= inner.x
        and outer.y <= inner.y
        and inner.x + inner.width <= outer.x + outer.width
        and inner.y + inner.height <= outer.y + outer.height
    )
