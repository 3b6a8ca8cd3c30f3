"""``tugline plugins`` as a process, in a home of its own."""

from pathlib import Path

import pytest
from filelock import FileLock

from tests.install.artist import Artist


@pytest.fixture
def gimp_artist(tmp_path: Path) -> Artist:
    """Return somebody who has started GIMP 3.0 once."""
    artist = Artist(tmp_path / "home")
    artist.gimp.mkdir(parents=True)
    return artist


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


def test_from_nothing_to_gimp_s_filters_and_back(gimp_artist: Artist) -> None:
    assert "GIMP 3.0: not installed" in gimp_artist.run("status", "gimp")
    assert "Filters > Tugline" in gimp_artist.run("install", "gimp")
    assert "GIMP 3.0: installed" in gimp_artist.run("status", "gimp")
    assert (gimp_artist.gimp / "plug-ins" / "tugline" / "tugline.py").is_file()
    assert "no longer" in gimp_artist.run("uninstall", "gimp")
    assert "was not in" in gimp_artist.run("uninstall", "gimp")


def test_the_status_is_of_both_editors(artist: Artist) -> None:
    assert "GIMP: not found" in artist.run("status")
    artist.gimp.mkdir(parents=True)
    (artist.home / ".config/GIMP/3.2").mkdir(parents=True)
    lines = artist.run("status").splitlines()
    told = [line.partition(":")[0] for line in lines if not line.startswith(" ")]
    assert told == ["Krita", "GIMP 3.0", "GIMP 3.2"]


def test_a_gimp_that_may_not_run_the_file_is_told_with_code_1(gimp_artist: Artist) -> None:
    gimp_artist.run("install", "gimp")
    (gimp_artist.gimp / "plug-ins/tugline/tugline.py").chmod(0o644)
    said = gimp_artist.run("status", code=1)
    assert "may not run its file" in said
    assert "plug-ins/tugline/tugline.py" in said
    assert "tugline plugins install gimp" in said


def test_gimp_2_alone_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / ".config/GIMP/2.10").mkdir(parents=True)
    said = Artist(tmp_path).run("install", "gimp", code=1)
    assert said.strip() == "Tugline needs GIMP 3.0 or later, and there is GIMP 2.10 alone."


def test_each_gimp_that_can_get_it_gets_it_before_one_that_has_to_be_started_is_told(
    tmp_path: Path,
) -> None:
    program = tmp_path / "bin" / "gimp-3.2"
    program.parent.mkdir()
    program.write_text("", "utf-8")
    artist = Artist(tmp_path, programs=str(program.parent))
    artist.gimp.mkdir(parents=True)
    assert "GIMP 3.2 has not been started yet" in artist.run("install", "gimp", code=1)
    assert (artist.gimp / "plug-ins" / "tugline" / "tugline.py").is_file()


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
    said = Artist(tmp_path).run("install", "krita", code=1)
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
    assert "GIMP needs none" in artist.run("install", "gimp", "--kritarc", "rc", code=2)
    assert "name krita or gimp" in artist.run("status", "--folder", "art", code=2)


def test_the_help_teaches(artist: Artist) -> None:
    assert "install" in artist.run("--help")
    said = artist.run("install", "--help")
    assert "Open Resource" in said
    assert "tugline plugins install krita" in said
    assert "tugline plugins install gimp" in said
    assert "krita|gimp" in said
