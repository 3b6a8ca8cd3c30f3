"""A drag as the artist lives it, against a real daemon: wishes, ends, and what dies meanwhile."""

import math
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.edit.editor import Editor
from tests.models import add_random_model
from tests.service.running import Daemon, wait_for
from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.link import LinkState
from tugline_edit.live import Ended, Leg, LiveDrag, Seen
from tugline_edit.masks import SelectionMask
from tugline_protocol.messages import Generate, Generated, Ping, Retarget, StartDrag
from tugline_protocol.values import DragOptions, Latent, ModelRef, PictureFormat

CRITTERS = ModelRef("critters-2")
TINY = ModelRef("tiny")
HOLD = DragOptions(hold=True)
FREE = DragOptions()
# How far a handle of the packaged model can be tracked in a step: r2 = 4 pixels along either axis.
FARTHEST = 4 * math.sqrt(2)


def arrow(name: str, handle: tuple[float, float], target: tuple[float, float]) -> Arrow:
    return Arrow(name, handle, target, handle, "first")


NOSE = Arrows((arrow("a", (12.0, 12.0), (16.0, 12.0)),))


@dataclass
class Artist:
    """Somebody who drags in an editor, and what they were shown.

    ``sent`` are the messages that started or changed the daemon's drags, ``drags`` the ids of those
    drags, ``most`` is how many Retargets were under way at once at the most.
    """

    editor: Editor
    leg: Leg
    frames: list[Seen] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)
    drags: list[str] = field(default_factory=list)
    sent: list[StartDrag | Retarget] = field(default_factory=list)
    most: int = 0

    def begins_seen(self, daemon: Daemon, watch: Callable[[Seen], None] | None = None) -> "Artist":
        """Begin a drag that is asked for a frame before its first step."""
        with daemon.worker_held():
            self.begins(watch)
            self.editor.call(Ping())
        return self

    def begins(self, watch: Callable[[Seen], None] | None = None) -> "Artist":
        self._listen()
        shown = watch or self.frames.append
        self.drag = LiveDrag(self.editor.link, self.leg, on_frame=shown, on_end=self.ends.append)
        return self

    def wishes(
        self,
        arrows: Arrows,
        options: DragOptions = HOLD,
        mask: SelectionMask | None = None,
        **references: Latent,
    ) -> None:
        known = {**self.leg.references, **references}
        self.drag.wish(arrows, references=known, mask=mask, options=options)

    def sees(self, condition: Callable[[Seen], object], what: str) -> Seen:
        """Wait for the next frame, from now on, of which ``condition`` holds."""
        count = len(self.frames)
        self.editor.until(lambda: any(condition(one) for one in self.frames[count:]), what)
        return next(one for one in self.frames[count:] if condition(one))

    def end(self) -> Ended:
        self.editor.until(lambda: self.ends, "the drag's end")
        (only,) = self.ends
        assert not self.drag.running
        return only

    def _listen(self) -> None:
        ask, under_way = self.editor.link.ask, 0

        def listening(request: Any, *, on_reply: Any, on_error: Any, on_event: Any = None) -> str:
            nonlocal under_way
            follows = isinstance(request, Retarget)
            under_way += follows
            self.most = max(self.most, under_way)
            if isinstance(request, StartDrag | Retarget):
                self.sent.append(request)

            def told(answer: object, tell: Callable[[object], None]) -> None:
                nonlocal under_way
                under_way -= follows
                tell(answer)

            request_id = ask(
                request,
                on_reply=lambda answer: told(answer, on_reply),
                on_error=lambda error: told(error, on_error),
                on_event=on_event,
            )
            if isinstance(request, StartDrag):
                self.drags.append(request_id)
            return request_id

        self.editor.link.ask = listening  # type: ignore[method-assign]


def leg_of(
    editor: Editor,
    arrows: Arrows = NOSE,
    options: DragOptions = HOLD,
    *,
    model: ModelRef = TINY,
    mask: SelectionMask | None = None,
) -> Leg:
    """Return a leg from the picture of seed 0, in which the arrows were set."""
    made = editor.call(Generate(model, seed=0))
    assert isinstance(made, Generated)
    return Leg(
        model=made.model,
        latent=made.latent,
        arrows=arrows,
        references={"first": made.latent},
        mask=mask,
        options=options,
        frames=PictureFormat(order="BGRA"),
    )


@pytest.fixture
def artist(daemon: Daemon, editor: Editor) -> Artist:
    """An artist in front of "tiny"; the button is down and the handle is pulled to (16, 12)."""
    return Artist(editor, leg_of(editor.connected()))


def moved(arrows: Arrows, target: tuple[float, float]) -> Arrows:
    return arrows.with_target("a", target)


def arrived(seen: Seen | None) -> bool:
    """Whether every handle is at its target; "tiny", being of random weights, calls some lost."""
    assert seen is not None
    return all(point.distance <= 1 for point in seen.points)


def left(seen: Seen) -> float:
    return sum(point.distance for point in seen.points)


def data(seen: Seen | None) -> bytes:
    assert seen is not None
    assert seen.image is not None
    return bytes(seen.image.data)


def test_a_drag_shows_frames_and_ends_by_itself_where_it_arrives(
    daemon: Daemon, artist: Artist
) -> None:
    artist.leg = replace(artist.leg, options=FREE)
    ended = artist.begins_seen(daemon).end()
    assert ended.reason == "arrived"
    assert ended.text
    assert ended.seen is artist.drag.seen
    assert arrived(ended.seen)
    assert len(data(ended.seen)) == 32 * 32 * 4
    steps = [frame.step for frame in artist.frames]
    assert steps == sorted(set(steps))
    assert ended.seen is not None
    assert steps[-1] <= ended.seen.step


def test_a_held_drag_waits_for_the_hand_and_ends_when_it_lets_go(artist: Artist) -> None:
    artist.begins().sees(arrived, "the arrival")
    assert artist.ends == []
    artist.wishes(moved(NOSE, (14.0, 12.0)))
    artist.sees(lambda seen: seen.points[0].target == (14.0, 12.0) and arrived(seen), "another")
    artist.wishes(moved(NOSE, (14.0, 12.0)), FREE)
    assert artist.end().reason == "arrived"
    assert len([one for one in artist.sent if isinstance(one, StartDrag)]) == 1


def test_five_hundred_wishes_are_one_retarget_at_a_time_and_the_last_one_counts(
    daemon: Daemon, artist: Artist
) -> None:
    refused = daemon.log.count("refused")
    artist.begins()
    artist.editor.ticks = False
    for number in range(500):
        angle = number / 40
        around = (16 + 6 * math.cos(angle), 16 + 6 * math.sin(angle))
        artist.wishes(moved(NOSE, around))
        if number % 5 == 0:
            artist.editor.turn()
    last = moved(NOSE, (15.0, 13.0))
    artist.wishes(last)
    artist.sees(lambda seen: seen.points[0].target == (15.0, 13.0), "a frame after the last one")
    assert artist.frames[-1].retarget == artist.drag.newest
    assert artist.most == 1
    assert 2 <= artist.drag.newest < 250
    artist.drag.stop()
    assert artist.end().reason == "stopped"
    assert daemon.log.count("refused") == refused
    assert artist.editor.longest < 0.5


def test_drafts_are_asked_for_and_told_from_full_pictures(daemon: Daemon, artist: Artist) -> None:
    add_random_model(daemon.models, "broad", resolution=512, channels=24)
    options = replace(HOLD, feature_layer="b64", learning_rate=1e-4)
    far = Arrows((arrow("a", (200.0, 200.0), (400.0, 200.0)),))
    artist.leg = leg_of(artist.editor, far, options, model=ModelRef("broad"))
    artist.begins()
    assert artist.sees(lambda _: True, "a first frame").full

    def shows_a_draft() -> bool:
        """Look at the first step towards another target: there the drag cannot rest yet."""
        with daemon.worker_held():
            artist.wishes(moved(far, (400.0, 201.0 + artist.drag.newest % 100)), options)
            for _ in range(2):  # an answer, and one to what was said when a frame came with it
                artist.editor.call(Ping())
        return not artist.sees(lambda seen: seen.retarget == artist.drag.newest, "a frame").full

    wait_for(shows_a_draft, "a draft")
    artist.drag.stop()
    ended = artist.end().seen
    assert ended is not None
    assert ended.full


def test_frames_say_which_wish_they_follow(artist: Artist) -> None:
    artist.begins().sees(lambda seen: seen.retarget == 0, "a frame")
    artist.wishes(moved(NOSE, (14.0, 14.0)))
    assert artist.drag.newest == 1
    artist.wishes(moved(NOSE, (15.0, 14.0)))
    assert artist.drag.newest == 1
    artist.sees(lambda seen: seen.retarget == 2, "a frame that follows the second")
    numbers = [frame.retarget for frame in artist.frames]
    assert numbers == sorted(numbers)


def ended_unseen(daemon: Daemon, artist: Artist) -> None:
    """Begin, and wait until the daemon's drag is over, without having looked at what it said."""
    artist.leg = replace(artist.leg, options=FREE)
    artist.begins()
    wait_for(lambda: is_done(daemon, artist), "the end of the daemon's drag")


def is_done(daemon: Daemon, artist: Artist) -> bool:
    """Say whether the daemon has ended the drag that the artist began last."""
    return f"StartDrag {artist.drags[-1]} is done" in daemon.log


def test_a_wish_that_crosses_the_end_is_followed_from_there(daemon: Daemon, artist: Artist) -> None:
    ended_unseen(daemon, artist)
    artist.wishes(moved(NOSE, (12.0, 15.0)), FREE)
    ended = artist.end()
    first, crossed, second = artist.sent
    assert isinstance(first, StartDrag)
    assert isinstance(crossed, Retarget)
    assert isinstance(second, StartDrag)
    assert bytes(second.references[0].data) == bytes(first.latent.data)
    assert bytes(second.latent.data) != bytes(first.latent.data)
    assert second.points[0].origin == (12.0, 12.0)
    assert second.points[0].handle != (12.0, 12.0)
    assert ended.seen is not None
    assert ended.seen.points[0].target == (12.0, 15.0)
    assert ended.seen.retarget == artist.drag.newest
    assert ended.reason in {"arrived", "stuck"}


@pytest.mark.parametrize("button", [FREE, HOLD])
def test_a_wish_for_what_has_ended_starts_nothing(
    daemon: Daemon, artist: Artist, button: DragOptions
) -> None:
    artist.leg = replace(artist.leg, options=button)
    if button is FREE:
        ended_unseen(daemon, artist)
    else:
        artist.begins().sees(arrived, "the arrival")
    artist.wishes(NOSE, FREE)
    assert artist.end().reason == "arrived"
    assert len([one for one in artist.sent if isinstance(one, StartDrag)]) == 1


def test_a_handle_that_is_set_anew_is_another_point_in_another_picture(artist: Artist) -> None:
    seen = artist.begins().sees(lambda seen: seen.step >= 2, "a frame")
    anew, set_anew = NOSE.with_handle("a", (20.0, 18.0), "second")
    artist.wishes(anew.clamped(32, 32), second=seen.latent)
    frame = artist.sees(lambda seen: seen.retarget == 1, "a frame with the new point")
    assert [point.id for point in frame.points] == [set_anew.id]
    retarget = artist.sent[-1]
    assert isinstance(retarget, Retarget)
    assert retarget.removed == ("a",)
    assert retarget.added[0].reference == 0
    assert bytes(retarget.references[0].data) == bytes(seen.latent.data)


def test_an_arrow_is_added_and_another_removed(artist: Artist) -> None:
    artist.begins().sees(lambda _: True, "a frame")
    both = Arrows((*NOSE, arrow("b", (20.0, 20.0), (22.0, 20.0))))
    artist.wishes(both)
    artist.sees(lambda seen: [point.id for point in seen.points] == ["a", "b"], "both")
    artist.wishes(both.without("a"))
    artist.sees(lambda seen: [point.id for point in seen.points] == ["b"], "one")


def test_without_its_last_arrow_a_drag_stops(artist: Artist) -> None:
    artist.begins().sees(lambda _: True, "a frame")
    artist.wishes(Arrows())
    assert artist.end().reason == "stopped"


def test_a_mask_is_sent_when_it_changed_alone(artist: Artist) -> None:
    left = SelectionMask(32, 32, (b"\xff" * 16 + b"\0" * 16) * 32)
    artist.begins().sees(lambda _: True, "a frame")
    for column in range(5):
        artist.wishes(moved(NOSE, (13.0 + column / 2, 12.0)), mask=left)
        artist.sees(lambda seen: seen.retarget == artist.drag.newest, "a frame after it")
    artist.wishes(NOSE)
    artist.sees(lambda seen: seen.retarget == artist.drag.newest, "a frame without it")
    retargets = [one for one in artist.sent if isinstance(one, Retarget)]
    assert [one.mask is not None for one in retargets] == [True, False, False, False, False, False]
    assert [one.clear_mask for one in retargets] == [False] * 5 + [True]


def test_a_selection_made_meanwhile_keeps_the_rest_exactly(artist: Artist) -> None:
    """What is composited is settled when a drag starts, so another one goes on from the first."""
    composite = DragOptions(hold=True, composite=True)
    artist.leg = replace(artist.leg, options=composite)
    artist.begins().sees(lambda _: True, "a frame")
    feathered = bytes(range(0, 256, 8)) * 32
    artist.wishes(NOSE, composite, SelectionMask(32, 32, feathered))
    artist.sees(lambda seen: data(seen)[3::4] == feathered, "a frame with the mask as its alpha")
    artist.wishes(NOSE, composite)
    artist.sees(lambda seen: set(data(seen)[3::4]) == {255}, "a frame that is whole again")
    starts = [one for one in artist.sent if isinstance(one, StartDrag)]
    assert [one.options.composite for one in starts] == [False, True, False]
    assert artist.ends == []


def test_a_selection_taken_back_at_once_ends_nothing(artist: Artist) -> None:
    composite = DragOptions(hold=True, composite=True)
    artist.begins().sees(lambda _: True, "a frame")
    artist.wishes(NOSE, composite, SelectionMask(32, 32, b"\xff" * 1024))
    artist.wishes(NOSE)
    artist.sees(lambda _: len(artist.sent) == 2, "a frame of the drag that goes on")
    assert artist.ends == []
    assert [type(one) for one in artist.sent] == [StartDrag, StartDrag]


def test_stop_keeps_the_best_picture(artist: Artist) -> None:
    artist.begins().sees(lambda seen: seen.step >= 2, "a frame")
    artist.drag.stop()
    artist.wishes(moved(NOSE, (2.0, 2.0)))
    ended = artist.end()
    assert ended.reason == "stopped"
    assert data(ended.seen)


def test_nobody_hears_of_a_drag_that_was_abandoned(daemon: Daemon, artist: Artist) -> None:
    artist.begins().sees(lambda _: True, "a frame")
    artist.drag.abandon()
    count = len(artist.frames)
    artist.editor.until(lambda: is_done(daemon, artist), "the daemon's end of it")
    artist.editor.call(Generate(TINY, seed=1))
    assert (len(artist.frames), artist.ends) == (count, [])


def test_a_slow_editor_gets_fewer_frames(daemon: Daemon, artist: Artist) -> None:
    def slowly(seen: Seen) -> None:
        artist.frames.append(seen)
        with daemon.conversation() as other:
            for seed in range(4):  # they take turns with the drag, which makes a step between
                other.call(Generate(TINY, seed=seed))

    slow_steps = DragOptions(learning_rate=1e-4, step_limit=10000, hold=True)
    artist.leg = replace(artist.leg, options=slow_steps, arrows=moved(NOSE, (30.0, 30.0)))
    artist.begins_seen(daemon, slowly)
    artist.editor.until(lambda: len(artist.frames) >= 2, "two frames")
    assert artist.frames[1].step > artist.frames[0].step + 1


def test_an_editor_that_fails_at_a_frame_gets_the_next_one(artist: Artist) -> None:
    def stumbles(seen: Seen) -> None:
        artist.frames.append(seen)
        if len(artist.frames) == 1:
            raise ZeroDivisionError

    artist.begins(stumbles)
    with pytest.raises(ZeroDivisionError):
        artist.editor.until(lambda: False, "the fault")
    artist.sees(lambda _: True, "the next frame")


def test_a_drag_that_cannot_be_ends_with_the_daemons_sentence(artist: Artist) -> None:
    artist.leg = replace(artist.leg, model=ModelRef("nobody"))
    ended = artist.begins().end()
    assert (ended.reason, ended.seen) == ("unknown_model", None)
    assert ended.text.endswith(".")


def test_a_wish_that_cannot_be_ends_the_drag_with_the_last_picture(
    daemon: Daemon, artist: Artist
) -> None:
    artist.begins().sees(lambda _: True, "a frame")
    artist.wishes(moved(NOSE, (99.0, 12.0)))
    ended = artist.end()
    assert ended.reason == "bad_field"
    assert ended.seen is artist.frames[-1]
    artist.editor.until(lambda: is_done(daemon, artist), "the daemon's end of it")
    assert len(artist.ends) == 1


def test_an_arrow_whose_picture_is_gone_is_refused(artist: Artist) -> None:
    artist.begins()
    lost, _ = NOSE.add((1.0, 1.0), (2.0, 2.0), "gone")
    with pytest.raises(ValueError, match="set them anew"):
        artist.wishes(lost)
    artist.sees(arrived, "the wish of before")


def test_a_daemon_killed_in_mid_drag_is_taken_up_again_from_the_last_frame(
    fragile: Daemon, editor: Editor
) -> None:
    """With the model that is packaged: eye and nose go on from where they were seen last."""
    fragile.start()
    face = Arrows(
        (arrow("eye", (48.0, 52.0), (56.0, 44.0)), arrow("nose", (64.0, 70.0), (84.0, 84.0)))
    )
    artist = Artist(editor, leg_of(editor.connected(), face, model=CRITTERS))
    artist.begins().sees(lambda seen: seen.step >= 3, "a few frames")
    artist.wishes(face.with_target("nose", (80.0, 60.0)))
    artist.sees(lambda seen: seen.retarget == 1, "a frame that follows")
    fragile.end(signal.SIGKILL)
    editor.until(lambda: artist.drag.interrupted, "the interruption")
    assert not artist.drag.running
    assert artist.ends == []
    artist.drag.resume()
    assert artist.drag.interrupted
    last = artist.frames[-1]
    fragile.start()
    editor.until(lambda: editor.link.state is LinkState.READY, "the daemon")
    artist.drag.resume()
    first = artist.sees(lambda _: True, "a frame of the resumed drag")
    again = artist.sent[-1]
    assert isinstance(again, StartDrag)
    assert bytes(again.latent.data) == bytes(last.latent.data)
    assert [bytes(one.data) for one in again.references] == [bytes(artist.leg.latent.data)]
    assert [point.origin for point in again.points] == [(48.0, 52.0), (64.0, 70.0)]
    assert first.step > last.step
    assert first.retarget == 1
    for before, after in zip(last.points, first.points, strict=True):
        assert (before.id, before.target) == (after.id, after.target)
        assert math.dist(before.handle, after.handle) <= FARTHEST * (first.step - last.step)
    artist.wishes(face.with_target("nose", (80.0, 60.0)), FREE)
    ended = artist.end()
    assert ended.seen is not None
    assert left(ended.seen) <= left(last)


def test_a_drag_that_is_interrupted_can_be_stopped(fragile: Daemon, editor: Editor) -> None:
    fragile.start()
    artist = Artist(editor, leg_of(editor.connected()))
    artist.begins().sees(lambda _: True, "a frame")
    fragile.end(signal.SIGKILL)
    editor.until(lambda: artist.drag.interrupted, "the interruption")
    artist.drag.stop()
    assert artist.ends == [Ended("stopped", "", artist.frames[-1])]
    artist.drag.resume()
    assert not artist.drag.running


def test_a_drag_that_is_interrupted_and_has_lost_its_arrows_is_over(
    fragile: Daemon, editor: Editor
) -> None:
    fragile.start()
    artist = Artist(editor, leg_of(editor.connected()))
    artist.begins().sees(lambda _: True, "a frame")
    fragile.end(signal.SIGKILL)
    editor.until(lambda: artist.drag.interrupted, "the interruption")
    artist.wishes(Arrows())
    assert artist.ends == []
    artist.drag.resume()
    assert artist.ends == [Ended("stopped", "", artist.frames[-1])]
    assert not artist.drag.interrupted


def test_a_worker_that_dies_is_survived_once_without_a_word(
    fragile: Daemon, editor: Editor
) -> None:
    fragile.start()
    artist = Artist(editor, leg_of(editor.connected()))
    artist.begins().sees(arrived, "the arrival")
    os.kill(fragile.worker_pid(), signal.SIGKILL)
    artist.sees(arrived, "the arrival with the next worker")
    assert artist.ends == []
    os.kill(fragile.worker_pid(), signal.SIGKILL)
    ended = artist.end()
    assert ended.reason == "worker_died"
    assert "can be resumed" in ended.text
    assert ended.seen is artist.frames[-1]
