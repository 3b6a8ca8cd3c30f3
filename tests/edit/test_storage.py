"""Edits in a document's store: kept, found again, and not trusted."""

import hashlib
from dataclasses import replace

import pytest

from tests.edit.samples import LATENT, Shelf, line, state
from tugline_daemon.checkpoint.tuning_card import MOST_BYTES
from tugline_edit.geometry import Box, Placement
from tugline_edit.masks import SelectionMask
from tugline_edit.records import LayerRecord, RecordError, blob_key
from tugline_edit.storage import TUNING_BYTES, EditStore
from tugline_protocol.values import Latent

LAYER = "{7a1f}"
RECORD = LayerRecord("e1", "s0", Placement.upright_at(64, 64, Box(0, 0, 128, 128)), "0" * 64)
MASK = SelectionMask(4, 2, bytes(range(8)))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def store(shelf: Shelf) -> EditStore:
    return EditStore(shelf)


def test_a_document_without_tugline_has_nothing(store: EditStore) -> None:
    assert store.layer(LAYER) is None
    assert store.history("e1") is None
    assert store.blob("0" * 32, 100) is None
    assert store.latent(state("a")) is None
    assert store.mask(state("a", "b", mask="0" * 32)) is None


def test_another_session_finds_what_was_kept(store: EditStore, shelf: Shelf) -> None:
    store.keep_layer(LAYER, RECORD)
    store.keep_history("e1", line(3))
    key = store.keep_blob(LATENT)
    later = EditStore(shelf)
    assert later.layer(LAYER) == RECORD
    assert later.history("e1") == line(3)
    assert later.blob(key, len(LATENT)) == LATENT
    assert later.latent(state("a")) == Latent(2, 3, LATENT)


def test_a_blob_is_written_once(store: EditStore, shelf: Shelf) -> None:
    assert store.keep_blob(LATENT) == store.keep_blob(LATENT) == blob_key(LATENT)
    assert shelf.written == [f"tugline/blob/{blob_key(LATENT)}"]


def test_a_blob_that_was_damaged_is_written_anew(store: EditStore, shelf: Shelf) -> None:
    key = store.keep_blob(LATENT)
    shelf.kept[f"tugline/blob/{key}"] = b"something else"
    store.keep_blob(LATENT)
    assert store.blob(key, 100) == LATENT


def test_a_blob_that_is_not_what_its_key_says_is_refused(store: EditStore, shelf: Shelf) -> None:
    key = store.keep_blob(LATENT)
    shelf.kept[f"tugline/blob/{key}"] = LATENT[::-1]
    with pytest.raises(RecordError, match="something else"):
        store.latent(state("a"))


def test_a_blob_beyond_its_bound_is_refused(store: EditStore) -> None:
    key = store.keep_blob(LATENT)
    with pytest.raises(RecordError, match="may have 23"):
        store.blob(key, 23)


def test_a_latent_of_another_size_than_its_state_says_is_refused(store: EditStore) -> None:
    store.keep_blob(LATENT)
    with pytest.raises(RecordError, match="is not 3 x 3"):
        store.latent(replace(state("a"), num_ws=3))


def test_a_mask_is_kept_for_a_state(store: EditStore) -> None:
    composited = state("a", "b", mask=store.keep_mask(MASK))
    assert store.mask(composited) == MASK
    assert store.mask(state("whole")) is None


def test_a_damaged_record_is_told_from_none(store: EditStore, shelf: Shelf) -> None:
    shelf.kept[f"tugline/layer/{LAYER}"] = b"{}"
    shelf.kept["tugline/edit/e1"] = b"\x00" * 40
    with pytest.raises(RecordError, match="format is missing"):
        store.layer(LAYER)
    with pytest.raises(RecordError, match="no JSON"):
        store.history("e1")


def test_a_tuning_that_no_daemon_takes_is_not_read(store: EditStore) -> None:
    """A stranger's may be as large as a message: sending it would end the connection."""
    assert TUNING_BYTES == MOST_BYTES
    data = bytes(TUNING_BYTES + 1)
    store.keep_blob(data)
    with pytest.raises(RecordError, match="may have"):
        store.tuning(hashlib.sha256(data).hexdigest())
