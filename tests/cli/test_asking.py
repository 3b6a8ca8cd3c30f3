"""What commands ask of a daemon that may be older than they are."""

from types import SimpleNamespace
from typing import cast

import pytest

from tugline_daemon.cli.asking import require
from tugline_daemon.cli.terminal import CommandFailed
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Welcome
from tugline_protocol.values import Limits


def talking_to(*capabilities: str) -> Conversation:
    welcome = Welcome("0.0.9", 1, 0, capabilities, Limits(), ())
    return cast(Conversation, SimpleNamespace(welcome=welcome))


def test_a_daemon_that_is_too_old_for_an_option_is_told_from_one_that_is_not() -> None:
    require(talking_to("drag", "principal"), "principal")
    with pytest.raises(CommandFailed, match=r"\(0\.0\.9\) does not know --principal yet"):
        require(talking_to("drag"), "principal")
