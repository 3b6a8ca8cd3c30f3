"""What a pull leaves in the layer, where the artist did something to it meanwhile."""

from tests.edit.artist import NOSE, PLACE, Artist
from tests.edit.host import PlainDocument
from tugline_edit import wording
from tugline_edit.edits import find


def pull_with(artist: Artist, document: PlainDocument, deed: str) -> tuple[str, bytes]:
    """Pull, do something to the layer in the midst; return its id and what it shows then."""
    artist.generate(document)
    artist.begins()
    layer_id = artist.edit.layer_id
    if deed == "lock":
        document.layer(layer_id).locked = True
    elif deed == "paint":
        document.paint(layer_id)
    else:
        document.move(layer_id, 5, -3)
    shown = bytes(document.layer(layer_id).data)
    artist.desk.stop()
    artist.rests()
    return layer_id, shown


def test_a_layer_painted_on_meanwhile_stays_and_the_picture_goes_above_it(
    artist: Artist, document: PlainDocument
) -> None:
    below, painted = pull_with(artist, document, "paint")
    above = artist.edit.layer_id
    assert list(document.layers) == [below, above]
    assert bytes(document.layer(below).data) == painted
    assert document.pixels(above, PLACE.box) != document.pixels(below, PLACE.box)
    assert wording.PAINTED_MEANWHILE in artist.said[-1]
    assert artist.bench.ended is not None
    assert artist.bench.ended.reason == "stopped"


def test_a_layer_locked_meanwhile_stays_and_the_picture_goes_above_it(
    artist: Artist, document: PlainDocument
) -> None:
    below, locked = pull_with(artist, document, "lock")
    assert list(document.layers) == [below, artist.edit.layer_id]
    assert bytes(document.layer(below).data) == locked


def test_a_layer_moved_meanwhile_is_written_where_it_lies_now(
    artist: Artist, document: PlainDocument
) -> None:
    old, _ = pull_with(artist, document, "move")
    assert len(document.layers) == 1
    assert artist.edit.layer_id != old
    box = PLACE.box
    assert document.bounds(artist.edit.layer_id) == artist.edit.record.placement.box
    assert artist.edit.record.placement == PLACE.moved(5, -3)
    assert document.bounds(artist.edit.layer_id).x == box.x + 5


def test_the_edit_above_has_all_that_the_one_below_had(
    artist: Artist, document: PlainDocument
) -> None:
    below, _ = pull_with(artist, document, "paint")
    old, new = find(document, below), find(document, artist.edit.layer_id)
    assert old is not None
    assert new is not None
    assert old.record.edit != new.record.edit
    assert new.history.states[:1] == old.history.states
    assert all(new.latent(state.latent) for state in new.history.states)
    assert new.references(new.arrows)


def test_the_rest_is_kept_exactly_where_that_is_wanted(artist: Artist) -> None:
    document = artist.editor.open()
    artist.generate(document)
    before = document.pixels(artist.edit.layer_id, PLACE.box)
    document.select_left((32, 32))
    artist.settings(keep_rest=True)
    artist.pull(NOSE)
    after = document.pixels(artist.edit.layer_id, PLACE.box)
    assert after != before
    rows = range(0, len(before), 4 * 32)
    assert all(after[row + 64 : row + 128] == before[row + 64 : row + 128] for row in rows)
    assert artist.edit.state.mask
    # So it is drawn again out of the history: one picture through a mask over the other.
    artist.desk.take_back()
    artist.rests()
    artist.desk.go_to(artist.edit.history.states[1].id)
    artist.rests()
    assert document.pixels(artist.edit.layer_id, PLACE.box) == after
