"""The link through a bridge, as in an editor whose Python cannot load pyzmq."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edit.conftest import have_another_key
from tests.edit.editor import Editor
from tests.edit.test_link import speaking
from tests.service import running
from tests.service.running import Daemon, is_alive, wait_for
from tugline_edit import ways
from tugline_edit.link import LOST, LinkState, RemoteAddress
from tugline_edit.places import NOT_RUNNING
from tugline_edit.ways import Way
from tugline_protocol.messages import (
    DragEnded,
    DragFrame,
    Generate,
    Generated,
    NextFrame,
    Ping,
    StartDrag,
)
from tugline_protocol.streams import StreamTransport
from tugline_protocol.values import DragOptions, DragPoint, ModelRef, PictureFormat
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

BRIDGE = (sys.executable, "-I", "-m", "tugline_daemon.cli", "bridge")
TINY = ModelRef("tiny")

# An editor's Python without pyzmq: it can be found, but not loaded.
WITHOUT_PYZMQ = """
import importlib.abc, sys, time

class Refusing(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "zmq":
            raise ImportError("DLL load failed while importing _zmq")

sys.meta_path.insert(0, Refusing())
from tugline_edit.link import Link
from tugline_protocol.messages import Generate
from tugline_protocol.values import ModelRef, PictureFormat

link = Link(name="gimp", version="3", on_change=lambda: None, bridge=tuple(sys.argv[1:]) or None)
said = []
until = time.monotonic() + 120
while not said and time.monotonic() < until:
    link.tick()
    link.drain()
    if link.ready:
        wanted = Generate(ModelRef("tiny"), seed=1, picture=PictureFormat(order="RGBA"))
        pictures = lambda made: said.append(len(made.image.data))
        link.ask(wanted, on_reply=pictures, on_error=said.append)
        while not said:
            link.drain()
            time.sleep(0.01)
    elif len(sys.argv) == 1:
        said.append(link.sentence)
    time.sleep(0.01)
print(*said, link.startable, "zmq" in sys.modules)
link.close()
"""


@pytest.fixture(autouse=True)
def _without_pyzmq(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "loads_zeromq", lambda: False)


@pytest.fixture
def editor() -> Iterator[Editor]:
    """An editor whose link goes through a bridge."""
    with Editor(bridge=BRIDGE) as one:
        yield one


def bridge_of(editor: Editor) -> int:
    """Return the process number of the bridge that the link goes through."""
    assert editor.link._connection is not None
    transport = editor.link._connection._transport
    assert isinstance(transport, StreamTransport)
    return transport._process.pid


def in_another_python(*bridge: str) -> str:
    """Return what a link says in a Python that has never loaded pyzmq."""
    command = (sys.executable, "-c", WITHOUT_PYZMQ, *bridge)
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def test_a_python_that_cannot_load_pyzmq_gets_its_pictures(daemon: Daemon) -> None:
    assert in_another_python(*BRIDGE) == f"{32 * 32 * 4} False False"


def test_a_python_that_cannot_load_pyzmq_and_has_no_bridge_says_what_to_do(daemon: Daemon) -> None:
    said = in_another_python()
    assert "cannot load pyzmq" in said
    assert "`tugline plugins install gimp`" in said
    assert said.endswith("False False")


def test_a_daemon_is_found_and_answers_within_the_loop(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    assert editor.link.polled
    assert editor.states == [LinkState.CONNECTING, LinkState.READY]
    assert isinstance(editor.call(Generate(TINY, seed=1)), Generated)
    assert editor.longest < 0.2


def test_a_drag_brings_its_frames_by_credits(daemon: Daemon, editor: Editor) -> None:
    made = editor.connected().call(Generate(TINY, seed=0))
    assert isinstance(made, Generated)
    frames: list[object] = []
    ended: list[object] = []

    def take(event: object) -> None:
        frames.append(event)
        editor.link.notify(NextFrame(drag))

    points = (DragPoint("a", (12.0, 12.0), (16.0, 12.0)),)
    with daemon.worker_held():
        drag = editor.link.ask(
            StartDrag(
                made.model,
                made.latent,
                points,
                options=DragOptions(learning_rate=0.02),
                frames=PictureFormat(64, 64, order="RGBA"),
            ),
            on_reply=ended.append,
            on_error=editor.errors.append,
            on_event=take,
        )
        editor.link.notify(NextFrame(drag))
        editor.call(Ping())
    editor.until(lambda: ended, "the end of the drag")
    assert isinstance(ended[0], DragEnded)
    assert ended[0].reason == "arrived"
    assert any(isinstance(frame, DragFrame) and frame.image is not None for frame in frames)


def test_a_daemon_that_is_killed_is_lost_and_the_next_one_found(
    fragile: Daemon, editor: Editor
) -> None:
    fragile.start()
    editor.connected()
    first = bridge_of(editor)
    fragile.end(signal.SIGKILL)
    editor.until(lambda: editor.link.state is LinkState.LOST, "the loss")
    wait_for(lambda: not is_alive(first), "the first bridge's end")
    editor.until(lambda: editor.link.sentence == NOT_RUNNING, "the sentence")
    assert editor.link.startable
    fragile.start()
    editor.until(lambda: editor.link.ready, "the next daemon")
    assert isinstance(editor.call(Generate(TINY, seed=1)), Generated)


def test_a_bridge_that_is_killed_loses_its_requests_and_another_takes_its_place(
    daemon: Daemon, editor: Editor
) -> None:
    editor.connected()
    first = bridge_of(editor)
    with daemon.worker_held():
        editor.ask(Generate(ModelRef("large"), seed=1))
        os.kill(first, signal.SIGKILL)
        editor.until(lambda: editor.link.state is LinkState.LOST, "the loss")
    assert [error.code for error in editor.errors] == [LOST]
    editor.until(lambda: editor.link.ready, "the link")
    assert bridge_of(editor) != first
    editor.call(Ping())


def test_a_link_that_is_closed_leaves_no_bridge(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    process = bridge_of(editor)
    editor.link.close()
    wait_for(lambda: not is_alive(process), "the bridge's end")


def test_without_a_daemon_there_is_no_bridge_and_one_can_be_started(
    fragile: Daemon, editor: Editor
) -> None:
    editor.link.tick()
    assert (editor.link.state, editor.link.sentence) == (LinkState.ABSENT, NOT_RUNNING)
    assert editor.link.startable
    assert not editor.link.polled


def test_what_a_dead_daemon_left_behind_is_noticed(fragile: Daemon, editor: Editor) -> None:
    fragile.start()
    fragile.end(signal.SIGKILL)
    editor.link.tick()
    editor.until(lambda: editor.states == [LinkState.CONNECTING, LinkState.ABSENT], "a dead daemon")
    assert editor.link.sentence == NOT_RUNNING


def test_a_key_that_is_not_listed_is_refused(
    fragile: Daemon, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    have_another_key(tmp_path, monkeypatch)
    editor.until(lambda: editor.link.state is LinkState.REFUSED, "a refusal")
    assert "tugline doctor" in editor.link.sentence


def test_a_missing_key_is_said(
    fragile: Daemon, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    monkeypatch.setenv("TUGLINE_CONFIG_DIR", str(tmp_path / "nowhere"))
    editor.until(lambda: "client.key_secret is missing" in editor.link.sentence, "the sentence")
    assert editor.link.state is LinkState.ABSENT


def test_a_remote_daemon_is_reached(daemon: Daemon) -> None:
    there = daemon.endpoint
    remote = RemoteAddress(there.address.removeprefix("tcp://"), there.server_key)
    with Editor(remote, BRIDGE) as editor:
        assert isinstance(editor.connected().call(Generate(TINY, seed=1)), Generated)


def test_another_major_version_is_named(
    fragile: Daemon, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_SERVE", speaking(2, 3) + running._SERVE)
    fragile.start()
    editor.until(lambda: editor.link.state is LinkState.VERSION, "the refusal")
    assert "2.3" in editor.link.sentence
    assert f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}" in editor.link.sentence


@pytest.mark.parametrize(
    ("bridge", "said"),
    [
        ((sys.executable, "-c", "print('Hello')"), "bridge is none"),
        ((sys.executable, "-m", "tugline_gone"), "No module named tugline_gone"),
    ],
)
def test_a_bridge_that_does_not_work_is_said(
    daemon: Daemon, bridge: tuple[str, ...], said: str
) -> None:
    with Editor(bridge=bridge) as editor:
        editor.until(lambda: said in editor.link.sentence, f"{said!r}")
        assert editor.link.state is LinkState.ABSENT


def test_a_bridge_whose_python_is_gone_is_said_and_nothing_can_be_started(daemon: Daemon) -> None:
    with Editor(bridge=("/nowhere/python", "-m", "tugline_daemon.cli", "bridge")) as editor:
        editor.link.tick()
        assert "/nowhere/python is gone" in editor.link.sentence
        assert not editor.link.startable


def test_a_flatpak_has_no_bridge(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLATPAK_ID", "org.gimp.GIMP")
    assert "cannot load pyzmq" in Way("gimp", BRIDGE).hindrance


def test_where_pyzmq_loads_nothing_is_in_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert ways.loads_zeromq()
    assert not Way("gimp", None).hindrance
