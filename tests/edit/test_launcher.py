"""The daemon's process, started as an editor starts it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.edit.editor import Editor
from tests.service.running import PATIENCE, is_alive, wait_for
from tugline_edit.launcher import (
    START_SECONDS,
    Commands,
    StartFailed,
    Starting,
    clean_environment,
    last_line,
    read_commands,
    start_daemon,
)
from tugline_edit.link import LinkState

SERVE = (sys.executable, "-m", "tugline_daemon.cli", "serve", "--device", "cpu")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "state" / "daemon.log"


@pytest.fixture
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of the user's own, which an editor would find where they always are."""
    for name in ("STATE", "CONFIG", "DATA"):
        monkeypatch.setenv(f"TUGLINE_{name}_DIR", str(tmp_path / name.lower()))
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    return tmp_path


@pytest.fixture
def started() -> Iterator[list["subprocess.Popen[bytes]"]]:
    """A list for processes, which are ended after the test."""
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.terminate()
        process.wait(PATIENCE)


def ended(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Return the sentence about a daemon that ends at once."""
    starting, said = Starting(process, log), []

    def poll() -> bool:
        sentence = starting.poll()
        if sentence is not None:
            said.append(sentence)
        return bool(said)

    wait_for(poll, "the end of a daemon that cannot be")
    return said[0]


def script(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


def test_the_daemon_is_started_and_the_link_finds_it(
    own_folders: Path, log: Path, editor: Editor, started: list["subprocess.Popen[bytes]"]
) -> None:
    editor.link.tick()
    assert editor.link.startable
    process = start_daemon(SERVE, log)
    started.append(process)
    starting = Starting(process, log)
    editor.connected()
    assert editor.link.state is LinkState.READY
    assert starting.poll() is None
    assert os.getsid(process.pid) == process.pid
    assert "listening on" in log.read_text()


def test_the_daemon_outlives_the_editor_that_started_it(
    own_folders: Path, log: Path, tmp_path: Path
) -> None:
    """An editor that starts a process and exits; nothing of its own holds that process."""
    number = tmp_path / "number"
    lasting = script(
        f"import os, time; open({str(number)!r}, 'w').write(str(os.getpid()));time.sleep(60)"
    )
    starts = (
        "from pathlib import Path; from tugline_edit.launcher import start_daemon;"
        f"p = start_daemon({lasting!r}, Path({str(log)!r})); p.returncode = 0"
    )
    subprocess.run(script(starts), check=True, stdout=subprocess.PIPE, timeout=PATIENCE)
    wait_for(lambda: number.exists() and number.read_text(), "the process")
    pid = int(number.read_text())
    assert is_alive(pid)
    os.kill(pid, 15)


def test_a_second_daemon_says_that_one_runs(
    own_folders: Path, log: Path, editor: Editor, started: list["subprocess.Popen[bytes]"]
) -> None:
    started.append(start_daemon(SERVE, log))
    editor.connected()
    said = ended(start_daemon(SERVE, log), log)
    assert "A Tugline daemon is running already" in said
    assert "20" not in said.split("process")[0]


def test_a_daemon_that_cannot_be_imported_is_quoted(own_folders: Path, log: Path) -> None:
    command = (sys.executable, "-I", "-m", "no_such_daemon")
    said = ended(start_daemon(command, log), log)
    assert said == (
        "The daemon ended at once: No module named no_such_daemon. Run `tugline doctor` in a "
        "terminal."
    )


def test_a_daemon_that_does_not_come_is_given_up(own_folders: Path, log: Path) -> None:
    clock = iter([0.0, 1.0, START_SECONDS + 1])
    process = start_daemon(script("import time; time.sleep(60)"), log)
    try:
        starting = Starting(process, log, clock=lambda: next(clock))
        assert starting.poll() is None
        assert "not there after 60 seconds" in str(starting.poll())
    finally:
        process.kill()
        process.wait()


def test_the_installers_python_that_is_gone_is_named(own_folders: Path, log: Path) -> None:
    gone = str(own_folders / "venv" / "bin" / "python")
    with pytest.raises(StartFailed) as failed:
        start_daemon((gone, "-m", "tugline_daemon.cli", "serve"), log, editor="gimp")
    assert gone in str(failed.value)
    assert "`tugline plugins install gimp`" in str(failed.value)


def test_a_program_that_is_none_is_said(own_folders: Path, log: Path) -> None:
    program = own_folders / "program"
    program.write_text("nothing")
    with pytest.raises(StartFailed, match="Permission denied"):
        start_daemon((str(program),), log)


def test_inside_flatpak_the_artist_is_told_to_start_it(
    own_folders: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FLATPAK_ID", "org.kde.krita")
    with pytest.raises(StartFailed, match="`tugline serve` in a terminal"):
        start_daemon(SERVE, log)


def test_a_long_log_is_put_aside(own_folders: Path, log: Path) -> None:
    log.parent.mkdir()
    log.write_bytes(b"x" * ((1 << 20) + 1))
    process = start_daemon(script("print('INFO tugline: new')"), log)
    process.wait(PATIENCE)
    assert last_line(log) == "new."
    assert log.with_suffix(".old.log").stat().st_size > 1 << 20


def test_the_process_sees_nothing_of_the_editors_environment(
    own_folders: Path, log: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", "/opt/krita/lib/python3")
    monkeypatch.setenv("QT_PLUGIN_PATH", "/opt/krita/plugins")
    process = start_daemon(script("import os, sys; print(dict(os.environ)); print(sys.stdin)"), log)
    process.wait(PATIENCE)
    said = log.read_text()
    assert "/opt/krita" not in said
    assert str(own_folders / "state") in said
    assert "<stdin>" in said


def test_paths_inside_of_an_appimage_are_taken_out() -> None:
    cleaned = clean_environment(
        {
            "APPDIR": "/mnt/krita",
            "APPIMAGE": "/home/a/krita.appimage",
            "APPIMAGE_UUID": "1",
            "PATH": "/mnt/krita/usr/bin:/usr/bin:/mnt/krita2/bin:/bin",
            "XDG_DATA_DIRS": "/mnt/krita/usr/share",
            "LD_LIBRARY_PATH": "/mnt/krita/usr/lib",
            "LANG": "de_DE.UTF-8",
        }
    )
    assert cleaned == {"PATH": "/usr/bin:/mnt/krita2/bin:/bin", "LANG": "de_DE.UTF-8"}


def test_the_installers_commands_are_read(tmp_path: Path) -> None:
    start = ("/home/änne/venv/bin/python", "-I", "-m", "tugline_daemon.cli")
    commands = {"command": (*start, "serve"), "bridge": (*start, "bridge"), "later": 1}
    said = json.dumps(commands, ensure_ascii=False)
    (tmp_path / "daemon.json").write_text(said, encoding="utf-8")
    assert read_commands(tmp_path) == Commands((*start, "serve"), (*start, "bridge"))


def test_a_bridge_that_makes_no_sense_leaves_the_daemons_command(tmp_path: Path) -> None:
    (tmp_path / "daemon.json").write_text('{"command": ["/bin/python"], "bridge": ["python"]}')
    assert read_commands(tmp_path) == Commands(("/bin/python",), None)


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"{",
        b"[]",
        b"\xff\xfe",
        b'{"command": []}',
        b'{"command": "python"}',
        b'{"command": ["python"]}',
        b'{"command": ["/bin/python", 3]}',
        b'{"command": ["/bin/python", ""]}',
        b'{"command": ["/bin/python", "a\\u0000b"]}',
        b'{"command": ["/bin/python"' + b', "x"' * 64 + b"]}",
        b"[" * 60000,
        b'{"command": ["/bin/python"], "much": "' + b"x" * 70000 + b'"}',
    ],
)
def test_a_command_that_makes_no_sense_is_none(tmp_path: Path, said: bytes) -> None:
    (tmp_path / "daemon.json").write_bytes(said)
    assert read_commands(tmp_path) == Commands()


def test_without_the_installers_file_there_is_no_command(tmp_path: Path) -> None:
    assert read_commands(tmp_path) == Commands()


def test_without_a_log_that_is_said(tmp_path: Path) -> None:
    assert last_line(tmp_path / "none") == "it left no log."
    (tmp_path / "empty").touch()
    assert last_line(tmp_path / "empty") == "its log is empty."
