"""The link with a real daemon: found, refused, lost, back again, and never waiting."""

import os
import signal
from pathlib import Path
from threading import Event

import pytest

from tests.edit.conftest import have_another_key
from tests.edit.editor import Editor
from tests.models import add_random_model
from tests.service import running
from tests.service.running import PATIENCE, Bare, Daemon, wait_for
from tugline_edit.connection import HELLO_SECONDS, PONG_SECONDS, SILENCE_SECONDS
from tugline_edit.link import LOST, Link, LinkState, RemoteAddress
from tugline_edit.places import NOT_RUNNING
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import Generate, Generated, Ping, Pong
from tugline_protocol.values import ModelRef, PictureFormat
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR
from tugline_protocol.zeromq import ZmqTransport

TINY = ModelRef("tiny")


def test_without_a_daemon_the_link_says_so_and_requests_are_refused(
    fragile: Daemon, editor: Editor
) -> None:
    editor.link.tick()
    assert (editor.link.state, editor.link.sentence) == (LinkState.ABSENT, NOT_RUNNING)
    assert editor.link.startable
    assert editor.link.fileno() is None
    with pytest.raises(DaemonUnreachable, match="not running"):
        editor.ask(Ping())


def test_a_daemon_is_found_and_tells_its_models(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    assert editor.states == [LinkState.CONNECTING, LinkState.READY]
    assert {card.name for card in editor.link.models} >= {"critters-2", "tiny", "large"}
    assert editor.link.daemon_version == daemon.endpoint.version
    assert not editor.link.startable


def test_a_daemon_that_starts_later_is_found(fragile: Daemon, editor: Editor) -> None:
    editor.link.tick()
    fragile.start()
    editor.connected()
    assert editor.states == [LinkState.CONNECTING, LinkState.READY]


def test_a_request_is_answered_and_its_picture_can_be_kept(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    wanted = PictureFormat(order="BGRA")
    first = editor.call(Generate(TINY, seed=1, picture=wanted))
    assert isinstance(first, Generated)
    assert first.image is not None
    before = bytes(first.image.data)
    for seed in range(2, 12):
        editor.call(Generate(TINY, seed=seed, picture=wanted))
    assert bytes(first.image.data) == before
    assert editor.errors == []


def test_an_error_of_the_daemons_goes_to_its_request_alone(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    editor.ask(Generate(ModelRef("nobody")))
    editor.call(Ping())
    assert [error.code for error in editor.errors] == ["unknown_model"]


def test_a_request_that_is_forgotten_is_told_nothing(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    editor.link.forget(editor.ask(Generate(TINY, seed=1)))
    editor.call(Generate(TINY, seed=2))
    assert len(editor.replies) == 1


def test_the_descriptor_alone_tells_of_every_reply(daemon: Daemon, editor: Editor) -> None:
    """Sending uses up the descriptor's edge: nothing may wait for a tick because of that."""
    editor.connected()
    editor.ticks = False
    for _ in range(300):
        editor.ask(Ping())
        editor.ask(Ping())
        editor.turn()
    editor.until(lambda: len(editor.replies) == 600, "600 replies without a tick")
    assert all(isinstance(reply, Pong) for reply in editor.replies)


def test_models_are_asked_for_again_when_they_changed(
    tmp_path: Path, fragile: Daemon, editor: Editor
) -> None:
    own = tmp_path / "models"
    own.mkdir()
    fragile.models = own
    add_random_model(own, "first")
    fragile.start()
    editor.connected()
    editor.call(Generate(ModelRef("first"), seed=1))
    editor.until(
        lambda: any(
            (card.name, card.readiness) == ("first", "ready") for card in editor.link.models
        ),
        "the model's card to say that it is ready",
    )


def test_what_is_asked_from_within_a_callback_is_answered(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    editor.ticks = False
    chain: list[object] = []

    def go_on(reply: object) -> None:
        chain.append(reply)
        editor.link.drain()
        editor.link.tick()
        if len(chain) < 50:
            editor.link.ask(Ping(), on_reply=go_on, on_error=editor.errors.append)

    editor.link.ask(Ping(), on_reply=go_on, on_error=editor.errors.append)
    editor.until(lambda: len(chain) == 50, "a chain of 50")


def test_a_daemon_that_forgot_the_client_is_greeted_again(daemon: Daemon, editor: Editor) -> None:
    """A session of many connections loses the oldest: here that is the link's own."""
    editor.connected()
    for _ in range(8):
        with Bare(daemon) as other:
            other.hello(editor.link.client_id)
    assert isinstance(editor.call(Generate(TINY, seed=1)), Generated)
    assert editor.errors == []
    assert editor.states[-1] is LinkState.READY


def test_a_daemon_that_is_killed_loses_each_request_once_and_is_found_again(
    fragile: Daemon, editor: Editor
) -> None:
    fragile.start()
    editor.connected()
    client_id = editor.link.client_id
    os.kill(fragile.worker_pid(), signal.SIGSTOP)
    worker = fragile.worker_pid()
    for seed in range(3):
        editor.ask(Generate(TINY, seed=seed))
    editor.call(Ping())
    fragile.end(signal.SIGKILL)
    os.kill(worker, signal.SIGCONT)
    editor.until(lambda: editor.link.state is LinkState.LOST, "the loss")
    editor.until(lambda: len(editor.errors) == 3, "each request's end")
    assert {error.code for error in editor.errors} == {LOST}
    assert editor.link.startable
    editor.until(lambda: editor.link.sentence == NOT_RUNNING, "the sentence")
    fragile.start()
    editor.until(lambda: editor.link.ready, "the next daemon")
    assert editor.states[-3:] == [LinkState.LOST, LinkState.CONNECTING, LinkState.READY]
    assert editor.link.client_id == client_id
    assert isinstance(editor.call(Generate(TINY, seed=1)), Generated)
    assert len(editor.errors) == 3


def test_what_a_dead_daemon_left_behind_is_noticed_before_any_time_has_passed(
    fragile: Daemon,
) -> None:
    fragile.start()
    fragile.end(signal.SIGKILL)
    assert (fragile.state / "endpoint.json").exists()
    with Editor(clock=Clock()) as editor:
        editor.link.tick()
        editor.until(
            lambda: editor.states == [LinkState.CONNECTING, LinkState.ABSENT], "a dead daemon"
        )
        assert editor.link.sentence == NOT_RUNNING
        assert editor.link.startable


def test_the_next_daemon_is_turned_to_though_the_one_before_does_not_go(
    fragile: Daemon, editor: Editor, tmp_path: Path
) -> None:
    fragile.start()
    editor.connected()
    successor = Daemon(tmp_path / "next", fragile.models)
    successor.home.mkdir()
    successor.configuration.symlink_to(fragile.configuration)
    successor.start()
    try:
        (successor.state / "endpoint.json").replace(fragile.state / "endpoint.json")
        editor.until(lambda: editor.link.state is LinkState.LOST, "the news")
        editor.until(lambda: editor.link.ready, "the next daemon")
        assert editor.states[-3:] == [LinkState.LOST, LinkState.CONNECTING, LinkState.READY]
        assert "krita 5.2.9 says hello" in successor.log
    finally:
        successor.end()


def test_a_loss_that_is_noticed_while_sending_is_told_afterwards(
    fragile: Daemon, editor: Editor
) -> None:
    fragile.start()
    editor.connected()
    count = len(editor.states)
    fragile.end(signal.SIGKILL)
    editor._soon = False

    def notices() -> bool:
        editor.ask(Ping())
        return editor._soon

    wait_for(notices, "a link that wants to be looked after")
    assert (len(editor.states), editor.errors) == (count, [])
    asked = editor.link.ready
    editor.until(lambda: editor.link.state is LinkState.LOST, "the loss")
    editor.link.drain()
    assert asked
    assert {error.code for error in editor.errors} == {LOST}


def test_a_link_whose_daemon_dropped_it_comes_back_by_itself(
    fragile: Daemon, editor: Editor
) -> None:
    """The same daemon at the same address: the endpoint file does not change."""
    fragile.start()
    editor.connected()
    editor.link.reconnect()
    assert editor.link.state is LinkState.LOST
    editor.until(lambda: editor.link.ready, "the same daemon again")


def test_requests_under_way_are_lost_once_when_the_link_is_connected_anew(
    daemon: Daemon, editor: Editor
) -> None:
    editor.connected()
    editor.ask(Generate(ModelRef("large"), seed=1))
    editor.link.reconnect()
    assert [error.code for error in editor.errors] == [LOST]
    editor.until(lambda: editor.link.ready, "the link")
    editor.call(Ping())
    assert len(editor.errors) == 1


def test_a_closed_link_tells_nobody_anything(daemon: Daemon, editor: Editor) -> None:
    editor.connected()
    editor.ask(Generate(TINY, seed=1))
    editor.link.close()
    editor.link.drain()
    assert (editor.replies, editor.errors, editor.link.fileno()) == ([], [], None)


def test_a_key_that_is_not_listed_is_refused_in_a_sentence(
    fragile: Daemon, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    have_another_key(tmp_path, monkeypatch)
    editor.until(lambda: editor.link.state is LinkState.REFUSED, "a refusal")
    assert "tugline doctor" in editor.link.sentence
    assert not editor.link.startable


def test_a_missing_key_and_a_damaged_endpoint_are_said(
    fragile: Daemon, editor: Editor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    monkeypatch.setenv("TUGLINE_CONFIG_DIR", str(tmp_path / "nowhere"))
    editor.link.tick()
    assert "client.key_secret is missing" in editor.link.sentence
    (fragile.state / "endpoint.json").write_text("{")
    editor.link.tick()
    assert "delete it" in editor.link.sentence
    assert editor.link.state is LinkState.ABSENT


def test_a_remote_daemon_is_reached_by_address_and_key(daemon: Daemon) -> None:
    there = daemon.endpoint
    remote = RemoteAddress(there.address.removeprefix("tcp://"), there.server_key)
    with Editor(remote) as editor:
        editor.connected()
        assert isinstance(editor.call(Generate(TINY, seed=1)), Generated)


@pytest.mark.parametrize(
    ("address", "key", "said"),
    [
        ("studio", "k" * 40, "HOST:PORT"),
        ("ipc:///tmp/socket", "k" * 40, "HOST:PORT"),
        ("studio:99999", "k" * 40, "HOST:PORT"),
        ("studio:7380", "short", "5 characters instead of 40"),
        ("studio:7380", "\t" * 3 + "é" * 40, "cannot be used"),
        ("127.0.0.1:1", "k" * 40, "No Tugline daemon answers at 127.0.0.1:1"),
    ],
)
def test_a_remote_daemon_that_cannot_be_is_said(
    daemon: Daemon, address: str, key: str, said: str
) -> None:
    with Editor(RemoteAddress(address, key)) as editor:
        editor.until(lambda: said in editor.link.sentence, f"{said!r}")
        assert editor.link.state is LinkState.ABSENT
        assert not editor.link.startable


def speaking(major: int, minor: int) -> str:
    """Return a daemon that is real but for the version of the protocol that it says it speaks."""
    return (
        "import tugline_protocol.version as spoken\n"
        f"spoken.PROTOCOL_MAJOR, spoken.PROTOCOL_MINOR = {major}, {minor}\n"
    )


@pytest.mark.parametrize(
    ("major", "minor", "remedy"),
    [(2, 3, "`tugline plugins install krita`"), (0, 9, "`tugline stop`")],
)
def test_another_major_version_is_named_with_the_side_to_update(
    fragile: Daemon,
    editor: Editor,
    monkeypatch: pytest.MonkeyPatch,
    major: int,
    minor: int,
    remedy: str,
) -> None:
    monkeypatch.setattr(running, "_SERVE", speaking(major, minor) + running._SERVE)
    fragile.start()
    editor.until(lambda: editor.link.state is LinkState.VERSION, "the refusal")
    assert f"{major}.{minor}" in editor.link.sentence
    assert f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}" in editor.link.sentence
    assert remedy in editor.link.sentence
    assert not editor.link.startable
    with pytest.raises(DaemonUnreachable, match="version"):
        editor.ask(Ping())


def test_a_remote_daemon_of_another_version_names_both(
    fragile: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "_SERVE", speaking(2, 3) + running._SERVE)
    there = fragile.start().endpoint
    with Editor(RemoteAddress(there.address, there.server_key)) as editor:
        editor.until(lambda: editor.link.state is LinkState.VERSION, "the refusal")
        assert "2.3" in editor.link.sentence
        assert f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}" in editor.link.sentence


def test_a_daemon_of_a_later_minor_version_is_spoken_to(
    fragile: Daemon, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = speaking(PROTOCOL_MAJOR, PROTOCOL_MINOR + 1)
    monkeypatch.setattr(running, "_SERVE", later + running._SERVE)
    fragile.start()
    assert isinstance(editor.connected().call(Ping()), Pong)


def test_closing_a_remote_link_does_not_wait_for_a_name_to_be_looked_up(
    daemon: Daemon, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked_up, closed = Event(), Event()
    close = ZmqTransport.close

    def waiting(transport: ZmqTransport) -> None:
        looked_up.wait(PATIENCE)
        close(transport)
        closed.set()

    monkeypatch.setattr(ZmqTransport, "close", waiting)
    there = daemon.endpoint
    editor = Editor(RemoteAddress(there.address, there.server_key)).connected()
    editor.link.close()
    assert not closed.is_set()
    looked_up.set()
    assert closed.wait(PATIENCE)


def test_a_daemon_that_stands_still_makes_nothing_wait(fragile: Daemon, editor: Editor) -> None:
    fragile.start()
    editor.connected()
    assert fragile.process is not None
    fragile.process.send_signal(signal.SIGSTOP)
    try:
        for _ in range(60):
            editor.ask(Ping())
        editor.link.drain()
        editor.link.tick()
        assert editor.replies == []
        assert editor.link.ready, "it was not waited for until it was given up"
    finally:
        fragile.process.send_signal(signal.SIGCONT)
    editor.until(lambda: len(editor.replies) == 60, "every answer")


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_daemon_that_stands_still_is_given_up_and_found_when_it_goes_on(
    fragile: Daemon,
) -> None:
    fragile.start()
    assert fragile.process is not None
    editor, clock = Editor(), Clock()
    editor.link.close()
    editor.link = Link(name="krita", version="5", on_change=lambda: None, clock=clock)
    with editor:
        editor.connected()
        fragile.process.send_signal(signal.SIGSTOP)
        try:
            clock.now += SILENCE_SECONDS + 1
            editor.link.tick()
            clock.now += PONG_SECONDS - 1
            editor.link.tick()
            assert editor.link.ready
            clock.now += 2
            editor.link.tick()
            assert editor.link.state is LinkState.LOST
            assert "does not answer" in editor.link.sentence
            clock.now += 10
            editor.link.tick()
            clock.now += HELLO_SECONDS + 1
            editor.link.tick()
            assert editor.link.state is LinkState.LOST
        finally:
            fragile.process.send_signal(signal.SIGCONT)
        clock.now += 10
        editor.until(lambda: editor.link.ready, "the daemon that goes on")


def test_an_editor_that_stood_still_itself_keeps_its_link(daemon: Daemon) -> None:
    clock = Clock()
    with Editor() as editor:
        editor.link = Link(name="krita", version="5", on_change=lambda: None, clock=clock)
        editor.connected()
        for _ in range(3):
            clock.now += 600
            editor.link.tick()
            editor.call(Ping())
            editor.link.tick()
            assert editor.link.ready
