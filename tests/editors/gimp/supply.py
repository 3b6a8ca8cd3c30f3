"""What the Python in the tests' GIMP imports: the driver, the checkout, other people's wheels."""

import os
import shutil
from pathlib import Path

from filelock import FileLock

from tests.editors.installing import wheels
from tools.editors.recipe import cache
from tugline_daemon.install.wheels import Wheel, fetch, pinned, this_system, unpack

_CHECKOUT = Path(__file__).parents[3]
_DRIVER = _CHECKOUT / "tests" / "editors" / "driver"
_SOURCES = tuple(_CHECKOUT / each for each in ("plugins/gimp", "plugins/edit", "protocol"))
_PURE = "msgpack"


def python_environment() -> dict[str, str]:
    """Return the variables of GIMP's Python.

    The driver alone is where each plug-in finds it: the plugin under test has its own of all else,
    which only the tests' own Python in GIMP finds in the checkout.
    """
    return {
        "PYTHONPATH": os.pathsep.join((str(_DRIVER / "gimp"), str(_DRIVER))),
        "TUGLINE_DRIVER_PATH": os.pathsep.join(map(str, (*_SOURCES, _site()))),
    }


def seen_by_python() -> tuple[Path, ...]:
    """Return the folders that these variables name."""
    return (*_SOURCES, _DRIVER, _site())


def _site() -> Path:
    """Return a folder with msgpack and pyzmq for GIMP's Python."""
    wanted = [wheel for wheel in pinned() if wheel.project == _PURE or _fits(wheel)]
    key = "-".join(sorted(wheel.sha256[:8] for wheel in wanted))
    site = cache() / f"site-{key}"
    with FileLock(cache() / "wheels.lock"):
        if not site.is_dir():
            making = site.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            for wheel, path in fetch(wanted, wheels(), lambda _: None).items():
                unpack(path, making, compiled=wheel.project != _PURE)
            making.rename(site)
    return site


def _fits(wheel: Wheel) -> bool:
    return wheel.abi == "abi3" and wheel.system == this_system()
