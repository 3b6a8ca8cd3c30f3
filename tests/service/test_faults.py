"""What dies: the worker, the whole daemon; and how the edit goes on."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.service.drags import TINY, begin_seen, generated, resumed, short_drag
from tests.service.running import Bare, Daemon, is_alive, wait_for
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import (
    Attach,
    DragEnded,
    DragFrame,
    Error,
    Generate,
    Generated,
    NextFrame,
    Ping,
    Pong,
    Retarget,
    Retargeted,
    StartDrag,
)


def held(start: StartDrag) -> StartDrag:
    return replace(start, options=replace(start.options, hold=True))


def begin(bare: Bare, start: StartDrag) -> DragFrame:
    """Start a drag and return its first frame."""
    bare.send(start, "drag")
    bare.send(NextFrame("drag"), "credit")
    frame = bare.terminal("drag")
    assert isinstance(frame, DragFrame)
    return frame


@pytest.fixture
def fragile(tmp_path: Path, models: Path) -> Iterator[Daemon]:
    """A daemon whose worker is killed."""
    running = Daemon(tmp_path, models).start()
    yield running
    assert running.end() == 0, running.log


def test_a_worker_that_is_killed_is_told_of_and_replaced(fragile: Daemon) -> None:
    """What is sent while there is no worker waits for the next one."""
    with fragile.conversation() as talk:
        start = short_drag(generated(talk))
    killed = fragile.worker_pid()
    with Bare(fragile) as bare:
        bare.hello()
        frame = begin(bare, held(start))
        os.kill(killed, signal.SIGKILL)
        error = bare.terminal("drag")
        assert isinstance(error, Error)
        assert error.code == "worker_died"
        assert error.text.count(".") == 1
        assert "resumed" in error.text
        assert isinstance(bare.ask(Ping()), Pong)
        ended = bare.ask(resumed(start, frame), "drag")
        assert isinstance(ended, DragEnded)
        assert ended.reason == "arrived"
    assert fragile.worker_pid() != killed


def test_a_request_that_meets_a_worker_just_killed_is_answered_once(fragile: Daemon) -> None:
    """The broker, asleep meanwhile, sees the request before it sees that the worker is dead."""
    with fragile.conversation() as talk:
        generated(talk)
    assert fragile.process is not None
    worker = fragile.worker_pid()
    with Bare(fragile) as bare:
        bare.hello()
        fragile.process.send_signal(signal.SIGSTOP)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: not is_alive(worker), "the worker's end")
        bare.send(Generate(TINY, seed=1), "picture")
        fragile.process.send_signal(signal.SIGCONT)
        assert isinstance(bare.terminal("picture"), Generated)


def test_retargets_that_nobody_takes_over_are_bounded(fragile: Daemon) -> None:
    """While the next worker starts they are kept for it, with their masks and latents."""
    with fragile.conversation() as talk:
        start = held(short_drag(generated(talk)))
    killed = fragile.worker_pid()
    os.kill(killed, signal.SIGKILL)
    with Bare(fragile) as bare:
        with fragile.worker_held(other_than=killed):
            bare.hello()
            bare.send(start, "drag")
            for number in range(1, 18):
                bare.send(Retarget("drag", number), f"retarget {number}")
            error = bare.terminal("retarget 17")
            assert isinstance(error, Error)
            assert error.code == "too_many_requests"
        assert bare.terminal("retarget 1") == Retargeted(1)
        assert bare.terminal("retarget 16") == Retargeted(16)


def test_a_retarget_is_answered_where_the_client_came_back(fragile: Daemon) -> None:
    with fragile.conversation() as talk:
        start = held(short_drag(generated(talk)))
    with Bare(fragile) as before, Bare(fragile) as after:
        with fragile.worker_held():
            before.hello()
            before.send(start, "drag")
            before.send(Retarget("drag", 1), "retarget")
            assert isinstance(before.ask(Ping(), "ping"), Pong)
            after.hello()
            after.ask(Attach(), "attach")
        assert after.terminal("retarget") == Retargeted(1)


def test_a_daemon_that_is_killed_is_noticed_and_the_drag_goes_on_in_the_next(
    tmp_path: Path, models: Path
) -> None:
    daemon = Daemon(tmp_path, models).start()
    with daemon.conversation() as talk:
        start = short_drag(generated(talk))
    worker = daemon.worker_pid()
    with Bare(daemon) as bare:
        bare.hello()
        frame = begin(bare, held(start))
        daemon.end(signal.SIGKILL)
        with pytest.raises(DaemonUnreachable):
            bare.terminal("drag")
    wait_for(lambda: not is_alive(worker), "the end of the worker without its broker")
    daemon.start()
    try:
        with daemon.conversation() as talk:
            ended = talk.call(resumed(start, frame))
            assert ended.reason == "arrived"
    finally:
        assert daemon.end() == 0


def test_a_resumed_drag_tracks_against_the_same_first_picture(daemon: Daemon) -> None:
    """From the same frame it goes otherwise when the first picture is another one."""
    with daemon.conversation() as talk:
        start = short_drag(generated(talk))
        drag = begin_seen(daemon, talk, held(start))
        frame = next(drag.frames())
        drag.stop()
        drag.result()
        goes_on = resumed(start, frame)
        again = [talk.call(goes_on) for _ in range(2)]
        anchored = [point.handle for point in goes_on.points]
        drifted = replace(
            goes_on,
            references=(frame.latent,),
            points=tuple(
                replace(point, origin=handle)
                for point, handle in zip(goes_on.points, anchored, strict=True)
            ),
        )
        other = talk.call(drifted)
    assert bytes(again[0].latent.data) == bytes(again[1].latent.data)
    assert bytes(again[0].latent.data) != bytes(other.latent.data)
