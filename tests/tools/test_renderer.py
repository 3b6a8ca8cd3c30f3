"""The renderer: the same z always gives the same picture, and z means what the table says."""

import numpy as np
import pytest

from tools.critters.parameters import PARAMETERS, SOFT_LIMIT, Z_DIM, Floats, draw_z, values
from tools.critters.renderer import render


def z_with(**spreads: float) -> Floats:
    """The middle critter [1, Z_DIM], but for the parameters named (in standard deviations).

    The other half of the vector's power sits in the background's colour, whose entry makes up
    the second moment, so that normalising leaves the named entries as they are.
    """
    names = [p.name for p in PARAMETERS]
    z = np.zeros((1, Z_DIM), dtype=np.float32)
    for name, spread in spreads.items():
        z[0, names.index(name)] = spread
    z[0, names.index("back_b")] = np.sqrt(Z_DIM - np.sum(z**2))
    return z


def test_the_same_z_gives_the_same_picture() -> None:
    first, first_weight = render(draw_z(3, seed=5), 64)
    second, second_weight = render(draw_z(3, seed=5), 64)
    np.testing.assert_array_equal(first, second)
    np.testing.assert_array_equal(first_weight, second_weight)


def test_pictures_and_weights_lie_in_their_ranges() -> None:
    picture, weight = render(draw_z(16, seed=6), 32)
    assert picture.shape == (16, 3, 32, 32)
    assert np.isfinite(picture).all()
    assert picture.min() >= -1
    assert picture.max() <= 1
    assert weight.min() >= 1 - 1e-6
    assert weight.max() <= 3


def test_only_the_direction_of_z_counts() -> None:
    z = draw_z(2, seed=7)
    near, _ = render(z, 32)
    far, _ = render(3 * z, 32)
    np.testing.assert_allclose(near, far, atol=1e-3)


def test_parameters_stay_within_their_soft_limits() -> None:
    table = values(100 * draw_z(64, seed=8))
    for parameter in PARAMETERS:
        reach = np.abs(table[parameter.name] - parameter.centre)
        assert reach.max() <= SOFT_LIMIT * parameter.spread * 1.0001


def test_z_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match=f"give \\[N, {Z_DIM}\\]"):
        values(np.zeros((1, Z_DIM + 1), dtype=np.float32))


def test_a_small_picture_is_a_large_one_seen_from_afar() -> None:
    z = draw_z(2, seed=9)
    small, _ = render(z, 64)
    large, _ = render(z, 256)
    afar = large.reshape(2, 3, 64, 4, 64, 4).mean((3, 5))
    assert np.abs(small - afar).mean() < 0.02


@pytest.mark.parametrize("name", [p.name for p in PARAMETERS])
def test_every_parameter_shows(name: str) -> None:
    low, _ = render(z_with(**{name: -1.5}), 64)
    high, _ = render(z_with(**{name: 1.5}), 64)
    if name == "back_b":
        return  # it balances the others in z_with
    assert np.abs(low - high).max() > 0.05
