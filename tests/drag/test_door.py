"""What does not fit is refused in one sentence that names the field."""

import math
from collections.abc import Callable
from dataclasses import replace

import pytest
import torch

from tests.drag.scenes import latent, network, point
from tugline_daemon.drag import Drag, DragPoint, DragSettings, InvalidDragError
from tugline_daemon.drag.settings import resolve

NETWORK = network()
FIRST = latent(NETWORK)
POINT = point((30.0, 28.0), (38.0, 32.0))


def refusal(
    *,
    first: torch.Tensor = FIRST,
    references: list[torch.Tensor] | None = None,
    points: list[DragPoint] | None = None,
    mask: torch.Tensor | None = None,
    settings: DragSettings | None = None,
) -> str:
    with pytest.raises(InvalidDragError) as error:
        Drag(
            NETWORK,
            first,
            [FIRST] if references is None else references,
            [POINT] if points is None else points,
            mask,
            settings or DragSettings(),
        )
    assert "\n" not in str(error.value)
    return str(error.value)


def test_latents() -> None:
    assert refusal(first=FIRST[:3]).startswith("latent has shape [3, 24]; this network's")
    assert refusal(first=FIRST * math.nan).startswith("latent holds numbers that are not finite")
    assert refusal(references=[FIRST, FIRST[:, :2]]).startswith("references[1] has shape")
    assert refusal(references=[]).startswith("references is empty")


@pytest.mark.parametrize("bad", [math.nan, math.inf, -0.5, 64.5])
def test_positions(bad: float) -> None:
    for position in ((bad, 3.0), (3.0, bad)):
        said = {
            "handle": refusal(points=[replace(POINT, handle=position)]),
            "target": refusal(points=[replace(POINT, target=position)]),
            "origin": refusal(points=[replace(POINT, origin=position)]),
        }
        assert all(text.startswith(f"{field} of point 'a' is (") for field, text in said.items())


def test_points() -> None:
    assert refusal(points=[]).startswith("points is empty")
    assert refusal(points=[POINT, POINT]) == "points: the id 'a' is there twice."
    assert "reference of point 'a' is 1; there are 1" in refusal(
        points=[replace(POINT, reference=1)]
    )


def test_masks() -> None:
    assert refusal(mask=torch.ones(32, 64)).startswith("mask has shape [32, 64]; the picture's is")
    assert refusal(mask=torch.full((64, 64), 255.0)).startswith("mask holds numbers outside 0")
    assert refusal(mask=torch.full((64, 64), math.nan)).startswith("mask holds numbers outside 0")


@pytest.mark.parametrize(
    ("field", "make"),
    [
        ("r1", lambda: DragSettings(r1=0.1)),
        ("r2", lambda: DragSettings(r2=math.nan)),
        ("stop_distance", lambda: DragSettings(stop_distance=0.0)),
        ("lambda_mask", lambda: DragSettings(lambda_mask=-1.0)),
        ("step_limit", lambda: DragSettings(step_limit=0)),
        ("learning_rate", lambda: DragSettings(learning_rate=5.0)),
        ("stuck_after", lambda: DragSettings(stuck_after=0)),
        ("principal", lambda: DragSettings(principal=0)),
    ],
)
def test_numbers_out_of_range(field: str, make: Callable[[], DragSettings]) -> None:
    with pytest.raises(InvalidDragError, match=f"{field} is .*; it must be from"):
        make()


def test_layers_and_rows() -> None:
    assert "feature_layer is 'b128'" in refusal(settings=DragSettings(feature_layer="b128"))
    for rows in ((), (0, 0), (-1,), (NETWORK.num_ws,)):
        assert "movable_rows must name" in refusal(settings=DragSettings(movable_rows=rows))


def test_lengths_are_stated_at_512_and_never_too_small() -> None:
    resolved = resolve(DragSettings(), NETWORK)
    assert (resolved.r1, resolved.r2, resolved.stop_distance) == (1.5, 4.0, 0.5)
    assert resolve(DragSettings(pace="paper"), NETWORK).stop_distance == 1.0
    given = resolve(DragSettings(r1=2.0, r2=9.0, stop_distance=3.0), NETWORK)
    assert (given.r1, given.r2, given.stop_distance) == (2.0, 9.0, 3.0)
    NETWORK.width = NETWORK.height = 1024
    try:
        large = resolve(DragSettings(), NETWORK)
    finally:
        NETWORK.width = NETWORK.height = 64
    assert (large.r1, large.r2, large.stop_distance) == (6.0, 24.0, 2.0)
    assert resolved.feature_layer == "b64"
    assert resolved.movable_rows == (0, 1, 2, 3, 4, 5)
