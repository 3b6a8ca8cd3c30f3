"""The client's end of a bridge: real processes that are bridges, or are not."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from tests.service.running import PATIENCE, is_alive, wait_for
from tugline_protocol.codec import decode, encode
from tugline_protocol.errors import TOO_LARGE, BridgeFailed, DaemonUnreachable, KeyRefused
from tugline_protocol.messages import FROM_DAEMON, Error, Ping
from tugline_protocol.packets import MOST_BYTES
from tugline_protocol.streams import MOST_RECEIVED, StreamTransport

# What every script begins with: raw streams, and the greeting.
BRIDGE = """
import os, sys, time
from tugline_protocol.errors import *
from tugline_protocol.packets import *
source, sink = open(0, "rb", buffering=0), open(1, "wb", buffering=0)
say = lambda *frames: write_all(sink, message_pieces(frames))
sink.write(greeting())
"""
ECHO = "while packet := read_packet(source): say(*packet.frames)"

Open = Callable[[str], StreamTransport]


@pytest.fixture
def bridge() -> Iterator[Open]:
    """Start a bridge that does what a script says; it is closed after the test."""
    opened: list[StreamTransport] = []

    def start(script: str) -> StreamTransport:
        opened.append(StreamTransport((sys.executable, "-c", BRIDGE + script)))
        return opened[-1]

    yield start
    for transport in opened:
        transport.close()
        wait_for(partial(has_ended, transport), "the bridge's end")


def has_ended(transport: StreamTransport) -> bool:
    return transport._process.returncode is not None


def received(transport: StreamTransport) -> list[bytes]:
    """Wait for a message and return its frames."""
    until = time.monotonic() + PATIENCE
    while (frames := transport.receive()) is None:
        assert time.monotonic() < until, "nothing came"
        transport.wait(0.1)
    return [bytes(frame) for frame in frames]


def loss(transport: StreamTransport) -> DaemonUnreachable:
    """Wait for the end of a connection on which nothing comes, and return its reason."""
    with pytest.raises(DaemonUnreachable) as caught:
        received(transport)
    return caught.value


def test_messages_go_out_and_come_back_whole_and_in_order(bridge: Open) -> None:
    transport = bridge(ECHO)
    sent = [[b"%d" % n, b"", os.urandom(n * 997 % 300_000)] for n in range(100)]
    for frames in sent:
        transport.send(frames)
    assert [received(transport) for _ in sent] == sent
    assert transport.receive() is None


def test_nothing_is_there_before_it_came_and_waiting_ends_when_it_comes(bridge: Open) -> None:
    transport = bridge("read_packet(source); say(b'id', b'answer'); time.sleep(60)")
    assert transport.fileno() is None
    assert transport.receive() is None
    assert not transport.wait(0.05)
    transport.send([b"id", b"question"])
    began = time.monotonic()
    assert transport.wait(PATIENCE)
    assert time.monotonic() - began < PATIENCE / 2
    assert received(transport) == [b"id", b"answer"]


def test_what_came_before_the_end_is_delivered_before_it(bridge: Open) -> None:
    transport = bridge(
        "for n in range(50): say(b'%d' % n)\nwrite_all(sink, [end_piece(KeyRefused('No.'))])"
    )
    assert [received(transport) for _ in range(50)] == [[b"%d" % n] for n in range(50)]
    assert isinstance(loss(transport), KeyRefused)
    assert str(loss(transport)) == "No."
    with pytest.raises(KeyRefused):
        transport.send([b"id", b"late"])


@pytest.mark.parametrize("kind", [DaemonUnreachable, KeyRefused, BridgeFailed])
def test_the_reason_is_the_bridges(bridge: Open, kind: type[DaemonUnreachable]) -> None:
    error = loss(bridge(f"write_all(sink, [end_piece({kind.__name__}('So it is.'))])"))
    assert (type(error), str(error)) == (kind, "So it is.")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("", "without a word"),
        ("os.kill(os.getpid(), 9)", "without a word"),
        ("1 / 0", "ZeroDivisionError: division by zero"),
        ("sink.write(b'M')", "midst of a packet"),
        ("sink.write(b'XXXXXXXX')", "no packet"),
        (r"sink.write(b'M\1\xff\xff\xff\xff'); time.sleep(60)", "4294967295 bytes"),
    ],
)
def test_a_bridge_that_fails_says_how_far_it_can(bridge: Open, script: str, said: str) -> None:
    error = loss(bridge(script))
    assert isinstance(error, BridgeFailed)
    assert said in str(error)
    assert "`tugline doctor`" in str(error)


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ((sys.executable, "-c", "print('Hello')"), "b'Hello"),
        ((sys.executable, "-m", "no_such_module"), "No module named no_such_module"),
        ((sys.executable, "-c", "print('x' * 100000); input()"), "bridge is none"),
    ],
)
def test_what_is_no_bridge_is_told(command: tuple[str, ...], said: str) -> None:
    transport = StreamTransport(command)
    error = loss(transport)
    transport.close()
    assert isinstance(error, BridgeFailed)
    assert said in str(error)
    assert len(str(error)) < 300


def test_a_command_that_cannot_be_started_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(BridgeFailed, match="could not be started"):
        StreamTransport((str(tmp_path / "nothing"),))


def test_sending_never_waits_and_ends_where_nobody_reads(bridge: Open) -> None:
    """Who waited for this bridge would wait for ever."""
    transport = bridge("while True: time.sleep(60)")
    picture = bytes(4 << 20)

    def go_on() -> None:
        for _ in range(1000):
            transport.send([b"id", b"header", picture])

    with pytest.raises(DaemonUnreachable, match="takes no more messages"):
        go_on()


def test_a_client_that_does_not_receive_holds_up_the_bridge(bridge: Open) -> None:
    transport = bridge(
        "for n in range(2000): say(b'%d' % n, bytes(1000))\n"
        "write_all(sink, [end_piece(KeyRefused(''))])"
    )
    wait_for(lambda: len(transport._received) == MOST_RECEIVED, "a full hand")
    assert is_alive(transport._process.pid)
    assert [received(transport)[0] for _ in range(2000)] == [b"%d" % n for n in range(2000)]


def test_a_message_over_the_limits_is_answered_as_the_daemon_would(bridge: Open) -> None:
    transport = bridge(ECHO)
    transport.send([*encode(Ping(), "large"), bytes(MOST_BYTES)])
    request_id, answer = decode(received(transport), FROM_DAEMON)
    assert isinstance(answer, Error)
    assert (request_id, answer.code) == ("large", TOO_LARGE)
    transport.send([b"small"])
    assert received(transport) == [b"small"]


def test_closing_ends_the_bridge_at_once_whatever_it_does(bridge: Open) -> None:
    for script in (ECHO, "time.sleep(1000)", "while True: say(b'id', bytes(100000))"):
        transport = bridge(script)
        transport.send([b"id", bytes(1 << 20)])
        began = time.monotonic()
        transport.close()
        assert time.monotonic() - began < 10
        wait_for(partial(has_ended, transport), "the bridge's end")


def test_a_bridge_ends_with_the_process_of_its_client(tmp_path: Path) -> None:
    script = tmp_path / "client.py"
    script.write_text(
        "import sys\nfrom tugline_protocol.streams import StreamTransport\n"
        f"transport = StreamTransport((sys.executable, '-c', {BRIDGE + ECHO!r}))\n"
        "print(transport._process.pid, flush=True)\nsys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as client:
        assert client.stdout is not None
        bridge = int(client.stdout.readline())
        assert is_alive(bridge)
        client.kill()
    wait_for(lambda: not is_alive(bridge), "the bridge's end")


def test_the_bridge_sees_the_environment_that_it_is_given() -> None:
    script = (
        BRIDGE + "say(os.environ.get('WHERE', '').encode(), os.environ.get('HOME', '').encode())"
    )
    transport = StreamTransport((sys.executable, "-c", script), {"WHERE": "there"})
    assert received(transport) == [b"there", b""]
    transport.close()
