"""From a photo in a layer to a picture over it that can be pulled, against a real daemon."""

import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from tests.edit.artist import NOSE, Artist
from tests.edit.host import SIDE, PlainDocument, PlainEditor
from tests.edit.samples import Shelf
from tests.service.running import Daemon
from tests.service.tunings import tuning_bytes
from tugline_edit import wording
from tugline_edit.edits import OpenEdit
from tugline_edit.geometry import Box
from tugline_edit.host import LayerFault
from tugline_edit.planes import all_are, alpha_of
from tugline_edit.pull import Phase
from tugline_edit.view import Busy
from tugline_protocol.values import InversionOptions

# Where the photo is, and so the picture that it is inverted into.
PHOTO = Box(8, 8, 32, 32)
# Of the model "tiny", which is random: nothing is met, but all is made.
SHORT = InversionOptions(w_steps=2, wplus_steps=0, tuning_steps=0)
TUNED = InversionOptions(w_steps=1, wplus_steps=0, tuning_steps=2)
ENDLESS = InversionOptions(w_steps=50_000, wplus_steps=0, tuning_steps=0)


@pytest.fixture
def document(artist: Artist) -> PlainDocument:
    """A document with a photo in its one layer; the model "tiny" is there."""
    artist.connect()
    document = artist.editor.open()
    document.insert_filled(PHOTO)
    return document


def photo_of(document: PlainDocument) -> str:
    return next(iter(document.layers))


def invert(artist: Artist, document: PlainDocument, options: InversionOptions) -> OpenEdit:
    """Invert the photo, and wait until its picture is there."""
    made: list[OpenEdit] = []
    artist.desk.invert(document, photo_of(document), made.append, options)
    artist.until(lambda: made, "an inversion's end")
    artist.until(lambda: document.chosen() == made[0].layer_id, "the layer is the active one")
    return made[0]


def begin(artist: Artist, document: PlainDocument) -> None:
    """Begin an inversion that does not end by itself, and wait for its first frame."""
    artist.desk.invert(document, photo_of(document), options=ENDLESS)
    artist.until(lambda: document.shown, "a frame")


def alpha(document: PlainDocument, layer_id: str) -> bytes:
    return alpha_of(document.pixels(layer_id, PHOTO))


def test_a_photo_is_inverted_into_a_layer_above_it_and_pulled_in_a_selection(
    artist: Artist, document: PlainDocument
) -> None:
    photo = photo_of(document)
    before = document.pixels(photo, Box(0, 0, SIDE, SIDE))
    artist.settings(feather=0.1)
    root = invert(artist, document, SHORT).state
    inverted = artist.edit.layer_id
    assert (root.label, root.parent, root.mask) == (wording.inversion_label(), "", "")
    assert list(document.layers) == [photo, inverted]
    assert len(document.steps) == 1
    border = alpha(document, inverted)
    assert border[0] < 40
    assert border[16 * 32 + 16] == 255
    assert artist.desk.state().over_photo

    document.select_left((32, 32))
    artist.pull(NOSE)
    half = alpha(document, artist.edit.layer_id)
    assert all(all_are(half[row + 16 : row + 32], 0) for row in range(0, 32 * 32, 32))
    assert half[16 * 32 + 8] == 255
    assert document.preview is not None
    assert document.preview.replaces
    assert document.pixels(photo, Box(0, 0, SIDE, SIDE)) == before

    artist.desk.go_to(root.id)
    artist.rests()
    assert alpha(document, artist.edit.layer_id) == border


def test_without_a_selection_all_of_the_picture_stays_seen(
    artist: Artist, document: PlainDocument
) -> None:
    invert(artist, document, SHORT)
    artist.pull(NOSE)
    seen = alpha(document, artist.edit.layer_id)
    assert seen[16 * 32 + 28] == 255
    seam = artist.edit.state.seam
    assert seam is not None
    assert seam.cover == ""


def test_a_second_pull_is_seen_beside_the_first(artist: Artist, document: PlainDocument) -> None:
    invert(artist, document, SHORT)
    document.select_left((32, 32))
    artist.pull(NOSE)
    row = bytes(24) + b"\xff" * 8
    document.select(32, row * 32)
    artist.bench.look()
    artist.pull(((28.0, 16.0), (28.0, 20.0)))
    seen = alpha(document, artist.edit.layer_id)[16 * 32 : 17 * 32]
    assert seen[8] == seen[28] == 255
    assert all_are(seen[16:24], 0)


def test_a_layer_that_is_moved_is_followed_though_most_of_it_is_transparent(
    artist: Artist, document: PlainDocument
) -> None:
    invert(artist, document, SHORT)
    document.select_left((32, 32))
    artist.pull(NOSE)
    document.move(artist.edit.layer_id, 3, -2)
    artist.until(lambda: artist.edit.record.placement.box != PHOTO, "that it is followed")
    assert artist.edit.record.placement.box == Box(11, 6, 32, 32)
    assert len(document.layers) == 2


def test_a_picture_that_was_found_is_not_inverted_again_unless_it_is_painted_on(
    artist: Artist, document: PlainDocument
) -> None:
    edit = invert(artist, document, SHORT)
    with pytest.raises(LayerFault, match="layer with the photo"):
        artist.desk.invert_chosen()
    document.paint(edit.layer_id)
    artist.desk.invert_chosen()
    artist.until(lambda: artist.desk.inverter.busy, "an inversion")
    artist.desk.take_back()


def test_how_far_it_is_is_told_and_stop_keeps_the_best(
    artist: Artist, document: PlainDocument
) -> None:
    begin(artist, document)
    state = artist.desk.state()
    assert (state.busy, state.stops, state.may_stop) == (Busy.INVERTING, True, True)
    assert state.progress is not None
    artist.until(lambda: re.search(r"About \d+ (s|min) left\.", artist.said[-1]), "time left")
    with pytest.raises(LayerFault, match="Wait for the picture"):
        artist.desk.invert(document, photo_of(document))
    artist.desk.stop()
    artist.until(lambda: artist.bench.edit is not None, "the best so far")
    assert artist.edit.state.label == wording.inversion_label()
    assert re.search(r"best so far\. The picture is \d+ % like the layer\.$", artist.said[-1])
    assert not artist.desk.state().warning


def test_taken_back_nothing_is_left_of_it(artist: Artist, document: PlainDocument) -> None:
    begin(artist, document)
    artist.desk.take_back()
    assert artist.desk.inverter.phase is Phase.OVER
    assert document.new_layer is not None
    assert document.new_layer.discards == 1
    assert len(document.layers) == 1
    assert document.steps == []
    assert artist.said[-1] == wording.INVERSION_TAKEN_BACK


def test_a_layer_that_is_removed_ends_it(artist: Artist, document: PlainDocument) -> None:
    begin(artist, document)
    assert document.new_layer is not None
    document.new_layer.removed = True
    artist.until(lambda: not artist.desk.inverter.busy, "the end")
    assert artist.said[-1] == wording.INVERSION_GONE


def test_a_document_that_is_closed_ends_it(artist: Artist, document: PlainDocument) -> None:
    begin(artist, document)
    artist.editor.close(document)
    artist.until(lambda: not artist.desk.inverter.busy, "the end")
    other = artist.editor.open()
    other.insert_filled(PHOTO)
    assert invert(artist, other, SHORT).there


def test_nothing_is_pulled_meanwhile(artist: Artist, document: PlainDocument) -> None:
    invert(artist, document, SHORT)
    artist.bench.put(artist.arrows(NOSE))
    artist.desk.invert(document, photo_of(document), options=ENDLESS)
    with pytest.raises(LayerFault, match="inversion"):
        artist.desk.run()
    artist.desk.take_back()
    artist.desk.run()
    artist.until(lambda: artist.bench.pull is not None, "a pull")
    artist.desk.take_back()


def test_the_photo_beneath_is_shown_and_hidden(artist: Artist, document: PlainDocument) -> None:
    edit = invert(artist, document, SHORT)
    artist.desk.show_photo(True)
    assert not document.is_shown(edit.layer_id)
    assert artist.desk.state().shows_photo
    artist.desk.show_photo(False)
    assert document.is_shown(edit.layer_id)
    assert len(document.steps) == 1


def test_an_older_daemon_is_named_as_the_reason(artist: Artist, document: PlainDocument) -> None:
    edit = invert(artist, document, SHORT)
    link = artist.desk.care.link
    assert link.welcome is not None
    link.welcome = replace(link.welcome, capabilities=("drag",))
    assert artist.desk.state().no_inversion == wording.NO_INVERSION
    assert not artist.desk.state().may_invert
    with pytest.raises(LayerFault, match="older"):
        artist.desk.invert(document, photo_of(document))
    artist.bench.put(artist.arrows(NOSE))
    with pytest.raises(LayerFault, match="too old"):
        artist.desk.run()
    assert edit.there


def test_a_face_is_looked_for_only_where_the_daemon_can(
    artist: Artist, document: PlainDocument
) -> None:
    artist.settings(align=True)
    assert not artist.desk.state().may_align
    with pytest.raises(LayerFault, match="cannot find faces"):
        artist.desk.invert(document, photo_of(document))


def test_the_document_carries_the_tuning_to_another_daemon(
    artist: Artist, document: PlainDocument
) -> None:
    edit = invert(artist, document, TUNED)
    tuned = edit.state.model.tuned
    assert tuned
    assert edit.tuning(tuned) is not None
    artist.pull(NOSE)
    assert artist.edit.state.model.tuned == tuned
    assert artist.edit.tuning(tuned) is not None


@pytest.fixture
def carried(artist: Artist, document: PlainDocument, models: Path) -> OpenEdit:
    """An edit whose tuning the daemon has never seen; the document carries its bytes."""
    edit = invert(artist, document, SHORT)
    model, data = tuning_bytes(models, "tiny", seed=next(_seeds))
    state = replace(edit.state, model=model)
    edit.history = replace(edit.history, states=(state,))
    edit.store.keep_history(edit.record.edit, edit.history)
    edit.store.keep_blob(data)
    return edit


_seeds = iter(range(50, 60))


def test_a_daemon_that_does_not_have_the_tuning_is_given_it(
    artist: Artist, carried: OpenEdit
) -> None:
    before = carried.document.pixels(carried.layer_id, PHOTO)
    artist.pull(NOSE)
    assert artist.edit.state.model == carried.state.model
    assert carried.document.pixels(artist.edit.layer_id, PHOTO) != before


def test_a_tuning_that_the_document_lost_is_said(artist: Artist, carried: OpenEdit) -> None:
    shelf = carried.document.store(carried.layer_id)
    assert isinstance(shelf, Shelf)
    shelf.kept.pop(f"tugline/blob/{carried.state.model.tuned[:32]}")
    artist.pull(NOSE)
    assert artist.said[-1] == wording.TUNING_LOST
    assert artist.edit.state is carried.state


def test_it_goes_on_where_the_daemon_died(fragile: Daemon, tmp_path: Path) -> None:
    fragile.start()
    artist = Artist(PlainEditor(tmp_path))
    artist.connect()
    document = artist.editor.open()
    document.insert_filled(PHOTO)
    begin(artist, document)
    fragile.end(signal.SIGKILL)
    artist.until(lambda: artist.said[-1] == wording.INTERRUPTED_INVERSION, "that it is gone")
    shown = len(document.shown)
    fragile.start()
    artist.until(lambda: len(document.shown) > shown, "a frame of the new daemon's")
    artist.desk.stop()
    artist.until(lambda: artist.bench.edit is not None, "the best so far")
    artist.desk.close()
