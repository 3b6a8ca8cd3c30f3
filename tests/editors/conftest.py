"""The real Krita, its plugin from this checkout, and a real daemon beside it."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.editors.judging import judge, judged_krita
from tests.editors.opening import Wish
from tests.editors.session import KritaSession
from tests.service.running import Daemon

__all__ = ["OpenKrita", "daemon", "judge", "krita", "open_krita"]

OpenKrita = Callable[[Wish], KritaSession]


@pytest.fixture
def open_krita(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenKrita]:
    """Opens Kritas, each with a HOME of its own; at the end each is judged and closed."""
    test = re.sub(r"[^\w.-]+", "-", f"{request.path.stem}-{request.node.name}")
    with ExitStack() as stack:

        def open_one(wish: Wish) -> KritaSession:
            name = test if wish.name == Wish.name else f"{test}-{wish.name}"
            return stack.enter_context(judged_krita(tmp_path, name, wish))

        yield open_one


@pytest.fixture
def krita(open_krita: OpenKrita) -> KritaSession:
    """A Krita that runs with the plugin."""
    return open_krita(Wish())


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon with the packaged model, where the Krita of the same test looks for it."""
    daemon = Daemon(home=tmp_path, models=tmp_path / "models").start()
    yield daemon
    if daemon.process is not None and daemon.process.poll() is None:
        daemon.end()
