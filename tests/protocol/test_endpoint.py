"""Where a daemon is found: the same folders on every system that SPEC.md names."""

from pathlib import Path

import pytest
from platformdirs import PlatformDirs

from tugline_protocol.endpoint import (
    Endpoint,
    configuration_folder,
    endpoint_file,
    read_endpoint,
    state_folder,
)
from tugline_protocol.errors import DaemonUnreachable

ENDPOINT = Endpoint("tcp://127.0.0.1:5", "k" * 40, 42, "0.1.0", 1, 0)


def test_an_endpoint_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "endpoint.json"
    path.write_text(ENDPOINT.to_json(), encoding="utf-8")
    assert read_endpoint(path) == ENDPOINT


def test_no_file_says_how_to_start_a_daemon(tmp_path: Path) -> None:
    with pytest.raises(DaemonUnreachable, match="tugline serve"):
        read_endpoint(tmp_path / "endpoint.json")


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"address": 1}', "\x00" * 99, "é" * 20000])
def test_a_damaged_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "endpoint.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DaemonUnreachable, match="delete it"):
        read_endpoint(path)


def test_the_folders_are_those_of_the_platform(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TUGLINE_CONFIG_DIR", "TUGLINE_STATE_DIR", "FLATPAK_ID"):
        monkeypatch.delenv(name, raising=False)
    folders = PlatformDirs("tugline", appauthor=False)
    assert configuration_folder() == folders.user_config_path
    assert state_folder() == folders.user_state_path


def test_inside_flatpak_the_folders_of_the_home_count() -> None:
    sandbox = {"FLATPAK_ID": "org.kde.krita", "XDG_CONFIG_HOME": "/sandbox"}
    assert configuration_folder(sandbox) == Path.home() / ".config" / "tugline"


def test_the_environment_overrides_the_folders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TUGLINE_STATE_DIR", "/elsewhere")
    assert endpoint_file() == Path("/elsewhere/endpoint.json")
