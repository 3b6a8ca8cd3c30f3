"""Inversions through a real daemon: frames, ends, going on, tunings, and what is refused."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.service.drags import LARGE, TINY, endless_drag, generated
from tests.service.drags import begin_seen as begin_drag
from tests.service.inversions import (
    CRITTERS,
    SHORT,
    begin_seen,
    endless_inversion,
    noise,
    pixels,
    short_inversion,
)
from tests.service.running import Bare, Daemon, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    Attach,
    Attached,
    Event,
    FetchTuning,
    InversionFrame,
    Invert,
    Inverted,
    NextFrame,
    Ping,
    Progress,
    Render,
)
from tugline_protocol.values import (
    Image,
    InversionOptions,
    InversionStage,
    Latent,
    PictureFormat,
    PicturePlace,
)


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.safetensors")}


def test_an_inversion_ends_in_a_latent_that_draws_its_picture(talk: Conversation) -> None:
    wanted = PictureFormat(64, 64, order="BGRA")
    told: list[Event] = []
    invert = replace(short_inversion(talk, CRITTERS), frames=wanted)
    options = replace(invert.options, w_steps=12)
    ended = talk.call(replace(invert, options=options), told.append)
    assert (ended.reason, ended.text) == ("done", "")
    assert (ended.model.name, ended.model.tuned) == ("critters-2", "")
    assert 0.5 < ended.likeness <= 1
    assert ended.psnr > 10
    assert ended.image == talk.call(Render(ended.model, ended.latent, wanted)).image
    texts = [event.text for event in told if isinstance(event, Progress)]
    assert any("Looking for the picture" in text for text in texts)
    assert all(text.endswith(".") for text in texts)


def test_progress_only_grows(talk: Conversation) -> None:
    told: list[Event] = []
    talk.call(short_inversion(talk), told.append)
    done = [event.done for event in told if isinstance(event, Progress)]
    assert done == sorted(done)


def test_frames_are_sent_for_credits_and_each_draws_its_picture(
    daemon: Daemon, talk: Conversation
) -> None:
    inversion = begin_seen(daemon, talk, endless_inversion(talk))
    frames = inversion.inversion_frames()
    seen = [next(frames) for _ in range(3)]
    assert [frame.step for frame in seen] == sorted({frame.step for frame in seen})
    for frame in seen:
        assert frame.stage == "w"
        assert 0 <= frame.done < 1
        assert talk.call(Render(frame.model, frame.latent)).image == frame.image
    inversion.stop()
    ended = inversion.result()
    assert ended.reason == "stopped"
    assert ended.step >= seen[-1].step
    assert ended.psnr >= seen[-1].psnr
    assert ended.text


def test_without_frames_there_is_no_picture(talk: Conversation) -> None:
    assert talk.call(replace(short_inversion(talk), frames=None)).image is None


def test_a_region_is_inverted_as_if_it_were_the_picture(talk: Conversation) -> None:
    """A picture that was laid into a larger one, turned by a quarter."""
    invert = short_inversion(talk)
    larger = np.full((100, 150, 3), 90, np.uint8)
    larger[20:52, 50:82] = np.rot90(pixels(invert.picture), -1)
    within = Image(150, 100, "RGB", larger.tobytes())
    place = PicturePlace(0.0, 1.0, -1.0, 0.0, 82.0, 20.0)
    alone, found = talk.call(invert), talk.call(replace(invert, picture=within, place=place))
    assert found.psnr == pytest.approx(alone.psnr, abs=0.3)


def test_what_is_transparent_does_not_count(talk: Conversation) -> None:
    """Of a picture a half is spoilt: where it is transparent the other half is met all the same."""
    invert = short_inversion(talk)
    spoilt = np.dstack([pixels(invert.picture), np.full((32, 32), 255)]).astype(np.uint8)
    spoilt[:, 16:] = (0, 255, 0, 0)
    hidden = talk.call(replace(invert, picture=Image(32, 32, "RGBA", spoilt.tobytes())))
    spoilt[..., 3] = 255
    shown = talk.call(replace(invert, picture=Image(32, 32, "RGBA", spoilt.tobytes())))
    assert hidden.psnr > shown.psnr + 3


def test_a_picture_of_another_kind_is_told_so(talk: Conversation) -> None:
    ended = talk.call(Invert(CRITTERS, noise(128), options=SHORT))
    assert ended.reason == "done"
    assert ended.likeness < 0.5
    assert f"{100 * ended.likeness:.0f} %" in ended.text
    assert "critters-2" in ended.text


def test_a_picture_of_another_kind_is_told_so_where_the_artist_stops(
    daemon: Daemon, talk: Conversation
) -> None:
    """Once W is over, by which it is judged."""
    options = InversionOptions(w_steps=4, wplus_steps=100_000, tuning_steps=0)
    inversion = begin_seen(daemon, talk, Invert(CRITTERS, noise(128), options=options))
    assert any(frame.stage == "w+" for frame in inversion.inversion_frames())
    inversion.stop()
    ended = inversion.result()
    assert ended.reason == "stopped"
    assert "this is the best so far" in ended.text
    assert "none of the kind that critters-2 draws" in ended.text


def test_a_tuned_model_is_kept_and_named_and_nothing_else_is_left(
    daemon: Daemon, talk: Conversation
) -> None:
    before = names(daemon.models.parent / "tunings")
    ended = talk.call(short_inversion(talk, tuning_steps=4))
    assert ended.model.tuned
    assert names(daemon.models.parent / "tunings") - before == {ended.model.tuned}
    fetched = talk.call(FetchTuning(ended.model))
    assert fetched.model == ended.model
    drawn = pixels(talk.call(Render(ended.model, ended.latent)).image)
    assert np.abs(drawn - pixels(ended.image)).max() <= 2  # the kept one has its numbers in 16 bits
    plain = replace(ended.model, tuned="")
    assert np.abs(drawn - pixels(talk.call(Render(plain, ended.latent)).image)).max() > 2


@pytest.mark.parametrize("stage", ["w+", "tuning"])
def test_an_inversion_goes_on_where_another_ended(
    talk: Conversation, stage: InversionStage
) -> None:
    invert = short_inversion(talk, tuning_steps=4 if stage == "tuning" else 0)
    ended = talk.call(invert)
    goes_on = replace(invert, latent=ended.latent, stage=stage, model=ended.model)
    assert talk.call(goes_on).psnr >= ended.psnr - 0.1
    begun_anew = talk.call(replace(invert, options=replace(SHORT, w_steps=1, wplus_steps=0)))
    assert begun_anew.psnr < ended.psnr - 0.1


def test_a_drag_goes_on_beside_an_inversion(daemon: Daemon, talk: Conversation) -> None:
    with daemon.conversation() as other:
        inversion = begin_seen(daemon, other, endless_inversion(other))
        drag = begin_drag(daemon, talk, endless_drag(generated(talk, LARGE)))
        frames, seen = drag.frames(), inversion.inversion_frames()
        first = next(frames).step, next(seen).step
        assert next(frames).step > first[0]
        assert next(seen).step > first[1]
        for pending in (drag, inversion):
            pending.stop()
            pending.result()


def test_an_inversion_of_a_client_that_leaves_ends_and_its_end_is_kept(
    daemon: Daemon, talk: Conversation
) -> None:
    invert = endless_inversion(talk)
    with Bare(daemon) as leaving:
        leaving.hello("inverter")
        with daemon.worker_held():
            leaving.send(invert, "lost")
            leaving.send(NextFrame("lost"), "credit")
            leaving.ask(Ping(), "passed on")
        assert isinstance(leaving.terminal("lost"), InversionFrame)
        attached = leaving.ask(Attach(), "attach")
        assert isinstance(attached, Attached)
        assert [(one.id, one.type) for one in attached.running] == [("lost", "Invert")]
    wait_for(lambda: "Invert lost is done" in daemon.log, "the end of the inversion")
    with Bare(daemon) as back:
        back.hello("inverter")
        back.send(Attach(), "attach")
        assert back.receive() == ("attach", Attached())
        found, ended = back.receive()
        assert found == "lost"
        assert isinstance(ended, Inverted)
        assert ended.reason == "client_gone"
        assert ended.image is not None


def test_stopping_before_it_began_is_an_error(daemon: Daemon, talk: Conversation) -> None:
    invert = short_inversion(talk)
    with daemon.worker_held():
        inversion = talk.begin(invert)
        assert inversion.stop().found
    with pytest.raises(RequestFailed) as failed:
        inversion.result()
    assert failed.value.code == "stopped"


FLAT = PicturePlace(1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
OUTSIDE = PicturePlace(1.0, 0.0, 0.0, 1.0, 33.0, 0.0)
VAST = PicturePlace(40.0, 0.0, 0.0, 40.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("invert", "field"),
    [
        (Invert(TINY, Image(128, 128, "RGB", bytes(5))), "picture.data"),
        (Invert(TINY, Image(0, 128, "RGB", b"")), "picture.width"),
        (Invert(TINY, noise(32), FLAT), "place"),
        (Invert(TINY, noise(32), OUTSIDE), "place"),
        (Invert(TINY, noise(32), VAST), "place"),
        (Invert(TINY, noise(32), PicturePlace(math.nan, 0, 0, 1, 0, 0)), "place.a"),
        (Invert(TINY, noise(32), latent=Latent(12, 256, bytes(4 * 12 * 256))), "latent"),
        (Invert(TINY, noise(32), stage="w+"), "stage"),
        (Invert(TINY, noise(32), stage="best"), "stage"),  # type: ignore[arg-type]
        (Invert(replace(TINY, tuned="ab" * 32), noise(32)), "model.tuned"),
        (Invert(TINY, noise(32), options=InversionOptions(w_steps=-1)), "options.w_steps"),
        (Invert(TINY, noise(32), options=InversionOptions("fast")), "options.quality"),  # type: ignore[arg-type]
        (Invert(TINY, noise(32), frames=PictureFormat(width=0)), "frames.width"),
        (Invert(TINY, Image(64, 64, "RGBA", bytes(4 * 64 * 64))), "picture"),
    ],
)
def test_what_cannot_be_inverted_is_refused_with_its_field(
    talk: Conversation, invert: Invert, field: str
) -> None:
    with pytest.raises(RequestFailed) as failed:
        talk.call(invert)
    assert (failed.value.code, failed.value.field) == ("bad_field", field)
    assert str(failed.value).count(".") <= 3
    assert talk.call(Ping()).uptime > 0


def test_going_on_with_a_tuning_that_is_not_there(talk: Conversation) -> None:
    latent = generated(talk).latent
    invert = Invert(replace(TINY, tuned="ab" * 32), noise(32), latent=latent, stage="tuning")
    with pytest.raises(RequestFailed) as failed:
        talk.call(invert)
    assert (failed.value.code, failed.value.field) == ("unknown_tuning", "model.tuned")
