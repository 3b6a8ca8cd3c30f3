"""The zips that put the plugin into an editor without the command line.

Krita's importer (``plugin_importer.py``, 5.2) wants a ``.desktop`` file that names the module, an
*entry* for the module's folder with an ``__init__.py`` in it, and takes the ``.action`` file of the
module's name. GIMP's zip is unpacked into its folder of plug-ins, where the file that starts the
plug-in has to be executable. The same sources make the same bytes: entries are sorted, and their
date does not depend on when they were made.
"""

import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from tugline_daemon import __version__
from tugline_daemon.install.folder import Spot, manifest_of
from tugline_daemon.install.gimp import build_gimp
from tugline_daemon.install.gimp import spot_in as gimp_spot_in
from tugline_daemon.install.krita import build_krita
from tugline_daemon.install.krita import spot_in as krita_spot_in
from tugline_daemon.install.manifest import INSTALLED

# An editor on ARM Linux is a distribution's, whose users have `tugline plugins install`.
KRITA_SYSTEMS: Final = ("linux-x86_64", "win-amd64", "macos")

# On Windows GIMP's Python needs the bridge, whose command the installer alone can write.
GIMP_SYSTEMS: Final = ("linux-x86_64", "macos")

_LICENCE: Final = Path(__file__).parents[2] / "LICENSE"
_FIRST: Final = datetime(1980, 1, 1, tzinfo=UTC)
_DOZEN_YEARS: Final = 12 * 365 * 24 * 60 * 60
_FILE: Final = 0o100644 << 16
_PROGRAM: Final = 0o100755 << 16
_FOLDER: Final = 0o040755 << 16 | 0x10


def release_krita(
    out: Path, systems: Sequence[str], cache: Path, say: Callable[[str], None]
) -> Path:
    """Write ``tugline-krita-VERSION.zip`` for the Kritas of ``systems`` into ``out``; return it.

    It has no ``daemon.json``: whoever imports it starts the daemon with ``tugline serve``. Raises
    InstallError where a wheel cannot be fetched.
    """
    with tempfile.TemporaryDirectory() as name:
        content = Path(name)
        spot = krita_spot_in(content)
        build_krita(content / "tugline", tuple(systems), cache, say)
        for source in spot.beside.values():
            shutil.copyfile(source, content / source.name)
        _complete(content / "tugline", spot)
        return _write(out / f"tugline-krita-{__version__}.zip", content, _FIRST)


def release_gimp(
    out: Path, systems: Sequence[str], cache: Path, say: Callable[[str], None]
) -> Path:
    """Write ``tugline-gimp-VERSION.zip`` for the GIMPs of ``systems`` into ``out``; return it.

    It is unpacked into GIMP's folder of plug-ins and has no ``daemon.json``, as Krita's. Its date
    comes from its content, since GIMP looks anew at a plug-in whose time of change is another.
    Raises InstallError where a wheel cannot be fetched.
    """
    with tempfile.TemporaryDirectory() as name:
        content = Path(name)
        build_gimp(content / "tugline", tuple(systems), cache, say)
        manifest = _complete(content / "tugline", gimp_spot_in(content))
        return _write(out / f"tugline-gimp-{__version__}.zip", content, _date_of(manifest))


def _complete(module: Path, spot: Spot) -> str:
    """Add the licence and the manifest to a plugin's folder; return the manifest."""
    shutil.copyfile(_LICENCE, module / "LICENSE")
    manifest = manifest_of(spot, module, made="").to_json()
    (module / INSTALLED).write_text(manifest, "utf-8")
    return manifest


def _date_of(manifest: str) -> datetime:
    """Return a date of the dozen years from 1980 on; other contents have another."""
    digest = hashlib.sha256(manifest.encode()).digest()
    seconds = int.from_bytes(digest[:8], "big") % _DOZEN_YEARS
    return _FIRST + timedelta(seconds=seconds // 2 * 2)  # a zip counts in twos


def _write(target: Path, content: Path, date: datetime) -> Path:
    target.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(content.rglob("*")):
            inside = path.relative_to(content).as_posix()
            if path.is_dir():
                archive.writestr(_entry(f"{inside}/", _FOLDER, date), b"")
            else:
                kind = _PROGRAM if path.stat().st_mode & 0o100 else _FILE
                entry = _entry(inside, kind, date)
                archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, 9)
    return target


def _entry(name: str, attributes: int, date: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, date.timetuple()[:6])
    entry.create_system = 3  # attributes are read as Unix has them
    entry.external_attr = attributes
    return entry
