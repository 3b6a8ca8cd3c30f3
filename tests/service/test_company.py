"""Several clients at once: turns, answers that wait for nobody, clients that leave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Event, Thread

import pytest

from tests.models import add_random_model
from tests.service.drags import (
    BRISK,
    LARGE,
    TINY,
    begin_seen,
    endless_drag,
    generated,
    send_seen,
    short_drag,
)
from tests.service.running import Bare, Daemon, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.codec import encode
from tugline_protocol.errors import DaemonUnreachable, RequestFailed
from tugline_protocol.messages import (
    Attach,
    Attached,
    DragEnded,
    Generate,
    Generated,
    LoadModel,
    ModelLoaded,
    Ping,
    Pong,
    Stop,
)
from tugline_protocol.values import ModelRef, PictureFormat


def test_two_drags_go_on_and_a_third_client_does_not_wait_for_their_steps(daemon: Daemon) -> None:
    """Which of them is next: see ``test_dragging.py``."""
    with daemon.conversation() as one, daemon.conversation() as two, daemon.conversation() as three:
        start = endless_drag(generated(one, LARGE))
        drags = [begin_seen(daemon, talk, start) for talk in (one, two)]
        frames = [drag.frames() for drag in drags]
        first = [next(each).step for each in frames]
        with daemon.worker_held():
            assert three.call(Ping()).uptime > 0
        assert all(next(each).step > begun for each, begun in zip(frames, first, strict=True))
        for drag in drags:
            drag.stop()
            assert drag.result().reason == "stopped"


def test_ping_does_not_wait_for_a_model_that_is_loaded(daemon: Daemon, talk: Conversation) -> None:
    add_random_model(daemon.models, "heavy", resolution=512, channels=256)
    with daemon.conversation() as other:
        loading = other.begin(LoadModel(ModelRef("heavy")))
        next(loading.events())
        with daemon.worker_held():
            assert talk.call(Ping()).uptime > 0
        loading.result()


def test_a_drag_goes_on_while_another_model_loads(daemon: Daemon, talk: Conversation) -> None:
    add_random_model(daemon.models, "heavier", resolution=512, channels=256, seed=9)
    drag = begin_seen(daemon, talk, endless_drag(generated(talk, LARGE)))
    frames = drag.frames()
    before = next(frames).step
    with Bare(daemon) as other:
        other.hello("loader")
        other.send(LoadModel(ModelRef("heavier")), "load")
        assert next(frames).step > before
        drag.stop()
        drag.result()
        assert isinstance(other.terminal("load"), ModelLoaded)


def test_a_drag_of_a_client_that_leaves_stops_and_its_end_is_kept(
    daemon: Daemon, talk: Conversation
) -> None:
    start = endless_drag(generated(talk, LARGE), frames=PictureFormat())
    with Bare(daemon) as leaving:
        leaving.hello("leaving")
        send_seen(daemon, leaving, start, "abandoned")
    wait_for(lambda: "StartDrag abandoned is done" in daemon.log, "the end of the drag")
    with Bare(daemon) as back:
        back.hello("leaving")
        back.send(Attach(), "attach")
        assert back.receive() == ("attach", Attached())
        found, ended = back.receive()
        assert found == "abandoned"
        assert isinstance(ended, DragEnded)
        assert ended.reason == "client_gone"
        assert ended.image is not None


def test_a_held_drag_of_a_client_that_leaves_stops_too(daemon: Daemon, talk: Conversation) -> None:
    start = short_drag(generated(talk))
    with Bare(daemon) as leaving:
        leaving.hello("holder")
        held = replace(start, options=replace(BRISK, hold=True))
        send_seen(daemon, leaving, held, "held drag")
    wait_for(lambda: "StartDrag held drag is done" in daemon.log, "the end of the drag")


def test_nothing_of_a_session_is_seen_from_another(daemon: Daemon, talk: Conversation) -> None:
    drag = talk.begin(endless_drag(generated(talk, LARGE)))
    next(drag.frames())
    with Bare(daemon) as other:
        other.hello("other")
        assert other.ask(Attach()) == Attached()
        stopped = other.ask(Stop(drag.id), "stop")
        assert not stopped.found  # type: ignore[union-attr]
    assert drag.stop().found
    drag.result()


def test_a_slow_reader_gets_every_result_in_order(daemon: Daemon) -> None:
    with Bare(daemon) as slow:
        slow.hello("slow")
        wanted = PictureFormat(512, 512)
        for number in range(14):
            slow.send(Generate(ModelRef("tiny"), seed=number, picture=wanted), f"picture {number}")
        wait_for(lambda: "Generate picture 13 is done" in daemon.log, "all pictures")
        for number in range(14):
            assert isinstance(slow.terminal(f"picture {number}"), Generated)
        assert isinstance(slow.ask(Ping()), Pong)


@contextmanager
def flooded(daemon: Daemon) -> Iterator[None]:
    """Let a client send requests meanwhile, without an end and faster than they are refused."""
    ended = Event()

    def go_on() -> None:
        with Bare(daemon) as flood:
            flood.hello("flood")
            frames = encode(Generate(ModelRef("nobody"), seed=1), "flood")
            while not ended.is_set():
                try:
                    flood.transport.send(frames)
                except DaemonUnreachable:  # its queue is full
                    ended.wait(0.001)

    thread = Thread(target=go_on)
    thread.start()
    try:
        wait_for(lambda: "refused flood" in daemon.log, "the beginning of the flood")
        yield
    finally:
        ended.set()
        thread.join()


def test_a_flood_of_one_client_does_not_hold_up_another(daemon: Daemon, talk: Conversation) -> None:
    with flooded(daemon):
        for seed in range(3):
            assert generated(talk, seed=seed).latent.data


def test_stopping_what_has_not_begun_ends_it(daemon: Daemon, talk: Conversation) -> None:
    with daemon.worker_held():
        loading = talk.begin(LoadModel(TINY))
        assert loading.stop().found
    with pytest.raises(RequestFailed) as failed:
        loading.result()
    assert failed.value.code == "stopped"
