"""The CURVE keys: made at the first start, read at every other, and the list of who may come in.

Files are ZeroMQ certificates: ``server`` and ``client`` (``.key`` public, ``.key_secret`` both)
and ``authorized/*.key``, one for each listed client. The folder is 0700, the files 0600; each is
written elsewhere first and then renamed, so that a crash leaves no half of one.
"""

import logging
import tempfile
from dataclasses import dataclass
from pathlib import Path

import zmq
import zmq.auth

from .errors import KeyFileDamaged

_log = logging.getLogger(__name__)

AUTHORIZED = "authorized"
_Z85_KEY_LENGTH = 40
_REFUSALS_REMEMBERED = 1000


@dataclass(frozen=True)
class KeyPair:
    """A CURVE key pair in Z85, 40 characters each."""

    public: bytes
    secret: bytes

    @classmethod
    def fresh(cls) -> "KeyPair":
        """Make a new pair."""
        return cls(*zmq.curve_keypair())


def prepare_keys(folder: Path) -> KeyPair:
    """Return the server's keys in ``folder``; what is missing there is made first.

    A client key that is made here is listed at once: it is the user's own. Raises KeyFileDamaged.
    """
    (folder / AUTHORIZED).mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    (folder / AUTHORIZED).chmod(0o700)
    if not (folder / "server.key_secret").exists():
        _make(folder, "server", listed=False)
    if not (folder / "client.key_secret").exists():
        _make(folder, "client", listed=True)
    read_pair(folder / "client.key_secret")
    return read_pair(folder / "server.key_secret")


def read_pair(path: Path) -> KeyPair:
    """Read a secret certificate; raises KeyFileDamaged where it is none or its halves differ."""
    try:
        path.chmod(0o600)
        public, secret = zmq.auth.load_certificate(path)
        fits = secret is not None and zmq.curve_public(secret) == public
    except (OSError, ValueError, IndexError, zmq.ZMQError):
        secret, public, fits = None, b"", False
    if secret is None or not fits:
        raise KeyFileDamaged(
            f"The key file {path} is damaged; delete it and start `tugline serve` again, "
            "which makes a new one."
        )
    return KeyPair(public, secret)


def listed_keys(folder: Path) -> frozenset[bytes]:
    """Return the public keys of the certificates in ``folder``; a damaged one is passed over."""
    keys = set()
    for path in sorted(folder.glob("*.key")):
        try:
            public, _ = zmq.auth.load_certificate(path)
        except (OSError, ValueError, IndexError):
            public = b""
        if len(public) == _Z85_KEY_LENGTH:
            keys.add(public)
        else:
            _log.warning("the client's certificate %s is damaged and lets nobody in", path)
    return frozenset(keys)


class ListedClients:
    """Says for pyzmq's authenticator whether a key is listed; runs on that one's thread.

    The folder is read at each handshake, so that a change of the list counts at once.
    """

    def __init__(self, folder: Path) -> None:
        """Let in whoever has a certificate in ``folder``."""
        self._folder = folder
        self._refused: set[bytes] = set()

    def callback(self, _domain: str, key: bytes) -> bool:
        """Say whether ``key`` (Z85) is listed; the first refusal of each key is logged."""
        if key in listed_keys(self._folder):
            return True
        if key not in self._refused and len(self._refused) < _REFUSALS_REMEMBERED:
            self._refused.add(key)
            _log.warning("refused a client whose key is not listed: %s", key.decode())
        return False


class OneKey:
    """Says for pyzmq's authenticator whether a key is the one that was last agreed on."""

    def __init__(self) -> None:
        """Let nobody in yet."""
        self.allowed = b""

    def callback(self, _domain: str, key: bytes) -> bool:
        """Say whether ``key`` (Z85) is the allowed one."""
        return bool(self.allowed) and key == self.allowed


def _make(folder: Path, name: str, *, listed: bool) -> None:
    """Make the pair ``name``; its secret file comes last: that it is there proves the others."""
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        public_file, secret_file = map(Path, zmq.auth.create_certificates(scratch, name))
        public_file.chmod(0o600)
        secret_file.chmod(0o600)
        if listed:
            entry = Path(scratch) / "listed"
            entry.write_bytes(public_file.read_bytes())
            entry.chmod(0o600)
            entry.replace(folder / AUTHORIZED / public_file.name)
        public_file.replace(folder / public_file.name)
        secret_file.replace(folder / secret_file.name)
    _log.info("made the %s keys in %s", name, folder)
