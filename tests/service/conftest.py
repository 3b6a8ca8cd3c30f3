"""Small models with random weights, a daemon that most tests share, and sockets of a test's own."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from tests.models import add_random_model
from tests.service.hearing import Context
from tests.service.running import Daemon
from tugline_protocol.blocking import Conversation


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with models of 32 pixels: "tiny", "wide" (other latents), "classes" (conditional).

    "spare" is like "tiny", for whoever needs one that is not loaded yet. "large" is one of 256
    pixels, with steps that take a while.
    """
    folder = tmp_path_factory.mktemp("models")
    add_random_model(folder, "tiny")
    add_random_model(folder, "wide", w_dim=48)
    add_random_model(folder, "classes", classes=3, labels=("a", "b", "c"))
    add_random_model(folder, "spare", seed=8)
    add_random_model(folder, "large", resolution=256, channels=24)
    return folder


@pytest.fixture(scope="session")
def daemon(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Daemon]:
    """A daemon that most tests share: none of them harms it, and it ends in order."""
    running = Daemon(tmp_path_factory.mktemp("daemon"), models).start()
    yield running
    assert running.end() == 0, running.log


@pytest.fixture
def context() -> Iterator[Context]:
    """A context for sockets of the test's own."""
    made: Context = zmq.Context()
    yield made
    made.destroy(linger=0)


@pytest.fixture
def talk(daemon: Daemon) -> Iterator[Conversation]:
    """A conversation with the shared daemon."""
    with daemon.conversation() as conversation:
        yield conversation
