"""Callbacks that fail: told in a sentence, logged with their traceback, and no more."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from tugline_edit import guarding
from tugline_edit.guarding import (
    guarded,
    guarded_returning,
    listen,
    log_file,
    open_log,
    say_plainly,
    sentence_for,
    unlisten,
)
from tugline_protocol.errors import DaemonUnreachable


class Plain(Exception):
    """Its text is for the artist."""


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What listeners hear, with a log of the test's own."""
    monkeypatch.setenv("TUGLINE_STATE_DIR", str(tmp_path))
    monkeypatch.setattr(guarding, "_log_name", "plugin.log")
    logger = logging.getLogger("tugline")
    before = list(logger.handlers)
    guarding.log.cache_clear()
    logger.handlers.clear()
    open_log("test.log")
    heard: list[str] = []
    listen(heard.append)
    yield heard
    unlisten(heard.append)
    for handler in logger.handlers:
        handler.close()
    logger.handlers[:] = before
    guarding.log.cache_clear()


def test_a_fault_is_told_in_a_sentence_and_logged_with_its_traceback(told: list[str]) -> None:
    @guarded
    def fail() -> int:
        raise ZeroDivisionError("by a hair")

    assert fail() is None
    (sentence,) = told
    assert "ZeroDivisionError" in sentence
    assert str(log_file()) in sentence
    logged = log_file().read_text("utf-8")
    assert "by a hair" in logged
    assert "Traceback" in logged


def test_faults_of_a_plain_kind_are_told_in_their_own_words(told: list[str]) -> None:
    assert sentence_for(DaemonUnreachable("No daemon.")) == "No daemon."
    assert "Plain" in sentence_for(Plain("Do this."))
    say_plainly(Plain)
    assert sentence_for(Plain("Do this.")) == "Do this."
    assert not told


def test_a_result_that_is_wanted_is_there_after_a_fault_too(told: list[str]) -> None:
    @guarded_returning(False)
    def wants(divisor: int) -> bool:
        return 1 / divisor > 0

    assert wants(1) is True
    assert wants(0) is False
    assert len(told) == 1


def test_arguments_beyond_those_that_it_takes_are_left_out(told: list[str]) -> None:
    @guarded
    def clicked() -> str:
        return "clicked"

    @guarded
    def any_number(*given: object) -> int:
        return len(given)

    assert clicked(True) == "clicked"
    assert any_number(1, 2, 3) == 3
    assert not told


def test_a_listener_that_fails_keeps_nobody_from_hearing(told: list[str]) -> None:
    def deaf(sentence: str) -> None:
        raise ValueError(sentence)

    listen(deaf)
    guarding.tell(Plain("Hear."))
    unlisten(deaf)
    listen(told.append)
    guarding.tell(Plain("Hear again."))
    unlisten(told.append)
    assert len(told) == 3
    assert "a listener failed" in log_file().read_text("utf-8")
