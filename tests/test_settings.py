"""The file, then the environment, then the option; what cannot be is named with its place."""

import math
from dataclasses import fields
from pathlib import Path

import pytest

from tugline_daemon.settings import Settings, SettingsError, read_settings, settings_file


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for one in fields(Settings):
        monkeypatch.delenv(f"TUGLINE_{one.name.upper()}", raising=False)
    monkeypatch.setenv("TUGLINE_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("TUGLINE_DATA_DIR", str(tmp_path / "data"))


def write(text: str) -> None:
    settings_file().write_text(text)


def test_without_anything_set_the_defaults_hold(tmp_path: Path) -> None:
    assert read_settings() == Settings()
    assert read_settings().models_folder == tmp_path / "data" / "models"


def test_the_option_wins_over_the_environment_and_that_over_the_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write('device = "cpu"\nidle_timeout = 5\nlog_level = "debug"\n')
    monkeypatch.setenv("TUGLINE_DEVICE", "cuda:1")
    monkeypatch.setenv("TUGLINE_PRECISION", "bf16")
    monkeypatch.setenv("TUGLINE_IDLE_TIMEOUT", "2.5")
    settings = read_settings({"device": "mps", "bind": None})
    assert (settings.device, settings.idle_timeout, settings.log_level) == ("mps", 2.5, "debug")
    assert settings.precision == "bf16"
    assert settings.bind == Settings().bind


@pytest.mark.parametrize(
    "line",
    [
        'device = "gpu"',
        "device = 1",
        'precision = "fp8"',
        "precision = 16",
        'bind = "everywhere"',
        'idle_timeout = "30"',
        "idle_timeout = -1",
        "idle_timeout = nan",
        "idle_timeout = true",
        "keep_models = -inf",
        "keep_models = nan",
        'models_folder = "models"',
        'log_level = "loud"',
        'model = ""',
    ],
)
def test_a_value_that_cannot_be_is_named_with_its_file(line: str) -> None:
    write(line)
    key = line.partition(" ")[0]
    with pytest.raises(SettingsError, match=rf"{key} in .*config\.toml is .*has to be"):
        read_settings()


def test_models_may_be_kept_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    write("keep_models = inf")
    assert math.isinf(read_settings().keep_models)
    monkeypatch.setenv("TUGLINE_KEEP_MODELS", "0.5")
    assert read_settings().keep_models == 0.5


def test_an_unknown_key_is_named_with_those_there_are() -> None:
    write("idle_time = 3")
    with pytest.raises(SettingsError, match=r"'idle_time' in .*config\.toml.*idle_timeout"):
        read_settings()


def test_a_file_that_is_no_toml_is_named() -> None:
    write("device = ")
    with pytest.raises(SettingsError, match=r"config\.toml cannot be read"):
        read_settings()


def test_the_variable_or_the_option_at_fault_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SettingsError, match="option --idle-timeout is '-1'"):
        read_settings({"idle_timeout": -1})
    monkeypatch.setenv("TUGLINE_IDLE_TIMEOUT", "soon")
    with pytest.raises(SettingsError, match="TUGLINE_IDLE_TIMEOUT is 'soon'"):
        read_settings()
