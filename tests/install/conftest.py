"""A home with editors in it that nobody has started, and wheels that are fetched once."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from tugline_daemon.install import gimp as gimp_installer
from tugline_daemon.install import gimp_places, kritarc
from tugline_daemon.install.folder import Condition, Installed, Report
from tugline_daemon.install.gimp_places import GimpPlace
from tugline_daemon.install.krita import examine, install, uninstall
from tugline_daemon.install.places import Place, place_at
from tugline_daemon.install.wheels import this_system

# Kept between runs, in a folder that git ignores; pip fills it at the first one.
CACHE: Final = Path(__file__).parents[2] / ".cache"
WHEELS: Final = CACHE / "tugline" / "wheels"


@dataclass(frozen=True)
class Krita:
    """A Krita's folders below a home, and what can be done with the plugin there."""

    place: Place

    @property
    def module(self) -> Path:
        return self.place.pykrita / "tugline"

    @property
    def settings(self) -> Path:
        assert self.place.kritarc is not None
        return self.place.kritarc

    def install(self) -> Installed:
        return install(self.place, this_system(), WHEELS, lambda _: None)

    def uninstall(self) -> tuple[Path, ...]:
        return uninstall(self.place)

    def report(self) -> Report:
        return examine(self.place)

    def is_whole(self) -> bool:
        """Say whether the plugin is there and enabled, with nothing left over beside it."""
        report = self.report()
        beside = {path.name for path in self.place.pykrita.iterdir()}
        return (
            report.condition is Condition.WHOLE
            and report.enabled is True
            and beside == {"tugline", "tugline.desktop"}
        )

    def files(self) -> set[str]:
        """Return every file in the resource folder, and kritarc where it has anything in it."""
        root = self.place.folder
        found = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
        return found | ({"kritarc"} if kritarc.is_enabled(kritarc.read(self.settings)) else set())


@pytest.fixture
def krita(tmp_path: Path) -> Krita:
    """Return a Krita whose resource folder is not there yet."""
    return Krita(place_at(tmp_path / "home" / ".local" / "share" / "krita"))


@dataclass(frozen=True)
class Gimp:
    """A GIMP's own folder below a home, and what can be done with the plug-in there."""

    place: GimpPlace

    @property
    def plug_ins(self) -> Path:
        return self.place.folder / "plug-ins"

    @property
    def module(self) -> Path:
        return self.plug_ins / "tugline"

    @property
    def entry(self) -> Path:
        return self.module / "tugline.py"

    def install(self, system: str = this_system()) -> Installed:
        return gimp_installer.install(self.place, system, WHEELS, lambda _: None)

    def uninstall(self) -> tuple[Path, ...]:
        return gimp_installer.uninstall(self.place)

    def report(self) -> Report:
        return gimp_installer.examine(self.place)

    def is_whole(self) -> bool:
        """Say whether the plug-in is there, with nothing left over beside it."""
        beside = [path.name for path in self.plug_ins.iterdir()]
        return self.report().condition is Condition.WHOLE and beside == ["tugline"]

    def files(self) -> set[str]:
        """Return every file in GIMP's own folder."""
        root = self.place.folder
        return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def gimp(tmp_path: Path) -> Gimp:
    """Return a GIMP whose own folder is not there yet."""
    return Gimp(gimp_places.place_at(tmp_path / "home" / ".config" / "GIMP" / "3.0"))
