"""Teaches the network which of two distortions lies farther off."""

import math
import time
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from tugline_daemon.inversion.perceptual.comparing import shares_of
from tugline_daemon.inversion.perceptual.features import CHANNELS, FeatureNetwork

from .pictures import SIDE, Pictures
from .triplets import Triplets, mixed

STEPS = 2500
LATER_FROM = 1838
BATCH = 16
RATE = 1e-3
SHARPNESS = 3.0
"""How sure the network is to be when one distance is e times the other, in logits."""
SEED = 700_000_002
REPORT_SECONDS = 60.0
# Distances of pictures that are almost the same: their ratio says nothing.
_SMALL = 1e-4


@dataclass
class Progress:
    """Where training stands; what a checkpoint holds."""

    network: FeatureNetwork
    adam: torch.optim.AdamW
    steps: int = 0
    seconds: float = 0.0
    log: list[tuple[int, float, float]] = field(default_factory=list)


def begin() -> Progress:
    """Return the state before the first step."""
    torch.manual_seed(SEED)
    network = FeatureNetwork()
    return Progress(network, torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3))


def save(progress: Progress, path: Path) -> None:
    """Write a checkpoint; a crash in the middle leaves the former one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(
        {
            "network": progress.network.state_dict(),
            "adam": progress.adam.state_dict(),
            "steps": progress.steps,
            "seconds": progress.seconds,
            "log": progress.log,
        },
        part,
    )
    part.replace(path)


def resume(path: Path) -> Progress:
    """Read the checkpoint at ``path``, or begin where there is none."""
    progress = begin()
    if path.exists():
        stored = torch.load(path, weights_only=True)
        progress.network.load_state_dict(stored["network"])
        progress.adam.load_state_dict(stored["adam"])
        progress.steps, progress.seconds = stored["steps"], stored["seconds"]
        progress.log = stored["log"]
    return progress


def distances(network: FeatureNetwork, triplets: Triplets) -> tuple[Tensor, Tensor]:
    """Return how far off the near and the far ones are, [N] each."""
    shares = shares_of(torch.ones(triplets.pictures.shape[-2:]), len(CHANNELS))
    shown = torch.cat([triplets.pictures, triplets.near, triplets.far])
    # Convolutions of few channels take two thirds of the time with the channels last.
    features = network(shown.contiguous(memory_format=torch.channels_last))
    parts = [level.chunk(3) for level in features]
    original, near, far = ([part[index] for part in parts] for index in range(3))
    return network.compare(original, near, shares), network.compare(original, far, shares)


def loss(near: Tensor, far: Tensor) -> Tensor:
    """How wrong it is, in nats, to tell which lies farther off by the ratio of the distances."""
    return F.softplus(-SHARPNESS * ((far + _SMALL).log() - (near + _SMALL).log())).mean()


def rate(done: int, steps: int) -> float:
    """The learning rate after ``done`` of ``steps``: warmed up, then falling along a cosine."""
    return RATE * min(1.0, (done + 1) / 100) * (0.52 + 0.48 * math.cos(math.pi * done / steps))


def step(progress: Progress, triplets: Triplets, steps: int) -> float:
    """Learn from some triplets; returns the loss before."""
    for group in progress.adam.param_groups:
        group["lr"] = rate(progress.steps, steps)
    progress.adam.zero_grad(set_to_none=True)
    wrong = loss(*distances(progress.network, triplets))
    torch.autograd.backward(wrong)
    torch.nn.utils.clip_grad_norm_(progress.network.parameters(), 1.0)
    progress.adam.step()
    with torch.no_grad():
        for head in progress.network.heads:
            head.clamp_(min=0)
    progress.steps += 1
    return wrong.item()


def train(pictures: Pictures, folder: Path, steps: int = STEPS) -> FeatureNetwork:
    """Teach the network to the end; its checkpoint is ``features.pt`` in ``folder``."""
    checkpoint = folder / "features.pt"
    progress = resume(checkpoint)
    choice = np.random.default_rng(SEED + progress.steps)
    began, recent = time.monotonic(), 0.0
    while progress.steps < steps:
        wrong = step(
            progress, mixed(pictures, BATCH, choice, later=progress.steps >= LATER_FROM), steps
        )
        recent = wrong if not recent else 0.98 * recent + 0.02 * wrong
        now = time.monotonic()
        if now - began > REPORT_SECONDS or progress.steps == steps:
            progress.seconds += now - began
            began = now
            progress.log.append((progress.steps, progress.seconds, recent))
            print(
                f"{progress.steps} steps, {progress.seconds:.0f} s: {recent:.4f} nats", flush=True
            )
            save(progress, checkpoint)
    return progress.network


@torch.no_grad()
def calibrate(network: FeatureNetwork, pictures: Pictures, count: int = 512) -> None:
    """Scale the heads so that the median distance of pictures that have nothing in common is 1."""
    choice = np.random.default_rng(SEED - 1)
    one, other = (torch.stack([pictures.pick(choice) for _ in range(count)]) for _ in range(2))
    shares = shares_of(torch.ones(SIDE, SIDE), len(CHANNELS))
    found = network.compare(network(one), network(other), shares)
    for head in network.heads:
        head.div_(found.median())
