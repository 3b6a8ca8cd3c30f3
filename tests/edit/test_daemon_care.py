"""The daemon as the artist sees it: found, started when wanted, started again where it died."""

import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edit.host import PlainEditor
from tests.service.running import Daemon, is_alive, wait_for
from tugline_edit import daemon_care, wording
from tugline_edit.daemon_care import DaemonCare
from tugline_edit.launcher import COMMAND_FILE
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.values import ModelRef

# A daemon outlives the editor that started it.
pytestmark = pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")

# A daemon with the folders of the test, and no models but the packaged one.
SERVE = """
import sys
from pathlib import Path
from tugline_daemon.service import ServeOptions, serve
sys.exit(serve(ServeOptions(
    bind="127.0.0.1:0", device="cpu", idle_timeout=120.0, models=(),
    configuration=Path({configuration!r}), state=Path({state!r}), threads=1,
)))
"""


class Owner:
    """A plain editor with a DaemonCare; ``pids`` are the daemons that it has started."""

    def __init__(self, folder: Path, daemon: Daemon) -> None:
        self.daemon = daemon
        self.editor = PlainEditor(folder)
        self.pids: list[int] = []
        self.changes = 0
        self.care = DaemonCare(self.editor, self._changed)

    def _changed(self) -> None:
        self.changes += 1

    def until(self, *, connected: bool) -> None:
        self.editor.loop.until(
            lambda: self.care.connected is connected and (self.care.models or not connected),
            f"connected: {connected}; {self.care.sentence}",
        )

    def kill(self) -> None:
        """Kill the daemon that runs; its endpoint file stays."""
        pid = self.daemon.endpoint.pid
        self.pids.append(pid)
        os.kill(pid, signal.SIGKILL)
        self.until(connected=False)

    def end(self) -> None:
        self.care.close()
        try:
            pid = self.daemon.endpoint.pid
        except DaemonUnreachable:
            return
        if is_alive(pid):
            os.kill(pid, signal.SIGTERM)
            wait_for(lambda: not is_alive(pid), "the end of the daemon")


def command_for(daemon: Daemon) -> list[str]:
    code = SERVE.format(configuration=str(daemon.configuration), state=str(daemon.state))
    return [sys.executable, "-c", code]


@pytest.fixture
def owner(tmp_path: Path, fragile: Daemon) -> Iterator[Owner]:
    """An editor whose plugin's folder says how the daemon is started; none runs yet."""
    folder = tmp_path / "plugin"
    folder.mkdir()
    command = json.dumps({"command": command_for(fragile)})
    (folder / COMMAND_FILE).write_text(command, encoding="utf-8")
    one = Owner(folder, fragile)
    yield one
    one.end()


def test_what_is_asked_for_starts_the_daemon_and_is_done_when_it_answers(owner: Owner) -> None:
    done: list[str] = []
    owner.care.once_connected(lambda: done.append("older"))
    owner.care.once_connected(lambda: done.append("newest"))
    assert owner.care.sentence == wording.STARTING
    assert not owner.care.may_start
    owner.editor.loop.until(lambda: done, "what was asked for")
    assert done == ["newest"]
    owner.care.once_connected(lambda: done.append("at once"))
    assert done == ["newest", "at once"]


def test_a_daemon_that_died_is_started_again_but_not_endlessly(
    owner: Owner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon_care, "GRACE_MS", 50)
    owner.care._restarts = type(owner.care._restarts)(maxlen=1)
    monkeypatch.setattr(daemon_care, "RESTARTS", 1)
    owner.care.start()
    owner.until(connected=True)
    owner.kill()
    owner.until(connected=True)
    assert owner.daemon.endpoint.pid not in owner.pids
    owner.kill()
    owner.editor.loop.until(lambda: owner.care.may_start, "nothing under way")
    looks: list[None] = []
    owner.editor.loop.later(500, lambda: looks.append(None))
    owner.editor.loop.until(lambda: looks, "some turns after the grace")
    assert owner.care.may_start
    assert not owner.care.connected


def test_one_that_ended_in_order_stays_ended(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(daemon_care, "GRACE_MS", 50)
    owner.care.start()
    owner.until(connected=True)
    os.kill(owner.daemon.endpoint.pid, signal.SIGTERM)
    owner.until(connected=False)
    looks: list[None] = []
    owner.editor.loop.later(500, lambda: looks.append(None))
    owner.editor.loop.until(lambda: looks, "some turns after the grace")
    assert owner.care.may_start
    assert not owner.care.connected


def test_a_daemon_that_ends_at_once_is_told_of_and_what_waited_is_dropped(
    tmp_path: Path, fragile: Daemon
) -> None:
    command = [sys.executable, "-c", "raise SystemExit('error: the disk is full')"]
    (tmp_path / COMMAND_FILE).write_text(json.dumps({"command": command}), encoding="utf-8")
    owner = Owner(tmp_path, fragile)
    done: list[None] = []
    owner.care.once_connected(lambda: done.append(None))
    owner.editor.loop.until(lambda: "the disk is full" in owner.care.sentence, "the fault")
    assert owner.care.may_start
    owner.end()
    assert not done


def test_without_a_command_the_artist_is_told_to_start_it(tmp_path: Path, fragile: Daemon) -> None:
    owner = Owner(tmp_path, fragile)
    owner.editor.loop.turn()
    assert owner.care.sentence == wording.START_BY_HAND
    assert not owner.care.may_start
    with pytest.raises(DaemonUnreachable, match="tugline serve"):
        owner.care.once_connected(lambda: None)
    owner.end()


def test_a_remote_daemon_is_none_to_be_started_here(owner: Owner) -> None:
    owner.care.use("127.0.0.1:9", "k" * 40)
    before = owner.changes
    owner.care.use("127.0.0.1:9", "k" * 40)
    assert owner.changes == before
    assert not owner.care.may_start
    owner.editor.loop.until(lambda: "127.0.0.1:9" in owner.care.sentence, "who does not answer")
    owner.care.use("", "")
    owner.care.start()
    owner.until(connected=True)


def test_a_model_that_the_daemon_does_not_have_is_told_of(tmp_path: Path, daemon: Daemon) -> None:
    owner = Owner(tmp_path, daemon)
    assert owner.care.absence(ModelRef("nowhere", "ab")) == ""
    owner.until(connected=True)
    card = owner.care.models[0]
    assert owner.care.absence(ModelRef(card.name, card.weights)) == ""
    assert "nowhere" in owner.care.absence(ModelRef("nowhere", "ab"))
    assert "another version" in owner.care.absence(ModelRef(card.name, "ab"))
    owner.care.close()
