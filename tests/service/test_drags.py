"""A drag over the real socket, from its start to its end, and what can be done to it meanwhile."""

from dataclasses import replace

import numpy as np
import pytest

from tests.service.drags import (
    BRISK,
    LARGE,
    begin_seen,
    endless_drag,
    generated,
    resumed,
    send_seen,
    short_drag,
)
from tests.service.running import Bare, Daemon, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    Attach,
    Attached,
    DragEnded,
    DragFrame,
    NextFrame,
    Ping,
    Render,
    Retarget,
    Stop,
    Stopped,
)
from tugline_protocol.values import DragOptions, DragPoint, Mask, PictureFormat, PointTarget


def picture(image: object) -> bytes:
    assert image is not None
    return bytes(image.data)  # type: ignore[attr-defined]


def test_a_drag_arrives_and_its_frames_lead_there(daemon: Daemon, talk: Conversation) -> None:
    drag = begin_seen(daemon, talk, short_drag(generated(talk)))
    frames = list(drag.frames())
    ended = drag.result()
    assert ended.reason == "arrived"
    assert ended.points[0].state == "reached"
    assert ended.points[0].distance <= 1
    assert frames
    assert [frame.step for frame in frames] == sorted({frame.step for frame in frames})
    assert frames[-1].step <= ended.step
    assert frames[0].points[0].distance > ended.points[0].distance


def test_without_a_learning_rate_a_drag_arrives_in_fewer_steps(talk: Conversation) -> None:
    start = short_drag(generated(talk))
    by_rate = talk.call(start)
    by_itself = talk.call(replace(start, options=DragOptions()))
    assert (by_itself.reason, by_rate.reason) == ("arrived", "arrived")
    assert by_itself.points[0].distance <= 1
    assert by_itself.step < by_rate.step


def test_a_frame_shows_the_latent_that_it_carries(daemon: Daemon, talk: Conversation) -> None:
    made = generated(talk)
    drag = begin_seen(daemon, talk, short_drag(made))
    frame = next(drag.frames())
    rendered = talk.call(Render(made.model, frame.latent))
    assert picture(frame.image) == picture(rendered.image)
    ended = drag.result()
    assert picture(ended.image) == picture(talk.call(Render(made.model, ended.latent)).image)


def test_frames_come_in_the_size_and_order_that_was_asked_for(
    daemon: Daemon, talk: Conversation
) -> None:
    wanted = PictureFormat(48, 40, order="BGRA")
    drag = begin_seen(daemon, talk, replace(short_drag(generated(talk)), frames=wanted))
    frame = next(drag.frames())
    assert frame.image is not None
    assert (frame.image.width, frame.image.height, frame.image.order) == (48, 40, "BGRA")
    assert drag.result().image is not None


def test_a_drag_without_frames_sends_states_alone(daemon: Daemon, talk: Conversation) -> None:
    drag = begin_seen(daemon, talk, replace(short_drag(generated(talk)), frames=None))
    frame = next(drag.frames())
    assert frame.image is None
    assert frame.points[0].id == "a"
    assert drag.result().image is None


def test_without_credit_no_frame_comes(daemon: Daemon, talk: Conversation) -> None:
    start = short_drag(generated(talk))
    with Bare(daemon) as bare:
        bare.hello("no credit")
        assert isinstance(bare.ask(start, "drag"), DragEnded)


def test_composite_gives_the_feathered_mask_as_alpha(talk: Conversation) -> None:
    mask = np.zeros((32, 32), np.uint8)
    mask[:, 4:28] = 255
    start = short_drag(generated(talk))
    start = replace(
        start,
        mask=Mask(32, 32, mask.tobytes()),
        options=replace(BRISK, composite=True),
        frames=PictureFormat(order="RGBA"),
    )
    ended = talk.begin(start).result()
    alpha = np.frombuffer(picture(ended.image), np.uint8).reshape(32, 32, 4)[..., 3]
    assert np.array_equal(alpha, mask)


def test_a_mask_may_have_the_size_of_the_frames(talk: Conversation) -> None:
    start = short_drag(generated(talk))
    mask = Mask(50, 44, bytes([255]) * (50 * 44))
    ended = talk.begin(replace(start, mask=mask, frames=PictureFormat(50, 44))).result()
    assert ended.reason == "arrived"


def test_the_step_limit_ends_a_drag(talk: Conversation) -> None:
    start = short_drag(generated(talk))
    ended = talk.begin(replace(start, options=replace(BRISK, step_limit=1))).result()
    assert (ended.reason, ended.step) == ("step_limit", 1)


def test_stop_ends_a_drag_with_its_best_latent(talk: Conversation) -> None:
    drag = talk.begin(endless_drag(generated(talk, LARGE)))
    next(drag.frames())
    assert drag.stop().found
    ended = drag.result()
    assert ended.reason == "stopped"
    assert len(ended.latent.data) == 4 * ended.latent.num_ws * ended.latent.w_dim
    assert not drag.stop().found


def test_a_held_drag_waits_and_goes_on_at_the_next_retarget(talk: Conversation) -> None:
    start = short_drag(generated(talk))
    drag = talk.begin(replace(start, options=replace(BRISK, hold=True)))
    frames = drag.frames()
    frame = next(frame for frame in frames if frame.points[0].state == "reached")
    assert frame.retarget == 0
    target = PointTarget("a", (12.0, 12.0))
    assert talk.call(Retarget(drag.id, 1, targets=(target,))).number == 1
    back = next(frame for frame in frames if frame.retarget == 1)
    assert back.step > frame.step
    assert back.points[0].target == (12.0, 12.0)
    drag.stop()
    assert drag.result().reason == "stopped"


def test_a_held_drag_that_has_arrived_costs_no_time(daemon: Daemon, talk: Conversation) -> None:
    start = short_drag(generated(talk))
    drag = talk.begin(replace(start, options=replace(BRISK, hold=True)))
    next(frame for frame in drag.frames() if frame.points[0].state == "reached")

    def seconds_meanwhile() -> float:
        before = daemon.worker_seconds()
        for _ in range(200):
            talk.call(Stop("nothing"))
        return daemon.worker_seconds() - before

    # A worker tidies up once, some seconds after its last work; one that polls never rests.
    wait_for(lambda: seconds_meanwhile() <= 0.05, "a worker that rests")
    drag.stop()
    drag.result()


def last_step_told(talk: Conversation) -> int:
    """Return the last step of the one drag of which a worker that stands still has told."""
    told = -1
    while True:
        (running,) = talk.call(Attach()).running
        if running.step == told:
            return told
        told = running.step


def test_a_wish_is_seen_after_the_step_under_way_and_the_one_that_follows_it(
    daemon: Daemon, talk: Conversation
) -> None:
    """A worker that stands still has at most one step done of which nobody has heard."""
    drag = begin_seen(daemon, talk, endless_drag(generated(talk, LARGE), frames=PictureFormat()))
    frames = drag.frames()
    next(frames)
    for number in range(1, 6):
        with daemon.worker_held():
            step = last_step_told(talk)
            asked = talk.begin(
                Retarget(drag.id, number, (PointTarget("a", (200.0, 40.0 + number)),))
            )
            talk.notify(NextFrame(drag.id))
            talk.call(Ping())
        asked.result()
        frame = next(frame for frame in frames if frame.retarget == number)
        assert frame.points[0].target == (200.0, 40.0 + number)
        assert frame.step <= step + 3
    drag.stop()
    drag.result()


def test_points_are_added_and_removed_in_mid_drag(talk: Conversation) -> None:
    made = generated(talk)
    drag = talk.begin(replace(short_drag(made), options=replace(BRISK, hold=True)))
    frames = drag.frames()
    first = next(frames)
    added = DragPoint("b", (20.0, 20.0), (22.0, 20.0))
    retarget = Retarget(drag.id, 1, added=(added,), removed=("a",), references=(first.latent,))
    talk.call(retarget)
    frame = next(frame for frame in frames if frame.retarget == 1)
    assert [point.id for point in frame.points] == ["b"]
    drag.stop()
    assert [point.id for point in drag.result().points] == ["b"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": 0}, "number"),
        ({"targets": (PointTarget("x", (1.0, 1.0)),)}, "targets[0].id"),
        ({"targets": (PointTarget("a", (1.0, 33.0)),)}, "targets[0].target[1]"),
        ({"removed": ("x",)}, "removed[0]"),
        ({"removed": ("a",)}, "removed"),
        ({"added": (DragPoint("b", (1.0, 1.0), (2.0, 2.0)),)}, "added[0].reference"),
        ({"mask": Mask(8, 8, bytes(64))}, "mask"),
    ],
)
def test_a_retarget_that_does_not_fit_changes_nothing(
    talk: Conversation, change: dict[str, object], field: str
) -> None:
    drag = talk.begin(replace(short_drag(generated(talk)), options=replace(BRISK, hold=True)))
    next(drag.frames())
    with pytest.raises(RequestFailed) as failed:
        talk.call(replace(Retarget(drag.id, 1), **change))  # type: ignore[arg-type]
    assert (failed.value.code, failed.value.field) == ("bad_field", field)
    assert talk.call(Retarget(drag.id, 1)).number == 1
    drag.stop()
    assert [point.id for point in drag.result().points] == ["a"]


def test_the_number_of_a_retarget_has_to_grow(talk: Conversation) -> None:
    drag = talk.begin(replace(short_drag(generated(talk)), options=replace(BRISK, hold=True)))
    next(drag.frames())
    talk.call(Retarget(drag.id, 3))
    with pytest.raises(RequestFailed) as failed:
        talk.call(Retarget(drag.id, 3))
    assert failed.value.field == "number"
    drag.stop()
    assert drag.result().retarget == 3


def test_a_retarget_after_the_end_is_told_so(talk: Conversation) -> None:
    drag = talk.begin(short_drag(generated(talk)))
    drag.result()
    with pytest.raises(RequestFailed) as failed:
        talk.call(Retarget(drag.id, 1))
    assert failed.value.code == "drag_over"


def test_a_retarget_is_taken_over_or_told_that_the_drag_is_over(
    daemon: Daemon, talk: Conversation
) -> None:
    """Sent blindly while the drag ends: those that were answered are those that were followed."""
    start = short_drag(generated(talk))
    with Bare(daemon) as bare:
        bare.hello("crossing")
        bare.send(start, "drag")
        number, accepted, ended = 0, 0, None
        waiting: set[str] = set()
        while ended is None or waiting:
            if ended is None and len(waiting) < 3:
                number += 1
                waiting.add(f"r{number}")
                bare.send(Retarget("drag", number), f"r{number}")
            found, message = bare.receive()
            if found in waiting:
                waiting.remove(found)
                accepted = max(accepted, getattr(message, "number", 0))
            elif isinstance(message, DragEnded):
                ended = message
        assert ended.retarget == accepted


def test_the_log_names_a_drags_trace_and_obeys_no_letter_of_it(
    daemon: Daemon, talk: Conversation
) -> None:
    start = replace(short_drag(generated(talk)), trace_id="stroke-7\n\x1b[2Jforged")
    talk.call(start)
    wait_for(lambda: r"stroke-7\n\x1b[2Jforged" in daemon.log, "the trace in the log")
    assert "\x1b" not in daemon.log


def test_a_client_that_comes_back_gets_what_still_runs(daemon: Daemon, talk: Conversation) -> None:
    start = endless_drag(generated(talk, LARGE))
    with Bare(daemon) as first, Bare(daemon) as second:
        first.hello("same")
        send_seen(daemon, first, start, "drag")
        second.hello("same")
        attached = second.ask(Attach())
        assert isinstance(attached, Attached)
        assert [(one.id, one.type) for one in attached.running] == [("drag", "StartDrag")]
        second.send(NextFrame("drag"), "credit")
        assert isinstance(second.terminal("drag"), DragFrame)
        assert isinstance(second.ask(Stop("drag")), Stopped)
        ended = second.terminal("drag")
        assert isinstance(ended, DragEnded)
        assert ended.reason == "stopped"


def test_a_drag_that_goes_on_from_a_frame_arrives(daemon: Daemon, talk: Conversation) -> None:
    start = short_drag(generated(talk))
    first = begin_seen(daemon, talk, start)
    frame = next(first.frames())
    first.stop()
    first.result()
    again = talk.begin(resumed(start, frame)).result()
    assert again.reason == "arrived"
    assert again.points[0].id == "a"
