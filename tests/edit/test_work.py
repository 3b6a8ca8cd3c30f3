"""What begins and what does not, after a pull that is stopped and where the artist leaves."""

from tests.edit.artist import EYE, NOSE, Artist, picture
from tests.edit.host import PlainDocument
from tugline_edit.arrows import Arrows
from tugline_edit.view import Busy


def test_nobody_hears_of_rest_where_another_pull_follows(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    first = artist.bench.pull
    artist.desk.stop()
    artist.desk.run()
    told = len(artist.states)
    artist.until(lambda: artist.bench.pull not in {None, first}, "another pull")
    assert Busy.NOTHING not in {state.busy for state in artist.states[told:]}


def test_letting_go_of_what_was_stopped_begins_nothing(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    artist.desk.stop()
    artist.bench.pull_to(artist.bench.gestures.arrows, hold=False)
    artist.until(lambda: artist.states[-1].busy is Busy.NOTHING, "rest")
    assert artist.bench.idle
    assert len(artist.edit.history.states) == 2


def test_clearing_the_arrows_of_what_was_stopped_begins_nothing(artist: Artist) -> None:
    artist.generate(artist.editor.open())
    artist.settings(live=True)
    artist.bench.pull_to(artist.arrows(NOSE, EYE), hold=True)
    artist.runs()
    artist.desk.stop()
    artist.bench.gestures.selected = artist.bench.gestures.arrows.items[0].id
    artist.bench.key("delete")
    artist.until(lambda: artist.states[-1].busy is Busy.NOTHING, "rest")
    assert artist.bench.idle


def test_an_arrow_that_is_removed_in_mid_pull_stays_removed(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    artist.desk.clear_arrows()
    artist.rests()
    assert (document.arrows, artist.edit.arrows, artist.bench.gestures.arrows) == (Arrows(),) * 3
    assert len(artist.edit.history.states) == 2, "the picture is kept"


def test_an_arrow_that_is_removed_after_the_stop_stays_removed(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    artist.desk.stop()
    artist.desk.clear_arrows()
    artist.rests()
    assert (document.arrows, artist.edit.arrows, artist.bench.gestures.arrows) == (Arrows(),) * 3


def test_after_the_artist_has_left_nothing_begins(artist: Artist, document: PlainDocument) -> None:
    artist.generate(document)
    first = artist.edit.state.id
    artist.begins()
    artist.desk.finish()
    artist.desk.run()
    artist.bench.pull_to(artist.arrows(EYE), hold=True)
    artist.until(lambda: artist.states[-1].busy is Busy.NOTHING, "rest")
    assert artist.bench.idle
    artist.bench.pull_to(artist.arrows(NOSE), hold=True)
    artist.desk.go_to(first)
    assert artist.bench.idle
    assert len(artist.edit.history.states) == 2


def test_a_desk_that_is_closed_leaves_no_preview(artist: Artist, document: PlainDocument) -> None:
    artist.generate(document)
    before = picture(artist, document)
    artist.begins()
    artist.desk.close()
    assert document.preview is not None
    assert document.preview.discards == 1
    assert (picture(artist, document), artist.bench.idle) == (before, True)


def test_a_desk_that_is_closed_after_its_document_is_no_fault(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    artist.editor.close(document)
    artist.desk.close()
    assert artist.bench.idle
