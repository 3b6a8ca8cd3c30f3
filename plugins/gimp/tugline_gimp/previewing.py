"""The layer that a pull's frames are seen in, without harm to what the artist can undo.

It is a copy of the edit's layer (same opacity, mode, mask, effects, place in its group), put below
it while that one is hidden: there the places of layers do not change that an undo may bring back
meanwhile, or remove. No step of undo knows of either: undo is frozen for these moments, and
for them alone, so that what the artist does elsewhere meanwhile stays undoable.

Where the artist paints on it, it is theirs: it stays below the edit's layer, and another one takes
its place.
"""

from collections.abc import Callable
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
from .layers import grow, is_locked, layer_with, show, why_not
from .marks import Showing, take_away
from .painting import over, stretched
from .pixels import extents, read, shows, write
from .planes import around, content, holds, part
from .selecting import selection_kept
from .undo_steps import no_step

PREVIEW_NAME: Final = "Tugline (pulling)"
PAINTED_NAME: Final = "Painted during a pull"
PAINTED: Final = (
    f"You painted on the moving picture: that is a layer of its own now, “{PAINTED_NAME}”, below "
    "Tugline's."
)
Write = Callable[[str, Placement, bytes, Arrows, Written, Refused], None]


class GimpPreview:
    """The moving picture of one pull, see ``host.Preview``."""

    def __init__(
        self,
        image: Any,
        identity: str,
        placement: Placement,
        write_layer: Write,
        *,
        replaces: bool = False,
    ) -> None:
        """Show the layer as it is; ``write_layer`` is the document's. Raises LayerFault.

        ``replaces``: where a frame is transparent nothing is seen, else the picture before it.
        """
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
        self._replaces = replaces
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
        """Show a frame over the placement's box.

        False: the preview or the edit's layer is gone; what is left of them is as before the pull.
        """
        if not self._there():
            self.discard()
            return False
        if not is_locked(self._layer) and holds(extents(self._layer), self._box):
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
        if not self._showing.on:
            return
        self._showing.end()
        if not self._image.is_valid():
            return
        if self._layer.is_valid() and self._is_painted():
            self._leave()
        take_away(self._image, self._layer, self._edit_layer)

    def _put_up(self) -> None:
        """Show the layer as it is, in another one just below it."""
        image, edit_layer = self._image, self._edit_layer
        self._layer = edit_layer.copy()
        self._layer.set_name(PREVIEW_NAME)
        self._showing = Showing(image, self._layer, self._edit)
        self._seen = self._base
        # What is to be drawn anew with the next frame, besides what that shows.
        self._drawn: Box | None = self._whole if self._replaces else None
        group, below = edit_layer.get_parent(), image.get_item_position(edit_layer) + 1
        with no_step(image), selection_kept(image):
            image.insert_layer(self._layer, group, below)
            grow(self._layer, self._box)
            show(self._layer, visible=True)
            show(edit_layer, visible=False)
        Gimp.displays_flush()

    def _is_painted(self) -> bool:
        return holds(extents(self._layer), self._box) and not shows(
            self._layer, self._box, self._seen
        )

    def _leave(self) -> None:
        """Let the artist have the layer that they painted on."""
        self._showing.leave(PAINTED_NAME)
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
            self._seen = data if self._replaces else over(self._base, data, size)
            write(self._layer, there, part(self._seen, box.width, area))

    @property
    def _whole(self) -> Box:
        return Box(0, 0, self._box.width, self._box.height)

    def _there(self) -> bool:
        if not self._showing.on or not self._image.is_valid():
            return False
        return self._layer.is_valid() and self._edit_layer.is_valid()
