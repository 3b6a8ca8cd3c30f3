"""Puts Tugline and the tests' driver into a Krita resource folder, as an installer would."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from tools.editors.recipe import cache

REPOSITORY = Path(__file__).parents[2]
DRIVER = Path(__file__).parent / "driver"
_PIP = (
    *("--python-version", "3.13", "--implementation", "cp", "--abi", "cp313", "--abi", "abi3"),
    *("--platform", "manylinux2014_x86_64", "--platform", "manylinux_2_28_x86_64"),
    *("--only-binary=:all:", "pyzmq", "msgpack"),
)


def install_plugin(resources: Path) -> None:
    """Put the checkout's plugin, with what it needs, into ``resources``/pykrita."""
    pykrita = resources / "pykrita"
    pykrita.mkdir(parents=True, exist_ok=True)
    source = REPOSITORY / "plugins" / "krita"
    for path in source.glob("*.desktop"):
        shutil.copy(path, pykrita)
    actions = resources / "actions"
    actions.mkdir(exist_ok=True)
    for path in source.glob("*.action"):
        shutil.copy(path, actions)
    plugin = pykrita / "tugline"
    _copy(source / "tugline", plugin)
    _copy(vendored(), plugin / "vendor")
    _copy(REPOSITORY / "plugins" / "edit" / "tugline_edit", plugin / "vendor" / "tugline_edit")
    _copy(REPOSITORY / "protocol" / "tugline_protocol", plugin / "vendor" / "tugline_protocol")


def install_driver(resources: Path) -> None:
    """Put the tests' driver into ``resources``/pykrita."""
    _copy(DRIVER, resources / "pykrita")


def vendored() -> Path:
    """Return a folder with pyzmq and msgpack for the editors' Python, fetched once."""
    key = hashlib.sha256(" ".join(_PIP).encode()).hexdigest()[:12]
    folder = cache() / f"vendor-{key}"
    cache().mkdir(parents=True, exist_ok=True)
    with FileLock(cache() / "vendor.lock"):
        if not folder.is_dir():
            making = folder.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            pip = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(making)]
            subprocess.run([*pip, *_PIP], check=True)
            making.rename(folder)
    return folder


def _copy(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignored)
