"""Teaches the generator to draw what the renderer draws, from the renderer's own z.

No discriminator: a z says exactly which picture it means, so an L1 loss on pictures and their
gradients is enough and cannot collapse. What decides is the number of optimiser steps, hence small
batches, a high learning rate, and coarse resolutions first.
"""

import json
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor

from tools.critters.forward import MARGIN, picture_and_window, picture_at
from tools.critters.grid import comparison
from tools.critters.mapping import learn_anatomy
from tools.critters.muon import Muon
from tools.critters.parameters import draw_z
from tools.critters.pictures import Batch, Pool, drawn
from tools.critters.recipe import (
    BATCH,
    BETAS,
    FRESH,
    GRADIENT,
    HELD_OUT_SEED,
    INIT_KWARGS,
    POOL,
    RESOLUTION,
    SLOWEST_AVERAGE,
    STAGES,
    TRAINING_SEED,
    WINDOW_CELLS,
    Stage,
)
from tugline_daemon.generator.settings import parse_settings
from tugline_daemon.generator.stylegan2 import StyleGAN2

HELD_OUT = 64
REPORT_SECONDS = 60.0
COMPILED_FROM = 32


def new_network() -> StyleGAN2:
    """Return a network of the recipe's shape with random weights and silent noise."""
    return StyleGAN2(parse_settings(INIT_KWARGS))


@dataclass
class Progress:
    """Where training stands; what a checkpoint holds."""

    network: StyleGAN2
    average: StyleGAN2
    muon: Muon
    adam: torch.optim.Adam
    stage: int = 0
    pictures: int = 0
    steps: int = 0
    seconds: float = 0.0
    log: list[dict[str, float]] = field(default_factory=list)


def begin() -> Progress:
    """Return the state before the first step, of an ignorant mapping network."""
    torch.manual_seed(TRAINING_SEED)
    network, average = new_network(), new_network()
    average.load_state_dict(network.state_dict())
    average.requires_grad_(requires_grad=False)
    matrices, others = _divided(network)
    return Progress(
        network, average, Muon(matrices), torch.optim.Adam(others, betas=BETAS, fused=True)
    )


def _divided(network: StyleGAN2) -> tuple[list[Tensor], list[Tensor]]:
    """What Muon trains, the matrices inside the network, and what Adam does: all else."""
    matrices: list[Tensor] = []
    others: list[Tensor] = []
    for name, weight in network.named_parameters():
        inside = weight.ndim > 1 and not name.endswith(("const", "torgb.weight"))
        (matrices if inside else others).append(weight)
    return matrices, others


def save(progress: Progress, path: Path) -> None:
    """Write a checkpoint; a crash in the middle leaves the former one whole."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(
        {
            "network": progress.network.state_dict(),
            "average": progress.average.state_dict(),
            "muon": progress.muon.state_dict(),
            "adam": progress.adam.state_dict(),
            "stage": progress.stage,
            "pictures": progress.pictures,
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
    if not path.exists():
        return progress
    stored = torch.load(path, weights_only=True)
    progress.network.load_state_dict(stored["network"])
    progress.average.load_state_dict(stored["average"])
    progress.muon.load_state_dict(stored["muon"])
    progress.adam.load_state_dict(stored["adam"])
    progress.stage = stored["stage"]
    progress.pictures = stored["pictures"]
    progress.steps = stored["steps"]
    progress.seconds = stored["seconds"]
    progress.log = stored["log"]
    return progress


def loss(made: Tensor, batch: Batch, squares: float = 0.0) -> Tensor:
    """Weighted L1 between ``made`` and the batch's pictures, and between their gradients.

    ``squares`` weighs the mean square of the difference, which comes on top.
    """
    weight = batch.weight / batch.weight.mean()
    difference = made - batch.picture
    across = (difference[..., 1:] - difference[..., :-1]).abs() * weight[..., 1:]
    down = (difference[..., 1:, :] - difference[..., :-1, :]).abs() * weight[..., 1:, :]
    size = difference.abs() + squares * difference.square()
    return (size * weight).mean() + GRADIENT * (across.mean() + down.mean())


def rate(stage: Stage, pictures: int) -> float:
    """The learning rate after ``pictures`` of a stage, warmed up over its first 100 steps."""
    done = min(1.0, pictures / stage.pictures)
    warm = min(1.0, (pictures / BATCH + 1) / 100)
    return warm * stage.first_rate * math.pow(stage.last_rate / stage.first_rate, done)


def _whole(network: StyleGAN2, resolution: int, squares: float) -> Callable[[Batch], Tensor]:
    """The loss of whole pictures."""

    def value(batch: Batch) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            made = picture_at(network, batch.z, resolution, batch.looks)
        return loss(made, batch, squares)

    run = torch.compile(value, dynamic=False) if resolution >= COMPILED_FROM else value
    return lambda batch: run(batch.at(resolution))


def _windowed(
    network: StyleGAN2, squares: float, choice: torch.Generator
) -> Callable[[Batch], Tensor]:
    """The loss of half-size pictures plus that of a random window of the full-size ones."""

    def value(half: Batch, wanted: Batch, rows: Tensor, columns: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            small, window = picture_and_window(network, half.z, half.looks, rows, columns)
        return loss(small, half, squares) + loss(window, wanted, squares)

    run = torch.compile(value, dynamic=False)
    cells = torch.arange(WINDOW_CELLS)
    half, last = RESOLUTION // 2, RESOLUTION // 2 - WINDOW_CELLS

    def pick(batch: Batch) -> Tensor:
        # Beyond both ends, so that the picture's edges come up more often than other places.
        drawn_at = torch.randint(-3, last + 4, (2,), generator=choice)
        top, left = drawn_at.clamp(0, last).tolist()
        wanted = batch.window(2 * top, 2 * left, 2 * WINDOW_CELLS, MARGIN)
        return run(batch.at(half), wanted, top + cells, left + cells)

    return pick


def objective(network: StyleGAN2, stage: Stage) -> Callable[[Batch], Tensor]:
    """The loss of a batch at a stage, compiled where that pays (it takes minutes)."""
    if stage.windowed:
        return _windowed(network, stage.squares, torch.Generator().manual_seed(TRAINING_SEED))
    return _whole(network, stage.resolution, stage.squares)


def step(progress: Progress, batch: Batch, run: Callable[[Batch], Tensor]) -> float:
    """Make one optimiser step on a batch; returns its loss."""
    stage = STAGES[progress.stage]
    now = rate(stage, progress.pictures)
    for group in progress.adam.param_groups:
        group["lr"] = now
    value = run(batch)
    progress.network.zero_grad()
    value.backward()  # type: ignore[no-untyped-call]
    progress.adam.step()
    progress.muon.step(now)
    steps_in_stage = progress.pictures // BATCH
    share = 1 / min(SLOWEST_AVERAGE, 2 + steps_in_stage / 4)
    with torch.no_grad():
        torch._foreach_lerp_(
            list(progress.average.parameters()), list(progress.network.parameters()), share
        )
    progress.pictures += len(batch.z)
    progress.steps += 1
    return float(value.detach())


@torch.no_grad()
def psnr(network: StyleGAN2, batch: Batch, resolution: int) -> Tensor:
    """Peak signal-to-noise ratio [N] in dB of the network's pictures against a batch's."""
    batch = batch.at(resolution)
    made = picture_at(network, batch.z, resolution).clamp(-1, 1)
    error = ((made - batch.picture) / 2).square().mean((1, 2, 3))
    return -10 * error.log10()


def _report(progress: Progress, held_out: Batch, folder: Path, recent_loss: float) -> None:
    resolution = STAGES[progress.stage].resolution
    median = float(psnr(progress.average, held_out, resolution).median())
    line = {
        "seconds": round(progress.seconds),
        "resolution": resolution,
        "pictures": progress.pictures,
        "steps": progress.steps,
        "loss": round(recent_loss, 4),
        "rate": rate(STAGES[progress.stage], progress.pictures),
        "psnr": round(median, 3),
    }
    progress.log.append(line)
    print(json.dumps(line), flush=True)
    comparison(progress.average, held_out, resolution).save(folder / "sample.png")
    save(progress, folder / "checkpoint.pt")


def train(folder: Path, seconds: float = math.inf) -> Progress:
    """Go on training from the checkpoint in ``folder`` until the recipe ends or time is up.

    Writes ``checkpoint.pt`` and ``sample.png`` (renderer above, generator below) once a minute.
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress = resume(folder / "checkpoint.pt")
    if progress.steps == 0:
        explained = learn_anatomy(progress.network)
        progress.average.load_state_dict(progress.network.state_dict())
        print(f"mapping network: w explains {explained:.4f} of the anatomy", flush=True)
    held_out = drawn(draw_z(HELD_OUT, HELD_OUT_SEED))
    pool = Pool(POOL, FRESH, TRAINING_SEED + 8000 * progress.steps)
    started = before = reported = time.monotonic()
    recent = 0.0
    for stage in STAGES[progress.stage :]:
        run = objective(progress.network, stage)
        while progress.pictures < stage.pictures and before - started < seconds:
            value = step(progress, pool.batch(BATCH), run)
            recent = value if recent == 0 else recent + 0.02 * (value - recent)
            now = time.monotonic()
            progress.seconds += now - before
            before = now
            if now - reported > REPORT_SECONDS or progress.pictures >= stage.pictures:
                _report(progress, held_out, folder, recent)
                reported, recent = time.monotonic(), 0.0
        if progress.pictures < stage.pictures:
            break
        progress.stage, progress.pictures = progress.stage + 1, 0
    save(progress, folder / "checkpoint.pt")
    return progress
