"""A daemon's start and end: one a user, a sentence for what cannot be, no trace left behind."""

import os
import signal
import socket
import time
from pathlib import Path

import pytest
from filelock import FileLock

from tests.service.drags import LARGE, TINY, endless_drag, generated
from tests.service.running import PATIENCE, Bare, Daemon, is_alive, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import (
    DragEnded,
    DragFrame,
    Error,
    Generate,
    LoadModel,
    NextFrame,
    Ping,
    Pong,
    Progress,
    Retarget,
)
from tugline_protocol.values import PictureFormat


def refused(daemon: Daemon) -> str:
    """Start a daemon that cannot be; return its last line of log."""
    process = daemon.launch()
    assert process.wait(PATIENCE) == 1, daemon.log
    assert "Traceback" not in daemon.log
    return daemon.log.splitlines()[-1]


def test_a_second_daemon_is_refused_and_the_first_unharmed(daemon: Daemon) -> None:
    before = daemon.endpoint
    second = Daemon(daemon.home / "second", daemon.models)
    (daemon.home / "second").mkdir()
    (daemon.home / "second" / "state").symlink_to(daemon.state)
    assert f"process {before.pid}" in refused(second)
    assert daemon.endpoint == before


@pytest.mark.parametrize("then", ["ends", "begins"])
def test_a_daemon_waits_for_one_that_cannot_be_found_until_it_ends_or_is_there(
    tmp_path: Path, models: Path, then: str
) -> None:
    daemon = Daemon(tmp_path, models)
    daemon.state.mkdir()
    with FileLock(daemon.state / "daemon.lock") as lock:
        process = daemon.launch()
        wait_for(lambda: "waiting for it" in daemon.log, "a daemon that waits")
        if then == "begins":
            (daemon.state / "endpoint.json").touch()
            assert process.wait(PATIENCE) == 1
            assert "running already" in daemon.log
            return
        lock.release()
        wait_for(lambda: "listening on" in daemon.log, "a daemon that listens")
    assert daemon.end() == 0


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path, models: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = refused(Daemon(tmp_path, models, bind=f"127.0.0.1:{port}"))
    assert f"127.0.0.1:{port}" in said
    assert "--bind" in said
    assert not (tmp_path / "state" / "endpoint.json").exists()


def test_a_damaged_key_file_is_said_in_a_sentence(tmp_path: Path, models: Path) -> None:
    keys = tmp_path / "config" / "keys"
    keys.mkdir(parents=True)
    (keys / "server.key_secret").write_text("curve\n    public-key = ")
    assert "server.key_secret is damaged" in refused(Daemon(tmp_path, models))


def test_a_device_that_is_not_there_is_said_in_a_sentence(tmp_path: Path, models: Path) -> None:
    daemon = Daemon(tmp_path, models, device="cuda:77")
    process = daemon.launch()
    assert process.wait(PATIENCE) == 1
    assert "The device cuda:77 does not exist on this machine" in daemon.log
    assert "Traceback" not in daemon.log


@pytest.mark.parametrize(("asked", "used"), [("auto", "fp32"), ("bf16", "bf16")])
def test_the_worker_computes_in_the_precision_that_was_asked_for(
    asked: str, used: str, tmp_path: Path, models: Path
) -> None:
    daemon = Daemon(tmp_path, models, precision=asked).start()
    wait_for(lambda: f"computing on cpu in {used}" in daemon.log, "a worker that says how")
    assert daemon.end() == 0


def test_folders_and_files_are_the_users_alone(daemon: Daemon) -> None:
    keys = daemon.configuration / "keys"
    for folder in (keys, keys / "authorized", daemon.state):
        assert folder.stat().st_mode & 0o777 == 0o700
    for file in (*keys.rglob("*.key*"), daemon.state / "endpoint.json"):
        assert file.stat().st_mode & 0o777 == 0o600


def test_sigterm_ends_a_daemon_and_what_it_runs_in_order(tmp_path: Path, models: Path) -> None:
    daemon = Daemon(tmp_path, models).start()
    with daemon.conversation() as talk:
        start = endless_drag(generated(talk, LARGE))
    worker = daemon.worker_pid()
    with Bare(daemon) as bare:
        bare.hello()
        bare.send(start, "drag")
        bare.send(NextFrame("drag"), "credit")
        assert isinstance(bare.terminal("drag"), DragFrame)
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGTERM)
        ended = bare.terminal("drag")
        assert isinstance(ended, DragEnded)
        assert ended.reason == "stopped"
    assert daemon.process.wait(PATIENCE) == 0
    assert not (daemon.state / "endpoint.json").exists()
    wait_for(lambda: not is_alive(worker), "the worker's end")


def test_who_loses_a_daemon_that_ends_in_order_finds_no_endpoint_file_any_more(
    tmp_path: Path, models: Path
) -> None:
    """By that editors tell it from one that died, which they start again.

    What a slow reader has not read yet lets the daemon's end last a while.
    """
    daemon = Daemon(tmp_path, models).start()
    large = PictureFormat(2048, 2048)
    with Bare(daemon) as bare, Bare(daemon, high_water=1) as slow:
        bare.hello()
        slow.hello("slow")
        for seed in range(2):
            slow.send(Generate(TINY, seed=seed, picture=large), f"unread {seed}")
            done = f"Generate unread {seed} is done"
            wait_for(lambda done=done: done in daemon.log, done)  # type: ignore[misc]
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGTERM)
        with pytest.raises(DaemonUnreachable):
            bare.receive()
        assert not (daemon.state / "endpoint.json").exists()
    assert daemon.process.wait(PATIENCE) == 0


def test_a_daemon_that_ends_answers_also_what_its_worker_leaves_unanswered(
    tmp_path: Path, models: Path
) -> None:
    daemon = Daemon(tmp_path, models).start()
    with daemon.conversation() as talk:
        start = endless_drag(generated(talk, LARGE))
    with Bare(daemon) as bare:
        bare.hello()
        bare.send(start, "drag")
        bare.send(NextFrame("drag"), "credit")
        assert isinstance(bare.terminal("drag"), DragFrame)
        os.kill(daemon.worker_pid(), signal.SIGSTOP)
        bare.send(Retarget("drag", 1), "retarget")
        assert isinstance(bare.ask(Ping(), "ping"), Pong)
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGTERM)
        codes: dict[str, str] = {}
        while len(codes) < 2:
            found, message = bare.receive()
            if isinstance(message, Error):
                codes[found] = message.code
    assert codes == {"retarget": "drag_over", "drag": "shutting_down"}
    assert daemon.process.wait(PATIENCE) == 0


def test_ctrl_c_ends_a_daemon_that_has_just_begun(tmp_path: Path, models: Path) -> None:
    daemon = Daemon(tmp_path, models).start()
    with Bare(daemon) as bare, daemon.worker_held():
        bare.hello()
        bare.send(Generate(TINY, seed=1), "picture")
        assert isinstance(bare.receive()[1], Progress)
        assert daemon.process is not None
        daemon.process.send_signal(signal.SIGINT)
        error = bare.terminal("picture")
        assert isinstance(error, Error)
        assert error.code in ("stopped", "shutting_down")
        assert daemon.process.wait(PATIENCE) == 0


def test_nobody_there_for_the_idle_timeout_ends_the_daemon(tmp_path: Path, models: Path) -> None:
    daemon = Daemon(tmp_path, models, idle_timeout=3.0).start()
    with daemon.conversation() as talk:
        while talk.call(Ping()).uptime < 2 * daemon.idle_timeout:
            time.sleep(0.1)
    assert daemon.process is not None
    assert daemon.process.wait(PATIENCE) == 0
    assert "nobody was there" in daemon.log


def test_the_broker_imports_no_torch(daemon: Daemon, talk: Conversation) -> None:
    talk.call(LoadModel(TINY))
    maps = Path(f"/proc/{daemon.endpoint.pid}/maps").read_text()
    assert "zmq" in maps
    assert "torch" not in maps
    assert "torch" in Path(f"/proc/{daemon.worker_pid()}/maps").read_text()


def test_no_key_is_among_the_workers_arguments_or_variables(daemon: Daemon) -> None:
    there = Path(f"/proc/{daemon.worker_pid()}")
    arguments = (there / "cmdline").read_bytes().split(b"\0")
    assert [part for part in arguments if part][1:] == [b"-m", b"tugline_daemon.service.worker"]
    assert os.environb.keys() >= {
        line.split(b"=")[0] for line in (there / "environ").read_bytes().split(b"\0") if line
    } - {b"OMP_NUM_THREADS", b"GOMP_SPINCOUNT", b"TUGLINE_DATA_DIR"}
