"""Opens GIMPs: a room, a prepared HOME, what their Python imports."""

import hashlib
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from filelock import FileLock

from tests.editors.ending import end_daemon_of
from tests.editors.gimp.canvas import PADDING
from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.session import SHORTCUTS, GimpSession
from tests.editors.screen import Screen
from tools.editors.recipe import cache, root_of
from tools.editors.room import Room
from tools.editors.rootfs import is_built
from tugline_daemon.install.wheels import fetch, pinned, this_system, unpack

_CHECKOUT = Path(__file__).parents[3]
_DRIVER = _CHECKOUT / "tests" / "editors" / "driver"
_SOURCES = tuple(_CHECKOUT / each for each in ("plugins/gimp", "plugins/edit", "protocol"))
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
    environment: Mapping[str, str] = field(default_factory=dict)


def missing_gimp() -> str | None:
    """Return None where GIMP can be run, else the sentence that says how to get it."""
    if not is_built():
        return "There is no GIMP to test with; get it with `make editors`."
    if os.geteuid() != 0:
        return "The editors' root file system is entered by root alone; run the tests as root."
    return None


@contextmanager
def console_session(folder: Path, artifacts: Path, wish: GimpWish) -> Iterator[GimpConsole]:
    """Yield a gimp-console that runs, with HOME, state and configuration below ``folder``.

    ``folder`` and ``artifacts`` are seen inside under the same paths.
    """
    home = _prepare(folder, artifacts, wish)
    with Room(root_of(), (folder, artifacts, *_seen())) as room:
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
    with Room(root_of(), (folder, artifacts, *_seen())) as room:
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
    _copy_warm_home(root_of(), home)
    settings = gimp_folder(home)
    # GIMP forgets the keys of plug-ins that it did not find.
    (settings / "shortcutsrc").write_text(_SHORTCUTSRC, encoding="utf-8")
    plugin = settings / "plug-ins" / "tugline"
    if isinstance(wish.plugin, str):
        plugin.mkdir(parents=True)
        (plugin / "tugline.py").write_text(wish.plugin, encoding="utf-8")
        (plugin / "tugline.py").chmod(0o755)
    elif wish.plugin:
        _install_plugin(plugin)
    return home


def _environment(folder: Path, home: Path, wish: GimpWish) -> dict[str, str]:
    """Return what a GIMP with HOME in ``home`` is started with.

    Of the tests' Python the driver alone is where each plug-in finds it: the plugin under test has
    its own of all else.
    """
    return {
        "HOME": str(home),
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
        "NO_AT_BRIDGE": "1",
        "PYTHONPATH": os.pathsep.join((str(_DRIVER / "gimp"), str(_DRIVER))),
        "PYTHONDONTWRITEBYTECODE": "1",
        "TUGLINE_STATE_DIR": str(folder / "state"),
        "TUGLINE_CONFIG_DIR": str(folder / "config"),
        "TUGLINE_DRIVER_PATH": os.pathsep.join(map(str, (*_SOURCES, _site()))),
        **wish.environment,
    }


def _seen() -> tuple[Path, ...]:
    return (*_SOURCES, _DRIVER, _site())


def _site() -> Path:
    """Return a folder with msgpack and pyzmq for GIMP's Python."""
    wanted = [
        wheel
        for wheel in pinned()
        if wheel.project == "msgpack" or (wheel.abi == "abi3" and wheel.system == this_system())
    ]
    key = "-".join(sorted(wheel.sha256[:8] for wheel in wanted))
    site = cache() / f"site-{key}"
    with FileLock(cache() / "wheels.lock"):
        if not site.is_dir():
            making = site.with_suffix(".making")
            shutil.rmtree(making, ignore_errors=True)
            for wheel, path in fetch(wanted, cache() / "wheels", lambda _: None).items():
                unpack(path, making, compiled=wheel.project != "msgpack")
            making.rename(site)
    return site


def _copy_warm_home(root: Path, home: Path) -> None:
    """Give GIMP a HOME in which it has been started before: 1.5 s instead of 5."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]  # how it is made
    warm = root.parent / f"gimp-home-{key}"
    with FileLock(root.parent / "gimp-home.lock"):
        for other in root.parent.glob("gimp-home-*"):
            if other != warm:
                shutil.rmtree(other)
        if not warm.is_dir():
            _warm_up(root, warm)
        shutil.copytree(warm, home)


def _warm_up(root: Path, warm: Path) -> None:
    making = warm.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    home = making / "home"
    home.mkdir(parents=True)
    with Room(root, (making, *_seen())) as room:
        environment = _environment(making, home, GimpWish(plugin=False))
        console = GimpConsole(room, environment, making)
        try:
            console.start()
            console.quit()
        finally:
            console.close()
        _settle_in(gimp_folder(home))
        session = GimpSession(room, Screen(room, home, making), making, environment)
        try:
            session.start()
            session.quit()
        finally:
            session.close()
    home.rename(warm)
    shutil.rmtree(making)


def _settle_in(settings: Path) -> None:
    """Have the windows that the tests look at; settings of another version would be converted."""
    gimprc = settings / "gimprc"
    version = re.search(r"\(config-version .*\)\n", gimprc.read_text(encoding="utf-8"))
    gimprc.write_text((version[0] if version else "") + _GIMPRC, encoding="utf-8")


def _install_plugin(plugin: Path) -> None:
    """Lay the checkout's plugin out as its installer does."""
    ignored = shutil.ignore_patterns("__pycache__")
    sources, edit, protocol = _SOURCES
    shutil.copytree(sources, plugin, ignore=ignored)
    start = plugin / "start.py"
    if start.exists():
        start.rename(plugin / "tugline.py").chmod(0o755)
    common = plugin / "vendor" / "common"
    shutil.copytree(_site() / "msgpack", common / "msgpack", ignore=ignored)
    for package in (edit / "tugline_edit", protocol / "tugline_protocol"):
        shutil.copytree(package, common / package.name, ignore=ignored)
    for path in _site().iterdir():
        if not path.name.startswith("msgpack"):
            shutil.copytree(path, plugin / "vendor" / this_system() / "abi3" / path.name)
