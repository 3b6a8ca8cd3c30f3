"""The client over real sockets: a ROUTER with CURVE in another thread stands at the other end."""

import select
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import zmq
import zmq.auth
from zmq.auth.thread import ThreadAuthenticator

from tests.protocol.samples import LATENT, MODEL, POINT, STATE
from tests.service.running import PATIENCE
from tugline_protocol import messages as m
from tugline_protocol.blocking import Conversation
from tugline_protocol.client import Client
from tugline_protocol.codec import decode, encode
from tugline_protocol.endpoint import Endpoint
from tugline_protocol.errors import DaemonUnreachable, KeyRefused, RequestFailed
from tugline_protocol.zeromq import ZmqTransport

Answer = Callable[[str, m.Message], list[tuple[str, m.Message]]]


@dataclass
class Peer:
    """A daemon's side that answers from a script; it runs until its socket is closed."""

    folder: Path
    answer: Answer
    heard: list[m.Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.key_file = Path(zmq.auth.create_certificates(self.folder, "client")[1])
        server_public, server_secret = zmq.curve_keypair()
        self._context = zmq.Context()
        self._zap = ThreadAuthenticator(self._context)
        self._zap.start()
        listed = self.folder / "authorized"
        listed.mkdir()
        (self.folder / "client.key").rename(listed / "client.key")
        self._zap.configure_curve(domain="tugline", location=str(listed))
        self._socket = self._context.socket(zmq.ROUTER)
        self._socket.linger = 0
        self._socket.curve_server = True
        self._socket.curve_secretkey = server_secret
        self._socket.setsockopt_string(zmq.ZAP_DOMAIN, "tugline")
        port = self._socket.bind_to_random_port("tcp://127.0.0.1")
        self.endpoint = Endpoint(
            f"tcp://127.0.0.1:{port}", server_public.decode(), 1, "0.1.0", 1, 0
        )
        self._inbox = self._context.socket(zmq.PAIR)
        self._inbox.bind("inproc://stop")
        self._stopper = self._context.socket(zmq.PAIR)
        self._stopper.connect("inproc://stop")
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        poller = zmq.Poller()
        poller.register(self._socket, zmq.POLLIN)
        poller.register(self._inbox, zmq.POLLIN)
        while True:
            ready = dict(poller.poll())
            if self._inbox in ready:
                break
            route, *frames = self._socket.recv_multipart()
            request_id, message = decode(frames, m.FROM_CLIENT)
            self.heard.append(message)
            for reply_id, reply in self.answer(request_id, message):
                self._socket.send_multipart([route, *encode(reply, reply_id)])
        self._socket.close()
        self._inbox.close()

    def close(self) -> None:
        if self._thread.is_alive():
            self._stopper.send(b"")
            self._thread.join()
            self._zap.stop()
            self._context.destroy(linger=0)


def _answer(request_id: str, message: m.Message) -> list[tuple[str, m.Message]]:
    if isinstance(message, m.Hello):
        return [(request_id, m.Welcome("0.1.0", 1, 0))]
    if isinstance(message, m.Ping):
        return [(request_id, m.Pong(1.0))]
    if isinstance(message, m.LoadModel):
        return [
            ("", m.ModelsChanged()),
            (request_id, m.Progress("Loading", 0.5)),
            (request_id, m.ModelLoaded(message.model, 0.1)),
        ]
    if isinstance(message, m.NextFrame):
        return [(message.drag, m.DragFrame(1, 0, LATENT, (STATE,)))]
    if isinstance(message, m.Stop):
        return [
            (message.request, m.DragEnded("stopped", 1, 0, LATENT, (STATE,))),
            (request_id, m.Stopped(found=True)),
        ]
    if isinstance(message, m.Render):
        return [(request_id, m.Error("bad_field", "The latent is wrong.", "latent"))]
    return []


@pytest.fixture
def peer(tmp_path: Path) -> Iterator[Peer]:
    made = Peer(tmp_path, _answer)
    yield made
    made.close()


@pytest.fixture
def conversation(peer: Peer) -> Iterator[Conversation]:
    transport = ZmqTransport(peer.endpoint, peer.key_file)
    with Conversation(transport, name="test", version="1") as opened:
        yield opened


def test_a_call_hands_over_its_events_and_returns_its_reply(conversation: Conversation) -> None:
    seen: list[m.Event] = []
    loaded = conversation.call(m.LoadModel(MODEL), seen.append)
    assert loaded == m.ModelLoaded(MODEL, 0.1)
    assert seen == [m.Progress("Loading", 0.5)]


def test_an_error_reply_is_raised_with_its_field(conversation: Conversation) -> None:
    with pytest.raises(RequestFailed, match="latent is wrong") as caught:
        conversation.call(m.Render(MODEL, LATENT))
    assert (caught.value.code, caught.value.field) == ("bad_field", "latent")


def test_frames_come_for_credits_and_a_stopped_drag_ends_with_its_result(
    conversation: Conversation, peer: Peer
) -> None:
    drag = conversation.begin(m.StartDrag(MODEL, LATENT, (POINT,)))
    frames = drag.frames()
    assert next(frames).step == 1
    assert next(frames).points == (STATE,)
    assert drag.stop().found
    assert drag.result().reason == "stopped"
    assert sum(isinstance(message, m.NextFrame) for message in peer.heard) == 2


def test_a_reply_that_comes_while_another_is_waited_for_is_kept(conversation: Conversation) -> None:
    loading = conversation.begin(m.LoadModel(MODEL))
    assert conversation.call(m.Ping()) == m.Pong(1.0)
    assert loading.result() == m.ModelLoaded(MODEL, 0.1)


def test_a_plain_loop_can_drive_the_client_by_its_descriptor(peer: Peer) -> None:
    transport = ZmqTransport(peer.endpoint, peer.key_file)
    client = Client(transport, name="loop", version="1")
    wanted = client.hello()
    replies = list(client.pending())
    while not replies:
        select.select([transport.fileno()], [], [], 1.0)
        replies = list(client.pending())
    client.close()
    assert [reply.id for reply in replies] == [wanted]


def test_a_daemon_that_goes_away_is_told_in_a_sentence(
    conversation: Conversation, peer: Peer
) -> None:
    drag = conversation.begin(m.StartDrag(MODEL, LATENT, (POINT,)))
    peer.close()
    with pytest.raises(DaemonUnreachable, match=r"gone; start it again"):
        drag.result()


def test_sending_to_a_daemon_that_went_away_is_told_before_anything_is_received(peer: Peer) -> None:
    transport = ZmqTransport(peer.endpoint, peer.key_file)
    message = encode(m.Ping(), "ping")
    transport.send(message)
    assert transport.wait(PATIENCE)
    peer.close()

    def go_on_sending() -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            transport.send(message)

    with pytest.raises(DaemonUnreachable, match="start it again"):
        go_on_sending()
    transport.close()


def test_nobody_at_the_address_is_told_in_a_sentence(peer: Peer) -> None:
    peer.close()
    with pytest.raises(DaemonUnreachable):
        Conversation(ZmqTransport(peer.endpoint, peer.key_file), name="test", version="1")


def test_an_unlisted_key_is_refused(peer: Peer, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    stranger = Path(zmq.auth.create_certificates(other, "stranger")[1])
    with pytest.raises(KeyRefused):
        Conversation(ZmqTransport(peer.endpoint, stranger), name="test", version="1")
    assert peer.heard == []


def test_a_missing_or_damaged_key_is_named(peer: Peer, tmp_path: Path) -> None:
    with pytest.raises(DaemonUnreachable, match="nowhere"):
        ZmqTransport(peer.endpoint, tmp_path / "nowhere.key_secret")
    damaged = tmp_path / "damaged.key_secret"
    damaged.write_text("half of a k")
    with pytest.raises(DaemonUnreachable, match="damaged"):
        ZmqTransport(peer.endpoint, damaged)
