"""The daemon is found, started where none runs, and ended; the doctor says what is wrong."""

import json
import os
import signal
from dataclasses import replace
from functools import partial
from pathlib import Path
from unittest.mock import patch

import pytest
from typer.testing import CliRunner

from tests.cli.conftest import User
from tests.models import add_random_model
from tests.service.running import PATIENCE, wait_for
from tugline_daemon import __version__
from tugline_daemon.cli.app import app
from tugline_protocol.messages import Hello


def test_the_first_command_starts_a_daemon_that_the_next_one_uses_and_stop_ends(
    newcomer: User,
) -> None:
    models = json.loads(newcomer.succeed("models", "--json"))["models"]
    assert [model["name"] for model in models] == ["critters-2"]
    pid = newcomer.daemon()
    assert pid is not None
    add_random_model(newcomer.models)
    wait_for(lambda: "32 x 32" in newcomer.succeed("models"), "the daemon to see the new model")
    assert newcomer.daemon() == pid
    newcomer.succeed("stop")
    assert newcomer.daemon() is None
    assert "No daemon was running" in newcomer.run("stop").stderr


def test_commands_that_start_a_daemon_at_once_use_the_same(newcomer: User) -> None:
    commands = [newcomer.start("models") for _ in range(3)]
    told = [command.communicate(timeout=PATIENCE) for command in commands]
    assert [command.returncode for command in commands] == [0, 0, 0], told
    log = (newcomer.home / "state" / "log" / "daemon.log").read_text()
    assert log.count("listening on") == 1


def test_a_daemon_of_another_protocol_is_refused_and_can_still_be_ended(newcomer: User) -> None:
    newcomer.succeed("models")
    with patch("tugline_protocol.client.Hello", partial(Hello, major=99)):
        here = replace(newcomer, in_process=True)
        assert "99" in here.fail("models")
        here.succeed("stop")
    assert newcomer.daemon() is None


def test_a_daemon_that_was_killed_is_started_again(newcomer: User) -> None:
    newcomer.succeed("models")
    first = newcomer.daemon()
    assert first is not None
    os.kill(first, signal.SIGKILL)
    newcomer.succeed("models")
    assert newcomer.daemon() not in {None, first}


def test_why_a_daemon_could_not_start_is_quoted_from_its_log(newcomer: User) -> None:
    config = newcomer.home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text('device = "abacus"')
    told = newcomer.fail("models")
    assert "could not be started: device in" in told
    assert "abacus" in told
    config.unlink()


def test_a_second_daemon_is_refused(user: User) -> None:
    user.succeed("models")
    with user.start("serve") as process:
        _, messages = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "running already" in messages


def test_the_doctor_finds_a_sound_installation_sound(user: User) -> None:
    user.succeed("models")
    report = user.succeed("doctor")
    assert "!!" not in report
    for what in (
        __version__,
        "PyTorch",
        "config.toml",
        "state folder",
        "Your key",
        "tiny",
        " in fp32",
    ):
        assert what in report
    assert f"The daemon: version {__version__}" in report


def test_the_doctor_names_what_is_broken_and_what_to_do(newcomer: User) -> None:
    (newcomer.home / "config").mkdir()
    (newcomer.home / "config" / "config.toml").write_text("devise = 1")
    (newcomer.models / "half.json").write_text("{")
    done = newcomer.run("doctor")
    assert done.returncode == 1
    assert "'devise' in" in done.stdout
    assert "half.json is no sound JSON" in done.stdout
    assert "No Tugline daemon is running" in done.stdout


def test_the_doctor_misses_a_default_model_that_is_not_there(newcomer: User) -> None:
    done = newcomer.run("doctor")
    assert done.returncode == 1
    assert "the default model tiny is not among them" in done.stdout


def test_the_doctor_looks_at_the_plugin_in_each_editor(
    newcomer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = newcomer.home / "home"
    (home / ".local/share/krita").mkdir(parents=True)
    (home / ".config/GIMP/3.0/plug-ins/tugline").mkdir(parents=True)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIMP3_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(home))
    report = newcomer.run("doctor")
    assert report.returncode == 1
    assert "-- The plugin in Krita: not installed" in report.stdout
    assert "!! The plugin in GIMP 3.0: there, but without the list" in report.stdout
    assert "`tugline plugins install gimp` sets it aside" in report.stdout


def test_a_key_that_others_can_read_is_found(newcomer: User) -> None:
    newcomer.succeed("models")
    secret = newcomer.home / "config" / "keys" / "client.key_secret"
    secret.chmod(0o644)
    report = newcomer.run("doctor")
    assert report.returncode == 1
    assert f"chmod 600 {secret}" in report.stdout


def test_help_teaches_by_examples() -> None:
    for command in ("generate", "mix", "drag", "render", "models", "demo", "serve"):
        shown = CliRunner().invoke(app, [command, "--help"])
        assert shown.exit_code == 0
        assert f"tugline {command}" in shown.output.split("Examples:")[1]


def test_the_version_is_said(newcomer: User) -> None:
    assert newcomer.succeed("--version").strip() == f"tugline {__version__}"


def test_the_traceback_is_shown_to_those_who_ask(newcomer: User, tmp_path: Path) -> None:
    absent = str(tmp_path / "absent.st")
    assert "Traceback" in newcomer.run("--debug", "render", absent, "--out", "a.png").stderr
    assert "absent.st" in newcomer.fail("render", absent, "--out", "a.png")
