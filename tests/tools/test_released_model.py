"""The released model: its files belong together and it draws what the renderer draws."""

import pytest
import torch

from tools.critters.forward import SHAPE_ROWS
from tools.critters.parameters import draw_mixed, draw_z
from tools.critters.recipe import HELD_OUT_SEED, NAME
from tools.critters.renderer import render
from tugline_daemon.checkpoint.weights import read_weights, weights_hash
from tugline_daemon.generator import Generator
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store, packaged_folder
from tugline_daemon.library.thumbnails import read_thumbnail

PSNR_FLOOR = 30.0
MIXED_PSNR_FLOOR = 27.0
LARGEST = 16 * 1024 * 1024


@pytest.fixture(scope="module")
def generator() -> Generator:
    torch.set_num_threads(1)
    model = Store([packaged_folder()]).find(NAME)
    return load_model(model, torch.device("cpu"))


def pictures(generator: Generator, ws: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        return generator.synthesize(ws).clamp(-1, 1)


def test_the_card_names_these_weights() -> None:
    model = Store([packaged_folder()]).find(NAME)
    assert weights_hash(read_weights(model.weights_file)) == model.card.weights
    assert model.weights_file.stat().st_size <= LARGEST


def test_the_thumbnail_can_be_shown() -> None:
    thumbnail = read_thumbnail(packaged_folder() / f"{NAME}.png")
    assert thumbnail is not None
    assert (thumbnail.width, thumbnail.height) == (128, 128)


def test_it_draws_what_the_renderer_draws(generator: Generator) -> None:
    z = draw_z(16, HELD_OUT_SEED + 10_000)
    wanted = torch.from_numpy(render(z)[0])
    made = pictures(generator, generator.map(torch.from_numpy(z)))
    error = ((made - wanted) / 2).square().mean((1, 2, 3))
    assert float((-10 * error.log10()).median()) > PSNR_FLOOR


def test_truncation_leads_to_the_mean_critter(generator: Generator) -> None:
    z = torch.from_numpy(draw_z(4, seed=1))
    ends = pictures(generator, generator.map(z, truncation_psi=0.0))
    assert (ends - ends[:1]).abs().max() < 1e-4
    assert ends.std() > 0.2


def test_the_first_rows_turn_and_shape_it_and_the_others_colour_it(generator: Generator) -> None:
    shape, looks, mixture = draw_mixed(8, HELD_OUT_SEED + 10_001)
    ws = generator.map(torch.from_numpy(shape))
    ws[:, SHAPE_ROWS:] = generator.map(torch.from_numpy(looks))[:, SHAPE_ROWS:]
    wanted = torch.from_numpy(render(mixture)[0])
    error = ((pictures(generator, ws) - wanted) / 2).square().mean((1, 2, 3))
    assert float((-10 * error.log10()).median()) > MIXED_PSNR_FLOOR
