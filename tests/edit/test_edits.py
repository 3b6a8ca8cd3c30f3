"""What a layer keeps of its edit, and how it is found again: duplicates, forks, torn records."""

import pytest

from tests.edit.host import Layer, PlainDocument
from tests.edit.loop import PlainLoop
from tests.edit.samples import ARROW, MODEL
from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.edits import (
    MOST_PICTURES,
    NOBODYS,
    Made,
    OpenEdit,
    begin,
    disown,
    find,
    fork,
    is_known,
    settled,
)
from tugline_edit.geometry import Box, Placement
from tugline_edit.host import LayerFault
from tugline_edit.masks import SelectionMask
from tugline_edit.reading import RecordError
from tugline_protocol.values import Latent

PLACE = Placement.upright_at(16, 16, Box(4, 4, 16, 16))


def latent(number: int) -> Latent:
    return Latent(2, 3, bytes([number]) * 24)


def made(number: int, *arrows: Arrow, mask: SelectionMask | None = None) -> Made:
    return Made(MODEL, latent(number), f"{number} steps", arrows, b"", mask)


@pytest.fixture
def document() -> PlainDocument:
    return PlainDocument(PlainLoop())


@pytest.fixture
def edit(document: PlainDocument) -> OpenEdit:
    """A new edit, in a layer that shows something."""
    layer = Layer()
    layer.write(PLACE.box, bytes((1, 2, 3, 255)) * 256)
    return begin(document, document.insert(layer), made(0), PLACE)


def again(edit: OpenEdit) -> OpenEdit:
    found = find(edit.document, edit.layer_id)
    assert found is not None
    return found


def test_a_layer_of_the_artist_s_own_has_no_edit(document: PlainDocument) -> None:
    own = document.insert(Layer())
    assert find(document, own) is None
    assert not is_known(document, own)
    assert not is_known(document, "gone")


def test_each_picture_is_kept_with_what_it_needs(edit: OpenEdit, document: PlainDocument) -> None:
    reference = edit.remember(latent(7))
    arrow = Arrow("a", (1.0, 2.0), (3.0, 4.0), (1.0, 2.0), reference)
    mask = SelectionMask(16, 16, bytes(256))
    edit.advance(document.duplicate(edit.layer_id), made(1, arrow, mask=mask))
    found = again(edit)
    assert found.history == edit.history
    assert found.state.label == "1 steps"
    assert found.latent() == latent(1)
    assert found.store.mask(found.state) == mask
    assert found.references(found.arrows) == {reference: latent(7)}


def test_the_edit_is_that_of_whichever_layer_is_there(
    edit: OpenEdit, document: PlainDocument
) -> None:
    old = edit.layer_id
    document.step(
        lambda: edit.advance(document.replace(old, document.layer(old).copied()), made(1))
    )
    assert again(edit).state.label == "1 steps"
    document.undo()
    first = find(document, old)
    assert first is not None
    assert first.state.label == "0 steps"


def test_a_duplicate_is_an_edit_of_its_own_with_the_same_history(
    edit: OpenEdit, document: PlainDocument
) -> None:
    twin = find(document, document.duplicate(edit.layer_id))
    assert twin is not None
    assert twin.record.edit != edit.record.edit
    assert twin.history == edit.history
    twin.advance(twin.layer_id, made(5))
    assert len(again(edit).history.states) == 1
    assert len(again(twin).history.states) == 2


def test_a_fork_takes_all_pictures_along(edit: OpenEdit, document: PlainDocument) -> None:
    edit.advance(edit.layer_id, made(1, mask=SelectionMask(4, 4, bytes(16))))
    layer = Layer()
    layer.write(PLACE.box, document.pixels(edit.layer_id, PLACE.box))
    forked = again(fork(edit, document.insert(layer)))
    del document.layers[edit.layer_id]
    assert forked.record.edit != edit.record.edit
    assert [forked.latent(state.latent) for state in forked.history.states] == [
        latent(0),
        latent(1),
    ]
    assert forked.store.mask(forked.state) is not None


def test_what_an_edit_was_committed_to_is_nobody_s(edit: OpenEdit, document: PlainDocument) -> None:
    base = document.insert(Layer())
    disown(edit, base)
    assert is_known(document, base)
    assert find(document, base) is None
    assert NOBODYS.encode() in b"".join(document.store(base).kept.values())


def test_a_layer_that_is_gone_is_said_so(edit: OpenEdit, document: PlainDocument) -> None:
    del document.layers[edit.layer_id]
    assert not edit.there
    with pytest.raises(LayerFault, match="is gone"):
        find(document, edit.layer_id)


def test_a_record_that_is_torn_is_said_so(edit: OpenEdit, document: PlainDocument) -> None:
    document.store(edit.layer_id).kept[f"tugline/layer/{edit.layer_id}"] = b"{"
    with pytest.raises(RecordError, match="damaged"):
        find(document, edit.layer_id)


def test_a_layer_whose_picture_was_cropped_away_is_no_edit_s(document: PlainDocument) -> None:
    layer = Layer()
    layer.write(Box(0, 0, 2, 2), bytes((1, 2, 3, 255)) * 4)
    far = Placement.upright_at(16, 16, Box(4, 4, 16, 16))
    cropped = begin(document, document.insert(layer), made(0), far)
    with pytest.raises(RecordError, match="is not in it"):
        find(document, cropped.layer_id)


def test_a_handle_whose_picture_is_lost_counts_as_set_now(edit: OpenEdit) -> None:
    (anchored,) = edit.anchored(Arrows((ARROW,)))
    assert (anchored.reference, anchored.origin) == (edit.state.latent, ARROW.handle)


def test_a_drag_names_no_more_pictures_than_it_may(edit: OpenEdit) -> None:
    arrows = Arrows()
    for number in range(1, MOST_PICTURES + 11):
        arrows, _ = arrows.add((1.0, 1.0), (2.0, 2.0), edit.remember(latent(number)))
    references = [arrow.reference for arrow in edit.anchored(arrows)]
    assert len(set(references)) <= MOST_PICTURES + 1
    assert references[-1] == arrows.items[-1].reference
    assert references[0] == edit.state.latent


def test_arrows_are_kept_and_come_back_settled(edit: OpenEdit) -> None:
    moving = Arrows((Arrow("a", (1.0, 2.0), (3.0, 4.0), (1.0, 2.0), edit.state.latent, "moving"),))
    edit.keep_arrows(moving)
    assert again(edit).arrows == moving
    assert [arrow.condition for arrow in settled(moving)] == ["set"]
