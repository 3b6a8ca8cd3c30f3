"""The way to a daemon: over ZeroMQ where this Python can load pyzmq, else through the bridge."""

import importlib
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from tugline_protocol.endpoint import Endpoint, client_key_file
from tugline_protocol.errors import BridgeFailed
from tugline_protocol.streams import StreamTransport
from tugline_protocol.transport import Transport

from .launcher import clean_environment, inside_flatpak

_AGAIN: Final = "run `tugline plugins install {editor}` again and start the editor anew."


@dataclass(frozen=True)
class Way:
    """How ``editor``'s plugin reaches daemons; ``bridge`` is the command that its folder names."""

    editor: str
    bridge: tuple[str, ...] | None

    @property
    def hindrance(self) -> str:
        """Why no daemon can be reached, in a sentence; "" where one can."""
        if loads_zeromq():
            return ""
        again = _AGAIN.format(editor=self.editor.lower())
        if self.bridge is None or inside_flatpak():
            return f"This editor's Python cannot load pyzmq, which Tugline needs; {again}"
        if not Path(self.bridge[0]).exists():
            return f"Tugline's Python {self.bridge[0]} is gone; {again}"
        return ""

    def to_own(self, endpoint: Endpoint) -> Transport:
        """Connect to the user's own daemon, without waiting; raises DaemonUnreachable."""
        if not loads_zeromq():
            return self._bridged()
        from tugline_protocol.zeromq import ZmqTransport  # noqa: PLC0415

        return ZmqTransport(endpoint, client_key_file())

    def to_remote(self, endpoint: Endpoint) -> Transport:
        """Connect to a daemon elsewhere, without waiting; raises DaemonUnreachable."""
        if not loads_zeromq():
            return self._bridged("--address", endpoint.address, "--server-key", endpoint.server_key)
        from .closed_aside import ClosedAside  # noqa: PLC0415

        return ClosedAside(endpoint, client_key_file())

    def _bridged(self, *arguments: str) -> Transport:
        hindrance = self.hindrance
        if self.bridge is None or hindrance:
            raise BridgeFailed(hindrance)
        return StreamTransport((*self.bridge, *arguments), clean_environment(os.environ))


@cache
def loads_zeromq() -> bool:
    """Whether this Python can load pyzmq."""
    try:
        importlib.import_module("zmq")
    except ImportError:
        return False
    return True
