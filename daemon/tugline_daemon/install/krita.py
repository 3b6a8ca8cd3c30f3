"""Krita's plugin put in place, taken out, and examined.

Beside the plugin's folder lie a ``.desktop`` file, by which Krita knows of it, and the ``.action``
file with its keys; a line in Krita's settings enables it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from . import folder, kritarc
from .bundle import build, sources
from .commands import write_commands
from .folder import Installed, Report, Spot
from .places import Place

_MODULE: Final = "pykrita/tugline"
_DESKTOP: Final = "pykrita/tugline.desktop"
_ACTIONS: Final = "actions/tugline.action"


def examine(place: Place) -> Report:
    """Say how the plugin is in a place; raises InstallError where its settings are unreadable."""
    enabled = None if place.kritarc is None else kritarc.is_enabled(kritarc.read(place.kritarc))
    return replace(folder.examine(spot_in(place.folder)), enabled=enabled)


def install(place: Place, system: str, cache: Path, say: Callable[[str], None]) -> Installed:
    """Put the plugin in place, or mend or replace the one that is there, and enable it.

    ``system`` is the one that Krita runs on (wheels.SYSTEMS), ``cache`` keeps wheels, ``say`` is
    told what goes on. Files that others put into the plugin's folder stay in it. Raises
    InstallError; what Krita loads then is still whole.
    """

    def make(new: Path) -> None:
        build_krita(new, (system,), cache, say)
        if not place.sandboxed:
            write_commands(new, {"command": "serve"})

    installed = folder.put(spot_in(place.folder), make)
    if place.kritarc is not None:
        _change_settings(place.kritarc, kritarc.with_plugin)
    return installed


def uninstall(place: Place) -> tuple[Path, ...]:
    """Take out what was installed, and return what others put beside it, which stays.

    Raises InstallError where it was put there by other means.
    """

    def disable() -> None:
        if place.kritarc is not None:
            _change_settings(place.kritarc, kritarc.without_plugin)

    return folder.take_out(spot_in(place.folder), disable)


def spot_in(resources: Path) -> Spot:
    """Return where the plugin goes in one of Krita's resource folders."""
    found = sources("krita")
    beside = {_ACTIONS: found / "tugline.action", _DESKTOP: found / "tugline.desktop"}
    return Spot("Krita", resources, _MODULE, _DESKTOP, beside)


def build_krita(
    new: Path, systems: tuple[str, ...], cache: Path, say: Callable[[str], None]
) -> None:
    """Make the plugin's folder for the Kritas of ``systems``; raises InstallError."""
    build(new, {".": sources("krita") / "tugline"}, systems, cache, say)


def _change_settings(settings: Path, change: Callable[[bytes], bytes]) -> None:
    before = kritarc.read(settings)
    after = change(before)
    if after != before:
        kritarc.write(settings, after)
