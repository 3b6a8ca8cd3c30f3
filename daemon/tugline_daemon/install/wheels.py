"""The wheels of other people that a plugin needs: named with their hashes, fetched by pip, kept.

``wheels.txt`` has a line ``sha256  filename`` for each; nothing else is ever unpacked. pip fetches
them, so that the user's own index, proxy and certificates hold.
"""

import hashlib
import importlib.util
import os
import subprocess
import sys
import sysconfig
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .errors import InstallError

SYSTEMS: Final = ("linux-x86_64", "linux-aarch64", "win-amd64", "macos")
"""The systems for which there are wheels, as ``this_system`` names them."""

PINS: Final = Path(__file__).with_name("wheels.txt")
_PIP_SECONDS: Final = 600


@dataclass(frozen=True)
class Wheel:
    """One file: ``project-version-python-abi-platforms.whl`` and its sha256."""

    filename: str
    sha256: str

    @property
    def project(self) -> str:
        """The name before the version, ``pyzmq``."""
        return self._parts[0]

    @property
    def requirement(self) -> str:
        """The line of a requirements file that this file alone satisfies."""
        return f"{self._parts[0]}=={self._parts[1]} --hash=sha256:{self.sha256}"

    @property
    def python(self) -> tuple[int, int]:
        """The Python that it is for; with ``abi3``, the first one."""
        return int(self._parts[2][2]), int(self._parts[2][3:])

    @property
    def abi(self) -> str:
        """``cp310`` or ``abi3``."""
        return self._parts[3]

    @property
    def platforms(self) -> tuple[str, ...]:
        """The platforms as pip names them."""
        return tuple(self._parts[4].split("."))

    @property
    def system(self) -> str:
        """The one of SYSTEMS that it is for."""
        platform = self.platforms[0]
        for system, words in (("macos", ("macosx",)), ("win-amd64", ("win", "amd64"))):
            if all(word in platform for word in words):
                return system
        return f"linux-{'aarch64' if 'aarch64' in platform else 'x86_64'}"

    @property
    def _parts(self) -> list[str]:
        return self.filename.removesuffix(".whl").split("-")


def pinned() -> tuple[Wheel, ...]:
    """Return every wheel that may be used."""
    lines = PINS.read_text("utf-8").splitlines()
    return tuple(Wheel(line.split()[1], line.split()[0]) for line in lines if line.strip())


def this_system() -> str:
    """Return the name of this computer's system; Krita on Windows is always the one for x86."""
    if sys.platform == "win32":
        return "win-amd64"
    return "macos" if sys.platform == "darwin" else sysconfig.get_platform()


def fetch(wheels: Iterable[Wheel], cache: Path, say: Callable[[str], None]) -> dict[Wheel, Path]:
    """Return where each wheel lies, after fetching those that are not in ``cache`` yet.

    Raises InstallError where pip is missing or cannot fetch one, or a file is not the one pinned.
    """
    found = {}
    for wheel in wheels:
        path = cache / wheel.filename
        if not path.is_file() or _sha256(path) != wheel.sha256:
            say(f"Fetching {wheel.filename}")
            _fetch(wheel, path)
        found[wheel] = path
    return found


def unpack(path: Path, folder: Path, *, compiled: bool) -> None:
    """Unpack a wheel into ``folder``; without ``compiled``, its Python files and licences alone."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if compiled or not name.endswith((".so", ".pyd", ".dll", ".dylib")):
                archive.extract(name, folder)


def _fetch(wheel: Wheel, path: Path) -> None:
    if importlib.util.find_spec("pip") is None:
        raise InstallError(
            f"This Python has no pip, which fetches {wheel.project}; run "
            f"`{sys.executable} -m ensurepip` and try again."
        )
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=path.parent, prefix="fetching-") as name:
            folder = Path(name)
            _run_pip(wheel, folder)
            fetched = folder / wheel.filename
            if not fetched.is_file() or _sha256(fetched) != wheel.sha256:
                raise InstallError(
                    f"pip fetched another file than {wheel.filename}; look at pip's configuration."
                )
            fetched.replace(path)
    except OSError as error:
        raise InstallError(f"{path.parent} cannot be written ({error.strerror}).") from error


def _run_pip(wheel: Wheel, folder: Path) -> None:
    requirements = folder / "requirements.txt"
    requirements.write_text(wheel.requirement + "\n", "utf-8")
    platforms = [argument for name in wheel.platforms for argument in ("--platform", name)]
    command = [
        *(sys.executable, "-P", "-m", "pip", "download", "--quiet", "--no-input"),
        *("--disable-pip-version-check", "--progress-bar", "off", "--dest", str(folder)),
        *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
        *("--requirement", str(requirements)),
        *("--implementation", "cp", "--python-version", ".".join(map(str, wheel.python))),
        *("--abi", wheel.abi, *platforms),
    ]
    environment = os.environ | {"PYTHONIOENCODING": "utf-8"}
    try:
        run = subprocess.run(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=_PIP_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise InstallError(
            f"pip did not fetch {wheel.filename} within {_PIP_SECONDS // 60} minutes; "
            "look at the network and try again."
        ) from None
    if run.returncode != 0:
        said = [line for line in run.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
        errors = [line for line in said if line.startswith("ERROR")] or said or ["it said nothing"]
        raise InstallError(
            f"pip could not fetch {wheel.filename}; look at the network and pip's configuration, "
            f"then try again. It said: {errors[0].removeprefix('ERROR: ')}"
        )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
