"""The artist's sentences."""

from typing import get_args

import pytest

from tugline_edit import wording
from tugline_edit.geometry import Affine, Box, Placement
from tugline_protocol.values import EndReason


def is_a_sentence(text: str) -> bool:
    return text[0].isupper() or text[0].isdigit() if text.endswith(".") else False


def test_constants_are_sentences() -> None:
    texts = [value for name, value in vars(wording).items() if name.isupper() and name[0] != "_"]
    assert len(texts) > 5
    for text in texts:
        assert is_a_sentence(text)


@pytest.mark.parametrize("reason", get_args(EndReason))
def test_every_end_that_the_protocol_knows_has_words_of_our_own(reason: str) -> None:
    # The daemon names points by their ids, which an artist has never seen.
    assert is_a_sentence(wording.sentence_for_end(reason, "points 5f3a6c"))
    assert "5f3a6c" not in wording.sentence_for_end(reason, "points 5f3a6c")


def test_an_end_that_only_a_later_daemon_knows_is_told_in_its_own_words() -> None:
    assert wording.sentence_for_end("bored", "It got dull.") == "It got dull."
    assert is_a_sentence(wording.sentence_for_end("bored", ""))


def test_a_missing_model_is_named() -> None:
    assert "the model critters-9, which" in wording.missing_model("critters-9")
    assert "another version of" in wording.missing_model("critters-9", other_weights=True)


def test_softness_is_told_from_one_and_a_half_times_the_picture_s_own_size() -> None:
    assert wording.softness(Placement.upright_at(512, 512, Box(0, 0, 512, 512))) == ""
    assert wording.softness(Placement.upright_at(512, 512, Box(0, 0, 700, 700))) == ""
    assert "2.5 times" in wording.softness(Placement.upright_at(512, 512, Box(0, 0, 1280, 512)))
    quarter = Placement(128, 128, Affine(0, 4, -4, 0))
    assert "4.0 times" in wording.softness(quarter)


def test_handles_outside_the_selection_are_counted() -> None:
    assert wording.outside_selection(0) == ""
    assert wording.outside_selection(1).startswith("1 handle lies")
    assert wording.outside_selection(3).startswith("3 handles lie")


def test_labels() -> None:
    assert wording.seed_label(7) == "Seed 7"
    assert wording.drag_label(1) == "1 step"
    assert wording.drag_label(40) == "40 steps"


def test_a_layer_that_cannot_be_pulled_is_named_with_the_remedy() -> None:
    assert wording.hidden_layer("Nose") == "“Nose” is hidden; show it to pull."
    assert "“Face” is locked; unlock it" in wording.held_by_group("Face", locked=True)
    assert "“Face” is hidden; show it" in wording.held_by_group("Face", locked=False)
    assert "to add a picture" in wording.closed_group("Face")
