"""One image of GIMP's as Tugline sees it, open or closed meanwhile."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Box, Placement
from tugline_edit.host import (
    LayerFault,
    NewLayer,
    Preview,
    Refused,
    Size,
    Standing,
    Written,
)
from tugline_edit.masks import SelectionMask
from tugline_edit.records import LayerRecord, RecordError
from tugline_edit.storage import EditStore
from tugline_protocol.values import Image

from . import arriving, examining, layers, marks, pixels, previewing, seeing
from .gi_modules import Gegl, Gimp
from .layers import EDIT_NAME, layer_id, layer_with, why_no_layers, why_not, why_not_beside
from .painting import GimpPainter
from .parasites import LAYER_PREFIX, LayerParasites, records_on
from .paths import hand_over, write_arrows
from .selection import SelectionReader, selection_bounds
from .swapping import swap
from .undo_steps import no_step, one_step

Gegl.init(None)


class GimpDocument:
    """An image; ``host.Document``. Layers are known by their tattoos, which are saved with them.

    ``selects`` says whether the selection counts for what is inverted of a layer, ``coming`` is the
    moving picture of the last inversion, None before there was one that is seen.
    """

    def __init__(self, image: Any) -> None:
        """Stand for ``image``, a Gimp.Image."""
        self.image = image
        self.selects = True
        self.coming: arriving.GimpNewLayer | None = None
        self._root = str(image.get_id())
        self._painter = GimpPainter()
        self._selection = SelectionReader(image)

    @property
    def root(self) -> str:
        """What tells this image from all others that are open."""
        return self._root

    @property
    def is_open(self) -> bool:
        """Whether it is still open."""
        return bool(self.image.is_valid())

    @property
    def shows_arrows(self) -> bool:
        """They are strokes of a path, which is saved, undone and duplicated with the image."""
        return True

    @property
    def painter(self) -> GimpPainter:
        """What resamples and composites its pictures."""
        return self._painter

    def layer(self, identity: str) -> Any | None:
        """Return the Gimp.Layer known by an id, None where it, or the image, is gone."""
        return layer_with(self.image, identity)

    def mend(self) -> bool:
        """Undo what a pull left in an image that was saved in its midst; whether there was any."""
        return self.is_open and marks.mend(self.image)

    def chosen(self) -> str:
        """Return the selected layer's id; "" where none is, or several that could be meant.

        Of several the one that has an edit is meant. A preview stands for its edit's layer.
        """
        if not self.is_open:
            return ""
        selected = self.image.get_selected_layers()
        if len(selected) > 1:
            selected = [layer for layer in selected if records_on(layer)]
        meant = {marks.edit_behind(layer) for layer in selected}
        return meant.pop() if len(meant) == 1 else ""

    def choose(self, layer_id: str, wanted: Callable[[], bool]) -> None:
        """Select a layer, and no other, if it is ``wanted``."""
        layer = self.layer(layer_id)
        if layer is not None and wanted() and self.chosen() != layer_id:
            self.image.set_selected_layers([layer])

    def has(self, layer_id: str) -> bool:
        """Whether the image is open and the layer is in it."""
        return self.layer(layer_id) is not None

    def store(self, layer_id: str) -> LayerParasites:
        """Return where the records of a layer and its edit are kept: on the layer."""
        self._layer(layer_id)
        return LayerParasites(lambda: self.layer(layer_id))

    def original(self, layer_id: str) -> LayerRecord | None:
        """Return the record that the layer was copied with, where its picture lies now."""
        layer = self._layer(layer_id)
        store = self.store(layer_id)
        for name in records_on(layer):
            try:
                record = EditStore(store).layer(name[len(LAYER_PREFIX) :])
            except RecordError:
                continue
            if record is not None:
                standing = examining.examine(layer, record)
                return replace(record, placement=standing.placement)
        return None

    def bounds(self, layer_id: str) -> Box:
        """Return the box that the layer takes."""
        return pixels.extents(self._layer(layer_id))

    def pixels(self, layer_id: str, box: Box) -> bytes:
        """Return the layer's own pixels over ``box``, 0 where it has none."""
        return pixels.read(self._layer(layer_id), box)

    def extent(self, layer_id: str) -> Box:
        """Return the box around what a layer of any kind shows within the image's bounds."""
        whole = Box(0, 0, self.image.get_width(), self.image.get_height())
        return seeing.extent(self._layer(layer_id), whole)

    def seen(self, layer_id: str, box: Box, size: Size) -> Image:
        """Return what a layer of any kind shows over ``box``, in ``size`` pixels."""
        data = seeing.seen(self._layer(layer_id), box, size)
        return Image(*size, self._painter.order, data)

    def beneath(self, layer_id: str, box: Box, size: Size) -> bytes:
        """Return what the layers below a layer show over ``box``, of those beside it in its group.

        It is in ``size`` pixels, 0 where there is nothing.
        """
        return seeing.beneath(self._layer(layer_id), box, size)

    def is_shown(self, layer_id: str) -> bool:
        """Whether the layer is switched on to be seen, or its moving picture is seen instead."""
        layer = self._layer(layer_id)
        return bool(layer.get_visible()) or marks.is_moving(layer)

    def show(self, layer_id: str, *, on: bool) -> None:
        """Switch the layer on or off, without an undo step."""
        with no_step(self.image):
            layers.show(self._layer(layer_id), visible=on)
        Gimp.displays_flush()

    def digest(self, layer_id: str, box: Box) -> str:
        """Return what the layer's pixels over ``box`` are known by: 64 hexadecimal digits."""
        return pixels.digest(self._layer(layer_id), box)

    def why_not(self, layer_id: str) -> str:
        """Return why Tugline cannot pull in the layer, in one sentence; "" where it can."""
        return why_not(self._layer(layer_id))

    def examine(self, layer_id: str, record: LayerRecord, picture: bytes | None = None) -> Standing:
        """Say what the artist did to the layer since ``record`` was written."""
        return examining.examine(self._layer(layer_id), record, picture)

    def selection_over(self, placement: Placement, *, fresh: bool = False) -> SelectionMask | None:
        """Return the selection over a picture, a byte a pixel of its box; None for none."""
        return self._selection.over(placement, fresh=fresh) if self.is_open else None

    def selected(self) -> Box | None:
        """Return the box around the selection, None where there is none or it does not count."""
        return selection_bounds(self.image) if self.is_open and self.selects else None

    def add_layer(self, placement: Placement, data: bytes, above: str, written: Written) -> None:
        """Add a layer that shows ``data`` over ``placement.box``, just above another ("" = top)."""
        if not self.is_open:
            raise LayerFault(wording.LAYER_GONE)
        below = self._layer(above) if above else None
        fault = why_no_layers(self.image) or (why_not_beside(below) if below is not None else "")
        if fault:
            raise LayerFault(fault)
        layer = layers.new_layer(self.image, EDIT_NAME, placement.box)
        with one_step(self.image):
            layers.add(self.image, layer, below)
            pixels.write(layer, placement.box, data)
            written(layer_id(layer))
            self._take_paths_along(above, layer_id(layer))
        Gimp.displays_flush()

    def _take_paths_along(self, below: str, above: str) -> None:
        """Where an edit goes on in a new layer, let its paths go with it.

        Where a drag has ended in that layer they show its arrows, else they are as the hand left
        them.
        """
        before, after = self._record(below), self._record(above)
        if before is None or after is None or before.edit == after.edit:
            return
        history = EditStore(self.store(above)).history(after.edit)
        if history is None or before.state not in history:
            return
        hand_over(self.image, before.edit, after.edit)
        if after.state != before.state:
            arrows = Arrows(history.get(after.state).arrows)
            write_arrows(self.image, after.placement, arrows, after.edit)

    def _record(self, layer_id: str) -> LayerRecord | None:
        """Return what is kept of a layer, None where that is nothing or damaged."""
        if not self.has(layer_id):
            return None
        try:
            return EditStore(self.store(layer_id)).layer(layer_id)
        except RecordError:
            return None

    def begin_layer(self, placement: Placement, above: str, *, true_composite: bool) -> NewLayer:
        """Return the moving picture of a new layer; frames are seen in a layer in any case."""
        del true_composite
        if not self.is_open:
            raise LayerFault(wording.LAYER_GONE)
        self.coming = arriving.GimpNewLayer(self.image, placement, above, self.add_layer)
        return self.coming

    def begin_pull(
        self,
        layer_id: str,
        placement: Placement,
        *,
        true_composite: bool,
        replaces: bool = False,
    ) -> Preview:
        """Return the preview of a pull in a layer; frames are seen in a layer in any case."""
        del true_composite
        write = partial(self.write, replaces=replaces)
        return previewing.GimpPreview(self.image, layer_id, placement, write, replaces=replaces)

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
        """Let a layer have ``data`` over ``placement.box``, see ``host.Preview.commit``."""

        def draw_arrows(identity: str) -> None:
            record = self._record(identity)
            if record is not None:
                write_arrows(self.image, placement, arrows, record.edit)

        swap(
            self.image,
            layer_id,
            placement,
            data,
            written,
            refused,
            draw_arrows,
            replaces=replaces,
        )

    def _layer(self, identity: str) -> Any:
        layer = self.layer(identity)
        if layer is None:
            raise LayerFault(wording.LAYER_GONE)
        return layer
