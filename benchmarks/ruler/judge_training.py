"""Teaches the judge to read the renderer's parameters off its pictures."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.ruler.descent import Plan, descend, resume
from benchmarks.ruler.examples import MOST_BLUR, MOST_NOISE, blurred
from benchmarks.ruler.judge import LOOK_PLACES, JudgeNetwork
from benchmarks.ruler.pool import Pool, drawn
from tools.critters.parameters import PARAMETERS, SOFT_LIMIT, normalised

PLAN = Plan(steps=1100, rate=2e-3)
BATCH = 32
POOL, FRESH = 2048, 6
SEED = 800_000_000
CHECK_SEED = 900_500_001
CHECKED = 512


def wanted(z: Tensor) -> Tensor:
    """The parameters [N, 50] of the critters ``z``, in spreads from their centres."""
    bent = SOFT_LIMIT * np.tanh(normalised(z.numpy()) / SOFT_LIMIT)
    return torch.from_numpy(bent.astype(np.float32))


def _worsened(clean: Tensor, choice: torch.Generator) -> Tensor:
    """Pictures, blurred and roughened by chance; the colours stay what they are."""
    pictures = blurred(clean, float(torch.rand(1, generator=choice)) * MOST_BLUR)
    strength = torch.rand(len(pictures), 1, 1, 1, generator=choice) * MOST_NOISE
    return (pictures + strength * torch.randn(pictures.shape, generator=choice)).clamp(-1, 1)


def errors(network: JudgeNetwork, z: Tensor, pictures: Tensor) -> Tensor:
    """The mean absolute error of each parameter [50], in spreads."""
    with torch.no_grad():
        read = torch.cat([network(part) for part in torch.split(pictures, 64)])
    return (read - wanted(z)).abs().mean(0)


def train(folder: Path, plan: Plan = PLAN) -> tuple[JudgeNetwork, dict[str, Any]]:
    """Teach the judge to the plan's end; returns it and its held-out errors in spreads."""
    checkpoint = folder / "judge.pt"
    torch.manual_seed(SEED)
    network = JudgeNetwork()
    progress = resume(network, checkpoint)
    check = drawn(CHECKED, CHECK_SEED)
    pool = Pool(POOL, FRESH, SEED + 1000 * progress.steps)
    choice = torch.Generator().manual_seed(SEED + progress.steps)

    def next_loss() -> Tensor:
        z, clean = pool.batch(BATCH)
        pictures = _worsened(clean, choice).contiguous(memory_format=torch.channels_last)
        with torch.autocast("cpu", torch.bfloat16):
            read = network(pictures)
        return F.smooth_l1_loss(read, wanted(z), beta=0.3)

    def report() -> Mapping[str, float]:
        network.eval()
        found = errors(network, *check)
        network.train()
        return {"all": float(found.mean()), "look": float(found[list(LOOK_PLACES)].mean())}

    descend(progress, plan, next_loss, report, checkpoint)
    found = errors(network.eval(), *check)
    return network, {
        "mean_error_spreads": round(float(found.mean()), 3),
        "look_error_spreads": round(float(found[list(LOOK_PLACES)].mean()), 3),
        "pictures": CHECKED,
        "seed": CHECK_SEED,
        "by_parameter": {
            parameter.name: round(float(value), 3)
            for parameter, value in zip(PARAMETERS, found, strict=True)
        },
    }
