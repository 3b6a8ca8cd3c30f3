"""The history of an edit: a tree of states, bounded."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edit.samples import ARROW, line, state
from tugline_edit.history import MOST_STATES, History

MASK = "c" * 32
OTHER_MASK = "d" * 32


def ids(states: object) -> list[str]:
    return [one.id for one in states]  # type: ignore[attr-defined]


def test_what_is_added_is_current() -> None:
    history = line(3)
    assert history.current == "s2"
    assert ids(history.lineage("s2")) == ["s0", "s1", "s2"]


def test_going_back_and_on_makes_a_branch() -> None:
    history = line(3).go_to("s1").add(state("branch", "s1"))
    assert history.current == "branch"
    assert ids(history.children("s1")) == ["s2", "branch"]
    assert ids(history.lineage("branch")) == ["s0", "s1", "branch"]
    assert ids(history.lineage("s2")) == ["s0", "s1", "s2"]


def test_arrows_of_a_state_can_be_others() -> None:
    arrows = (replace(ARROW, id="ear"),)
    history = line(2).with_arrows("s0", arrows)
    assert history.get("s0").arrows == arrows
    assert history.get("s1").arrows == (ARROW,)
    assert history.current == "s1"


def test_a_state_needs_an_id_of_its_own_and_a_parent_that_is_there() -> None:
    with pytest.raises(ValueError, match="has a state s1 already"):
        line(2).add(state("s1", "s0"))
    with pytest.raises(ValueError, match="no state s7"):
        line(2).add(state("s2", "s7"))
    with pytest.raises(ValueError, match="no picture to lie over"):
        History().add(state("root", mask=MASK))


def test_a_state_that_is_not_there_cannot_be_gone_to() -> None:
    assert "s9" not in line(2)
    assert "s1" in line(2)
    for ask in (line(2).go_to, line(2).get, line(2).lineage, line(2).composite_chain):
        with pytest.raises(KeyError):
            ask("s9")


def test_a_composite_is_drawn_from_the_nearest_whole_picture() -> None:
    history = line(2)
    for name, parent in (("a", "s1"), ("b", "a")):
        history = history.add(state(name, parent, MASK))
    assert ids(history.composite_chain("b")) == ["s1", "a", "b"]
    assert ids(history.composite_chain("a")) == ["s1", "a"]
    assert ids(history.composite_chain("s1")) == ["s1"]
    assert ids(history.add(state("c", "b")).composite_chain("c")) == ["c"]


def test_other_branches_go_first_leaf_by_leaf_the_oldest_first() -> None:
    history = line(3)  # s1 and s2 become the branch that nobody is on
    history = history.go_to("s0")
    parent = "s0"
    for index in range(MOST_STATES - 3):
        history = history.add(state(f"n{index}", parent))
        parent = f"n{index}"
    assert len(history.states) == MOST_STATES
    history = history.add(state("one-more", parent))
    assert ids(history.states)[:3] == ["s0", "s1", "n0"]
    history = history.add(state("two-more", "one-more"))
    assert ids(history.states)[:2] == ["s0", "n0"]
    assert len(history.states) == MOST_STATES


def test_a_long_line_loses_its_oldest() -> None:
    history = line(MOST_STATES + 10)
    assert len(history.states) == MOST_STATES
    assert history.states[0].id == "s10"
    assert history.states[0].parent == ""
    assert history.current == f"s{MOST_STATES + 9}"
    assert len(history.lineage(history.current)) == MOST_STATES


def test_the_picture_under_a_composite_is_kept_and_what_changes_least_goes() -> None:
    history = History().add(state("root"))
    parent = "root"
    for index in range(MOST_STATES):
        # Two drags in one selection, in the middle of a long line of others.
        mask = MASK if index in {50, 51} else f"{index:032x}"
        history = history.add(state(f"m{index}", parent, mask))
        parent = f"m{index}"
    assert history.states[0].id == "root"
    assert "m50" not in history
    assert history.get("m51").parent == "m49"
    # And then there is none that nobody would miss: the oldest of the others.
    history = history.add(state("last", parent, OTHER_MASK))
    assert ids(history.composite_chain("last"))[:2] == ["root", "m1"]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.integers(0, 300), st.booleans()), min_size=210, max_size=260))
def test_however_it_grows_it_stays_a_bounded_tree(steps: list[tuple[int, bool]]) -> None:
    history = History().add(state("root"))
    for number, (where, masked) in enumerate(steps):
        parent = history.states[-1 - where % min(8, len(history.states))].id
        history = history.go_to(parent)
        history = history.add(state(f"n{number}", parent, MASK if masked else ""))
        assert history.current == f"n{number}"
        assert len(history.states) <= MOST_STATES
        seen: set[str] = set()
        for one in history.states:
            assert one.parent == "" or one.parent in seen
            assert one.parent or not one.mask
            seen.add(one.id)
        assert not history.composite_chain(history.current)[0].mask
