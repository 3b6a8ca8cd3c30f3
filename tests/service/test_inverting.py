"""Inversions through a real daemon: frames, ends, going on, tunings, and what is refused."""

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.service.drags import LARGE, endless_drag, generated
from tests.service.drags import begin_seen as begin_drag
from tests.service.inversions import (
    CRITTERS,
    ENDLESS,
    SHORT,
    begin_seen,
    picture,
    short_inversion,
)
from tests.service.running import Bare, Daemon, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    Attach,
    Attached,
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
    Latent,
    ModelRef,
    PictureFormat,
    PicturePlace,
)


def noise(side: int = 128) -> Image:
    """Return a picture that is no critter's."""
    draw = np.random.default_rng(3)
    return Image(side, side, "RGB", draw.integers(0, 256, 3 * side * side, np.uint8).tobytes())


def names(folder: Path) -> set[str]:
    return {path.stem for path in folder.glob("*.safetensors")}


def test_an_inversion_ends_in_a_latent_that_draws_its_picture(talk: Conversation) -> None:
    ended = talk.call(replace(short_inversion(talk), frames=PictureFormat(64, 64, order="BGRA")))
    assert ended.reason == "done"
    assert ended.text == ""
    assert (ended.model.name, ended.model.tuned) == ("critters-2", "")
    assert 0.5 < ended.likeness <= 1
    assert ended.psnr > 10
    drawn = talk.call(Render(ended.model, ended.latent, PictureFormat(64, 64, order="BGRA")))
    assert ended.image == drawn.image


def test_frames_are_sent_for_credits_and_each_draws_its_picture(
    daemon: Daemon, talk: Conversation
) -> None:
    inversion = begin_seen(
        daemon, talk, replace(short_inversion(talk), options=ENDLESS, frames=PictureFormat())
    )
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


def test_progress_tells_the_stage_in_words(talk: Conversation) -> None:
    told: list[Progress] = []
    talk.call(
        short_inversion(talk),
        lambda event: told.append(event) if isinstance(event, Progress) else None,
    )
    assert any("Into W" in progress.text for progress in told)
    assert all(progress.text.endswith(".") for progress in told)
    done = [progress.done for progress in told]
    assert done == sorted(done)


def test_without_frames_there_is_no_picture(talk: Conversation) -> None:
    assert talk.call(replace(short_inversion(talk), frames=None)).image is None


def test_a_region_is_inverted_as_if_it_were_the_picture(talk: Conversation) -> None:
    """A picture that was laid into a larger one, turned by a quarter."""
    invert = short_inversion(talk)
    pixels = np.frombuffer(invert.picture.data, np.uint8).reshape(128, 128, 3)
    larger = np.full((200, 300, 3), 90, np.uint8)
    larger[20:148, 100:228] = np.rot90(pixels, -1)
    within = Image(300, 200, "RGB", larger.tobytes())
    place = PicturePlace(0.0, 1.0, -1.0, 0.0, 228.0, 20.0)
    alone, found = talk.call(invert), talk.call(replace(invert, picture=within, place=place))
    assert found.psnr == pytest.approx(alone.psnr, abs=0.3)


def test_what_is_transparent_does_not_count(talk: Conversation) -> None:
    """A picture of which a half is spoilt, but transparent, is met as well as the other half is."""
    invert = short_inversion(talk)
    pixels = np.full((128, 128, 4), 255, np.uint8)
    pixels[..., :3] = np.frombuffer(invert.picture.data, np.uint8).reshape(128, 128, 3)
    pixels[:, 64:] = (0, 255, 0, 0)
    hidden = talk.call(replace(invert, picture=Image(128, 128, "RGBA", pixels.tobytes())))
    pixels[..., 3] = 255
    shown = talk.call(replace(invert, picture=Image(128, 128, "RGBA", pixels.tobytes())))
    assert hidden.psnr > shown.psnr + 3


def test_a_picture_of_another_kind_is_told_so(talk: Conversation) -> None:
    ended = talk.call(Invert(CRITTERS, noise(), options=SHORT))
    assert ended.reason == "done"
    assert ended.likeness < 0.5
    assert f"{ended.likeness:.0%}" in ended.text
    assert "critters-2" in ended.text


def test_a_tuned_model_is_kept_and_named_and_nothing_else_is_left(
    daemon: Daemon, talk: Conversation
) -> None:
    before = names(daemon.models.parent / "tunings")
    ended = talk.call(short_inversion(talk, tuning_steps=4))
    assert ended.model.tuned
    assert names(daemon.models.parent / "tunings") - before == {ended.model.tuned}
    fetched = talk.call(FetchTuning(ended.model))
    assert fetched.model == ended.model
    drawn = talk.call(Render(ended.model, ended.latent)).image
    assert ended.image is not None
    pixels = [np.frombuffer(one.data, np.uint8).astype(int) for one in (drawn, ended.image)]
    assert np.abs(pixels[0] - pixels[1]).max() <= 2  # the kept one has its numbers in 16 bits


def test_an_inversion_goes_on_from_its_frame(daemon: Daemon, talk: Conversation) -> None:
    invert = replace(short_inversion(talk), options=ENDLESS)
    inversion = begin_seen(daemon, talk, invert)
    frames = inversion.inversion_frames()
    frame = [next(frames) for _ in range(3)][-1]
    inversion.stop()
    inversion.result()
    goes_on = replace(invert, latent=frame.latent, stage="w+", model=frame.model, options=SHORT)
    ended = talk.call(goes_on)
    assert ended.psnr >= frame.psnr - 0.01


def test_a_drag_goes_on_beside_an_inversion(daemon: Daemon, talk: Conversation) -> None:
    with daemon.conversation() as other:
        inversion = begin_seen(daemon, other, replace(short_inversion(other), options=ENDLESS))
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
    invert = replace(short_inversion(talk), options=ENDLESS)
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


def _latent(numbers: int = 12 * 256) -> Latent:
    return Latent(12, numbers // 12, bytes(4 * numbers))


FLAT = PicturePlace(1.0, 1.0, 1.0, 1.0, 0.0, 0.0)
OUTSIDE = PicturePlace(1.0, 0.0, 0.0, 1.0, 130.0, 0.0)
VAST = PicturePlace(40.0, 0.0, 0.0, 40.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("invert", "field"),
    [
        (Invert(CRITTERS, Image(128, 128, "RGB", bytes(5))), "picture.data"),
        (Invert(CRITTERS, Image(0, 128, "RGB", b"")), "picture.width"),
        (Invert(CRITTERS, noise(), FLAT), "place"),
        (Invert(CRITTERS, noise(), OUTSIDE), "place"),
        (Invert(CRITTERS, noise(), VAST), "place"),
        (Invert(CRITTERS, noise(), PicturePlace(math.nan, 0, 0, 1, 0, 0)), "place.a"),
        (Invert(CRITTERS, noise(), latent=Latent(8, 24, bytes(768))), "latent"),
        (Invert(CRITTERS, noise(), stage="w+"), "stage"),
        (Invert(CRITTERS, noise(), stage="best"), "stage"),  # type: ignore[arg-type]
        (Invert(ModelRef("critters-2", tuned="ab" * 32), noise()), "model.tuned"),
        (Invert(CRITTERS, noise(), options=InversionOptions(w_steps=-1)), "options.w_steps"),
        (Invert(CRITTERS, noise(), options=InversionOptions("fast")), "options.quality"),  # type: ignore[arg-type]
        (Invert(CRITTERS, noise(), frames=PictureFormat(width=0)), "frames.width"),
        (Invert(CRITTERS, Image(64, 64, "RGBA", bytes(4 * 64 * 64))), "picture"),
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
    loaded = picture(talk)
    made = generated(talk, CRITTERS)
    invert = Invert(replace(CRITTERS, tuned="ab" * 32), loaded, latent=made.latent, stage="tuning")
    with pytest.raises(RequestFailed) as failed:
        talk.call(invert)
    assert (failed.value.code, failed.value.field) == ("unknown_tuning", "model.tuned")
