"""Opens Krita sessions: a room, a prepared HOME, a screen."""

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from filelock import FileLock

from tests.editors.installing import install_driver, install_plugin
from tests.editors.screen import Screen
from tests.editors.session import KritaSession
from tools.editors.native import native_krita
from tools.editors.recipe import cache, root_of
from tools.editors.rootfs import is_built
from tools.editors.room import Room

_KRITARC = """
[General]
AutoSaveInterval=86400
[python]
enable_tugline=true
enable_tugline_driver=true
"""
Install = Callable[[Path], None]


def missing_editor() -> str | None:
    """Return None where Krita can be run, else the sentence that says how to get it."""
    if native_krita() or is_built():
        return None
    return "There is no Krita to test with: make editors"


@contextmanager
def krita_session(
    folder: Path,
    artifacts: Path,
    *,
    extra: Mapping[str, str] | None = None,
    install: Install = install_plugin,
) -> Iterator[KritaSession]:
    """Yield a session whose Krita runs, with HOME, state and configuration below ``folder``.

    ``folder`` and ``artifacts`` are seen inside under the same paths. ``extra`` adds to Krita's
    environment. Everything is ended at the end.
    """
    artifacts.mkdir(parents=True, exist_ok=True)
    root = None if native_krita() else root_of()
    home = folder / "home"
    _copy_warm_home(root, home)
    resources = home / ".local" / "share" / "krita"
    install(resources)
    environment = {
        "TUGLINE_STATE_DIR": str(folder / "state"),
        "TUGLINE_CONFIG_DIR": str(folder / "config"),
        **(extra or {}),
    }
    with Room(root, (folder, artifacts)) as room:
        screen = Screen(room, home, artifacts)
        session = KritaSession(room, screen, artifacts, environment)
        session.start()
        yield session


def _copy_warm_home(root: Path | None, home: Path) -> None:
    key = sha256(f"{root}{_KRITARC}".encode()).hexdigest()[:12]
    cache().mkdir(parents=True, exist_ok=True)
    warm = cache() / f"krita-home-{key}"
    with FileLock(cache() / "krita-home.lock"):
        if not warm.is_dir():
            _warm_up(root, warm)
    shutil.copytree(warm, home)
    # The driver comes anew each time: the warm one may be an older checkout's.
    install_driver(home / ".local" / "share" / "krita")


def _warm_up(root: Path | None, warm: Path) -> None:
    making = warm.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    home = making / "home"
    configuration = home / ".config"
    configuration.mkdir(parents=True)
    (configuration / "kritarc").write_text(_KRITARC, encoding="utf-8")
    install_driver(home / ".local" / "share" / "krita")
    with Room(root, (making,)) as room:
        session = KritaSession(room, Screen(room, home, making), making, {})
        session.start()
        session.quit()
    home.rename(warm)
    shutil.rmtree(making)
