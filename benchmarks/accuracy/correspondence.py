"""Pairs for any generator: latents that share their finer rows, landmarks by like features."""

import math
from functools import cached_property

import torch
import torch.nn.functional as F
from torch import Tensor

from benchmarks.accuracy.ground import FEWEST, Pair, box_mask, suits
from tugline_daemon.generator import FeatureGrid, Generator

SHARED_FROM = 6
"""The rows of W+ from here on are the same in both pictures: they keep the look."""

WAYS = (1.0, 0.7, 0.5, 0.35, 0.25, 0.15)
"""How far the second latent goes toward another one: the farthest whose picture still matches."""

MOST = 18
"""Landmarks of a pair at most, as many as a critter has."""

RATIO = 0.8
"""A match is distinct when it is so much nearer, at most, than the nearest place elsewhere."""

APART = 0.08
"""What counts as elsewhere, and how near two landmarks may lie: part of the picture's side."""

EDGE = 0.06
"""Places so near the picture's edge are no landmarks: part of its side."""

CANDIDATES, LATTICE = 32, 96
"""Places along a side of the picture that may become landmarks, and that matches are found at."""

_FLOOR_PAIRS = 12


class Correspondence:
    """Landmarks are distinct places of the first picture that the second one has as well.

    Two places match when each one's features are the other's nearest, in a layer that drags do not
    follow: a ruler must not look through the engine's own glasses.
    """

    def __init__(self, generator: Generator, drag_layer: str) -> None:
        """Measure by the layer before that which drags follow, or the next one where none is."""
        self._generator = generator
        layers = generator.feature_layers
        place = layers.index(drag_layer)
        self.layer = layers[place - 1] if place > 0 else layers[1]
        self._grid = generator.feature_grid(self.layer)
        self._side = math.sqrt(generator.width * generator.height)
        self._candidates = _lattice(generator, CANDIDATES, EDGE)
        self._lattice = _lattice(generator, LATTICE, 0.0)

    @property
    def description(self) -> str:
        """What the pairs are, in a sentence."""
        return (
            f"Latents that share the rows from {SHARED_FROM} on; landmarks are mutual nearest "
            f"features of layer {self.layer}, which drags do not follow."
        )

    @cached_property
    def floor_px(self) -> float:
        """How far a match is off: the mean error of the way to the second picture and back.

        At least what the spacing of the places looked at leaves open (a square's mean radius).
        """
        errors = []
        for seed in range(_FLOOR_PAIRS):
            start, other = self._latents(seed)
            goal = start.lerp(other, WAYS[-1])
            handles, targets = self._landmarks(start, goal)
            if len(handles):
                back = self._match(start, self._seen(goal, targets))
                errors.append(float((back - handles).norm(dim=1).mean()))
        spacing = 0.3826 * self._side / LATTICE
        return max(spacing, sum(errors) / max(1, len(errors)))

    def pair(self, seed: int) -> Pair | None:
        """The farthest pair of this seed that has landmarks enough; None where none has."""
        start, other = self._latents(seed)
        for way in WAYS:
            goal = start.lerp(other, way)
            handles, targets = self._landmarks(start, goal)
            if len(handles) < FEWEST:
                continue
            pair = Pair(
                seed=seed,
                start=start,
                goal=goal,
                names=tuple(f"place {number}" for number in range(len(handles))),
                handles=handles,
                targets=targets,
                mask=box_mask(
                    torch.cat([handles, targets]), self._generator.width, self._generator.height
                ),
            )
            if suits(pair, self.floor_px):
                return pair
        return None

    def find(self, pair: Pair, latents: Tensor, pictures: Tensor) -> Tensor:  # noqa: ARG002
        """Where the features of the pair's handles are in the pictures of latents: [N, K, 2]."""
        known = self._seen(pair.start, pair.handles)
        return torch.stack([self._match(latent, known) for latent in latents])

    def features(self, picture: Tensor) -> Tensor:
        """Nothing: no judge knows these pictures."""
        return picture.new_empty(0)

    def look(self, picture: Tensor) -> Tensor | None:  # noqa: ARG002
        """None: no judge knows these pictures."""
        return None

    def _latents(self, seed: int) -> tuple[Tensor, Tensor]:
        """Two latents [num_ws, w_dim] that differ in the rows before SHARED_FROM alone."""
        chance = torch.Generator().manual_seed(seed)
        z = torch.randn(2, self._generator.z_dim, generator=chance)
        c = None
        if self._generator.c_dim:
            c = F.one_hot(torch.tensor([seed % self._generator.c_dim] * 2), self._generator.c_dim)
        with torch.no_grad():
            start, other = self._generator.map(z, None if c is None else c.float())
        return start, torch.cat([other[:SHARED_FROM], start[SHARED_FROM:]])

    def _landmarks(self, start: Tensor, goal: Tensor) -> tuple[Tensor, Tensor]:
        """Places [K, 2] of the first picture and their matches in the second, most distinct first.

        Those come first whose match stands out most; K is at most MOST.
        """
        candidates = self._seen(start, self._candidates)
        cost = _unlikeness(candidates, self._seen(goal, self._lattice))  # (candidates, places)
        nearest, matches = cost.min(1)
        found = self._lattice[matches]
        elsewhere = torch.cdist(found, self._lattice) > APART * self._side
        ratio = nearest / cost.where(elsewhere, torch.inf).amin(1).clamp(min=1e-9)
        back = self._match(start, self._seen(goal, found))
        spacing = self._side / LATTICE
        mutual = (back - self._candidates).norm(dim=1) <= 1.5 * spacing
        good = torch.nonzero((ratio < RATIO) & mutual)[:, 0]
        chosen: list[int] = []
        for place in good[ratio[good].argsort(stable=True)].tolist():
            here = self._candidates[place]
            if all(
                float((here - self._candidates[other]).norm()) > APART * self._side
                for other in chosen
            ):
                chosen.append(place)
        return self._candidates[chosen[:MOST]], found[chosen[:MOST]]

    def _match(self, latent: Tensor, known: Tensor) -> Tensor:
        """The places [K, 2] of a latent's picture whose features are most like ``known`` [K, C]."""
        return self._lattice[_unlikeness(known, self._seen(latent, self._lattice)).argmin(1)]

    @torch.no_grad()
    def _seen(self, latent: Tensor, places: Tensor) -> Tensor:
        """The features [P, C] of a latent's picture at places [P, 2], of unit length.

        Each channel is counted from its mean over the picture and in its own spread.
        """
        features = self._generator.synthesize(latent[None], until=self.layer)[0]
        spread, mean = torch.std_mean(features, dim=(1, 2), keepdim=True)
        sampled = _sampled((features - mean) / (spread + 1e-6), self._grid, places)
        return F.normalize(sampled, dim=1)


def _lattice(generator: Generator, along: int, edge: float) -> Tensor:
    """Places [along * along, 2] evenly over the picture but its ``edge``, (x, y) image pixels."""
    line = edge + (torch.arange(along) + 0.5) / along * (1 - 2 * edge)
    y, x = torch.meshgrid(line * generator.height, line * generator.width, indexing="ij")
    return torch.stack([x, y], dim=2).reshape(-1, 2)


def _sampled(features: Tensor, grid: FeatureGrid, places: Tensor) -> Tensor:
    """Features [P, C] at places [P, 2], bilinear between the cells' centres."""
    x = (places[:, 0] - grid.left) / (grid.cell_width * grid.columns) * 2 - 1
    y = (places[:, 1] - grid.top) / (grid.cell_height * grid.rows) * 2 - 1
    at = torch.stack([x, y], dim=1)[None, None]
    sampled = F.grid_sample(features[None], at, padding_mode="border", align_corners=False)
    return sampled[0, :, 0].T


def _unlikeness(some: Tensor, others: Tensor) -> Tensor:
    """One less the cosine between features [P, C] and [Q, C] of unit length: [P, Q]."""
    return 1 - some @ others.T
