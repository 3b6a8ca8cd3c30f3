"""The alpha of frames: given with a drag, changed in it, soft inside of its border."""

from dataclasses import replace

import numpy as np
import pytest

from tests.service.drags import BRISK, TINY, generated, short_drag
from tests.service.running import Bare, Daemon
from tugline_daemon.service.feathering import feathered
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    DragEnded,
    DragFrame,
    NextFrame,
    Render,
    Retarget,
    Retargeted,
    StartDrag,
)
from tugline_protocol.values import Image, Mask, PictureFormat, Rect


def box(size: int, inner: slice) -> np.ndarray:
    mask = np.zeros((size, size), np.uint8)
    mask[inner, inner] = 255
    return mask


def mask(pixels: np.ndarray) -> Mask:
    return Mask(pixels.shape[1], pixels.shape[0], pixels.tobytes())


def alpha(image: Image | None) -> np.ndarray:
    assert image is not None
    pixels = np.frombuffer(image.data, np.uint8).reshape(image.height, image.width, 4)
    return pixels[..., 3]


SHOWN = box(64, slice(8, 56))
MAY_MOVE = box(32, slice(2, 30))


@pytest.fixture
def start(talk: Conversation) -> StartDrag:
    """A drag with a mask, and an alpha of its own that is soft."""
    wanted = PictureFormat(64, 64, order="RGBA", feather=6.0)
    return replace(
        short_drag(generated(talk)), mask=mask(MAY_MOVE), alpha=mask(SHOWN), frames=wanted
    )


@pytest.mark.parametrize("composite", [False, True])
def test_the_alpha_counts_whatever_the_mask_is(
    talk: Conversation, start: StartDrag, composite: bool
) -> None:
    ended = talk.call(replace(start, options=replace(BRISK, composite=composite)))
    assert np.array_equal(alpha(ended.image), feathered(SHOWN, 6.0))


def test_a_mask_that_composites_is_soft_too(talk: Conversation, start: StartDrag) -> None:
    whole = box(64, slice(4, 60))
    options = replace(BRISK, composite=True)
    ended = talk.call(replace(start, mask=mask(whole), alpha=None, options=options))
    assert np.array_equal(alpha(ended.image), feathered(whole, 6.0))


def test_nothing_is_held_still_by_an_alpha(talk: Conversation, start: StartDrag) -> None:
    latents = [
        bytes(talk.call(replace(start, alpha=one)).latent.data) for one in (start.alpha, None)
    ]
    assert latents[0] == latents[1]


def test_a_retarget_brings_another_alpha(daemon: Daemon, start: StartDrag) -> None:
    with Bare(daemon) as bare:
        bare.hello("alphas")
        bare.send(replace(start, options=replace(BRISK, hold=True)), "drag")
        other = np.ascontiguousarray(SHOWN[:, ::-1] // 2)
        assert bare.ask(Retarget("drag", 1, alpha=mask(other)), "change") == Retargeted(1)
        bare.send(NextFrame("drag"), "credit")
        frame = bare.terminal("drag")
        assert isinstance(frame, DragFrame)
        assert np.array_equal(alpha(frame.image), feathered(other, 6.0))


def test_a_render_has_the_mask_as_its_soft_alpha_of_the_part_that_is_wanted(
    talk: Conversation, start: StartDrag
) -> None:
    rect = Rect(4, 6, 30, 40)
    wanted = PictureFormat(64, 64, order="BGRA", rect=rect, feather=4.0)
    drawn = talk.call(Render(TINY, start.latent, wanted, mask(SHOWN))).image
    assert np.array_equal(alpha(drawn), feathered(SHOWN, 4.0)[6:46, 4:34])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"alpha": Mask(4, 4, bytes(15))}, "alpha.data"),
        ({"frames": PictureFormat()}, "frames.order"),
        ({"frames": PictureFormat(order="RGBA", feather=-1.0)}, "frames.feather"),
        ({"frames": PictureFormat(order="RGBA", feather=300.0)}, "frames.feather"),
    ],
)
def test_an_alpha_that_cannot_be_is_refused(
    talk: Conversation, start: StartDrag, change: dict[str, object], field: str
) -> None:
    with pytest.raises(RequestFailed) as failed:
        talk.call(replace(start, **change))  # type: ignore[arg-type]
    assert failed.value.field == field


def test_a_retargets_alpha_is_checked(daemon: Daemon, start: StartDrag) -> None:
    with Bare(daemon) as bare:
        bare.hello("alphas checked")
        bare.send(replace(start, frames=None, options=replace(BRISK, hold=True)), "drag")
        refused = bare.ask(Retarget("drag", 1, alpha=Mask(4, 4, bytes(15))), "change")
        assert getattr(refused, "field", "") == "alpha.data"
        assert bare.ask(Retarget("drag", 1, alpha=mask(SHOWN)), "change") == Retargeted(1)


def test_a_drag_without_frames_may_have_an_alpha(talk: Conversation, start: StartDrag) -> None:
    ended = talk.call(replace(start, frames=None))
    assert isinstance(ended, DragEnded)
    assert ended.image is None
