"""The zip for Krita's Tools > Scripts > Import Python Plugin from File.

Krita's importer (``plugin_importer.py``, 5.2) wants a ``.desktop`` file that names the module, an
*entry* for the module's folder with an ``__init__.py`` in it, and takes the ``.action`` file of the
module's name. The same sources make the same bytes: entries are sorted and have one fixed date.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from tugline_daemon import __version__
from tugline_daemon.install.bundle import build, krita_sources
from tugline_daemon.install.krita import manifest_of
from tugline_daemon.install.manifest import INSTALLED

# A Krita on ARM Linux is a distribution's, whose users have `tugline plugins install`.
USUAL_SYSTEMS: Final = ("linux-x86_64", "win-amd64", "macos")

_LICENCE: Final = Path(__file__).parents[2] / "LICENSE"
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_FILE: Final = 0o100644 << 16
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
        module = content / "tugline"
        build(module, systems, cache, say)
        shutil.copyfile(_LICENCE, module / "LICENSE")
        for single in ("tugline.desktop", "tugline.action"):
            shutil.copyfile(krita_sources() / single, content / single)
        (module / INSTALLED).write_text(manifest_of(module, made="").to_json(), "utf-8")
        out.mkdir(parents=True, exist_ok=True)
        target = out / f"tugline-krita-{__version__}.zip"
        _write(target, content)
    return target


def _write(target: Path, content: Path) -> None:
    with zipfile.ZipFile(target, "w") as archive:
        for path in sorted(content.rglob("*")):
            inside = path.relative_to(content).as_posix()
            if path.is_dir():
                archive.writestr(_entry(f"{inside}/", _FOLDER), b"")
            else:
                archive.writestr(_entry(inside, _FILE), path.read_bytes(), zipfile.ZIP_DEFLATED, 9)


def _entry(name: str, attributes: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DATE)
    entry.create_system = 3  # attributes are read as Unix has them
    entry.external_attr = attributes
    return entry
