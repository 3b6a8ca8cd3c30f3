"""The editors' root file system: where it is taken from, and how it is removed."""

from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tools.editors.__main__ import app
from tools.editors.recipe import NEWER, RECIPE, Recipe
from tools.editors.rootfs import CannotBuild, outdated, remove
from tools.editors.sources import Mirror, NoMirror, mirror

STANZAS = """\
# a comment
Types: deb-src
URIs: http://sources.example/debian
Suites: stable
Components: main

Types: deb
URIs: http://off.example/debian
Suites: stable
Components: main
Enabled: no

Types: deb
URIs: https://security.example/debian-security
Suites: stable-security
Components: main

Types: deb
URIs: cdrom:[Debian]/ http://first.example/debian
 http://second.example/debian
Suites: stable
Components: main contrib
Signed-By:
 -----BEGIN PGP PUBLIC KEY BLOCK-----
 .
 x: y
"""


def test_the_mirror_is_the_first_of_main_that_is_in_use(tmp_path: Path) -> None:
    parts = tmp_path / "sources.list.d"
    parts.mkdir()
    (parts / "debian.sources").write_text(STANZAS)
    assert mirror(tmp_path) == Mirror("http://first.example/debian")


def test_one_line_sources_name_their_keyring(tmp_path: Path) -> None:
    keyring = tmp_path / "keys.gpg"
    keyring.touch()
    (tmp_path / "sources.list").write_text(
        "# deb http://comment.example/debian stable main\n"
        "deb-src http://sources.example/debian stable main\n"
        "deb http://other.example/debian stable contrib\n"
        f"deb [arch=amd64 signed-by={keyring}] http://one.example/debian stable main contrib\n"
    )
    assert mirror(tmp_path) == Mirror("http://one.example/debian", keyring)


def test_without_a_mirror_the_sentence_says_where_to_name_one(tmp_path: Path) -> None:
    with pytest.raises(NoMirror, match=r"sources\.list"):
        mirror(tmp_path)


def test_another_recipe_lies_in_another_folder() -> None:
    assert replace(RECIPE, packages=RECIPE.packages[1:]).key != RECIPE.key
    assert replace(RECIPE).key == RECIPE.key


def test_what_other_recipes_left_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    old = tmp_path / "tugline" / "editors" / "older" / "root"
    old.mkdir(parents=True)
    (old.parents[1] / RECIPE.key / "root").mkdir(parents=True)
    (old.parents[1] / NEWER.key / "root").mkdir(parents=True)
    assert outdated() == [old]


def test_without_the_newer_gimp_the_editors_are_built_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def build(recipe: Recipe = RECIPE) -> Path:
        if recipe == NEWER:
            raise CannotBuild("mmdebstrap failed.")
        return tmp_path / "root"

    monkeypatch.setattr("tools.editors.__main__.build_root", build)
    done = CliRunner().invoke(app, ["build", "--newer"])
    assert done.exit_code == 0
    assert str(tmp_path / "root") in done.stdout
    assert "mmdebstrap failed. The tests will not run GIMP 3.2." in done.stderr


def test_nothing_is_removed_through_a_mount(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    mounts = tmp_path / "mountinfo"
    root = tmp_path / "root"
    kept = root / "proc" / "kept"
    kept.mkdir(parents=True)
    mounts.write_text(f"36 35 98:0 / {root}/proc rw,noatime - proc proc rw\n")
    monkeypatch.setattr("tools.editors.rootfs.MOUNTS", mounts)
    with pytest.raises(CannotBuild, match="still mounted"):
        remove(root)
    assert kept.is_dir()
    mounts.write_text(f"36 35 98:0 / {root}-of-another/proc rw,noatime - proc proc rw\n")
    remove(root)
    assert not root.exists()
