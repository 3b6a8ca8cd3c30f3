"""Where a daemon is found: the folders and the endpoint file that SPEC.md fixes in words.

It is read with the standard library alone, inside editors whose environment is not the user's own:
a Flatpak program's ``XDG_*`` folders are its sandbox's, so there the ones in the home folder count.
"""

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from .errors import DaemonUnreachable

APPLICATION = "tugline"
ENDPOINT_BYTES = 16384


@dataclass(frozen=True)
class Endpoint:
    """What the endpoint file says.

    ``address`` is a ZeroMQ address, ``server_key`` the server's public CURVE key in Z85 (40
    characters), ``pid`` the daemon's process, ``version`` Tugline's, ``major`` and ``minor`` the
    protocol's.
    """

    address: str
    server_key: str
    pid: int
    version: str
    major: int
    minor: int

    def to_json(self) -> str:
        """Return the text of the endpoint file."""
        return json.dumps(asdict(self), indent=1) + "\n"


def configuration_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the user's folder for settings and keys; ``TUGLINE_CONFIG_DIR`` overrides it."""
    return _folder("TUGLINE_CONFIG_DIR", "XDG_CONFIG_HOME", ".config", environment)


def state_folder(environment: Mapping[str, str] | None = None) -> Path:
    """Return the user's folder for the endpoint file and lock; ``TUGLINE_STATE_DIR`` overrides."""
    return _folder("TUGLINE_STATE_DIR", "XDG_STATE_HOME", ".local/state", environment)


def endpoint_file() -> Path:
    """Return the path at which a running daemon leaves its endpoint."""
    return state_folder() / "endpoint.json"


def keys_folder() -> Path:
    """Return the folder of the user's keys."""
    return configuration_folder() / "keys"


def client_key_file() -> Path:
    """Return the path of the user's own secret client key, a ZeroMQ certificate."""
    return keys_folder() / "client.key_secret"


def read_endpoint(path: Path | None = None) -> Endpoint:
    """Return the endpoint of the daemon that left its file at ``path`` (None = the user's).

    Raises DaemonUnreachable where there is no such file or it is not one. That the file is there
    does not prove that the daemon still runs.
    """
    path = path or endpoint_file()
    try:
        with path.open(encoding="utf-8") as file:
            said = json.loads(file.read(ENDPOINT_BYTES))
        return Endpoint(
            address=str(said["address"]),
            server_key=str(said["server_key"]),
            pid=int(said["pid"]),
            version=str(said["version"]),
            major=int(said["major"]),
            minor=int(said["minor"]),
        )
    except FileNotFoundError:
        raise DaemonUnreachable(
            "No Tugline daemon is running; start one with `tugline serve`."
        ) from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise DaemonUnreachable(
            f"The endpoint file {path} cannot be read; delete it and start `tugline serve` again."
        ) from error


def _folder(
    override: str, variable: str, in_home: str, environment: Mapping[str, str] | None
) -> Path:
    env = os.environ if environment is None else environment
    if env.get(override):
        return Path(env[override])
    home = Path.home()
    if sys.platform == "win32":
        return Path(env.get("LOCALAPPDATA") or home / "AppData" / "Local") / APPLICATION
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / APPLICATION
    base = None if "FLATPAK_ID" in env else env.get(variable)
    return Path(base or home / in_home) / APPLICATION
