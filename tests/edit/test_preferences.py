"""Settings on a shelf: what was kept comes back, what is damaged is the default again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.edit.artist import TextShelf
from tugline_edit.preferences import (
    KEY_LENGTH,
    RADIUS_AUTOMATIC,
    RADIUS_LEAST,
    RADIUS_MOST,
    SEED_MOST,
    STEP_LIMIT_MOST,
    TEXT_LENGTH,
    is_whole,
    load,
    save,
)
from tugline_edit.view import Settings

TEXTS = st.text(max_size=TEXT_LENGTH)


@given(
    st.builds(
        Settings,
        model=TEXTS,
        seed=st.integers(0, SEED_MOST),
        truncation=st.floats(0, 1),
        live=st.booleans(),
        keep_rest=st.booleans(),
        step_limit=st.none() | st.integers(1, STEP_LIMIT_MOST),
        radius=st.none() | st.floats(RADIUS_LEAST, RADIUS_MOST),
        true_composite=st.booleans(),
        address=TEXTS,
        server_key=TEXTS,
    )
)
def test_what_was_saved_is_loaded(settings: Settings) -> None:
    shelf = TextShelf()
    save(settings, shelf)
    assert load(shelf) == settings


@given(st.dictionaries(st.sampled_from(list(Settings.__dataclass_fields__)), st.text()))
def test_whatever_stands_there_gives_settings_in_their_ranges(texts: dict[str, str]) -> None:
    shelf = TextShelf()
    shelf.texts.update(texts)
    found = load(shelf)
    assert 0 <= found.seed <= SEED_MOST
    assert 0.0 <= found.truncation <= 1.0
    assert found.step_limit is None or 1 <= found.step_limit <= STEP_LIMIT_MOST
    assert found.radius is None or RADIUS_LEAST <= found.radius <= RADIUS_MOST


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("seed", "-1"),
        ("seed", str(SEED_MOST + 1)),
        ("seed", "\u0663"),
        ("truncation", "nan"),
        ("truncation", "1.01"),
        ("live", "yes"),
        ("step_limit", "0"),
        ("radius", "1e9"),
    ],
)
def test_what_is_out_of_its_range_is_the_default(name: str, text: str) -> None:
    shelf = TextShelf()
    shelf.texts[name] = text
    assert load(shelf) == Settings()


def test_the_number_that_stands_for_automatic_is_no_radius() -> None:
    assert 0 < RADIUS_AUTOMATIC < RADIUS_LEAST


def test_an_address_and_a_key_name_a_daemon_together_or_not_at_all() -> None:
    key = "k" * KEY_LENGTH
    assert is_whole("", "")
    assert is_whole("tcp://studio:7380", key)
    assert not is_whole("tcp://studio:7380", "")
    assert not is_whole("tcp://studio:7380", key[1:])
    assert not is_whole("", key)
