"""Mnemonics in the words of both editors."""

import pytest

from tugline_gimp.mnemonics import mnemonic


def test_the_sign_is_before_the_first_such_letter() -> None:
    assert mnemonic("Take back", "T") == "_Take back"
    assert mnemonic("Use the selection", "n") == "Use the selectio_n"


def test_a_letter_that_is_not_there_is_refused() -> None:
    with pytest.raises(ValueError, match="substring"):
        mnemonic("Pull", "x")
