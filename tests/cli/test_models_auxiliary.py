"""Weights that are no models: listed as available, asked about before a download, removed."""

import json
from pathlib import Path

import pytest

from tests.cli.conftest import User


@pytest.fixture
def here(tmp_path: Path) -> User:
    """A user without a daemon: none of it needs one."""
    return User(tmp_path, in_process=True)


def test_they_are_listed_beside_the_models_and_whether_they_are_installed(here: User) -> None:
    assert "- lpips: Tells how alike" in here.succeed("models", "available")
    installed = here.home / "data" / "auxiliary" / "lpips.safetensors"
    installed.parent.mkdir(parents=True)
    installed.touch()
    assert "- lpips (installed): Tells how alike" in here.succeed("models", "available")
    told = json.loads(here.succeed("models", "available", "--json"))
    assert [entry["name"] for entry in told["weights"]] == ["lpips", "faces"]


def test_the_licence_is_said_and_asked_for_before_anything_is_downloaded(here: User) -> None:
    said = here.fail("models", "get", "lpips")
    assert "BSD 2-Clause (LPIPS)" in said
    assert "--yes" in said
    assert not (here.home / "data" / "auxiliary").exists()


def test_what_is_installed_can_be_removed_and_what_is_not_is_named(here: User) -> None:
    assert "`tugline models get faces` brings it" in here.fail("models", "remove", "faces", "--yes")
    installed = here.home / "data" / "auxiliary" / "faces.safetensors"
    installed.parent.mkdir(parents=True)
    installed.touch()
    here.succeed("models", "remove", "faces", "--yes")
    assert not installed.exists()
