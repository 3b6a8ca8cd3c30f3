"""What a client asks for besides drags, over the real socket."""

import numpy as np
import pytest

from tests.service.running import Daemon, wait_for
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import (
    Generate,
    Generated,
    ListModels,
    LoadModel,
    Mix,
    Ping,
    Progress,
    Render,
    Stop,
)
from tugline_protocol.values import (
    Image,
    Latent,
    Mask,
    ModelCard,
    ModelRef,
    PictureFormat,
    Rect,
    Vector,
)

TINY = ModelRef("tiny")


def pixels(image: Image | None) -> np.ndarray:
    assert image is not None
    channels = len(image.data) // (image.width * image.height)
    return np.frombuffer(image.data, np.uint8).reshape(image.height, image.width, channels)


def rows(latent: Latent) -> np.ndarray:
    return np.frombuffer(latent.data, "<f4").reshape(latent.num_ws, latent.w_dim)


def card(talk: Conversation, name: str) -> ModelCard:
    return next(one for one in talk.call(ListModels()).models if one.name == name)


def test_welcome_tells_what_the_daemon_can_do(talk: Conversation) -> None:
    assert talk.welcome.major == 1
    assert "drag" in talk.welcome.capabilities
    assert [device.name for device in talk.welcome.devices] == ["cpu"]


def test_ping_tells_how_long_the_daemon_runs(talk: Conversation) -> None:
    assert talk.call(Ping()).uptime > 0


def test_models_are_told_from_their_cards(talk: Conversation) -> None:
    tiny = card(talk, "tiny")
    assert (tiny.width, tiny.height, tiny.z_dim, tiny.w_dim) == (32, 32, 20, 24)
    assert len(tiny.weights) == 64
    assert card(talk, "classes").labels == ("a", "b", "c")


def test_a_broken_model_is_listed_with_the_reason(daemon: Daemon, talk: Conversation) -> None:
    path = daemon.models / "broken.json"
    path.write_text("{")
    try:
        with daemon.conversation() as other:
            wait_for(
                lambda: "broken" in [one.name for one in other.call(ListModels()).models],
                "the broken model in the list",
            )
            broken = card(other, "broken")
            assert broken.readiness == "broken"
            assert "broken.json" in broken.description
            with pytest.raises(RequestFailed, match=r"broken\.json") as failed:
                other.call(Generate(ModelRef("broken"), seed=1))
            assert failed.value.code == "model_unreadable"
    finally:
        path.unlink()


def test_a_model_is_loaded_beforehand_with_progress(talk: Conversation) -> None:
    events: list[object] = []
    loaded = talk.call(LoadModel(ModelRef("spare")), on_event=events.append)
    assert loaded.model.weights == card(talk, "spare").weights
    assert any(isinstance(event, Progress) and "spare" in event.text for event in events)
    assert card(talk, "spare").readiness == "ready"


def test_a_seed_makes_the_same_picture_again(talk: Conversation) -> None:
    first, second = (talk.call(Generate(TINY, seed=5, picture=PictureFormat())) for _ in range(2))
    assert rows(first.latent).tolist() == rows(second.latent).tolist()
    assert np.array_equal(pixels(first.image), pixels(second.image))
    assert pixels(first.image).std() > 1


def test_a_seed_is_the_z_that_numpy_makes_of_it(talk: Conversation) -> None:
    z = np.random.RandomState(5).randn(1, 20).astype("<f4")
    by_z = talk.call(Generate(TINY, z=Vector(20, z.tobytes())))
    by_seed = talk.call(Generate(TINY, seed=5))
    assert rows(by_z.latent).tolist() == rows(by_seed.latent).tolist()


def test_another_label_makes_another_latent(talk: Conversation) -> None:
    model = ModelRef("classes")
    made = [talk.call(Generate(model, seed=5, label=label)) for label in (None, 0, 2)]
    assert len({rows(one.latent).tobytes() for one in made}) == 3


def test_no_truncation_is_far_from_the_mean_and_full_truncation_on_it(talk: Conversation) -> None:
    mean = [talk.call(Generate(TINY, seed=seed, truncation_psi=0.0)) for seed in (1, 2)]
    assert rows(mean[0].latent).tolist() == rows(mean[1].latent).tolist()


def made(talk: Conversation, seed: int) -> Generated:
    return talk.call(Generate(TINY, seed=seed, picture=PictureFormat()))


def test_render_makes_the_picture_that_generate_made(talk: Conversation) -> None:
    one = made(talk, 5)
    again = talk.call(Render(one.model, one.latent))
    assert np.array_equal(pixels(again.image), pixels(one.image))


def test_render_gives_the_byte_order_that_was_asked_for(talk: Conversation) -> None:
    one = made(talk, 5)
    rgba = pixels(talk.call(Render(one.model, one.latent, PictureFormat(order="RGBA"))).image)
    bgra = pixels(talk.call(Render(one.model, one.latent, PictureFormat(order="BGRA"))).image)
    assert np.array_equal(rgba[..., :3], pixels(one.image))
    assert np.array_equal(bgra[..., :3], pixels(one.image)[..., ::-1])
    assert (rgba[..., 3] == 255).all()


@pytest.mark.parametrize("resample", ["nearest", "bilinear", "bicubic", "lanczos"])
def test_a_rectangle_is_that_part_of_the_whole_picture(talk: Conversation, resample: str) -> None:
    one = made(talk, 5)
    whole = PictureFormat(100, 80, filter=resample)  # type: ignore[arg-type]
    part = PictureFormat(100, 80, filter=resample, rect=Rect(30, 7, 41, 20))  # type: ignore[arg-type]
    everything = pixels(talk.call(Render(one.model, one.latent, whole)).image).astype(int)
    found = pixels(talk.call(Render(one.model, one.latent, part)).image).astype(int)
    assert found.shape == (20, 41, 3)
    assert np.abs(found - everything[7:27, 30:71]).max() <= 2


def test_a_mask_becomes_the_alpha_in_the_size_of_the_picture(talk: Conversation) -> None:
    one = made(talk, 5)
    mask = np.zeros((32, 32), np.uint8)
    mask[:, 16:] = 255
    wanted = PictureFormat(64, 64, order="RGBA")
    answer = talk.call(Render(one.model, one.latent, wanted, Mask(32, 32, mask.tobytes())))
    alpha = pixels(answer.image)[..., 3]
    assert (alpha[:, :30] == 0).all()
    assert (alpha[:, 34:] == 255).all()


def test_mix_takes_the_rows_that_it_is_told(talk: Conversation) -> None:
    one, other = made(talk, 1), made(talk, 2)
    mixed = talk.call(
        Mix(TINY, one.latent, other.latent, rows=(0, 3), amount=0.5, picture=PictureFormat())
    )
    expected = rows(one.latent).copy()
    expected[[0, 3]] = (rows(one.latent)[[0, 3]] + rows(other.latent)[[0, 3]]) / 2
    assert np.allclose(rows(mixed.latent), expected, atol=1e-6)
    assert not np.array_equal(pixels(mixed.image), pixels(one.image))


def test_mix_truncates_toward_the_mean(talk: Conversation) -> None:
    one = made(talk, 1)
    mean = rows(talk.call(Generate(TINY, seed=1, truncation_psi=0.0)).latent)
    mixed = talk.call(Mix(TINY, one.latent, truncation_psi=0.25, truncation_cutoff=2))
    expected = rows(one.latent).copy()
    expected[:2] = mean[:2] + 0.25 * (expected[:2] - mean[:2])
    assert np.allclose(rows(mixed.latent), expected, atol=1e-6)


def test_stop_of_what_does_not_run_finds_nothing(talk: Conversation) -> None:
    assert not talk.call(Stop("never")).found
