"""Models, histories and pulls in plain values, as dockers and dialogs show them."""

from dataclasses import replace

from tests.edit.samples import card, line, state
from tugline_edit.history import History
from tugline_edit.telling import (
    busy_of,
    doing,
    history_items,
    history_title,
    model_choices,
    selection_note,
    usable_model,
)
from tugline_edit.view import Busy, ModelChoice, ViewState
from tugline_protocol.values import Image


def branches(history: History) -> dict[str, int]:
    return {item.id: item.branch for item in history_items(history)}


def test_a_history_without_branches_is_one_column() -> None:
    items = history_items(line(4))
    assert [item.branch for item in items] == [0, 0, 0, 0]
    assert [item.current for item in items] == [False, False, False, True]
    assert [item.parent for item in items] == ["", "s0", "s1", "s2"]


def test_what_is_not_on_the_way_to_the_present_picture_lies_beside_it() -> None:
    forked = line(3).go_to("s0").add(state("a", "s0")).add(state("b", "a"))
    assert branches(forked) == {"s0": 0, "s1": 1, "s2": 1, "a": 0, "b": 0}
    assert branches(forked.go_to("s2")) == {"s0": 0, "s1": 0, "s2": 0, "a": 1, "b": 1}
    again = forked.go_to("s1").add(state("c", "s1"))
    assert branches(again) == {"s0": 0, "s1": 0, "s2": 1, "a": 2, "b": 2, "c": 0}


def test_a_model_is_told_with_its_size_licence_and_thumbnail() -> None:
    shown = Image(2, 1, "RGB", bytes(range(6)))
    one = replace(card(512, 256), licence="MIT", description="Faces", thumbnail=shown)
    broken = replace(card(8, 8), readiness="broken", thumbnail=Image(1, 1, "BGRA", b"abcd"))
    first, second = model_choices([one, broken])
    assert first.description == "critters-1: 512 x 256 pixels\nFaces\nLicence: MIT"
    assert (first.thumbnail, first.thumbnail_size) == (bytes(range(6)), (2, 1))
    assert (second.broken, second.thumbnail) == (True, b"")


def test_what_is_under_way_without_a_pull() -> None:
    assert busy_of(None, generating=False, drawing=False) is Busy.NOTHING
    assert busy_of(None, generating=True, drawing=True) is Busy.GENERATING
    assert busy_of(None, generating=False, drawing=True) is Busy.WRITING


def test_what_is_under_way_is_told_with_the_step_of_a_pull() -> None:
    assert doing(ViewState("", busy=Busy.DRAGGING, steps=12)) == "Pulling, step 12"
    assert doing(ViewState("", busy=Busy.WRITING, steps=12)) == "Writing into the layer"
    assert doing(ViewState("")) == ""


def test_the_model_that_is_wanted_is_shown_where_it_works() -> None:
    broken = ModelChoice("torn", "", b"", (0, 0), broken=True)
    models = (broken, *(ModelChoice(name, "", b"", (0, 0)) for name in ("cats", "dogs")))
    assert usable_model(models, "dogs") == "dogs"
    assert usable_model(models, "torn") == "cats"
    assert usable_model(models, "") == "cats"
    assert usable_model((broken,), "torn") is None


def test_the_history_says_whose_pictures_it_has() -> None:
    assert history_title(ViewState("")) == "History"
    assert history_title(ViewState("", edit_model="cats")) == "History, drawn by cats"


def test_a_selection_is_told_of_where_it_holds_a_handle_or_is_ignored() -> None:
    assert selection_note(ViewState("")) == ""
    assert "1 handle lies outside" in selection_note(ViewState("", frozen_handles=1))
    assert "ignored" in selection_note(ViewState("", ignores_selection=True))


def test_one_button_pulls_and_stops() -> None:
    ready = ViewState("", connected=True, has_edit=True, arrows=1)
    assert (ready.stops, ready.may_pull_or_stop) == (False, True)
    assert not replace(ready, arrows=0).may_pull_or_stop
    assert not replace(ready, connected=False).may_pull_or_stop
    assert not replace(ready, busy=Busy.WRITING).may_pull_or_stop
    dragging = replace(ready, busy=Busy.DRAGGING, connected=False)
    assert (dragging.stops, dragging.may_pull_or_stop) == (True, True)
    stopping = replace(ready, busy=Busy.STOPPING)
    assert (stopping.stops, stopping.may_pull_or_stop) == (True, False)
