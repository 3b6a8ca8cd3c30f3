"""``tugline plugins`` as a process, in a home of its own."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from filelock import FileLock

from tests.install.conftest import CACHE


@dataclass(frozen=True)
class Artist:
    """Somebody with a home, in which Krita may have been started."""

    home: Path

    @property
    def resources(self) -> Path:
        return self.home / ".local" / "share" / "krita"

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run ``tugline plugins``, which has to end with ``code``, and return all it said."""
        outside = {
            key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "TUG"))
        }
        own = {"HOME": str(self.home), "XDG_CACHE_HOME": str(CACHE), "COLUMNS": "200"}
        run = subprocess.run(
            [sys.executable, "-m", "tugline_daemon.cli", "plugins", *arguments],
            cwd=self.home,
            env=outside | own,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == code, run.stdout + run.stderr
        assert "Traceback" not in run.stderr
        return run.stdout + run.stderr


@pytest.fixture
def artist(tmp_path: Path) -> Artist:
    """Return somebody who has started Krita once."""
    artist = Artist(tmp_path / "home")
    artist.resources.mkdir(parents=True)
    return artist


def test_from_nothing_to_enabled_and_back(artist: Artist) -> None:
    assert "not installed" in artist.run("status")
    assert "Settings > Dockers > Tugline" in artist.run("install", "krita")
    assert "enabled" in artist.run("status", "krita")
    assert (artist.home / ".config/kritarc").read_bytes() == b"[python]\nenable_tugline=true\n"
    assert "no longer" in artist.run("uninstall", "krita")
    assert "not installed" in artist.run("status")
    assert "was not in" in artist.run("uninstall", "krita")


def test_a_named_folder_without_known_settings_says_where_to_tick_it(
    artist: Artist, tmp_path: Path
) -> None:
    folder = str(tmp_path / "art")
    assert "Python Plugin Manager" in artist.run("install", "krita", "--folder", folder)
    assert (tmp_path / "art" / "pykrita" / "tugline.desktop").is_file()
    assert "not installed" in artist.run("status")


def test_a_damaged_one_is_told_with_code_1(artist: Artist) -> None:
    artist.run("install", "krita")
    (artist.resources / "pykrita" / "tugline" / "__init__.py").unlink()
    said = artist.run("status", code=1)
    assert "pykrita/tugline/__init__.py" in said
    assert "tugline plugins install krita" in said


def test_without_krita_it_says_where_it_looked(tmp_path: Path) -> None:
    newcomer = Artist(tmp_path)
    environment = {"PATH": ""}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", environment["PATH"])
        said = newcomer.run("install", "krita", code=1)
    assert str(tmp_path / ".local/share/krita") in said
    assert "--folder" in said


def test_two_at_once_do_not_mix(artist: Artist) -> None:
    lock = artist.home / ".local" / "state" / "tugline" / "plugins.lock"
    lock.parent.mkdir(parents=True)
    with FileLock(lock):
        assert "wait for it" in artist.run("install", "krita", code=1)


def test_another_editor_is_wrong_usage(artist: Artist) -> None:
    assert "krita" in artist.run("install", "paint", code=2)
    assert "--folder" in artist.run("install", "krita", "--kritarc", "rc", code=2)


def test_the_help_teaches(artist: Artist) -> None:
    assert "install" in artist.run("--help")
    said = artist.run("install", "--help")
    assert "Open Resource" in said
    assert "tugline plugins install krita" in said
