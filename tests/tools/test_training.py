"""Training: the lean forward equals the shipped one, steps lower the loss, files load again."""

from pathlib import Path

import pytest
import torch

from tools.critters.export import export
from tools.critters.forward import MARGIN, SHAPE_ROWS, picture_and_window, picture_at
from tools.critters.mapping import learn_anatomy
from tools.critters.muon import orthogonalised
from tools.critters.parameters import Z_DIM, draw_z
from tools.critters.pictures import Pool, drawn
from tools.critters.recipe import DRAG, MIXED, RESOLUTION, STAGES, WINDOW_CELLS
from tools.critters.train import begin, objective, rate, resume, save, step
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@torch.no_grad()
def test_the_lean_forward_computes_what_the_shipped_generator_does() -> None:
    network = begin().network
    torch.nn.utils.vector_to_parameters(
        torch.nn.utils.parameters_to_vector(network.parameters()) * 1.1, network.parameters()
    )
    z = torch.from_numpy(draw_z(2, seed=1))
    wanted = network.synthesize(network.map(z), noise_mode="none")
    torch.testing.assert_close(picture_at(network, z, RESOLUTION), wanted, rtol=1e-4, atol=1e-4)


@torch.no_grad()
def test_a_mixture_has_its_shape_from_the_first_rows_and_its_looks_from_the_others() -> None:
    network = begin().network
    z = torch.from_numpy(draw_z(2, seed=1))
    shape, looks = z[:1], z[1:]
    ws = network.map(shape)
    ws[:, SHAPE_ROWS:] = network.map(looks)[:, SHAPE_ROWS:]
    wanted = network.synthesize(ws, noise_mode="none")
    made = picture_at(network, shape, RESOLUTION, looks)
    torch.testing.assert_close(made, wanted, rtol=1e-4, atol=1e-4)


def test_mixtures_in_a_pool_say_whose_shape_and_whose_looks_they_have() -> None:
    batch = Pool(size=64 * MIXED, fresh=1, seed=3).batch(32 * MIXED)
    mixed = (batch.z != batch.looks).any(1)
    assert 0.05 < mixed.float().mean() < 0.3
    middle_of_one = int(mixed.nonzero()[0])
    alone = drawn(batch.z[middle_of_one][None].numpy())
    # The same place is filled (an edge of the head is where it was) with another colour.
    assert (batch.picture[middle_of_one] - alone.picture[0]).abs().mean() > 0.05


@torch.no_grad()
def test_an_orthogonalised_update_is_as_strong_in_every_direction() -> None:
    update = torch.randn(24, 60, generator=torch.Generator().manual_seed(1))
    for matrix in (update, update.T):
        strengths = torch.linalg.svdvals(orthogonalised(matrix))
        assert strengths.min() > 0.5
        assert strengths.max() < 1.3


def test_the_mapping_network_learns_what_a_critter_is_made_of() -> None:
    network = begin().network
    assert learn_anatomy(network, steps=90) > 0.8


@torch.no_grad()
def test_a_window_is_that_part_of_the_whole_picture() -> None:
    network = begin().network
    z = torch.from_numpy(draw_z(2, seed=1))
    cells = torch.arange(WINDOW_CELLS)
    half, window = picture_and_window(network, z, z, 7 + cells, 20 + cells)
    whole = picture_at(network, z, RESOLUTION)
    right = slice(MARGIN, -MARGIN)
    wanted = whole[:, :, 14 : 14 + 2 * WINDOW_CELLS, 40 : 40 + 2 * WINDOW_CELLS]
    torch.testing.assert_close(
        window[:, :, right, right], wanted[:, :, right, right], rtol=1e-4, atol=1e-4
    )
    torch.testing.assert_close(half, picture_at(network, z, RESOLUTION // 2), rtol=1e-4, atol=1e-4)


def test_only_cut_edges_of_a_window_weigh_nothing() -> None:
    batch = drawn(draw_z(1, seed=1)).window(0, 40, 76, MARGIN)
    weighs = batch.weight[0, 0] > 0
    assert weighs[:-MARGIN, MARGIN:-MARGIN].all()
    assert not weighs[-MARGIN:].any()
    assert not weighs[:, :MARGIN].any()
    assert not weighs[:, -MARGIN:].any()


def test_a_few_steps_lower_the_loss_and_a_checkpoint_goes_on_from_there(tmp_path: Path) -> None:
    progress = begin()
    batch = drawn(draw_z(16, seed=2))
    run = objective(progress.network, STAGES[0])
    losses = [step(progress, batch, run) for _ in range(12)]
    assert losses[-1] < 0.9 * losses[0]

    save(progress, tmp_path / "checkpoint.pt")
    again = resume(tmp_path / "checkpoint.pt")
    assert (again.stage, again.pictures, again.steps) == (0, 192, 12)
    run_again = objective(again.network, STAGES[0])
    assert step(again, batch, run_again) == pytest.approx(step(progress, batch, run), rel=1e-5)


def test_the_rate_falls_from_a_stages_first_to_its_last() -> None:
    stage = STAGES[-1]
    assert rate(stage, 0) < stage.first_rate / 10
    assert rate(stage, stage.pictures // 2) < stage.first_rate
    assert rate(stage, stage.pictures) == pytest.approx(stage.last_rate)


def test_a_pool_hands_out_pictures_with_their_own_z() -> None:
    pool = Pool(size=8, fresh=2, seed=3)
    for _ in range(5):
        batch = pool.batch(4)
        wanted = drawn(batch.z.numpy())
        whole = (batch.z == batch.looks).all(1)  # not of two critters
        torch.testing.assert_close(batch.picture[whole], wanted.picture[whole], rtol=0, atol=0.01)
        torch.testing.assert_close(batch.weight[whole], wanted.weight[whole], rtol=1e-3, atol=0.01)


def test_an_exported_model_loads_from_a_library_and_draws_the_same(tmp_path: Path) -> None:
    network = begin().average
    card = export(network, tmp_path, name="young-1", drag=DRAG, thumbnail_seed=1)
    model = Store([tmp_path]).find("young-1", card.weights)
    loaded = load_model(model, torch.device("cpu"))
    z = torch.from_numpy(draw_z(1, seed=4))
    assert z.shape[1] == loaded.z_dim == Z_DIM
    wanted = picture_at(network, z, RESOLUTION)
    torch.testing.assert_close(loaded.synthesize(loaded.map(z)), wanted, rtol=0.02, atol=0.02)
    assert loaded.w_avg.abs().max() > 0
    assert (tmp_path / "young-1.png").exists()
