"""The list of models, on terminals that are narrow or know few letters."""

from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from tests.cli.conftest import User
from tests.models import add_random_model
from tugline_daemon.library.cards import read_card, write_card


def describe(card_file: Path, text: str) -> None:
    """Write ``text`` into a card as its description."""
    write_card(card_file, replace(read_card(card_file), description=text))


def test_a_narrow_terminal_cuts_no_name(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tugline_daemon.cli.models.OUTPUT.width", 30)
    lines = user.succeed("models").splitlines()
    assert not any("\N{HORIZONTAL ELLIPSIS}" in line for line in lines)


def test_a_terminal_without_a_letter_shows_its_number(newcomer: User) -> None:
    add_random_model(newcomer.models)
    describe(newcomer.models / "tiny.json", "T\N{LATIN SMALL LETTER E WITH CIRCUMFLEX}te.")
    with patch.dict("os.environ", {"PYTHONIOENCODING": "ascii"}):
        assert r"tiny: T\xeate." in newcomer.succeed("models")
