"""The edits of a document, in whatever place the host gives for bytes under a key."""

import hashlib
from typing import Final, Protocol

from tugline_protocol.values import Latent

from .history import History, Seam, State
from .masks import SelectionMask
from .reading import damaged
from .records import (
    BLOB_KEY_LENGTH,
    LayerRecord,
    blob_key,
    decode_history,
    decode_layer,
    encode_history,
    encode_layer,
    pack_mask,
    unpack_mask,
)

# No tuning is larger (SPEC.md, section 8). A document's that were would cut the connection: it fits
# into no message.
TUNING_BYTES: Final = 32 * 1024 * 1024
LATENT_BYTES: Final = 4 * 64 * 4096
# The deflated mask of the largest picture, which deflate can hardly make larger than it was.
MASK_BYTES: Final = 8192 * 8192 + 65536


class Store(Protocol):
    """Bytes under a key, kept with the document: Krita's annotations, GIMP's parasites."""

    def read(self, key: str) -> bytes:
        """Return what is kept under ``key``, b"" for nothing."""

    def write(self, key: str, description: str, data: bytes) -> None:
        """Keep ``data`` under ``key`` in place of what was there; ``description`` is for people."""


class EditStore:
    """Layer records, histories and blobs in one document.

    What is not there is None; what is there and wrong raises RecordError, one sentence.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def layer(self, layer_id: str) -> LayerRecord | None:
        """Return what is kept for a layer, by the host's id for it."""
        data = self._store.read(_layer_key(layer_id))
        return decode_layer(data) if data else None

    def knows(self, layer_id: str) -> bool:
        """Whether anything is kept for a layer."""
        return self._store.read(_layer_key(layer_id)) != b""

    def keep_layer(self, layer_id: str, record: LayerRecord) -> None:
        """Keep a layer's record."""
        self._store.write(_layer_key(layer_id), "Tugline: a layer", encode_layer(record))

    def history(self, edit_id: str) -> History | None:
        """Return the history of an edit."""
        data = self._store.read(_edit_key(edit_id))
        return decode_history(data) if data else None

    def keep_history(self, edit_id: str, history: History) -> None:
        """Keep the history of an edit."""
        self._store.write(_edit_key(edit_id), "Tugline: an edit", encode_history(history))

    def blob(self, key: str, limit_bytes: int) -> bytes | None:
        """Return the bytes under their key, at most ``limit_bytes`` of them."""
        data = self._store.read(_blob_key(key))
        if not data:
            return None
        if len(data) > limit_bytes:
            raise damaged(f"the blob {key}", f"has {len(data)} bytes and may have {limit_bytes}")
        if blob_key(data) != key:
            raise damaged(f"the blob {key}", "holds something else")
        return data

    def keep_blob(self, data: bytes) -> str:
        """Keep bytes, once, and return their key."""
        key = blob_key(data)
        if self._store.read(_blob_key(key)) != data:
            self._store.write(_blob_key(key), "Tugline: data", data)
        return key

    def keep_blobs_of(self, history: History, source: "EditStore") -> None:
        """Keep all that a history refers to and that ``source`` has: it is where it was kept."""
        states = history.states
        keys = {key for state in states for key in (state.latent, state.mask) if key}
        keys |= {arrow.reference for state in states for arrow in state.arrows}
        keys |= {state.seam.cover for state in states if state.seam and state.seam.cover}
        keys |= {tuning_key(state.model.tuned) for state in states if state.model.tuned}
        for key in sorted(keys):
            data = source._store.read(_blob_key(key))
            if 0 < len(data) <= MASK_BYTES:
                self.keep_blob(data)

    def latent(self, state: State) -> Latent | None:
        """Return the latent of a state."""
        data = self.blob(state.latent, LATENT_BYTES)
        if data is None:
            return None
        if len(data) != 4 * state.num_ws * state.w_dim:
            raise damaged(f"the latent {state.latent}", f"is not {state.num_ws} x {state.w_dim}")
        return Latent(state.num_ws, state.w_dim, data)

    def mask(self, state: State) -> SelectionMask | None:
        """Return the mask through which a state's picture lies over its parent's."""
        data = self.blob(state.mask, MASK_BYTES) if state.mask else None
        return None if data is None else unpack_mask(data)

    def cover(self, seam: Seam) -> SelectionMask | None:
        """Return the mask where a picture is seen; None where that is everywhere, or it is lost."""
        data = self.blob(seam.cover, MASK_BYTES) if seam.cover else None
        return None if data is None else unpack_mask(data)

    def keep_mask(self, mask: SelectionMask) -> str:
        """Keep a mask as ``State.mask`` and ``Seam.cover`` name it, and return its key."""
        return self.keep_blob(pack_mask(mask))

    def tuning(self, tuned: str) -> bytes | None:
        """Return the bytes of the tuning that ``ModelRef.tuned`` names."""
        data = self.blob(tuning_key(tuned), TUNING_BYTES)
        if data is not None and hashlib.sha256(data).hexdigest() != tuned:
            raise damaged(f"the tuning {tuned}", "holds something else")
        return data


def tuning_key(tuned: str) -> str:
    """Return the blob key of a tuning: its name is the hash that blobs are known by."""
    return tuned[:BLOB_KEY_LENGTH]


def _layer_key(layer_id: str) -> str:
    return f"tugline/layer/{layer_id}"


def _edit_key(edit_id: str) -> str:
    return f"tugline/edit/{edit_id}"


def _blob_key(key: str) -> str:
    return f"tugline/blob/{key}"
