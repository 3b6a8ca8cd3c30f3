"""The real Krita, its plugin from this checkout, and a real daemon beside it."""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.editors.opening import krita_session, missing_editor
from tests.editors.session import KritaSession
from tests.service.running import Daemon

ARTIFACTS = Path(__file__).parents[2] / "out" / "editors"
Open = Callable[[], KritaSession]


@pytest.fixture
def krita(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KritaSession]:
    """A Krita that runs with the plugin. Its end is looked after: see ``judge``.

    Mark a test with ``krita_environment(NAME="value", ...)`` to add to Krita's environment.
    """
    demand_editor()
    with krita_session(
        tmp_path, artifacts_of(request), extra=_marked(request, "krita_environment")
    ) as session:
        yield session
        judge(session)


@pytest.fixture
def daemon(tmp_path: Path) -> Iterator[Daemon]:
    """A daemon with the packaged model, where the Krita of the same test looks for it."""
    daemon = Daemon(home=tmp_path, models=tmp_path / "models")
    daemon.start()
    yield daemon
    if daemon.process is not None and daemon.process.poll() is None:
        daemon.end()


def demand_editor() -> None:
    """Skip the test where there is no editor; fail it where there has to be one."""
    missing = missing_editor()
    if missing is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(missing)
    pytest.skip(missing)


def artifacts_of(request: pytest.FixtureRequest) -> Path:
    """Return the folder for the screenshots and logs of a test."""
    name = re.sub(r"[^\w.-]+", "-", f"{request.path.stem}-{request.node.name}")
    folder = ARTIFACTS / name
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    return folder


def judge(session: KritaSession) -> None:
    """Quit Krita unless the test did, and fail for what a good session does not have.

    That is an exit status, an exception, an assertion of Krita's or a traceback on stderr.
    """
    if session.running:
        assert session.quit() == 0
    assert session.errors() == []
    said = session.stderr()
    for sign in ("SAFE ASSERT", "Traceback (most recent call last)"):
        assert sign not in said, said[-5000:]


def _marked(request: pytest.FixtureRequest, name: str) -> dict[str, str]:
    marker = request.node.get_closest_marker(name)
    return dict(marker.kwargs) if marker else {}
