"""The real Krita, its plugin from this checkout, and a real daemon beside it."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.editors.opening import Wish, krita_session, missing_editor
from tests.editors.session import KritaSession
from tests.service.running import Daemon

_ARTIFACTS = Path(__file__).parents[2] / "out" / "editors"
OpenKrita = Callable[[Wish], KritaSession]


@pytest.fixture
def open_krita(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenKrita]:
    """Opens Kritas, each with a HOME of its own; at the end each is judged and closed.

    Without an editor the test is skipped; where one has to be, --allowed-skips sees to it.
    """
    missing = missing_editor()
    if missing:
        pytest.skip(missing)
    artifacts = _ARTIFACTS / re.sub(r"[^\w.-]+", "-", f"{request.path.stem}-{request.node.name}")
    shutil.rmtree(artifacts, ignore_errors=True)
    with ExitStack() as stack:
        opened: list[KritaSession] = []

        def open_one(wish: Wish) -> KritaSession:
            session = stack.enter_context(krita_session(tmp_path, artifacts / wish.name, wish))
            opened.append(session)
            if wish.plugin:
                assert session.value("'tugline' in __import__('sys').modules"), session.stderr()
            return session

        yield open_one
        for session in opened:
            judge(session)


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


def judge(session: KritaSession) -> None:
    """Quit Krita unless the test did, and fail for what a good session does not have.

    That is another exit status than 0 (unless the test killed it), an exception, an assertion of
    Krita's or a traceback on stderr.
    """
    if session.running:
        session.picture("end")
        session.quit()
    assert session.status == 0 or session.killed, f"Krita ended by itself: {session.status}"
    assert session.errors() == []
    said = session.stderr()
    for sign in ("SAFE ASSERT", "Traceback (most recent call last)"):
        assert sign not in said, said[-5000:]
