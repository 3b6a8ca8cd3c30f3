"""The gate: nothing unlisted gets a message in, and who tries does not disturb the listed."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import zmq
import zmq.auth

from tests.service.hearing import Context, is_heard
from tests.service.running import PATIENCE, Daemon, wait_for
from tugline_daemon.service.gate import DOMAIN, Gate, Guard
from tugline_daemon.service.keys import KeyPair, ListedClients, prepare_keys, read_pair
from tugline_protocol.codec import decode, encode
from tugline_protocol.messages import (
    FROM_DAEMON,
    Error,
    Generate,
    Generated,
    Hello,
    LoadModel,
    Ping,
)
from tugline_protocol.values import Limits, ModelRef, PictureFormat

ROOT = Path(__file__).parents[2]

Dealer = Callable[[KeyPair | None, bytes], zmq.Socket[bytes]]


@pytest.fixture
def dealer(context: Context) -> Iterator[Dealer]:
    """Make DEALER sockets with given keys (None = plain) for a server with a given public key."""
    sockets = []

    def make(keys: KeyPair | None, server_key: bytes) -> zmq.Socket[bytes]:
        made = context.socket(zmq.DEALER)
        sockets.append(made)
        made.linger = 0
        if keys is not None:
            made.curve_publickey, made.curve_secretkey = keys.public, keys.secret
            made.curve_serverkey = server_key
        return made

    yield make
    for made in sockets:
        made.close()


def hello(made: zmq.Socket[bytes], address: str) -> bool:
    """Say Hello, and tell whether anything came back."""
    return is_heard(made, address, list(map(bytes, encode(Hello("raw", "1", "raw"), "hello"))))


def test_a_plain_client_gets_no_answer(daemon: Daemon, dealer: Dealer) -> None:
    assert not hello(dealer(None, b""), daemon.endpoint.address)


def test_a_client_that_takes_another_server_for_ours_gets_no_answer(
    daemon: Daemon, dealer: Dealer
) -> None:
    mine = read_pair(daemon.key_file)
    assert not hello(dealer(mine, KeyPair.fresh().public), daemon.endpoint.address)


def test_a_key_counts_as_soon_as_it_is_listed(
    daemon: Daemon, dealer: Dealer, tmp_path: Path
) -> None:
    public, secret = zmq.auth.create_certificates(tmp_path, "studio")
    keys, server = read_pair(Path(secret)), daemon.endpoint.server_key.encode()
    assert not hello(dealer(keys, server), daemon.endpoint.address)
    listed = daemon.configuration / "keys" / "authorized" / "studio.key"
    listed.write_bytes(Path(public).read_bytes())
    try:
        assert hello(dealer(keys, server), daemon.endpoint.address)
    finally:
        listed.unlink()


def test_a_half_written_certificate_lets_nobody_in_and_keeps_nobody_out(daemon: Daemon) -> None:
    broken = daemon.configuration / "keys" / "authorized" / "broken.key"
    broken.write_text("curve\n    public-key")
    try:
        with daemon.conversation() as talk:
            assert talk.call(Ping()).uptime > 0
    finally:
        broken.unlink()


def test_silent_sockets_and_other_protocols_disturb_nobody(daemon: Daemon) -> None:
    port = int(daemon.endpoint.address.rsplit(":", 1)[1])
    strangers = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    try:
        for stranger in strangers[::2]:
            stranger.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with daemon.conversation() as talk:
            assert talk.call(Ping()).uptime > 0
        strangers[1].settimeout(PATIENCE)
        while strangers[1].recv(4096):
            pass
    finally:
        for stranger in strangers:
            stranger.close()


def test_a_connection_that_names_itself_is_refused(daemon: Daemon, dealer: Dealer) -> None:
    """Else another user could take up the name, and get what waits for the first."""
    mine, server = read_pair(daemon.key_file), daemon.endpoint.server_key.encode()
    named = dealer(mine, server)
    named.setsockopt(zmq.IDENTITY, b"krita")
    assert hello(named, daemon.endpoint.address)
    _, error = decode(named.recv_multipart(), FROM_DAEMON)
    assert isinstance(error, Error)
    assert "routing id" in error.text


def test_a_reader_that_takes_nothing_for_long_gets_everything_in_the_end(
    daemon: Daemon, dealer: Dealer
) -> None:
    with daemon.conversation() as talk:
        talk.call(LoadModel(ModelRef("tiny")))
    mine, server = read_pair(daemon.key_file), daemon.endpoint.server_key.encode()
    slow = dealer(mine, server)
    slow.set_hwm(1)
    slow.setsockopt(zmq.RCVBUF, 4096)
    assert hello(slow, daemon.endpoint.address)
    slow.recv_multipart()
    # More than the sockets hold, and done long before a client that answers nothing is given up.
    wanted = PictureFormat(768, 768)
    for number in range(24):
        made = Generate(ModelRef("tiny"), seed=number, picture=wanted)
        slow.send_multipart(encode(made, f"slow {number}"))
        done = f"Generate slow {number} is done"
        wait_for(lambda done=done: done in daemon.log, done)  # type: ignore[misc]
    with daemon.conversation() as talk:
        assert talk.call(Ping()).uptime > 0
    arrived: list[str] = []
    while len(arrived) < 24:
        assert slow.poll(int(1000 * PATIENCE))
        found, message = decode(slow.recv_multipart(), FROM_DAEMON)
        if isinstance(message, Generated):
            arrived.append(found)
    assert arrived == [f"slow {number}" for number in range(24)]


class BusyMachine(ListedClients):
    """A list that takes longer to be read than machines with nothing else to do need."""

    def callback(self, domain: str, key: bytes) -> bool:
        time.sleep(1.5)
        return super().callback(domain, key)


class Rig:
    """A gate and its guard in this process."""

    def __init__(
        self, context: Context, folder: Path, clients: type[ListedClients] = ListedClients
    ) -> None:
        self.keys = prepare_keys(folder)
        self.mine = read_pair(folder / "client.key_secret")
        self.guard = Guard(context, {DOMAIN: clients(folder / "authorized")})
        self.gate = Gate(context, self.keys, Limits())
        self.address = self.gate.listen("127.0.0.1:0")

    def close(self) -> None:
        self.guard.stop()
        self.gate.close()


def test_a_busy_machine_lets_a_listed_client_in_all_the_same(
    context: Context, dealer: Dealer, tmp_path: Path
) -> None:
    rig = Rig(context, tmp_path, BusyMachine)
    client = dealer(rig.mine, rig.keys.public)
    assert is_heard(client, rig.address, [b"x"], rig.gate.socket)
    rig.close()


# A gate of which nobody reads what comes, and a client that says as much as it can, and leaves.
_LEAVES = """
import sys, time
from pathlib import Path
import zmq
from tests.service.test_gate import Rig
from tugline_daemon.service.gate import HEARTBEAT_MS

rig = Rig(zmq.Context(), Path(sys.argv[1]))
others = zmq.Context()
client = others.socket(zmq.DEALER)
client.curve_publickey, client.curve_secretkey = rig.mine.public, rig.mine.secret
client.curve_serverkey = rig.keys.public
client.connect(rig.address)
for _ in range(5000):
    if not client.poll(1000, zmq.POLLOUT):
        break
    client.send(bytes(4096))
others.destroy(linger=0)
time.sleep(3 * HEARTBEAT_MS / 1000)
rig.close()
"""


def test_a_client_that_leaves_what_it_said_unread_takes_no_daemon_along(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _LEAVES, str(tmp_path)]
    done = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.returncode == 0, done.stderr


def test_without_its_authenticator_the_gate_lets_nobody_in_until_it_is_back(
    context: Context, dealer: Dealer, tmp_path: Path
) -> None:
    rig = Rig(context, tmp_path)
    rig.guard._authenticator.stop()
    for keys in (KeyPair.fresh(), rig.mine):
        stranger = dealer(keys, rig.keys.public)
        assert not is_heard(stranger, rig.address, [b"x"], rig.gate.socket)
        stranger.close()
    rig.guard.watch()
    client = dealer(rig.mine, rig.keys.public)
    assert is_heard(client, rig.address, [b"x"], rig.gate.socket)
    arrival = rig.gate.receive()
    assert arrival is not None
    assert arrival.user == rig.mine.public.decode()
    rig.close()
