"""Where a daemon may be: the one of this computer, found by its endpoint file, or a remote one."""

import re
from dataclasses import dataclass
from typing import Final

from tugline_protocol.endpoint import Endpoint, read_endpoint
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import Error
from tugline_protocol.transport import Transport
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

from .preferences import KEY_LENGTH
from .ways import Way

NOT_RUNNING: Final = "The Tugline daemon is not running."
OTHER_VERSION: Final = "The daemon speaks another version of the protocol; update the older side."

_HOST: Final = r"[^\s/:\[\]]{1,253}|\[[0-9A-Fa-f:.%]+\]"
_ADDRESS: Final = re.compile(rf"(?:tcp://)?(?P<host>{_HOST}):(?P<port>\d{{1,5}})")
_LAST_PORT: Final = 65535


@dataclass(frozen=True)
class LocalAddress:
    """The user's own daemon on this computer, wherever its endpoint file says that it listens.

    ``startable`` says whether a daemon can be started there from here, ``silence`` is the sentence
    for when nobody answers.
    """

    startable = True
    silence = NOT_RUNNING

    def endpoint(self) -> Endpoint | None:
        """Return what the endpoint file says, None where there is none.

        Raises DaemonUnreachable for a file that makes no sense.
        """
        try:
            return read_endpoint()
        except DaemonUnreachable as error:
            if isinstance(error.__context__, FileNotFoundError):
                return None
            raise

    def connect(self, endpoint: Endpoint, way: Way) -> Transport:
        """Connect with the user's key, without waiting; raises DaemonUnreachable without a key."""
        return way.to_own(endpoint)


@dataclass(frozen=True)
class RemoteAddress:
    """A daemon on another computer: ``address`` is HOST:PORT, with or without ``tcp://``.

    ``server_key`` is its public key, 40 characters; the user's own key has to be listed there.
    """

    address: str
    server_key: str

    startable = False

    @property
    def silence(self) -> str:
        """The sentence for when nobody answers there."""
        return f"No Tugline daemon answers at {self.address[:80]}; start it there."

    def endpoint(self) -> Endpoint:
        """Return the address and key as an endpoint; raises DaemonUnreachable where one is wrong.

        The version is not known before Hello: it stands there as 0.
        """
        match = _ADDRESS.fullmatch(self.address.strip())
        if match is None or int(match["port"]) > _LAST_PORT:
            raise DaemonUnreachable(
                f"The address {self.address[:80]!r} has to be HOST:PORT, as studio:7380."
            )
        key = self.server_key.strip()
        if len(key) != KEY_LENGTH:
            raise DaemonUnreachable(
                f"The server's key has {len(key)} characters instead of {KEY_LENGTH}; copy it "
                "whole."
            )
        return Endpoint(f"tcp://{match['host']}:{match['port']}", key, 0, "", 0, 0)

    def connect(self, endpoint: Endpoint, way: Way) -> Transport:
        """Connect with the user's key, without waiting; raises DaemonUnreachable without a key."""
        return way.to_remote(endpoint)


def other_version(endpoint: Endpoint | None, editor: str, answer: object) -> str:
    """Return the sentence about a daemon of another major version, both of them named.

    ``endpoint`` tells that version, or else the daemon's ``answer``. ``editor`` is whose plugin
    has to be updated where that is the older side.
    """
    if endpoint is None or not endpoint.version:
        return answer.text if isinstance(answer, Error) else OTHER_VERSION
    remedy = (
        f"run `tugline plugins install {editor.lower()}` and start the editor anew"
        if endpoint.major > PROTOCOL_MAJOR
        else "update Tugline, run `tugline stop`, and start the daemon again"
    )
    return (
        f"The daemon (Tugline {endpoint.version}) speaks version {endpoint.major}.{endpoint.minor} "
        f"of the protocol and this plugin {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}; {remedy}."
    )
