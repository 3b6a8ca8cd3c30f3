"""The edit of one layer of an open document: where it stands, and how the document keeps it.

A layer is known by its id, which the editor brings back with an undo, and what is kept of it comes
back with it. So whichever layer of an edit is there says which picture of the history is seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from secrets import token_hex

from tugline_protocol.values import Latent, ModelRef

from . import wording
from .arrows import Arrow, Arrows
from .blending import Blend, Blending
from .geometry import Box, Placement
from .history import History, Seam, State
from .host import Document, LayerFault
from .masks import SelectionMask
from .reading import RecordError
from .records import LayerRecord, blob_key
from .storage import EditStore

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
    blend: Blend | None = None


class OpenEdit:
    """One edit in one layer, made by ``begin`` or ``find``; the document keeps each change."""

    def __init__(
        self, document: Document, layer_id: str, record: LayerRecord, history: History
    ) -> None:
        """Stand for the edit that ``record`` names, in the layer ``layer_id`` of ``document``."""
        self.document = document
        self.root = document.root
        self.layer_id = layer_id
        self.record = record
        self.history = history.go_to(record.state)
        self.store = EditStore(document.store(layer_id))
        self._latents: dict[str, Latent] = {}

    @property
    def state(self) -> State:
        """The picture of the history that the layer shows."""
        return self.history.get(self.record.state)

    @property
    def arrows(self) -> Arrows:
        """The arrows as they stand at that picture."""
        return Arrows(self.state.arrows)

    @property
    def there(self) -> bool:
        """Whether the layer is: the artist may delete it, an undo may take it away."""
        return self.document.has(self.layer_id)

    def latent(self, key: str | None = None) -> Latent | None:
        """Return the latent kept under ``key`` (None = the present picture's), None where lost."""
        key = self.state.latent if key is None else key
        if key not in self._latents:
            latent = self.store.latent(replace(self.state, latent=key))
            if latent is None:
                return None
            self._latents[key] = latent
        return self._latents[key]

    def tuning(self, tuned: str) -> bytes | None:
        """Return the bytes of a tuning that the document carries."""
        return self.store.tuning(tuned) if self.document.has(self.layer_id) else None

    def blend(self, state: str) -> Blend | None:
        """Return how the picture ``state`` lies over a photo; None where it hides what is beneath.

        Raises LayerFault where the document lost its mask.
        """
        seam = self.history.get(state).seam
        if seam is None:
            return None
        cover = self.store.cover(seam)
        if seam.cover and cover is None:
            raise LayerFault(wording.LATENT_LOST)
        return Blend(cover, seam.feather)

    def blending(self, feather: float) -> Blending:
        """Return how pictures lie that are pulled from the present one; raises as ``blend``."""
        before = self.blend(self.record.state)
        painter = self.document.painter
        return Blending(before, painter, feather, inverted=not self.state.parent)

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

    def keep_as_seen(self, placement: Placement) -> None:
        """Take what the layer shows now, at ``placement``, for its picture."""
        record = replace(self.record, placement=placement)
        self.keep_placement(_as_shown(record, self.document, self.layer_id))

    def advance(self, layer_id: str, made: Made) -> None:
        """Go on in a layer that shows ``made``: a new picture, made from this one."""
        self._go_on_in(layer_id)
        self._keep_references(made.arrows)
        state = _state(self.store, made, parent=self.record.state)
        self._latents[state.latent] = made.latent
        self._keep_all(self.history.add(state))

    def go_to(self, layer_id: str, state: str) -> None:
        """Go on in a layer that shows the picture ``state`` of the history again."""
        self._go_on_in(layer_id)
        self._keep_all(self.history.go_to(state))

    def _go_on_in(self, layer_id: str) -> None:
        """Be the edit of a layer, which brings what the one before kept."""
        self.layer_id = layer_id
        self.store = EditStore(self.document.store(layer_id))

    def _keep_references(self, arrows: tuple[Arrow, ...]) -> None:
        """Put the latents that ``arrows`` refer to into the document, and forget others."""
        keys = {arrow.reference for arrow in arrows}
        self._latents = {key: latent for key, latent in self._latents.items() if key in keys}
        for latent in self._latents.values():
            self.store.keep_blob(bytes(latent.data))

    def _keep_all(self, history: History) -> None:
        """Keep ``history`` and, with the layer, which picture of it that shows."""
        self._keep_history(history)
        record = replace(self.record, state=history.current)
        self.record = _as_shown(record, self.document, self.layer_id)
        self.store.keep_layer(self.layer_id, self.record)

    def _keep_history(self, history: History) -> None:
        self.history = history
        self.store.keep_history(self.record.edit, history)


def begin(
    document: Document, layer_id: str, made: Made, placement: Placement, tuning: bytes = b""
) -> OpenEdit:
    """Return a new edit of a layer, which shows ``made`` at ``placement``.

    ``tuning`` is what its model's ``tuned`` names; the document carries it.
    """
    store = EditStore(document.store(layer_id))
    if tuning:
        store.keep_blob(tuning)
    state = _state(store, made, parent="")
    unseen = LayerRecord(token_hex(8), state.id, placement, "")
    record = _as_shown(unseen, document, layer_id)
    history = History((state,), state.id)
    store.keep_history(record.edit, history)
    store.keep_layer(layer_id, record)
    return OpenEdit(document, layer_id, record, history)


def fork(edit: OpenEdit, layer_id: str) -> OpenEdit:
    """Return an edit of its own in a layer, which shows the same picture at the same place."""
    record = _as_shown(replace(edit.record, edit=token_hex(8)), edit.document, layer_id)
    store = EditStore(edit.document.store(layer_id))
    store.keep_blobs_of(edit.history, edit.store)
    store.keep_history(record.edit, edit.history)
    store.keep_layer(layer_id, record)
    return OpenEdit(edit.document, layer_id, record, edit.history)


def is_known(document: Document, layer_id: str) -> bool:
    """Whether the document keeps a record of a layer."""
    return document.has(layer_id) and EditStore(document.store(layer_id)).knows(layer_id)


def disown(edit: OpenEdit, layer_id: str) -> None:
    """Let a layer, which shows the edit's picture now, be the artist's own."""
    store = EditStore(edit.document.store(layer_id))
    store.keep_layer(layer_id, replace(edit.record, edit=NOBODYS))


def find(document: Document, layer_id: str) -> OpenEdit | None:
    """Return the edit of a layer, None where it has none.

    A layer without a record that is a duplicate of an edit's layer becomes an edit of its own, with
    the same history. Raises RecordError where what is kept of the edit cannot be read, LayerFault
    where the layer is gone.
    """
    store = EditStore(document.store(layer_id))
    record = store.layer(layer_id) or _of_duplicate(document, layer_id, store)
    history = store.history(record.edit) if record is not None else None
    if record is None or history is None or record.state not in history:
        return None
    box, now = record.placement.box, document.bounds(layer_id)
    # Over a photo a picture may be seen in a small selection alone.
    whole = history.get(record.state).seam is None
    if whole and box.width * box.height > LEAST_PART * now.width * now.height:
        raise RecordError(wording.NOT_THERE)
    return OpenEdit(document, layer_id, record, history)


def _of_duplicate(document: Document, layer_id: str, store: EditStore) -> LayerRecord | None:
    """Let a layer that is a duplicate have an edit of its own; return its record."""
    original = document.original(layer_id)
    history = store.history(original.edit) if original is not None else None
    if original is None or history is None:
        return None
    record = replace(original, edit=token_hex(8))
    store.keep_history(record.edit, history)
    store.keep_layer(layer_id, record)
    return record


def _as_shown(record: LayerRecord, document: Document, layer_id: str) -> LayerRecord:
    """Return ``record`` with what the layer's pixels are known by now."""
    box, now = record.placement.box, document.bounds(layer_id)
    left, top = max(0, now.x - box.x), max(0, now.y - box.y)
    right = min(box.width, now.x + now.width - box.x)
    bottom = min(box.height, now.y + now.height - box.y)
    content = Box(left, top, right - left, bottom - top)
    partly = left < right and top < bottom and content != Box(0, 0, box.width, box.height)
    digest = document.digest(layer_id, box)
    return replace(record, digest=digest, content=content if partly else None)


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
        seam=_seam(store, made.blend) if made.blend is not None else None,
    )


def _seam(store: EditStore, blend: Blend) -> Seam:
    cover = store.keep_mask(blend.cover) if blend.cover is not None else ""
    return Seam(cover, blend.feather)


def settled(arrows: Arrows) -> Arrows:
    """Return ``arrows`` as they lie when nothing runs: their last conditions no longer hold."""
    return Arrows(tuple(replace(arrow, condition="set") for arrow in arrows))
