"""What the landmark network is taught by: its loss, and how far it is from the truth."""

from collections.abc import Mapping
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.ruler.descent import Plan, descend, resume
from benchmarks.ruler.examples import Examples, examples, varied
from benchmarks.ruler.network import LandmarkNetwork, Sight, cell_centres
from benchmarks.ruler.pool import Pool, drawn

PLAN = Plan(steps=2000, rate=3e-3)
BATCH = 32
POOL, FRESH = 3072, 6
SEED = 500_000_000
"""The pool's streams begin here; those of the model's own training lie elsewhere."""
CHECK_SEED = 600_000_001
CHECKED = 64

MAP_WEIGHT = 0.3
"""How much the heat maps' shape counts beside the points' places."""
SEEN_WEIGHT = 0.2
SPREAD = 2.5
"""Standard deviation of the heat map that is asked for, image pixels."""


def loss(sight: Sight, wanted: Examples) -> Tensor:
    """How wrong a reading is: places and heat maps of visible landmarks, and visibility."""
    shown = wanted.visible.float()
    count = shown.sum().clamp(min=1)
    apart = F.smooth_l1_loss(sight.points, wanted.points, reduction="none").sum(2)
    away = (cell_centres(sight.maps) - wanted.points[:, :, None]).square().sum(3)
    asked = (-away / (2 * SPREAD**2)).softmax(2)
    shape = -(asked * sight.maps.log_softmax(2)).sum(2)
    seen = F.binary_cross_entropy_with_logits(sight.seen, shown)
    return ((apart + MAP_WEIGHT * shape) * shown).sum() / count + SEEN_WEIGHT * seen


def distances(network: LandmarkNetwork, true: Examples) -> Tensor:
    """How far each landmark was found from where it is, [N, 18] image pixels; nan where hidden."""
    with torch.no_grad():
        found = torch.cat([network(part).points for part in torch.split(true.pictures, 64)])
    apart = (found - true.points).norm(dim=2)
    return torch.where(true.visible, apart, torch.nan)


def train(folder: Path, plan: Plan = PLAN) -> LandmarkNetwork:
    """Teach the network to the plan's end; its checkpoint is ``landmarks.pt`` in ``folder``."""
    checkpoint = folder / "landmarks.pt"
    torch.manual_seed(SEED)
    network = LandmarkNetwork()
    progress = resume(network, checkpoint)
    check = examples(*drawn(CHECKED, CHECK_SEED))
    pool = Pool(POOL, FRESH, SEED + 1000 * progress.steps)
    choice = torch.Generator().manual_seed(SEED + progress.steps)

    def next_loss() -> Tensor:
        wanted = varied(examples(*pool.batch(BATCH)), choice)
        pictures = wanted.pictures.contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            sight = network(pictures)
        return loss(sight, wanted)

    def report() -> Mapping[str, float]:
        network.eval()
        apart = distances(network, check)
        network.train()
        return {"median_px": float(apart.nanmedian()), "mean_px": float(apart.nanmean())}

    descend(progress, plan, next_loss, report, checkpoint)
    return network.eval()
