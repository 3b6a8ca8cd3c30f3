"""Several clients at once: turns, answers within a hundred milliseconds, clients that leave."""

import statistics
import time
from dataclasses import replace

import pytest

from tests.models import add_random_model
from tests.service.drags import BRISK, LARGE, endless_drag, generated, short_drag
from tests.service.running import Bare, Daemon, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    Attach,
    Attached,
    DragEnded,
    Generate,
    Generated,
    LoadModel,
    ModelLoaded,
    NextFrame,
    Ping,
    Pong,
    Stop,
)
from tugline_protocol.values import ModelRef, PictureFormat


def ping_seconds(talk: Conversation) -> float:
    began = time.perf_counter()
    talk.call(Ping())
    return time.perf_counter() - began


def test_two_drags_take_turns_and_a_third_client_is_answered_at_once(daemon: Daemon) -> None:
    with daemon.conversation() as one, daemon.conversation() as two, daemon.conversation() as three:
        start = endless_drag(generated(one, LARGE))
        drags = [one.begin(start), two.begin(start)]
        frames = [drag.frames() for drag in drags]
        first = [next(each).step for each in frames]
        seconds, steps = [], []
        for _ in range(5):
            steps.append(
                [next(each).step - begun for each, begun in zip(frames, first, strict=True)]
            )
            seconds += [ping_seconds(three) for _ in range(4)]
        for drag in drags:
            drag.stop()
            assert drag.result().reason == "stopped"
    ahead = [abs(mine - other) for mine, other in steps]
    assert max(ahead) <= 2
    assert steps[-1][0] >= 4
    assert statistics.median(seconds) < 0.1


def test_ping_is_answered_at_once_while_a_model_loads(daemon: Daemon, talk: Conversation) -> None:
    add_random_model(daemon.models, "heavy", resolution=512, channels=256)
    with daemon.conversation() as other:
        loading = other.begin(LoadModel(ModelRef("heavy")))
        next(loading.events())
        seconds = [ping_seconds(talk) for _ in range(20)]
        loading.result()
    assert statistics.median(seconds) < 0.1


def test_a_drag_goes_on_while_another_model_loads(daemon: Daemon, talk: Conversation) -> None:
    add_random_model(daemon.models, "heavier", resolution=512, channels=256, seed=9)
    drag = talk.begin(endless_drag(generated(talk, LARGE)))
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
        leaving.send(start, "abandoned")
        leaving.send(NextFrame("abandoned"), "credit")
        leaving.terminal("abandoned")
    wait_for(lambda: "StartDrag abandoned is done" in daemon.log, "the end of the drag", 5)
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
        leaving.send(replace(start, options=replace(BRISK, hold=True)), "held drag")
        leaving.send(NextFrame("held drag"), "credit")
        leaving.terminal("held drag")
    wait_for(lambda: "StartDrag held drag is done" in daemon.log, "the end of the drag", 5)


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


def test_a_flood_of_one_client_does_not_hold_up_another(daemon: Daemon, talk: Conversation) -> None:
    generated(talk)
    with Bare(daemon) as flood:
        flood.hello("flood")
        for number in range(600):
            flood.send(Generate(ModelRef("nobody"), seed=1), f"flood {number}")
        generated(talk)
        assert "refused flood 599" not in daemon.log
        wait_for(lambda: "refused flood 599" in daemon.log, "the end of the flood")


def test_stopping_what_has_not_begun_ends_it(daemon: Daemon, talk: Conversation) -> None:
    add_random_model(daemon.models, "slow-to-load", resolution=512, channels=256, seed=10)
    loading = talk.begin(LoadModel(ModelRef("slow-to-load")))
    next(loading.events())
    assert loading.stop().found
    with pytest.raises(RequestFailed) as failed:
        loading.result()
    assert failed.value.code == "stopped"
