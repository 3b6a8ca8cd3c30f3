"""What an editor gives to an edit: its documents, their layers, and its event loop.

Each plugin implements these; nothing else in this package knows its host. Layers are known by ids
that survive saving (Krita's uniqueId, GIMP's tattoo), "" for none. Pixels are bytes: rows from the
top, four bytes a pixel in ``Painter.order``, 8 bit sRGB, straight alpha. Boxes are document pixels.
Every call comes from the event loop's thread, and none waits for the daemon.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol

from tugline_protocol.values import Buffer, ByteOrder, Image

from .arrows import Arrows
from .geometry import Box, Placement
from .masks import SelectionMask
from .records import LayerRecord
from .storage import Store

Size = tuple[int, int]
Written = Callable[[str], None]
Refused = Callable[["LayerFault"], None]


class LayerFault(Exception):
    """A layer or a document that Tugline cannot work with: one sentence for the artist."""


class Change(Enum):
    """What happened to a layer since Tugline wrote it."""

    SAME = "same"
    MOVED = "moved"
    TRANSFORMED = "transformed"
    PAINTED = "painted"


@dataclass(frozen=True)
class Standing:
    """How a layer stands to what Tugline wrote into it.

    ``placement`` is where its picture lies now; after PAINTED where it lay before.
    """

    change: Change
    placement: Placement


class Painter(Protocol):
    """Pictures resampled and laid over each other with the means of the host."""

    @property
    def order(self) -> ByteOrder:
        """The order of a pixel's bytes, as the protocol names it: "RGBA" or "BGRA"."""

    def warp(self, data: Buffer, size: Size, placement: Placement) -> bytes:
        """Return a picture of ``size`` as it lies in ``placement.box``; 0 where it is not."""

    def over(self, base: Buffer, top: Buffer, size: Size) -> bytes:
        """Return ``top`` over ``base``; where ``top`` is transparent, exactly ``base``."""

    def seen_through(self, data: Buffer, mask: bytes) -> bytes:
        """Return pixels with their alpha lowered to ``mask``, a byte a pixel."""

    def scaled(self, mask: SelectionMask, size: Size) -> SelectionMask:
        """Return a mask in another size."""

    def mask_in_place(self, mask: SelectionMask, placement: Placement) -> bytes:
        """Return a mask over a picture as it lies in ``placement.box``, a byte a pixel."""

    def thumbnail(self, data: Buffer, size: Size) -> bytes:
        """Return a picture as ``history.State`` has it: RGB, THUMBNAIL_SIDE pixels a side."""


class Preview(Protocol):
    """The moving picture of one pull, in its layer's place; ``commit`` or ``discard`` ends it.

    Every method may be called whatever the artist did meanwhile.
    """

    @property
    def frame(self) -> Image | None:
        """The newest frame where it is to be drawn over the canvas, None where a layer shows it."""

    @property
    def gone(self) -> bool:
        """Whether the artist removed what shows the frames, or an undo did."""

    def show(self, image: Image) -> bool:
        """Show a frame; False where the artist removed what shows it: it is discarded then."""

    def examine(self, record: LayerRecord) -> Standing:
        """Say how the edit's layer stands, before ``commit``. Raises LayerFault."""

    def commit(
        self,
        placement: Placement,
        data: bytes,
        arrows: Arrows,
        written: Written,
        refused: Refused,
    ) -> None:
        """Let the edit's layer have ``data`` over ``placement.box``: one undoable step.

        Where ``data`` is transparent the picture before stays, exactly. ``written`` gets the id of
        the layer that it now is, within that step, so that what is stored then is undone with it.
        ``arrows`` are undone with it too, where the host keeps them elsewhere as well. ``refused``
        is called instead where the layer is gone or cannot be written. One of the two is called,
        now or from the event loop.
        """

    def discard(self) -> None:
        """Have everything as it was before the pull."""


class NewLayer(Protocol):
    """The moving picture of a layer that is being made; ``commit`` or ``discard`` ends it.

    Every method may be called whatever the artist did meanwhile.
    """

    @property
    def gone(self) -> bool:
        """Whether the artist removed what shows the frames, an undo did, or it was closed."""

    def show(self, image: Image) -> bool:
        """Show a frame, its alpha included; False where what shows it is gone: it is discarded."""

    def commit(self, data: bytes, written: Written, refused: Refused) -> None:
        """Let the document have the layer, which shows ``data`` over its placement's box.

        All in all that is one undoable step; ``written`` gets the layer's id within it, or
        ``refused`` is called where that cannot be. One of the two is called, now or from the event
        loop.
        """

    def discard(self) -> None:
        """Have everything as it was before, if possible with no step."""


class Document(Protocol):
    """One document, open or closed meanwhile.

    Methods that take a layer's id raise LayerFault where that layer is gone, unless they say
    otherwise.
    """

    @property
    def root(self) -> str:
        """What tells this document from all others that are open."""

    @property
    def is_open(self) -> bool:
        """Whether it is still open."""

    @property
    def painter(self) -> Painter:
        """What resamples and composites its pictures."""

    @property
    def shows_arrows(self) -> bool:
        """Whether it shows the arrows in an object of the artist's, which keeps them by itself.

        Then what Tugline keeps of them need not be written at once.
        """

    def mend(self) -> bool:
        """Undo what a drag left in its midst; whether there was anything.

        It is called often, while nothing is under way.
        """

    def chosen(self) -> str:
        """Return the layer whose edit the artist means: the active one, "" for none."""

    def choose(self, layer_id: str, wanted: Callable[[], bool]) -> None:
        """Make a layer the active one, as soon as that can be, if it is still ``wanted`` then."""

    def has(self, layer_id: str) -> bool:
        """Whether the document is open and the layer is in it."""

    def store(self, layer_id: str) -> Store:
        """Return where the records of a layer and its edit are kept."""

    def original(self, layer_id: str) -> LayerRecord | None:
        """Return the record of the edit of which a layer without one is a duplicate, if any.

        Its placement is where the duplicate's picture lies.
        """

    def bounds(self, layer_id: str) -> Box:
        """Return the box around the layer's pixels."""

    def pixels(self, layer_id: str, box: Box) -> bytes:
        """Return the layer's own pixels over ``box``, 0 where it has none."""

    def extent(self, layer_id: str) -> Box:
        """Return the box around the pixels that a layer of any kind has within the document.

        Its sides are 0 where it has none there.
        """

    def seen(self, layer_id: str, box: Box, size: Size) -> Image:
        """Return what a layer of any kind shows over ``box``, in ``size`` pixels.

        Its masks and, of a group, its children count; the layers above and beneath, its opacity and
        its blending do not. Whatever the document's colours are, it is 8 bit sRGB with straight
        alpha in ``Painter.order``, 0 where there is nothing, and well filtered where ``size`` is
        smaller than ``box``. The layer is not touched.
        """

    def is_shown(self, layer_id: str) -> bool:
        """Whether the layer is switched on to be seen."""

    def show(self, layer_id: str, *, on: bool) -> None:
        """Switch the layer on or off, without an undo step."""

    def digest(self, layer_id: str, box: Box) -> str:
        """Return what the layer's pixels over ``box`` are known by: 64 hexadecimal digits."""

    def why_not(self, layer_id: str) -> str:
        """Return why Tugline cannot pull in the layer, in one sentence; "" where it can."""

    def examine(self, layer_id: str, record: LayerRecord, picture: bytes | None = None) -> Standing:
        """Say what the artist did to the layer since ``record`` was written.

        ``picture`` is what was written last, ``record.placement.drawn_size`` pixels: with it a
        layer that was transformed is recognised, without it it counts as painted.
        """

    def selection_over(self, placement: Placement, *, fresh: bool = False) -> SelectionMask | None:
        """Return the selection over a picture, None where nothing is selected.

        For an upright placement it has a byte a pixel of ``placement.box``. It may be called often;
        ``fresh`` reads all of it again.
        """

    def selected(self) -> Box | None:
        """Return the box around the selection, None where nothing is selected."""

    def add_layer(self, placement: Placement, data: bytes, above: str, written: Written) -> None:
        """Add a layer that shows ``data`` over ``placement.box``, just above another ("" = top).

        One undoable step; ``written`` gets its id within it. Raises LayerFault.
        """

    def begin_layer(self, placement: Placement, above: str, *, true_composite: bool) -> NewLayer:
        """Return the moving picture of a layer that comes just above another ("" = on top).

        ``true_composite`` is that of ``begin_pull``. Raises LayerFault.
        """

    def begin_pull(
        self,
        layer_id: str,
        placement: Placement,
        *,
        true_composite: bool,
        replaces: bool = False,
    ) -> Preview:
        """Return the preview of a pull in a layer.

        ``true_composite``: frames are seen in a layer however slow that is. ``replaces``: where
        frames and the picture of the commit are transparent the layer is transparent as well;
        otherwise the layer's picture before the pull stays there. Raises LayerFault where the layer
        cannot be pulled.
        """

    def write(
        self,
        layer_id: str,
        placement: Placement,
        data: bytes,
        arrows: Arrows,
        written: Written,
        refused: Refused,
        *,
        replaces: bool = False,
    ) -> None:
        """Do what ``Preview.commit`` does, without frames before it. Raises LayerFault.

        ``replaces`` is that of ``begin_pull``.
        """


class Ticking(Protocol):
    """Something that the event loop calls again and again."""

    def stop(self) -> None:
        """Call it no more."""


class Loop(Protocol):
    """The host's event loop. A call that fails is logged and told, and the loop goes on."""

    def later(self, milliseconds: int, call: Callable[[], object]) -> None:
        """Call once, after so long; 0 = at the next turn of the loop."""

    def every(self, milliseconds: int, call: Callable[[], object]) -> Ticking:
        """Call again and again."""

    def watch(self, descriptor: int, call: Callable[[], object]) -> Ticking:
        """Call whenever a descriptor can be read."""


class Editor(Protocol):
    """The host."""

    @property
    def name(self) -> str:
        """What the daemon knows it by: "krita", "gimp"."""

    @property
    def version(self) -> str:
        """Its version, at most 64 characters."""

    @property
    def folder(self) -> Path:
        """The plugin's folder, in which the installer left daemon.json."""

    @property
    def loop(self) -> Loop:
        """Its event loop."""

    def active(self) -> Document | None:
        """Return the document before the artist; the same one again compares equal by ``root``."""

    def roots(self) -> frozenset[str]:
        """Return the ``root`` of each document that is open."""
