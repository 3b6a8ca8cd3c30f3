"""A studio for the tests of this folder: a real daemon, a real Krita, an artist at it."""

import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.editors.conftest import judge
from tests.editors.drags.artist import Artist
from tests.editors.opening import krita_session, missing_editor
from tests.editors.session import KritaSession
from tests.service.running import Daemon, is_alive, wait_for
from tugline_protocol.errors import DaemonUnreachable

SIDE = 512
ARTIFACTS = Path(__file__).parents[3] / "out" / "editors"


@dataclass(frozen=True)
class Studio:
    """What all tests of a file share."""

    daemon: Daemon
    krita: KritaSession

    def renew_daemon(self) -> None:
        """Have the studio's own daemon run again, whichever the plugin started meanwhile."""
        own = self.daemon.process
        if own is not None and own.poll() is None:
            return
        while True:
            end_daemon_of(self.daemon)
            try:
                self.daemon.start()
            except AssertionError:
                # The plugin's own may have begun to listen in between.
                if "is running already" not in self.daemon.log.splitlines()[-1]:
                    raise
            else:
                return


@pytest.fixture(scope="module")
def studio(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    """One daemon and one Krita for all tests of a file."""
    missing = missing_editor()
    if missing:
        pytest.skip(missing)
    home = tmp_path_factory.mktemp("studio")
    daemon = Daemon(home=home, models=home / "models").start()
    try:
        with krita_session(home, ARTIFACTS / request.path.stem) as krita:
            yield Studio(daemon, krita)
            judge(krita)
    finally:
        end_daemon_of(daemon)


def end_daemon_of(daemon: Daemon) -> None:
    """End whichever daemon runs for the user of ``daemon``: it, or one that the plugin started."""
    if daemon.process is not None and daemon.process.poll() is None:
        daemon.end()
    with suppress(DaemonUnreachable, ProcessLookupError):
        pid = daemon.endpoint.pid
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not is_alive(pid), "the end of the daemon that the plugin started")
        (daemon.state / "endpoint.json").unlink(missing_ok=True)


@pytest.fixture
def artist(request: pytest.FixtureRequest, studio: Studio) -> Iterator[Artist]:
    """An artist before an empty document of 512 pixels; the docker as at its first start."""
    artist = Artist(studio.krita, request.node.name)
    artist.krita.new_document(SIDE, SIDE)
    yield artist
    artist.leave()
