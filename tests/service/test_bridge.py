"""The bridge: real processes between a client's streams and a real daemon."""

import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

import pytest
import zmq.auth

from tests.service.drags import (
    BRISK,
    LARGE,
    TINY,
    begin_seen,
    endless_drag,
    generated,
    short_drag,
)
from tests.service.running import PATIENCE, Bare, Daemon, is_alive, wait_for
from tugline_daemon.bridge import SILENCE_MS
from tugline_protocol.blocking import Conversation
from tugline_protocol.codec import encode
from tugline_protocol.errors import BridgeFailed, DaemonUnreachable, KeyRefused, RequestFailed
from tugline_protocol.messages import (
    Attach,
    Attached,
    DragEnded,
    Error,
    Generate,
    Hello,
    ListModels,
    Ping,
    Render,
    Retarget,
)
from tugline_protocol.packets import (
    END_BYTES,
    Packet,
    greeting,
    message_pieces,
    read_greeting,
    read_packet,
    reason,
    write_all,
)
from tugline_protocol.streams import StreamTransport
from tugline_protocol.values import PictureFormat, PointTarget

COMMAND = (sys.executable, "-I", "-m", "tugline_daemon.cli", "bridge")


def environment(daemon: Daemon) -> dict[str, str]:
    """The environment of a user whose own daemon is ``daemon``."""
    folders = {"STATE": daemon.state, "CONFIG": daemon.configuration}
    return {**os.environ, **{f"TUGLINE_{name}_DIR": str(at) for name, at in folders.items()}}


def bridge(daemon: Daemon, *arguments: str) -> StreamTransport:
    return StreamTransport((*COMMAND, *arguments), environment(daemon))


@contextmanager
def bridged(daemon: Daemon, *arguments: str) -> Iterator[Conversation]:
    """Talk to the daemon through a bridge."""
    with Conversation(bridge(daemon, *arguments), name="tests", version="1") as talk:
        yield talk


def pid(talk: Conversation) -> int:
    """Return the process number of the bridge of a conversation."""
    transport = talk.client.transport
    assert isinstance(transport, StreamTransport)
    return transport._process.pid


class Raw:
    """A bridge whose streams are written and read by hand, and by nobody else."""

    def __init__(self, daemon: Daemon) -> None:
        self.process = subprocess.Popen(
            COMMAND,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env=environment(daemon),
        )
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.stdin, self.stdout = self.process.stdin, self.process.stdout
        read_greeting(self.stdout)  # type: ignore[arg-type]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        with self.process:
            pass

    def send(self, message: object, request_id: str) -> None:
        pieces = message_pieces(encode(message, request_id))  # type: ignore[arg-type]
        write_all(self.stdin, pieces)

    def read(self) -> Packet | None:
        return read_packet(self.stdout)  # type: ignore[arg-type]

    def answer(self, request_id: str) -> Packet:
        """Return the next message under that id; others, as that models changed, are let go."""
        while (packet := self.read()) is None or bytes(packet.frames[0]) != request_id.encode():
            assert packet is not None
        return packet

    def memory(self) -> int:
        """Return the bytes that the bridge has in memory."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


def unreachable(daemon: Daemon, *arguments: str) -> DaemonUnreachable:
    """Return what is said where no conversation can begin."""
    with pytest.raises(DaemonUnreachable) as caught:
        Conversation(bridge(daemon, *arguments), name="tests", version="1")
    return caught.value


def test_requests_are_answered_as_without_it(daemon: Daemon, talk: Conversation) -> None:
    wanted = Generate(TINY, seed=3, picture=PictureFormat(64, 48, order="BGRA"))
    with bridged(daemon) as through:
        assert through.welcome == talk.welcome
        assert through.call(ListModels()) == talk.call(ListModels())
        assert through.call(wanted) == talk.call(wanted)


def test_a_drag_arrives_and_its_frames_lead_there(daemon: Daemon, talk: Conversation) -> None:
    start = short_drag(generated(talk))
    with bridged(daemon) as through:
        drag = begin_seen(daemon, through, start)
        frames = list(drag.frames())
        ended = drag.result()
    assert ended.reason == "arrived"
    assert frames
    assert frames[0].image is not None
    assert [frame.step for frame in frames] == sorted({frame.step for frame in frames})
    assert bytes(ended.latent.data) == bytes(talk.call(start).latent.data)


def test_a_drag_follows_a_hand(daemon: Daemon) -> None:
    with bridged(daemon) as through:
        start = short_drag(generated(through))
        drag = through.begin(replace(start, options=replace(BRISK, hold=True)))
        frames = drag.frames()
        next(frame for frame in frames if frame.points[0].state == "reached")
        through.call(Retarget(drag.id, 1, targets=(PointTarget("a", (12.0, 12.0)),)))
        assert next(frame for frame in frames if frame.retarget == 1).points[0].target == (12, 12)
        drag.stop()
        assert drag.result().reason == "stopped"


def test_an_error_is_the_daemons(daemon: Daemon) -> None:
    with bridged(daemon) as through, pytest.raises(RequestFailed) as failed:
        through.call(Generate(replace(TINY, name="nobody")))
    assert failed.value.code == "unknown_model"


def test_what_is_no_message_is_for_the_daemon_to_refuse(daemon: Daemon) -> None:
    with Raw(daemon) as raw:
        raw.send(Hello("raw", "1", "raw"), "hello")
        raw.answer("hello")
        write_all(raw.stdin, message_pieces([b"odd", b"\xc1", b"x"]))
        assert b"bad_message" in bytes(raw.answer("odd").frames[1])


def test_the_session_is_the_clients_however_it_connects(daemon: Daemon) -> None:
    first = Conversation(bridge(daemon), name="tests", version="1", client_id="one")
    drag = first.begin(endless_drag(generated(first, LARGE)))
    next(drag.frames())
    with Bare(daemon) as second:
        second.hello("one")
        attached = second.ask(Attach())
        assert isinstance(attached, Attached)
        assert [(one.id, one.type) for one in attached.running] == [(drag.id, "StartDrag")]
        first.close()


@pytest.mark.parametrize("prefix", ["", "tcp://"])
def test_another_daemon_is_reached_by_address_and_key(
    daemon: Daemon, tmp_path: Path, prefix: str
) -> None:
    there = daemon.endpoint
    elsewhere = Daemon(tmp_path, daemon.models)
    elsewhere.configuration.symlink_to(daemon.configuration)
    address = prefix + there.address.removeprefix("tcp://")
    with bridged(elsewhere, "--address", address, "--server-key", there.server_key) as through:
        assert through.welcome.daemon_version == there.version


def test_without_a_daemon_that_is_said(tmp_path: Path) -> None:
    error = unreachable(Daemon(tmp_path, tmp_path))
    assert (type(error), "`tugline serve`" in str(error)) == (DaemonUnreachable, True)


@pytest.mark.parametrize("begin", ["", "-", "--"])
def test_where_nobody_listens_that_is_said(daemon: Daemon, begin: str) -> None:
    """Keys begin with any of 85 signs, "-" among them."""
    key = begin + daemon.endpoint.server_key[len(begin) :]
    error = unreachable(daemon, "--address", "127.0.0.1:1", "--server-key", key)
    assert type(error) is DaemonUnreachable


@pytest.mark.parametrize(
    ("address", "key", "said"), [("nowhere", "k" * 40, "cannot be used"), ("a:1", "k", "used")]
)
def test_an_address_that_cannot_be_is_said(
    daemon: Daemon, address: str, key: str, said: str
) -> None:
    error = unreachable(daemon, "--address", address, "--server-key", key)
    assert isinstance(error, BridgeFailed)
    assert said in str(error)


def test_a_missing_key_is_named(daemon: Daemon, tmp_path: Path) -> None:
    keyless = Daemon(tmp_path, daemon.models)
    keyless.state.symlink_to(daemon.state)
    error = unreachable(keyless)
    assert isinstance(error, BridgeFailed)
    assert "client.key_secret is missing" in str(error)


def test_a_key_that_is_not_listed_is_refused(daemon: Daemon, tmp_path: Path) -> None:
    stranger = Daemon(tmp_path, daemon.models)
    stranger.state.symlink_to(daemon.state)
    keys = stranger.configuration / "keys"
    keys.mkdir(parents=True)
    zmq.auth.create_certificates(keys, "client")
    assert isinstance(unreachable(stranger), KeyRefused)


def test_a_daemon_that_is_killed_is_lost_at_once(tmp_path: Path, models: Path) -> None:
    own = Daemon(tmp_path, models).start()
    with bridged(own) as through:
        drag = through.begin(endless_drag(generated(through, LARGE)))
        next(drag.frames())
        began = time.monotonic()
        own.end(signal.SIGKILL)
        with pytest.raises(DaemonUnreachable, match="gone") as lost:
            drag.result()
        assert type(lost.value) is DaemonUnreachable
        assert time.monotonic() - began < SILENCE_MS / 1000, "it was found out by the silence"
        wait_for(lambda: not is_alive(pid(through)), "the bridge's end")


def test_a_bridge_that_is_killed_ends_its_drag_and_the_result_is_kept(
    daemon: Daemon,
) -> None:
    through = Conversation(bridge(daemon), name="tests", version="1", client_id="killed")
    drag = through.begin(endless_drag(generated(through, LARGE)))
    next(drag.frames())
    os.kill(pid(through), signal.SIGKILL)
    with pytest.raises(BridgeFailed, match="without a word"):
        drag.result()
    through.close()
    wait_for(lambda: f"StartDrag {drag.id} is done" in daemon.log, "the drag's end")
    with Bare(daemon) as second:
        second.hello("killed")
        second.send(Attach(), "attach")
        ended = second.terminal(drag.id)
        assert isinstance(ended, DragEnded)
        assert ended.reason == "client_gone"


@pytest.mark.parametrize("stream", ["stdin", "stdout"])
def test_it_ends_when_its_client_closes_a_stream(daemon: Daemon, stream: str) -> None:
    with Raw(daemon) as raw:
        raw.send(Hello("raw", "1", "closing"), "hello")
        raw.answer("hello")
        getattr(raw, stream).close()
        if stream == "stdout":
            raw.send(Ping(), "ping")
        assert raw.process.wait(PATIENCE) == 0


def test_it_ends_with_its_client_though_nobody_reads_what_it_says(daemon: Daemon) -> None:
    with Raw(daemon) as raw:
        raw.send(Hello("raw", "1", "full"), "hello")
        raw.send(Generate(TINY, seed=1, picture=PictureFormat(1024, 1024)), "large")
        select.select([raw.stdout], [], [], PATIENCE)
        raw.stdin.close()
        assert raw.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("data", [b"GET / HTTP/1.1\r\n\r\n", b"M\x01\xff\xff\xff\xff", b"E\x02"])
def test_a_stream_that_it_cannot_read_is_told_and_ends_it(daemon: Daemon, data: bytes) -> None:
    with Raw(daemon) as raw:
        raw.stdin.write(data)
        if data == b"E\x02":
            raw.stdin.write(b"\0" * 8)
        told = raw.read()
        assert told is not None
        assert isinstance(reason(told), BridgeFailed)
        assert raw.read() is None
        assert raw.process.wait(PATIENCE) == 1


def test_a_slow_reader_makes_it_hold_no_more_than_a_few_messages(daemon: Daemon) -> None:
    """Sixteen pictures of 16 MiB wait for a client that reads none of them, and then all."""
    with Raw(daemon) as raw, bridged(daemon) as other:
        raw.send(Hello("raw", "1", "slow"), "hello")
        raw.answer("hello")
        made = generated(other)
        large = Render(made.model, made.latent, PictureFormat(2048, 2048, "nearest", "RGBA"))
        before = raw.memory()
        for number in range(16):
            raw.send(large, f"large-{number}")
        most, quiet = 0, time.monotonic() + 2
        while time.monotonic() < quiet:
            if raw.memory() - before > most:
                most, quiet = raw.memory() - before, time.monotonic() + 2
            time.sleep(0.02)
        # Some wait in queues, one is read and one written; how many more depends on who is busy.
        assert most < 11 * large.picture.width * large.picture.height * 4  # type: ignore[operator]
        came: set[bytes] = set()
        while len(came) < 16:
            packet = raw.read()
            assert packet is not None
            came |= {bytes(packet.frames[0])} if b"Rendered" in bytes(packet.frames[1]) else set()


def test_it_is_there_at_once_and_says_its_version() -> None:
    script = (
        "import sys, tugline_daemon.cli, tugline_daemon.bridge\n"
        "heavy = {'torch', 'numpy', 'pydantic', 'typer', 'rich', 'PIL'}\n"
        "sys.exit(', '.join(heavy & set(sys.modules)) or 0)"
    )
    subprocess.run([sys.executable, "-I", "-c", script], check=True)
    done = subprocess.run(COMMAND, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    assert done.stdout.startswith(greeting())
    assert len(done.stdout) < END_BYTES


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("--help",), 0, "an editor that cannot use"),
        (("--address", "a:1"), 2, "belong together"),
        (("--port", "1"), 2, "unrecognized"),
    ],
)
def test_a_person_is_told_what_it_is_for(arguments: tuple[str, ...], code: int, said: str) -> None:
    done = subprocess.run(
        (*COMMAND, *arguments),
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert done.returncode == code
    assert said in done.stdout + done.stderr


def test_it_is_on_no_list_of_commands() -> None:
    done = subprocess.run((*COMMAND[:-1], "--help"), capture_output=True, text=True, check=True)
    assert "bridge" not in done.stdout


def test_an_error_in_the_daemons_words_is_no_end(daemon: Daemon) -> None:
    with Raw(daemon) as raw:
        raw.send(Ping(), "early")
        assert b"hello_first" in bytes(raw.answer("early").frames[1])
        raw.send(Hello("raw", "1", "early"), "hello")
        assert Error.__name__.encode() not in bytes(raw.answer("hello").frames[1])
