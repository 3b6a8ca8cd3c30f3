"""What the artist did to a layer before it is pulled: followed, or left alone."""

import pytest

from tests.edit.artist import NOSE, PLACE, Artist
from tests.edit.host import PlainDocument
from tugline_edit import wording
from tugline_edit.host import LayerFault


def test_a_layer_that_was_moved_is_followed_by_itself(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    document.move(artist.edit.layer_id, 4, 2)
    moved = PLACE.moved(4, 2)
    artist.until(lambda: artist.edit.record.placement == moved, "the place where it lies now")
    kept = document.store(artist.edit.layer_id).kept
    assert any(b'"e":12' in data for key, data in kept.items() if "/layer/" in key)


def test_a_pull_goes_where_the_layer_was_moved_in_this_very_moment(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    document.move(artist.edit.layer_id, 4, 2)
    artist.pull()
    assert artist.edit.record.placement == PLACE.moved(4, 2)
    assert document.bounds(artist.edit.layer_id) == PLACE.moved(4, 2).box


def test_what_was_painted_on_stays_and_the_drag_goes_on_above(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    below = artist.edit.layer_id
    document.paint(below)
    painted = bytes(document.layer(below).data)
    artist.begins()
    artist.desk.stop()
    artist.rests()
    assert list(document.layers) == [below, artist.edit.layer_id]
    assert bytes(document.layer(below).data) == painted
    assert len(artist.edit.history.states) == 2
    assert wording.PAINTED in artist.said[-1]


@pytest.mark.parametrize("deed", ["lock", "delete"])
def test_a_layer_that_cannot_be_pulled_is_refused_in_words(artist: Artist, deed: str) -> None:
    document = artist.editor.open()
    artist.generate(document)
    artist.bench.put(artist.arrows(NOSE))
    if deed == "lock":
        document.layer(artist.edit.layer_id).locked = True
    else:
        del document.layers[artist.edit.layer_id]
    words = "is locked" if deed == "lock" else "is gone"
    with pytest.raises(LayerFault, match=words):
        artist.desk.run()
    assert artist.bench.idle
