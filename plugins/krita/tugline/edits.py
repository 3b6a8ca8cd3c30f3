"""The edit of one layer of an open document: where it stands, and how the document keeps it.

A layer is known by its uniqueId, which Krita brings back with an undo. So the record of every layer
that an edit ever had stays in the document, and whichever of them is there says which picture of
the history is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from secrets import token_hex
from typing import Any

from tugline_edit import wording
from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.geometry import Placement
from tugline_edit.history import History, State
from tugline_edit.masks import SelectionMask
from tugline_edit.reading import RecordError
from tugline_edit.records import LayerRecord, blob_key
from tugline_edit.storage import EditStore
from tugline_protocol.values import Latent, ModelRef

from .nodes import bounds, digest, layer_id, layer_with, root_id
from .storage import Annotations

LAYERS_SEARCHED = 500
# A drag's message may name 64 pictures: the one it starts from, and those of handles.
MOST_PICTURES = 60
# The edit of layers that an edit was committed to: it has no history.
NOBODYS = "nobodys"
# An upright picture fills its box and a turned one half of it; so much less is no picture there.
LEAST_PART = 16


@dataclass(frozen=True)
class Made:
    """A picture that the daemon made for an edit: its latent, and what the history says of it."""

    model: ModelRef
    latent: Latent
    label: str
    arrows: tuple[Arrow, ...] = ()
    thumbnail: bytes = b""
    mask: SelectionMask | None = None


class OpenEdit:
    """One edit in one layer, made by ``begin`` or ``find``; the document keeps each change."""

    def __init__(self, document: Any, layer_id: str, record: LayerRecord, history: History) -> None:
        """Stand for the edit that ``record`` names, in the layer ``layer_id`` of ``document``."""
        self.document = document
        self.root = root_id(document)
        self.layer_id = layer_id
        self.record = record
        self.history = history.go_to(record.state)
        self.store = EditStore(Annotations(document))
        self._latents: dict[str, Latent] = {}

    @property
    def state(self) -> State:
        """The picture of the history that the layer shows."""
        return self.history.get(self.record.state)

    @property
    def arrows(self) -> Arrows:
        """The arrows as they stand at that picture."""
        return Arrows(self.state.arrows)

    def layer(self) -> Any | None:
        """Return the layer, None where the artist deleted it or an undo took it away."""
        return layer_with(self.document, self.layer_id)

    def latent(self, key: str | None = None) -> Latent | None:
        """Return the latent kept under ``key`` (None = the present picture's), None where lost."""
        key = self.state.latent if key is None else key
        if key not in self._latents:
            latent = self.store.latent(replace(self.state, latent=key))
            if latent is None:
                return None
            self._latents[key] = latent
        return self._latents[key]

    def references(self, arrows: Arrows) -> Mapping[str, Latent]:
        """Return the latents of the pictures in which ``arrows`` were set, where they are kept."""
        keys = {arrow.reference for arrow in arrows}
        return {key: latent for key in keys if (latent := self.latent(key)) is not None}

    def anchored(self, arrows: Arrows) -> Arrows:
        """Return ``arrows`` as a drag can take them.

        A handle whose picture the document has lost counts as set in the present one, and so do the
        oldest where handles were set in more pictures than a drag may have.
        """
        keys = {self.state.latent: None, **{arrow.reference: None for arrow in arrows}}
        kept = {key for key in list(keys)[:1] + list(keys)[1:][-MOST_PICTURES:] if self.latent(key)}
        return Arrows(
            tuple(
                arrow
                if arrow.reference in kept
                else replace(arrow, origin=arrow.handle, reference=self.state.latent)
                for arrow in arrows
            )
        )

    def remember(self, latent: Latent) -> str:
        """Know ``latent`` for arrows that are set in its picture, and return its key.

        It is in the document as soon as such arrows are.
        """
        key = blob_key(bytes(latent.data))
        self._latents[key] = latent
        return key

    def keep_arrows(self, arrows: Arrows) -> None:
        """Let the present picture have ``arrows``."""
        if arrows.items != self.state.arrows:
            self._keep_references(arrows.items)
            self._keep_history(self.history.with_arrows(self.record.state, arrows.items))

    def keep_placement(self, record: LayerRecord) -> None:
        """Follow the layer to where the artist moved it."""
        self.record = record
        self.store.keep_layer(self.layer_id, record)

    def looked_at(self, layer: Any, placement: Placement) -> LayerRecord:
        """Return the record of ``layer`` as it is now, with the picture at ``placement``."""
        return replace(self.record, placement=placement, digest=digest(layer, placement.box))

    def advance(self, layer: Any, made: Made) -> None:
        """Go on in ``layer``, which shows ``made``: a new picture, made from this one."""
        self._keep_references(made.arrows)
        state = _state(self.store, made, parent=self.record.state)
        self._latents[state.latent] = made.latent
        self._move_to(layer, self.history.add(state))

    def go_to(self, layer: Any, state: str) -> None:
        """Go on in ``layer``, which shows the picture ``state`` of the history again."""
        self._move_to(layer, self.history.go_to(state))

    def _keep_references(self, arrows: tuple[Arrow, ...]) -> None:
        """Put the latents that ``arrows`` refer to into the document, and forget others."""
        keys = {arrow.reference for arrow in arrows}
        self._latents = {key: latent for key, latent in self._latents.items() if key in keys}
        for latent in self._latents.values():
            self.store.keep_blob(bytes(latent.data))

    def _move_to(self, layer: Any, history: History) -> None:
        self._keep_history(history)
        self.layer_id = layer_id(layer)
        self.record = replace(
            self.record,
            state=history.current,
            digest=digest(layer, self.record.placement.box),
        )
        self.store.keep_layer(self.layer_id, self.record)

    def _keep_history(self, history: History) -> None:
        self.history = history
        self.store.keep_history(self.record.edit, history)


def begin(document: Any, layer: Any, made: Made, placement: Placement) -> OpenEdit:
    """Return a new edit of ``layer``, which shows ``made`` at ``placement``."""
    store = EditStore(Annotations(document))
    state = _state(store, made, parent="")
    record = LayerRecord(token_hex(8), state.id, placement, digest(layer, placement.box))
    history = History((state,), state.id)
    store.keep_history(record.edit, history)
    identity = layer_id(layer)
    store.keep_layer(identity, record)
    return OpenEdit(document, identity, record, history)


def fork(edit: OpenEdit, layer: Any) -> OpenEdit:
    """Return an edit of its own in ``layer``, which shows the same picture at the same place."""
    record = replace(edit.looked_at(layer, edit.record.placement), edit=token_hex(8))
    identity = layer_id(layer)
    edit.store.keep_history(record.edit, edit.history)
    edit.store.keep_layer(identity, record)
    return OpenEdit(edit.document, identity, record, edit.history)


def is_known(document: Any, layer: Any | None) -> bool:
    """Whether the document keeps a record of ``layer``."""
    annotations = Annotations(document)
    return layer is not None and layer_id(layer) in annotations.layers()


def disown(edit: OpenEdit, layer: Any) -> None:
    """Let ``layer``, which shows the edit's picture now, be the artist's own."""
    edit.store.keep_layer(layer_id(layer), replace(edit.record, edit=NOBODYS))


def find(document: Any, layer: Any) -> OpenEdit | None:
    """Return the edit of ``layer``, None where it has none.

    A layer without a record whose pixels are those of an edit's layer is a duplicate: it becomes an
    edit of its own, with the same history. Raises RecordError where the document's record of the
    edit cannot be read.
    """
    store = EditStore(Annotations(document))
    identity = layer_id(layer)
    record = store.layer(identity)
    if record is None:
        record = _duplicate(document, layer)
        if record is None:
            return None
        history = store.history(record.edit)
        if history is None:
            return None
        record = replace(record, edit=token_hex(8))
        store.keep_history(record.edit, history)
        store.keep_layer(identity, record)
    history = store.history(record.edit)
    if history is None or record.state not in history:
        return None
    box, now = record.placement.box, bounds(layer)
    if box.width * box.height > LEAST_PART * now.width * now.height:
        raise RecordError(wording.NOT_THERE)
    return OpenEdit(document, identity, record, history)


def _duplicate(document: Any, layer: Any) -> LayerRecord | None:
    """Return the record of the edit whose picture ``layer`` shows, at the place of ``layer``."""
    if layer.type() != "paintlayer":
        return None
    annotations = Annotations(document)
    store = EditStore(annotations)
    box = bounds(layer)
    shown = ""
    for known in reversed(annotations.layers()[-LAYERS_SEARCHED:]):
        try:
            record = store.layer(known)
        except RecordError:
            continue
        if record is None:
            continue
        old = record.placement.box
        if (old.width, old.height) == (box.width, box.height):
            shown = shown or digest(layer, box)
            if record.digest == shown:
                placement = record.placement.moved(box.x - old.x, box.y - old.y)
                return replace(record, placement=placement)
    return None


def _state(store: EditStore, made: Made, parent: str) -> State:
    data = bytes(made.latent.data)
    store.keep_blob(data)
    return State(
        id=token_hex(8),
        parent=parent,
        model=made.model,
        latent=blob_key(data),
        num_ws=made.latent.num_ws,
        w_dim=made.latent.w_dim,
        label=made.label,
        arrows=made.arrows,
        thumbnail=made.thumbnail,
        mask=store.keep_mask(made.mask) if made.mask is not None else "",
    )


def settled(arrows: Arrows) -> Arrows:
    """Return ``arrows`` as they lie when nothing runs: their last conditions no longer hold."""
    return Arrows(tuple(replace(arrow, condition="set") for arrow in arrows))
