"""Real daemons for the link: one that most tests share, and one for a test that kills it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq.auth

from tests.edit.artist import Artist
from tests.edit.editor import Editor
from tests.edit.host import PlainDocument, PlainEditor
from tests.models import add_random_model
from tests.service.running import Daemon
from tugline_edit.host import LayerFault


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with "tiny" (32 pixels, quick) and "large" (256, with steps that take a while)."""
    folder = tmp_path_factory.mktemp("models")
    add_random_model(folder, "tiny")
    add_random_model(folder, "large", resolution=256, channels=24)
    return folder


@pytest.fixture(scope="session")
def shared_daemon(tmp_path_factory: pytest.TempPathFactory, models: Path) -> Iterator[Daemon]:
    running = Daemon(tmp_path_factory.mktemp("daemon"), models).start()
    yield running
    assert running.end() == 0, running.log


@pytest.fixture
def daemon(shared_daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> Daemon:
    """The daemon that most tests share, as the user's own: none of them harms it."""
    make_own(shared_daemon, monkeypatch)
    return shared_daemon


@pytest.fixture
def fragile(tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Daemon]:
    """A daemon, not started yet, as the user's own: it may be killed."""
    own = Daemon(tmp_path, models)
    make_own(own, monkeypatch)
    yield own
    if own.process is not None and own.process.poll() is None:
        own.end()


@pytest.fixture
def editor() -> Iterator[Editor]:
    """An editor whose link was not told to look for a daemon yet."""
    with Editor() as one:
        yield one


@pytest.fixture(params=["at once", "later"])
def document(request: pytest.FixtureRequest, artist: Artist) -> PlainDocument:
    """The document before the artist; its commits come at once, or in a later turn of the loop."""
    return artist.editor.open(late=request.param == "later")


@pytest.fixture
def artist(daemon: Daemon, tmp_path: Path) -> Iterator[Artist]:
    """An artist in a plain editor, with the daemon that most tests share."""
    one = Artist(PlainEditor(tmp_path))
    yield one
    one.desk.close()
    assert all(isinstance(fault, LayerFault) for fault in one.editor.loop.faults), (
        one.editor.loop.faults
    )


def make_own(daemon: Daemon, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``daemon`` be where the user's own daemon is looked for."""
    monkeypatch.setenv("TUGLINE_STATE_DIR", str(daemon.state))
    monkeypatch.setenv("TUGLINE_CONFIG_DIR", str(daemon.configuration))


def have_another_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the user's key be a new one in ``folder``, which no daemon has listed."""
    keys = folder / "other" / "keys"
    keys.mkdir(parents=True)
    zmq.auth.create_certificates(keys, "client")
    monkeypatch.setenv("TUGLINE_CONFIG_DIR", str(folder / "other"))
