"""GIMP's plug-in put in place, taken out, and examined.

GIMP knows a plug-in by a file that is called like its folder and may be executed, and asks it for
its procedures once: while neither that file's path nor its time of change differs from what
``pluginrc`` says, what was asked holds (``gimp_plug_in_manager_add_from_rc`` in
``app/plug-in/gimppluginmanager-restore.c``). So each installation gives the file another time.
"""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from . import folder
from .bundle import build, sources
from .commands import write_commands
from .errors import InstallError
from .folder import Condition, Installed, Report, Spot
from .gimp_places import PLUG_INS, GimpPlace

_ENTRY: Final = "tugline.py"
_MODULE: Final = f"{PLUG_INS}/tugline"
_MODE: Final = 0o755

# GIMP on Windows brings MSYS2's Python, which does not load the wheels made for python.org's.
_WITHOUT_WHEELS: Final = frozenset({"win-amd64"})


def examine(place: GimpPlace) -> Report:
    """Say how the plug-in is in a place."""
    spot = spot_in(place.folder)
    report = folder.examine(spot)
    whole = report.condition in {Condition.WHOLE, Condition.OTHER_VERSION}
    if whole and not os.access(spot.folder / spot.sign, os.X_OK):
        return replace(report, condition=Condition.NOT_EXECUTABLE, files=(spot.sign,))
    return report


def install(place: GimpPlace, system: str, cache: Path, say: Callable[[str], None]) -> Installed:
    """Put the plug-in in place, or mend or replace the one that is there.

    ``system`` is the one that GIMP runs on (wheels.SYSTEMS), ``cache`` keeps wheels, ``say`` is
    told what goes on. Files that others put into the plug-in's folder stay in it. Raises
    InstallError; what GIMP finds then is still whole.
    """
    if place.takes_over and not place.folder.is_dir():
        raise InstallError(
            f"{place.name} has not been started yet; start it once, so that it takes over the "
            f"settings of GIMP {place.takes_over}, and try again."
        )
    spot = spot_in(place.folder)

    def make(new: Path) -> None:
        build_gimp(new, (system,), cache, say)
        if not place.sandboxed:
            write_commands(new, {"command": "serve", "bridge": "bridge"})
        changed = _later_than(spot.folder / spot.sign)
        os.utime(new / _ENTRY, (changed, changed))

    return folder.put(spot, make)


def uninstall(place: GimpPlace) -> tuple[Path, ...]:
    """Take out what was installed, and return what others put beside it, which stays.

    Raises InstallError where it was put there by other means.
    """
    return folder.take_out(spot_in(place.folder))


def spot_in(own: Path) -> Spot:
    """Return where the plug-in goes in the own folder of one GIMP version."""
    return Spot("GIMP", own, _MODULE, f"{_MODULE}/{_ENTRY}")


def build_gimp(
    new: Path, systems: tuple[str, ...], cache: Path, say: Callable[[str], None]
) -> None:
    """Make the plug-in's folder for the GIMPs of ``systems``; raises InstallError."""
    found = sources("gimp")
    parts = {_ENTRY: found / "start.py", "tugline_gimp": found / "tugline_gimp"}
    build(new, parts, tuple(name for name in systems if name not in _WITHOUT_WHEELS), cache, say)
    (new / _ENTRY).chmod(_MODE)


def _later_than(before: Path) -> int:
    """Return the time now in seconds, or nearly: one at which ``before`` was not changed yet."""
    now = int(time.time())
    return max(now, int(before.stat().st_mtime) + 1) if before.exists() else now
