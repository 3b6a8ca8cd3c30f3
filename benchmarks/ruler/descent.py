"""The training loop of both networks; it goes on from its checkpoint when it was interrupted."""

import json
import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

WARM_UP = 100
REPORT_SECONDS = 60.0


@dataclass(frozen=True)
class Plan:
    """How a network is trained: so many steps, ``rate`` the highest learning rate on the way."""

    steps: int
    rate: float


@dataclass
class Progress:
    """Where training stands; what a checkpoint holds."""

    network: nn.Module
    optimiser: torch.optim.Adam
    steps: int = 0
    seconds: float = 0.0


def resume(network: nn.Module, path: Path) -> Progress:
    """Return the state that a checkpoint holds, or the first one where there is none."""
    network = network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    progress = Progress(network, torch.optim.Adam(network.parameters(), fused=True))
    if path.exists():
        stored = torch.load(path, weights_only=True)
        progress.network.load_state_dict(stored["network"])
        progress.optimiser.load_state_dict(stored["optimiser"])
        progress.steps, progress.seconds = stored["steps"], stored["seconds"]
    return progress


def save(progress: Progress, path: Path) -> None:
    """Write a checkpoint; a crash in the middle leaves the former one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(
        {
            "network": progress.network.state_dict(),
            "optimiser": progress.optimiser.state_dict(),
            "steps": progress.steps,
            "seconds": progress.seconds,
        },
        part,
    )
    part.replace(path)


def rate_at(step: int, plan: Plan) -> float:
    """The learning rate: a short rise, then half a cosine down to nothing."""
    if step < WARM_UP:
        return plan.rate * (step + 1) / WARM_UP
    done = (step - WARM_UP) / max(1, plan.steps - WARM_UP)
    return plan.rate * 0.5 * (1 + math.cos(math.pi * done))


def descend(
    progress: Progress,
    plan: Plan,
    loss: Callable[[], Tensor],
    report: Callable[[], Mapping[str, float]],
    checkpoint: Path,
) -> None:
    """Follow ``loss``, each call of which is a new batch's, until the plan's steps are done.

    Once a minute what ``report`` says is printed as a line of JSON and the checkpoint written.
    """
    before = reported = time.monotonic()
    while progress.steps < plan.steps:
        for group in progress.optimiser.param_groups:
            group["lr"] = rate_at(progress.steps, plan)
        value = loss()
        progress.optimiser.zero_grad()
        value.backward()  # type: ignore[no-untyped-call]
        progress.optimiser.step()
        progress.steps += 1
        now = time.monotonic()
        progress.seconds += now - before
        before = now
        if now - reported > REPORT_SECONDS or progress.steps == plan.steps:
            standing = {"seconds": round(progress.seconds), "steps": progress.steps}
            print(json.dumps({**standing, "loss": float(value.detach()), **report()}), flush=True)
            save(progress, checkpoint)
            reported = time.monotonic()
