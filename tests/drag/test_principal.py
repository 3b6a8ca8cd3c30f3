"""A drag that keeps to principal directions of W moves along them and no other."""

import pytest
import torch
from torch import Tensor

from tests.drag.scenes import latent, network, point
from tugline_daemon.drag import Drag, DragSettings, InvalidDragError

NETWORK = network()
FIRST = latent(NETWORK)
POINT = point((30.0, 28.0), (38.0, 32.0))


def directions(count: int = 6) -> Tensor:
    """Orthonormal rows [count, w_dim]."""
    noise = torch.randn(NETWORK.w_dim, count, generator=torch.Generator().manual_seed(3))
    columns: Tensor = torch.linalg.qr(noise).Q
    return columns.T


def a_drag(principal: int | None, components: Tensor | None) -> Drag:
    settings = DragSettings(principal=principal, learning_rate=1e-2, feature_layer="b32")
    return Drag(NETWORK, FIRST, [FIRST], [POINT], None, settings, components=components)


def share_along(moved: Tensor, components: Tensor) -> float:
    """How much of a movement [rows, w_dim] lies along orthonormal rows, 0 to 1."""
    return float((moved @ components.T).norm() / moved.norm())


def test_every_movable_row_moves_along_the_first_components_alone() -> None:
    components = directions()
    running = a_drag(2, components)
    moved = [running.step().latent for _ in range(5)][-1] - FIRST
    assert moved.norm() > 0.01
    assert share_along(moved, components[:2]) == pytest.approx(1, abs=1e-4)
    assert share_along(moved, components[2:]) < 1e-3


def test_without_principal_the_components_change_nothing() -> None:
    found, expected = a_drag(None, directions()), a_drag(None, None)
    for _ in range(3):
        assert torch.equal(found.step().latent, expected.step().latent)


def test_a_retarget_takes_other_directions() -> None:
    components = directions()
    running = a_drag(1, components)
    before = running.step().latent
    running.retarget(settings=DragSettings(principal=4, learning_rate=1e-2, feature_layer="b32"))
    moved = running.step().latent - before
    assert share_along(moved, components[:4]) == pytest.approx(1, abs=1e-4)
    assert share_along(moved, components[:1]) < 0.99


def test_components_that_do_not_fit_are_refused() -> None:
    with pytest.raises(InvalidDragError, match="principal is 7; this drag was given 6 principal"):
        a_drag(7, directions())
    with pytest.raises(InvalidDragError, match="principal is 1; this drag was given 0 principal"):
        a_drag(1, None)
    with pytest.raises(InvalidDragError, match=r"components has shape \[6, 5\]"):
        a_drag(1, directions()[:, :5])
    with pytest.raises(InvalidDragError, match="components must be rows of length 1"):
        a_drag(1, directions() * 2)
    with pytest.raises(InvalidDragError, match="components must be rows of length 1"):
        a_drag(1, directions() * torch.nan)


def test_a_retarget_to_too_many_changes_nothing() -> None:
    running, other = a_drag(2, directions()), a_drag(2, directions())
    with pytest.raises(InvalidDragError, match="principal is 9"):
        running.retarget(settings=DragSettings(principal=9), targets={"a": (10.0, 10.0)})
    assert torch.equal(running.step().latent, other.step().latent)
