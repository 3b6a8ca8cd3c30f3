"""Where broker and worker meet: a folder of the user's alone, or keys made for that worker."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import zmq

from tests.service.drags import generated
from tests.service.hearing import Context, is_heard
from tests.service.running import PATIENCE, Bare, Daemon
from tests.service.test_pieces import LARGE, TINY, raw_picture, said_hello
from tugline_daemon.service.gate import Guard
from tugline_daemon.service.keys import KeyPair, OneKey
from tugline_daemon.service.link import DOMAIN, Assignment, LinkKeys
from tugline_daemon.service.meeting import Meeting, meet
from tugline_daemon.service.mouth import Mouth
from tugline_protocol.messages import Render, Rendered
from tugline_protocol.pieces import PIECE_BYTES, SINCE_MINOR
from tugline_protocol.values import Image


@pytest.fixture
def listener(context: Context) -> Iterator[zmq.Socket[bytes]]:
    with context.socket(zmq.PAIR) as made:
        yield made


@pytest.fixture
def far_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for temporary files whose path is too long for a socket."""
    folder = tmp_path / ("deep" * 30)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return folder


def heard(context: Context, listener: zmq.Socket[bytes], meeting: Meeting) -> bool:
    """Connect as the meeting says, speak, and tell whether ``listener`` hears it."""
    speaker = context.socket(zmq.PAIR)
    if meeting.keys is not None:
        speaker.curve_publickey = meeting.keys.public.encode()
        speaker.curve_secretkey = meeting.keys.secret.encode()
        speaker.curve_serverkey = meeting.keys.server.encode()
    try:
        return is_heard(speaker, meeting.address, [b"x"], listener)
    finally:
        speaker.close(linger=0)


def test_a_worker_meets_its_broker_where_nobody_else_can_enter(
    context: Context, listener: zmq.Socket[bytes]
) -> None:
    meeting = meet(listener, OneKey())
    assert meeting.keys is None
    assert meeting.folder is not None
    assert meeting.folder.stat().st_mode & 0o777 == 0o700
    assert meeting.address == f"ipc://{meeting.folder}/worker"
    assert heard(context, listener, meeting)
    meeting.hide()
    assert not meeting.folder.exists()


def test_where_no_such_socket_can_be_only_the_key_made_for_the_worker_is_let_in(
    context: Context, listener: zmq.Socket[bytes], far_away: Path
) -> None:
    key = OneKey()
    guard = Guard(context, {DOMAIN: key})
    meeting = meet(listener, key)
    assert meeting.folder is None
    assert meeting.keys is not None
    assert meeting.address.startswith("tcp://127.0.0.1:")
    assert list(far_away.iterdir()) == []
    other = KeyPair.fresh()
    stranger = LinkKeys(meeting.keys.server, other.public.decode(), other.secret.decode())
    assert not heard(context, listener, Meeting(meeting.address, stranger, None))
    assert not heard(context, listener, Meeting(meeting.address, None, None))
    assert heard(context, listener, meeting)
    guard.stop()


def test_a_daemon_works_with_keys_as_well(tmp_path: Path, models: Path, far_away: Path) -> None:
    daemon = Daemon(tmp_path / "home", models).start()
    with daemon.conversation() as talk:
        assert generated(talk).latent.data
    assert daemon.end() == 0
    assert list(far_away.glob("tugline-*")) == []


def said_large(context: Context, listener: zmq.Socket[bytes]) -> list[int]:
    """Have a worker say something large, and return the lengths of its buffers' message frames."""
    key = OneKey()
    guard = Guard(context, {DOMAIN: key})
    meeting = meet(listener, key)
    assignment = Assignment(meeting.address, meeting.keys, "cpu", "auto", (), "", 1, None, "INFO")
    mouth = Mouth(assignment)
    try:
        mouth.terminal(b"1", Rendered(Image(512, 512, "RGBA", bytes(4 * 512 * 512))))
        assert listener.poll(round(1000 * PATIENCE))
        return [len(frame) for frame in listener.recv_multipart()[3:]]
    finally:
        mouth.refuse("That was all.")
        guard.stop()


def test_what_is_large_is_said_in_one_piece(context: Context, listener: zmq.Socket[bytes]) -> None:
    assert said_large(context, listener) == [4 * 512 * 512]


@pytest.mark.usefixtures("far_away")
def test_what_is_large_is_said_in_pieces_where_it_is_encrypted(
    context: Context, listener: zmq.Socket[bytes]
) -> None:
    assert said_large(context, listener) == [PIECE_BYTES] * 4


@pytest.mark.usefixtures("far_away")
def test_a_client_of_before_gets_whole_what_a_worker_said_in_pieces(
    tmp_path: Path, models: Path
) -> None:
    daemon = Daemon(tmp_path / "home", models).start()
    with Bare(daemon) as old, daemon.conversation() as talk:
        said_hello(old, SINCE_MINOR - 1)
        latent = generated(talk).latent
        lengths, image = raw_picture(old, latent)
        assert lengths == [len(image.data)]
        assert image == talk.call(Render(TINY, latent, LARGE)).image
    assert daemon.end() == 0


def test_nobody_finds_the_way_to_a_worker_that_is_there(
    tmp_path: Path, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as near:
        monkeypatch.setenv("TMPDIR", near)
        daemon = Daemon(tmp_path, models).start()
        with daemon.conversation() as talk:
            generated(talk)
            assert list(Path(near).glob("tugline-*")) == []
        assert daemon.end() == 0
