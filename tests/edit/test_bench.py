"""The edit under the artist's hand, in a plain editor against a real daemon."""

import pytest

from tests.edit.artist import EYE, NOSE, Artist, picture
from tests.edit.host import Layer, PlainDocument
from tugline_edit import wording
from tugline_edit.arrows import Arrows
from tugline_edit.edits import OpenEdit, find
from tugline_edit.host import LayerFault
from tugline_edit.pull import TAKEN_BACK


def test_a_pull_makes_one_step_that_undo_takes_back_with_latent_and_arrows(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    before, latent, steps = picture(artist, document), artist.edit.state.latent, len(document.steps)
    artist.pull()
    assert picture(artist, document) != before
    assert artist.edit.state.latent != latent
    assert len(document.steps) == steps + 1
    assert len(document.layers) == 1
    document.undo()
    artist.until(lambda: artist.edit.state.latent == latent, "the edit from before")
    assert picture(artist, document) == before
    (arrow,) = artist.bench.gestures.arrows
    assert (arrow.handle, arrow.target) == NOSE


def test_how_a_pull_ended_can_be_asked(artist: Artist, document: PlainDocument) -> None:
    artist.generate(document)
    assert artist.bench.ended is None
    artist.pull(steps=3)
    ended = artist.bench.ended
    assert ended is not None
    assert (ended.reason, ended.steps) == ("step_limit", 3)
    assert ended.text == wording.sentence_for_end("step_limit", "")
    (arrow,) = artist.bench.gestures.arrows
    assert ended.distance == pytest.approx(arrow.distance)


def test_frames_are_seen_while_it_runs_and_stop_keeps_the_last(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    before = picture(artist, document)
    artist.begins()
    assert document.shown
    artist.desk.stop()
    artist.rests()
    assert artist.bench.ended is not None
    assert artist.bench.ended.reason == "stopped"
    assert picture(artist, document) != before
    assert document.arrows.items == artist.edit.state.arrows


def test_taken_back_the_picture_and_the_arrows_are_those_from_before(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    before, steps = picture(artist, document), len(document.steps)
    artist.begins()
    artist.desk.take_back()
    artist.rests()
    assert (picture(artist, document), len(document.steps)) == (before, steps)
    (arrow,) = artist.bench.gestures.arrows
    assert (arrow.handle, arrow.target, arrow.condition) == (*NOSE, "set")
    assert document.preview is not None
    assert document.preview.discards > 0
    assert artist.bench.ended is not None
    assert artist.bench.ended.reason == TAKEN_BACK
    assert artist.said[-1] == wording.TAKEN_BACK


def test_after_the_end_taking_back_goes_to_the_picture_before(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    before = picture(artist, document)
    artist.pull()
    artist.desk.take_back()
    artist.rests()
    assert picture(artist, document) == before
    assert len(artist.edit.history.states) == 2
    assert artist.edit.state.parent == ""


def test_any_picture_of_the_history_comes_back_and_is_pulled_on_from(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.pull(NOSE)
    shown = picture(artist, document)
    first, second = (state.id for state in artist.edit.history.states)
    artist.desk.go_to(first)
    artist.rests()
    artist.pull(EYE)
    artist.desk.go_to(second)
    artist.rests()
    assert picture(artist, document) == shown
    assert [state.parent for state in artist.edit.history.states] == ["", first, first]
    (arrow,) = artist.bench.gestures.arrows
    assert arrow.target == NOSE[1]
    assert document.arrows == artist.edit.arrows


def test_going_back_in_a_running_pull_stops_it_first(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    before, first = picture(artist, document), artist.edit.state.id
    artist.begins()
    artist.desk.go_to(first)
    artist.until(lambda: artist.bench.idle and artist.edit.record.state == first, "the first one")
    assert picture(artist, document) == before
    assert len(artist.edit.history.states) == 2


def test_what_is_wanted_while_a_pull_is_stopped_begins_when_it_is_written(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    first = artist.bench.pull
    artist.desk.stop()
    artist.desk.run()
    artist.until(lambda: artist.bench.pull not in {None, first}, "another pull")
    artist.runs()
    assert len(artist.edit.history.states) == 2
    artist.desk.stop()
    artist.rests()
    assert artist.bench.ended is not None
    assert artist.bench.ended.reason == "stopped"


def test_what_the_layer_keeps_is_the_whole_edit(artist: Artist, document: PlainDocument) -> None:
    artist.generate(document)
    artist.pull(NOSE)
    artist.pull(NOSE, EYE)
    artist.bench.put(artist.arrows(EYE))
    found = find(document, artist.edit.layer_id)
    assert found is not None
    assert (found.history, found.record) == (artist.edit.history, artist.edit.record)
    assert found.arrows == artist.bench.gestures.arrows
    latents = [found.latent(state.latent) for state in found.history.states]
    assert None not in latents


def test_there_is_nothing_to_run_without_arrows_or_without_an_edit(artist: Artist) -> None:
    document = artist.editor.open()
    with pytest.raises(LayerFault, match="generate a picture"):
        artist.desk.run()
    artist.generate(document)
    with pytest.raises(LayerFault, match="Set an arrow"):
        artist.desk.run()


# Arrows that are set outside of gestures.


def test_arrows_from_outside_begin_a_pull_where_that_is_live(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.settings(live=True)
    artist.bench.pull_to(artist.arrows(NOSE), hold=True)
    artist.runs()
    artist.bench.pull_to(artist.bench.gestures.arrows, hold=False)
    artist.desk.stop()
    artist.rests()
    assert len(artist.edit.history.states) == 2


def test_a_held_pull_follows_arrows_and_ends_when_it_is_let_go(artist: Artist) -> None:
    artist.generate(artist.editor.open())
    artist.settings(live=True, step_limit=2)
    artist.bench.pull_to(artist.arrows(NOSE), hold=True)
    artist.runs()
    (arrow,) = artist.bench.gestures.arrows
    artist.bench.pull_to(artist.bench.gestures.arrows.with_target(arrow.id, EYE[1]), hold=True)
    pull = artist.bench.pull
    assert pull is not None
    artist.until(lambda: pull._drag.newest > 0, "a Retarget")
    assert artist.bench.holding
    artist.bench.pull_to(artist.bench.gestures.arrows, hold=False)
    artist.rests()
    assert artist.bench.ended is not None
    assert artist.bench.ended.reason == "step_limit"
    assert artist.bench.gestures.arrows.items[0].target == EYE[1]


@pytest.mark.parametrize("live", [True, False])
def test_arrows_without_a_new_target_begin_nothing_and_are_kept(artist: Artist, live: bool) -> None:
    artist.generate(artist.editor.open())
    artist.settings(live=live)
    still = artist.arrows((NOSE[0], NOSE[0]))
    artist.bench.pull_to(still, hold=False)
    assert artist.bench.idle
    assert artist.edit.arrows == still
    if not live:
        artist.bench.pull_to(artist.arrows(NOSE), hold=False)
        assert artist.bench.idle
    artist.bench.pull_to(Arrows(), hold=False)
    assert artist.bench.idle
    assert artist.edit.arrows == Arrows()


def kept(edit: OpenEdit) -> Arrows:
    """Return the arrows that the document keeps of an edit."""
    found = find(edit.document, edit.layer_id)
    assert found is not None
    return found.arrows


def test_a_document_that_shows_the_arrows_gets_them_when_the_edit_is_left(
    artist: Artist, document: PlainDocument
) -> None:
    document.shows_arrows = True
    first = artist.generate(document)
    artist.bench.pull_to(artist.arrows(NOSE), hold=False)
    assert artist.bench.gestures.arrows
    assert kept(first) == Arrows(), "the hand is not disturbed"
    second = artist.generate(document, seed=2)
    artist.until(lambda: artist.edit.record.edit == second.record.edit, "the other edit")
    assert [arrow.target for arrow in kept(first)] == [NOSE[1]]
    artist.bench.put(artist.arrows(EYE))
    artist.desk.close()
    assert [arrow.target for arrow in kept(second)] == [EYE[1]]


def test_a_document_that_shows_the_arrows_gets_them_in_a_quiet_moment(
    artist: Artist, document: PlainDocument
) -> None:
    document.shows_arrows = True
    edit = artist.generate(document)
    artist.bench.put(artist.arrows(NOSE))
    assert kept(edit) == Arrows()
    artist.until(lambda: len(kept(edit)) == 1, "the arrows to be kept")


def test_arrows_that_were_not_pulled_are_there_when_their_picture_comes_back(
    artist: Artist, document: PlainDocument
) -> None:
    document.shows_arrows = True
    artist.generate(document)
    artist.pull(NOSE)
    first, second = (state.id for state in artist.edit.history.states)
    artist.bench.put(artist.arrows(NOSE, EYE))
    for state in (first, second):
        artist.desk.go_to(state)
        artist.rests()
        assert artist.edit.record.state == state
    assert len(artist.bench.gestures.arrows) == 2


def test_an_arrow_to_where_another_one_points_begins_a_pull_too(artist: Artist) -> None:
    artist.generate(artist.editor.open())
    artist.bench.pull_to(artist.arrows(NOSE), hold=False)
    artist.settings(live=True)
    both, _ = artist.bench.gestures.arrows.add(EYE[0], NOSE[1], artist.bench.reference())
    artist.bench.pull_to(both, hold=False)
    artist.until(lambda: artist.bench.pull is not None, "a pull")


def test_what_was_taken_back_does_not_begin_again_while_it_is_held(artist: Artist) -> None:
    artist.generate(artist.editor.open())
    artist.settings(live=True)
    artist.bench.pull_to(artist.arrows(NOSE), hold=True)
    artist.runs()
    artist.desk.take_back()
    assert artist.bench.idle
    artist.bench.pull_to(artist.arrows(EYE), hold=True)
    assert artist.bench.idle
    artist.bench.pull_to(artist.bench.gestures.arrows, hold=False)
    assert artist.bench.idle
    artist.bench.pull_to(artist.arrows(NOSE), hold=False)
    artist.until(lambda: artist.bench.pull is not None, "a pull")


def test_handles_outside_the_selection_stay_and_their_arrows_are_kept(artist: Artist) -> None:
    document = artist.editor.open()
    artist.generate(document)
    document.select_left((32, 32))
    right = ((28.0, 8.0), (20.0, 8.0))
    artist.pull(NOSE, right)
    assert len(document.arrows) == 2
    assert document.arrows.items == artist.edit.state.arrows
    stayed = artist.bench.gestures.arrows.items[1]
    assert (stayed.handle, stayed.target) == right
    assert artist.states[-1].frozen_handles == 1
    artist.bench.put(artist.arrows(right))
    with pytest.raises(LayerFault, match="outside the selection"):
        artist.desk.run()


# What else happens to layers and documents.


def test_a_document_that_is_closed_ends_its_pull(artist: Artist, document: PlainDocument) -> None:
    artist.generate(document)
    artist.begins()
    artist.editor.close(document)
    artist.bench.look()
    assert artist.bench.idle
    artist.until(lambda: artist.bench.edit is None, "an empty table")
    assert artist.bench.ended is None, "it is forgotten, and nothing is written"
    assert [state.message for state in artist.states if state.warning] == []


def test_a_layer_that_is_deleted_in_mid_pull_ends_it_in_words(
    artist: Artist, document: PlainDocument
) -> None:
    artist.generate(document)
    artist.begins()
    del document.layers[artist.edit.layer_id]
    artist.desk.stop()
    artist.rests()
    assert artist.said[-1] == wording.LAYER_GONE


def test_a_preview_that_the_artist_removes_takes_the_pull_back(artist: Artist) -> None:
    document = artist.editor.open()
    artist.generate(document)
    artist.begins()
    assert document.preview is not None
    document.preview.removed = True
    artist.rests()
    assert artist.said[-1] == wording.PREVIEW_GONE
    assert len(artist.edit.history.states) == 1


def test_a_preview_that_is_removed_while_the_drag_rests_takes_the_pull_back(
    artist: Artist,
) -> None:
    document = artist.editor.open()
    artist.generate(document)
    artist.settings(step_limit=2)
    artist.begins()
    pull = artist.bench.pull
    artist.until(lambda: pull is not None and pull.steps == 2, "a drag that rests at its limit")
    assert document.preview is not None
    document.preview.removed = True
    artist.rests()
    assert artist.said[-1] == wording.PREVIEW_GONE
    assert len(artist.edit.history.states) == 1


def test_frames_over_the_canvas_are_handed_out_and_told_of(artist: Artist) -> None:
    artist.generate(artist.editor.open(over_canvas=True))
    artist.begins()
    artist.until(lambda: artist.bench.frame is not None, "a frame for the canvas")
    artist.desk.stop()
    artist.rests()
    assert wording.ON_CANVAS in artist.said
    assert artist.bench.frame is None


def test_another_picture_is_not_touched_while_a_pull_runs(artist: Artist) -> None:
    first, second = artist.editor.open(), artist.editor.open()
    artist.generate(second)
    artist.editor.documents.reverse()
    artist.generate(first)
    artist.begins()
    assert not artist.bench.refuses(first)
    assert artist.bench.refuses(second)
    assert artist.said[-1] == wording.STILL_PULLING
    assert not artist.bench.refuses(artist.editor.open())


def test_a_drag_saved_in_its_midst_is_mended_and_told_of(artist: Artist) -> None:
    document = artist.editor.open()
    document.interrupted = True
    document.insert(Layer())
    artist.until(lambda: wording.INTERRUPTED in artist.said, "the sentence")
