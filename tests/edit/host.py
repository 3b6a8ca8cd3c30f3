"""An editor in small, with what is hard about both: GIMP's parasites and Krita's late commits.

All that is kept of an edit lies on its layer; a commit puts a new layer, with a copy of all that,
into the old one's place, and one undo brings the old one back as it was. With ``late`` documents
that happens in a later turn of the loop.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from tests.edit.loop import PlainLoop
from tests.edit.painter import PlainPainter, stretched
from tests.edit.samples import Shelf
from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Box, Placement
from tugline_edit.host import Change, LayerFault, Painter, Refused, Standing, Written
from tugline_edit.masks import SelectionMask
from tugline_edit.records import LayerRecord
from tugline_edit.storage import EditStore
from tugline_protocol.values import Image

SIDE = 48
_ids = count(1)


@dataclass
class Layer:
    """Pixels of the whole document, and what is kept with them."""

    data: bytearray = field(default_factory=lambda: bytearray(4 * SIDE * SIDE))
    shelf: Shelf = field(default_factory=Shelf)
    locked: bool = False
    hidden: bool = False

    def copied(self) -> "Layer":
        shelf = Shelf()
        shelf.kept.update(self.shelf.kept)
        return Layer(bytearray(self.data), shelf, self.locked, self.hidden)

    def read(self, box: Box) -> bytes:
        rows = (4 * (y * SIDE + box.x) for y in range(box.y, box.y + box.height))
        return b"".join(bytes(self.data[row : row + 4 * box.width]) for row in rows)

    def write(self, box: Box, data: bytes) -> None:
        for y in range(box.height):
            row = 4 * ((box.y + y) * SIDE + box.x)
            self.data[row : row + 4 * box.width] = data[4 * box.width * y : 4 * box.width * (y + 1)]


class PlainDocument:
    """A document of SIDE pixels a side; ``layers`` lie by their ids from the bottom up.

    ``steps`` are what undo brings back. ``shown`` are the frames of the pull that runs, ``arrows``
    those of the last commit. ``over_canvas`` shows frames over the canvas.
    """

    def __init__(self, loop: PlainLoop, *, late: bool = False, over_canvas: bool = False) -> None:
        self.root = f"document {next(_ids)}"
        self.is_open = True
        self.painter: Painter = PlainPainter()
        self.layers: dict[str, Layer] = {}
        self.active = ""
        self.selection: SelectionMask | None = None
        self.selected_box: Box | None = None
        self.steps: list[dict[str, Layer]] = []
        self.shown: list[Image] = []
        self.arrows = Arrows()
        self.interrupted = False
        self.shows_arrows = False
        self.preview: PlainPreview | None = None
        self.new_layer: PlainNewLayer | None = None
        self.late = late
        self.over_canvas = over_canvas
        self.loop = loop
        self._in_step = False

    def mend(self) -> bool:
        was, self.interrupted = self.interrupted, False
        return was

    def chosen(self) -> str:
        return self.active if self.active in self.layers else ""

    def choose(self, layer_id: str, wanted: Callable[[], bool]) -> None:
        def look() -> None:
            if wanted() and layer_id in self.layers:
                self.active = layer_id

        self.loop.later(0, look)

    def has(self, layer_id: str) -> bool:
        return self.is_open and layer_id in self.layers

    def store(self, layer_id: str) -> Shelf:
        return self.layer(layer_id).shelf

    def original(self, layer_id: str) -> LayerRecord | None:
        kept = self.layer(layer_id).shelf
        others = [key.rpartition("/")[2] for key in kept.kept if key.startswith("tugline/layer/")]
        records = [EditStore(kept).layer(other) for other in others if other != layer_id]
        return records[-1] if records else None

    def bounds(self, layer_id: str) -> Box:
        alpha = self.layer(layer_id).data[3::4]
        inside = [at for at in range(SIDE * SIDE) if alpha[at]]
        if not inside:
            return Box(0, 0, 0, 0)
        xs, ys = [at % SIDE for at in inside], [at // SIDE for at in inside]
        return Box(min(xs), min(ys), max(xs) - min(xs) + 1, max(ys) - min(ys) + 1)

    def pixels(self, layer_id: str, box: Box) -> bytes:
        return self.layer(layer_id).read(box)

    def extent(self, layer_id: str) -> Box:
        return self.bounds(layer_id)

    def seen(self, layer_id: str, box: Box, size: tuple[int, int]) -> Image:
        inside = Box(max(0, box.x), max(0, box.y), SIDE, SIDE)
        width = min(box.x + box.width, SIDE) - inside.x
        height = min(box.y + box.height, SIDE) - inside.y
        layer = Layer(bytearray(4 * box.width * box.height))
        shown = self.layer(layer_id).read(Box(inside.x, inside.y, width, height))
        for y in range(height):
            row = 4 * ((inside.y - box.y + y) * box.width + inside.x - box.x)
            layer.data[row : row + 4 * width] = shown[4 * width * y : 4 * width * (y + 1)]
        data = stretched(bytes(layer.data), 4, (box.width, box.height), size)
        return Image(*size, self.painter.order, data)

    def is_shown(self, layer_id: str) -> bool:
        return not self.layer(layer_id).hidden

    def show(self, layer_id: str, *, on: bool) -> None:
        self.layer(layer_id).hidden = not on

    def selected(self) -> Box | None:
        return self.selected_box

    def digest(self, layer_id: str, box: Box) -> str:
        return hashlib.sha256(self.pixels(layer_id, box)).hexdigest()

    def why_not(self, layer_id: str) -> str:
        return "The layer is locked; unlock it to pull." if self.layer(layer_id).locked else ""

    def examine(
        self,
        layer_id: str,
        record: LayerRecord,
        picture: bytes | None = None,  # noqa: ARG002 - nobody transforms layers here
    ) -> Standing:
        old, now = record.placement.box, self.bounds(layer_id)
        if self.digest(layer_id, old) == record.digest:
            return Standing(Change.SAME, record.placement)
        filled = record.filled
        there = Box(now.x - filled.x, now.y - filled.y, old.width, old.height)
        if self.digest(layer_id, there) == record.digest:
            moved = record.placement.moved(there.x - old.x, there.y - old.y)
            return Standing(Change.MOVED, moved)
        return Standing(Change.PAINTED, record.placement)

    def selection_over(
        self,
        placement: Placement,  # noqa: ARG002 - it is said in the picture's own pixels
        *,
        fresh: bool = False,  # noqa: ARG002
    ) -> SelectionMask | None:
        return self.selection

    def add_layer(self, placement: Placement, data: bytes, above: str, written: Written) -> None:
        if not self.is_open:
            raise LayerFault(wording.NO_DOCUMENT)
        layer = Layer()
        layer.write(placement.box, data)
        self.step(lambda: written(self.insert(layer, above)))

    def begin_pull(
        self,
        layer_id: str,
        placement: Placement,  # noqa: ARG002
        *,
        true_composite: bool,  # noqa: ARG002
        replaces: bool = False,
    ) -> "PlainPreview":
        assert not self._in_step, "a pull begins within another step"
        why_not = self.why_not(layer_id)
        if why_not:
            raise LayerFault(why_not)
        self.preview = PlainPreview(self, layer_id, replaces=replaces)
        return self.preview

    def begin_layer(
        self,
        placement: Placement,
        above: str,
        *,
        true_composite: bool,  # noqa: ARG002
    ) -> "PlainNewLayer":
        if not self.is_open:
            raise LayerFault(wording.NO_DOCUMENT)
        self.new_layer = PlainNewLayer(self, placement, above)
        return self.new_layer

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
        why_not = self.why_not(layer_id)
        if why_not:
            raise LayerFault(why_not)
        preview = PlainPreview(self, layer_id, replaces=replaces)
        preview.commit(placement, data, arrows, written, refused)

    # What the artist does, and what the tests look at.

    def layer(self, layer_id: str) -> Layer:
        if not self.has(layer_id):
            raise LayerFault(wording.LAYER_GONE)
        return self.layers[layer_id]

    def insert(self, layer: Layer, above: str = "") -> str:
        """Put a layer above another ("" = on top) and return its id; the editor activates it."""
        names = list(self.layers)
        at = names.index(above) + 1 if above in names else len(names)
        name = f"layer{next(_ids)}"
        items = list(self.layers.items())
        self.layers = dict([*items[:at], (name, layer), *items[at:]])
        self.active = name
        return name

    def insert_filled(self, box: Box, colour: bytes = bytes((200, 120, 40, 255))) -> str:
        """Put a layer on top that has ``colour`` over ``box``, and return its id."""
        layer = Layer()
        layer.write(box, colour * (box.width * box.height))
        return self.insert(layer)

    def replace(self, layer_id: str, layer: Layer) -> str:
        """Put a layer into another's place, and return its id."""
        name = f"layer{next(_ids)}"
        self.layers = {
            (name if one == layer_id else one): (layer if one == layer_id else other)
            for one, other in self.layers.items()
        }
        self.active = name
        return name

    def duplicate(self, layer_id: str) -> str:
        return self.insert(self.layer(layer_id).copied(), layer_id)

    def paint(self, layer_id: str) -> None:
        """Paint on the middle of the document, as an artist's brush does."""
        self.layer(layer_id).write(Box(SIDE // 2, SIDE // 2, 2, 2), bytes((9, 8, 7, 255)) * 4)

    def move(self, layer_id: str, dx: int, dy: int) -> None:
        layer = self.layer(layer_id)
        kept = Box(max(0, -dx), max(0, -dy), SIDE - abs(dx), SIDE - abs(dy))
        data = layer.read(kept)  # also what is transparent has colours
        layer.data = bytearray(len(layer.data))
        layer.write(Box(max(0, dx), max(0, dy), kept.width, kept.height), data)

    def step(self, do: Callable[[], None]) -> None:
        """Make one undo step."""
        before = {name: layer.copied() for name, layer in self.layers.items()}
        self._in_step = True
        try:
            do()
        finally:
            self._in_step = False
        self.steps.append(before)

    def undo(self) -> None:
        """Take the last step back: layers, and what is kept with them."""
        self.layers = self.steps.pop()
        self.active = next(reversed(self.layers), "")

    def select_left(self, size: tuple[int, int]) -> None:
        """Select the left half of the picture."""
        width, height = size
        row = b"\xff" * (width // 2) + bytes(width - width // 2)
        self.select(width, row * height)

    def select(self, width: int, data: bytes) -> None:
        """Have a selection over the picture, a byte a pixel, ``width`` a row."""
        self.selection = SelectionMask(width, len(data) // width, data)


class PlainPreview:
    """Frames that nobody sees; the commit makes one step."""

    def __init__(self, document: PlainDocument, layer_id: str, *, replaces: bool) -> None:
        self.frame: Image | None = None
        self.removed = False
        self.discards = 0
        self.replaces = replaces
        self._document = document
        self._layer_id = layer_id
        document.shown = []

    @property
    def gone(self) -> bool:
        return self.removed

    def show(self, image: Image) -> bool:
        if self.removed:
            self.discard()
            return False
        self._document.shown.append(image)
        if self._document.over_canvas:
            self.frame = image
        return True

    def examine(self, record: LayerRecord) -> Standing:
        return self._document.examine(self._layer_id, record)

    def commit(
        self,
        placement: Placement,
        data: bytes,
        arrows: Arrows,
        written: Written,
        refused: Refused,
    ) -> None:
        if self._document.late:
            self._document.loop.later(
                20, lambda: self._commit(placement, data, arrows, written, refused)
            )
        else:
            self._commit(placement, data, arrows, written, refused)

    def discard(self) -> None:
        self.discards += 1

    def _commit(
        self,
        placement: Placement,
        data: bytes,
        arrows: Arrows,
        written: Written,
        refused: Refused,
    ) -> None:
        document, old_id, box = self._document, self._layer_id, placement.box
        if not document.has(old_id):
            refused(LayerFault(wording.LAYER_GONE))
            return
        why_not = document.why_not(old_id)
        if why_not:
            refused(LayerFault(why_not))
            return
        layer = document.layer(old_id).copied()
        shown = data
        if not self.replaces:
            shown = document.painter.over(layer.read(box), data, (box.width, box.height))
        layer.write(box, shown)
        layer.shelf.kept.pop(f"tugline/layer/{old_id}", None)
        document.arrows = arrows
        document.step(lambda: written(document.replace(old_id, layer)))


class PlainNewLayer:
    """A layer that is there when it is committed, in one step; nobody sees its frames before."""

    def __init__(self, document: PlainDocument, placement: Placement, above: str) -> None:
        self.removed = False
        self.discards = 0
        self._document = document
        self._placement = placement
        self._above = above
        document.shown = []

    @property
    def gone(self) -> bool:
        return self.removed or not self._document.is_open

    def show(self, image: Image) -> bool:
        if self.gone:
            self.discard()
            return False
        self._document.shown.append(image)
        return True

    def commit(self, data: bytes, written: Written, refused: Refused) -> None:
        document, above = self._document, self._above

        def add() -> None:
            if not document.is_open:
                refused(LayerFault(wording.NO_DOCUMENT))
                return
            document.add_layer(self._placement, data, above, written)

        if document.late:
            document.loop.later(20, add)
        else:
            add()

    def discard(self) -> None:
        self.discards += 1


class PlainEditor:
    """The editor: ``documents`` that are open, of which the last is before the artist."""

    name = "gimp"
    version = "3.0.4"

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.loop = PlainLoop()
        self.documents: list[PlainDocument] = []

    def open(self, *, late: bool = False, over_canvas: bool = False) -> PlainDocument:
        document = PlainDocument(self.loop, late=late, over_canvas=over_canvas)
        self.documents.append(document)
        return document

    def close(self, document: PlainDocument) -> None:
        document.is_open = False
        self.documents.remove(document)

    def active(self) -> PlainDocument | None:
        return self.documents[-1] if self.documents else None

    def roots(self) -> frozenset[str]:
        return frozenset(document.root for document in self.documents)
