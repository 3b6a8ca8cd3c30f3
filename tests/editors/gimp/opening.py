"""Opens GIMPs: a room, a prepared HOME, what their Python imports."""

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.editors.ending import end_daemon_of
from tests.editors.gimp.canvas import PADDING
from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.session import SHORTCUTS, GimpSession
from tests.editors.gimp.supply import python_environment, seen_by_python
from tests.editors.gimp.version import GimpVersion, root_for
from tests.editors.installing import install_in_gimp
from tests.editors.screen import Screen
from tests.editors.warm import copy_warm_home
from tools.editors.room import Room

_GIMPRC = f"""\
(show-welcome-dialog no)
(check-updates no)
(save-session-info no)
(default-view
    (show-layer-boundary no)
    (show-canvas-boundary no)
    (padding-mode custom)
    (padding-color (color-rgb {" ".join(f"{value / 255:.6f}" for value in PADDING)})))
"""
_SHORTCUTSRC = "(file-version 1)\n" + "".join(
    f'(action "{procedure}" "{keys}")\n' for procedure, keys in SHORTCUTS.items()
)


@dataclass(frozen=True)
class GimpWish:
    """What a GIMP is to be like.

    ``name`` is its HOME's folder, ``plugin`` says whether Tugline is installed in it; a text is the
    source of a plug-in that takes its place. ``environment`` adds to GIMP's.
    """

    name: str = "home"
    plugin: bool | str = True
    version: GimpVersion = GimpVersion.FIRST
    environment: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def console_session(folder: Path, artifacts: Path, wish: GimpWish) -> Iterator[GimpConsole]:
    """Yield a gimp-console that runs, with HOME, state and configuration below ``folder``.

    ``folder`` and ``artifacts`` are seen inside under the same paths.
    """
    home = _prepare(folder, artifacts, wish)
    with Room(root_for(wish.version), (folder, artifacts, *seen_by_python())) as room:
        console = GimpConsole(room, _environment(folder, home, wish), artifacts)
        try:
            console.start()
            yield console
        finally:
            console.close()
            end_daemon_of(folder / "state")


@contextmanager
def gimp_session(folder: Path, artifacts: Path, wish: GimpWish) -> Iterator[GimpSession]:
    """Yield a GIMP that shows its window, with HOME, state and configuration below ``folder``."""
    home = _prepare(folder, artifacts, wish)
    with Room(root_for(wish.version), (folder, artifacts, *seen_by_python())) as room:
        screen = Screen(room, home, artifacts)
        session = GimpSession(room, screen, artifacts, _environment(folder, home, wish))
        try:
            session.start()
            yield session
        finally:
            session.close()
            end_daemon_of(folder / "state")


def gimp_folder(home: Path) -> Path:
    """Return the folder that GIMP keeps its settings and plug-ins in, below ``home``."""
    (folder,) = (home / ".config" / "GIMP").iterdir()
    return folder


def _prepare(folder: Path, artifacts: Path, wish: GimpWish) -> Path:
    artifacts.mkdir(parents=True, exist_ok=True)
    home = folder / wish.name
    root = root_for(wish.version)
    _copy_warm_home(root, home)
    settings = gimp_folder(home)
    # GIMP forgets the keys of plug-ins that it did not find.
    (settings / "shortcutsrc").write_text(_SHORTCUTSRC, encoding="utf-8")
    plugin = settings / "plug-ins" / "tugline"
    if isinstance(wish.plugin, str):
        plugin.mkdir(parents=True)
        (plugin / "tugline.py").write_text(wish.plugin, encoding="utf-8")
        (plugin / "tugline.py").chmod(0o755)
    elif wish.plugin:
        install_in_gimp(settings, in_root=root is not None)
    return home


def _environment(folder: Path, home: Path, wish: GimpWish) -> dict[str, str]:
    """Return what a GIMP with HOME in ``home`` is started with."""
    return {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
        "TUGLINE_STATE_DIR": str(folder / "state"),
        "TUGLINE_CONFIG_DIR": str(folder / "config"),
        **python_environment(),
        **wish.environment,
    }


def _copy_warm_home(root: Path | None, home: Path) -> None:
    """Give GIMP a HOME in which it has been started before: 1.5 s instead of 5."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]  # how it is made
    copy_warm_home(root, f"gimp-{key}", home, lambda making: _warm_up(root, making))


def _warm_up(root: Path | None, making: Path) -> None:
    home = making / "home"
    home.mkdir()
    with Room(root, (making, *seen_by_python())) as room:
        environment = _environment(making, home, GimpWish(plugin=False))
        console = GimpConsole(room, environment, making)
        try:
            console.start()
            console.quit()
        finally:
            console.close()
        _settle_in(gimp_folder(home), root or Path("/"))
        session = GimpSession(room, Screen(room, home, making), making, environment)
        try:
            session.start()
            session.quit()
        finally:
            session.close()


def _settle_in(settings: Path, root: Path) -> None:
    """Have the windows that the tests look at, of which the first fills the screen."""
    gimprc = settings / "gimprc"
    # Settings of another version would be converted.
    version = re.search(r"\(config-version .*\)\n", gimprc.read_text(encoding="utf-8"))
    gimprc.write_text((version[0] if version else "") + _GIMPRC, encoding="utf-8")
    (usual,) = (root / "etc" / "gimp").glob("3.*/sessionrc")
    windows = usual.read_text(encoding="utf-8").replace('(maximized "no")', '(maximized "yes")')
    (settings / "sessionrc").write_text(windows, encoding="utf-8")
