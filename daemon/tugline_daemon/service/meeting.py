"""Where a broker and its worker meet: a socket in a folder that is the user's alone.

Whoever cannot enter the folder cannot connect, so nothing has to be encrypted: that would take
longer than making the picture. Where there is no such socket (Windows; a path that is too long for
one) they meet on loopback, with CURVE keys made for that one worker.
"""

import contextlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import zmq

from .keys import KeyPair, OneKey
from .link import DOMAIN, LinkKeys

# The shortest `sun_path` among the systems is macOS's: 104 bytes with the final zero.
_LONGEST_PATH: Final = 103


@dataclass(frozen=True)
class Meeting:
    """The address of a broker's socket, and the keys that its worker needs there.

    ``folder`` is what nobody else can enter, None where there are ``keys`` instead.
    """

    address: str
    keys: LinkKeys | None
    folder: Path | None

    def hide(self) -> None:
        """Take the way to the socket away: both have met, and nobody else has to."""
        if self.folder is not None:
            shutil.rmtree(self.folder, ignore_errors=True)


def meet(socket: "zmq.Socket[bytes]", guard: OneKey) -> Meeting:
    """Listen on ``socket`` for one worker; where that takes keys, ``guard`` lets in its key."""
    return _in_private(socket) or _with_keys(socket, guard)


def _in_private(socket: "zmq.Socket[bytes]") -> Meeting | None:
    """Listen in a fresh folder of mode 0700; None where that cannot be."""
    if os.name != "posix" or not zmq.has("ipc"):
        return None
    with contextlib.suppress(OSError):
        folder = Path(tempfile.mkdtemp(prefix="tugline-"))
        meeting = Meeting(f"ipc://{folder / 'worker'}", None, folder)
        if len(os.fsencode(folder / "worker")) <= _LONGEST_PATH and _bound(socket, meeting.address):
            return meeting
        meeting.hide()
    return None


def _bound(socket: "zmq.Socket[bytes]", address: str) -> bool:
    """Listen at ``address``; False where the file system has no sockets."""
    try:
        socket.bind(address)
    except zmq.ZMQError:
        return False
    return True


def _with_keys(socket: "zmq.Socket[bytes]", guard: OneKey) -> Meeting:
    """Listen on loopback for whoever has the key that is made here."""
    ours, its = KeyPair.fresh(), KeyPair.fresh()
    guard.allowed = its.public
    socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN.encode())
    socket.setsockopt(zmq.ZAP_ENFORCE_DOMAIN, 1)
    socket.curve_server = True
    socket.curve_publickey = ours.public
    socket.curve_secretkey = ours.secret
    socket.bind("tcp://127.0.0.1:*")
    address = socket.getsockopt_string(zmq.LAST_ENDPOINT)
    keys = LinkKeys(ours.public.decode(), its.public.decode(), its.secret.decode())
    return Meeting(address, keys, None)
