"""The list of other people's wheels that the installer may use, written anew for other versions.

What pip's index gives at that moment is trusted and pinned by its hash; look at the difference
before it is committed.
"""

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

PYTHONS: Final = (("3.10", "cp310"), ("3.11", "cp311"), ("3.12", "abi3"))
_GLIBC: Final = ("manylinux2014", *(f"manylinux_2_{minor}" for minor in range(17, 29)))
PLATFORMS: Final = (
    tuple(f"{name}_x86_64" for name in _GLIBC),
    tuple(f"{name}_aarch64" for name in _GLIBC),
    ("win_amd64",),
    ("macosx_11_0_universal2", "macosx_10_15_universal2"),
)


def pins(
    pyzmq: str,
    msgpack: str,
    pythons: Sequence[tuple[str, str]] = PYTHONS,
    platforms: Sequence[tuple[str, ...]] = PLATFORMS,
) -> str:
    """Return the text of ``wheels.txt`` for these versions; raises CalledProcessError.

    ``pythons`` are (version, ABI), ``platforms`` the names of each system in pip's words. Of
    msgpack one wheel is enough: its Python files alone are used.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _fetch(f"msgpack=={msgpack}", PYTHONS[0], PLATFORMS[0], folder)
        for python in pythons:
            for names in platforms:
                _fetch(f"pyzmq=={pyzmq}", python, names, folder)
        return "".join(_lines(folder))


def _fetch(
    requirement: str, python: tuple[str, str], platforms: tuple[str, ...], folder: Path
) -> None:
    version, abi = python
    chosen = [argument for name in platforms for argument in ("--platform", name)]
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "download", "--quiet", "--dest", str(folder)),
            *("--no-deps", "--only-binary", ":all:", "--implementation", "cp"),
            *("--python-version", version, "--abi", abi, *chosen, requirement),
        ],
        check=True,
    )


def _lines(folder: Path) -> Iterator[str]:
    for wheel in sorted(folder.glob("*.whl")):
        yield f"{hashlib.sha256(wheel.read_bytes()).hexdigest()}  {wheel.name}\n"
