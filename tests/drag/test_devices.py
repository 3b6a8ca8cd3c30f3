"""A drag comes to the same on every device; on the CPU that shows that the comparison holds."""

import pytest
import torch

from tests.generator.networks import small
from tugline_daemon.drag import Drag, DragPoint, DragSettings, DragStep
from tugline_daemon.drag.settings import Pace
from tugline_daemon.service.devices import use_precision

needs_cuda = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="needs an NVIDIA GPU and the PyTorch build for it: https://pytorch.org/get-started",
)
DEVICES = ["cpu", pytest.param("cuda", marks=[pytest.mark.cuda, needs_cuda])]
STEPS = 5


def _dragged(device: str, pace: Pace) -> list[DragStep]:
    use_precision("fp32", torch.device(device))
    generator = small(32).requires_grad_(requires_grad=False).to(device)
    z = torch.randn(1, generator.z_dim, generator=torch.Generator().manual_seed(3))
    latent = generator.map(z.to(device))[0]
    mask = torch.zeros(32, 32, device=device)
    mask[:, :24] = 1
    points = [
        DragPoint("a", (10.0, 12.0), (20.0, 14.5), (10.0, 12.0)),
        DragPoint("b", (17.5, 20.0), (12.0, 20.0), (17.5, 20.0)),
    ]
    settings = DragSettings(learning_rate=2e-2, step_limit=STEPS, pace=pace)
    drag = Drag(generator, latent, [latent], points, mask, settings)
    return [drag.step() for _ in range(STEPS)]


@pytest.mark.parametrize("pace", ["paper", "adaptive"])
@pytest.mark.parametrize("device", DEVICES)
def test_a_drag_comes_to_the_same_on_every_device(device: str, pace: Pace) -> None:
    for here, there in zip(_dragged("cpu", pace), _dragged(device, pace), strict=True):
        assert there.points == here.points
        assert there.loss == pytest.approx(here.loss, rel=1e-3)
        assert torch.allclose(there.latent.cpu(), here.latent, atol=1e-3)
