"""Opens Krita sessions: a room, a prepared HOME, a screen."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.editors.ending import end_daemon_of
from tests.editors.installing import install_driver, install_in_krita, settings_of
from tests.editors.screen import Screen
from tests.editors.session import KritaSession
from tests.editors.warm import copy_warm_home
from tools.editors.native import native_krita
from tools.editors.recipe import root_of
from tools.editors.room import Room
from tools.editors.rootfs import is_built

_KRITARC = """\
[General]
AutoSaveInterval=86400

[python]
enable_tugline_driver=true
"""
_SOFTWARE_CANVAS = "[General]\nOpenGLRenderer=none\n"


@dataclass(frozen=True)
class Wish:
    """What a Krita is to be like.

    ``name`` is its HOME's folder. ``opengl`` False gives the canvas that is drawn without OpenGL.
    ``environment`` adds to Krita's. ``plugin`` False leaves Tugline out.
    """

    name: str = "home"
    opengl: bool = True
    environment: Mapping[str, str] = field(default_factory=dict)
    plugin: bool = True


def missing_editor() -> str | None:
    """Return None where Krita can be run, else the sentence that says how to get it."""
    if native_krita():
        return None
    if not is_built():
        return "There is no Krita to test with; get it with `make editors`."
    if os.geteuid() != 0:
        return "The editors' root file system is entered by root alone; run the tests as root."
    return None


@contextmanager
def krita_session(
    folder: Path, artifacts: Path, wish: Wish | None = None
) -> Iterator[KritaSession]:
    """Yield a session whose Krita runs, with HOME, state and configuration below ``folder``.

    ``folder`` and ``artifacts`` are seen inside under the same paths. At the end everything is
    ended, a daemon that the plugin started among it.
    """
    wish = wish or Wish()
    artifacts.mkdir(parents=True, exist_ok=True)
    root = None if native_krita() else root_of()
    home = folder / wish.name
    _copy_warm_home(root, home)
    if wish.plugin:
        install_in_krita(home, in_root=root is not None)
    if not wish.opengl:
        settings_of(home).with_name("kritadisplayrc").write_text(_SOFTWARE_CANVAS, "utf-8")
    environment = {
        "TUGLINE_STATE_DIR": str(folder / "state"),
        "TUGLINE_CONFIG_DIR": str(folder / "config"),
        **wish.environment,
    }
    with Room(root, (folder, artifacts)) as room:
        screen = Screen(room, home, artifacts)
        session = KritaSession(room, screen, artifacts, environment)
        try:
            session.start()
            yield session
        finally:
            session.close()
            end_daemon_of(folder / "state")


def _copy_warm_home(root: Path | None, home: Path) -> None:
    """Give Krita a HOME in which it has been started before: 3 s instead of 14."""
    key = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]  # how it is made
    copy_warm_home(root, f"krita-{key}", home, lambda making: _warm_up(root, making))
    # The driver comes anew each time: the warm one may be an older checkout's.
    install_driver(home)


def _warm_up(root: Path | None, making: Path) -> None:
    home = making / "home"
    settings_of(home).parent.mkdir(parents=True)
    settings_of(home).write_text(_KRITARC, encoding="utf-8")
    install_driver(home)
    with Room(root, (making,)) as room:
        session = KritaSession(room, Screen(room, home, making), making, {})
        try:
            session.start()
            session.new_document(64, 64)  # it brings the dockers and the canvas' shaders
            session.quit()
        finally:
            session.close()
