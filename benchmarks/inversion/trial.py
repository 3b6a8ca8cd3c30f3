"""What is measured of one picture: how near its inversions are, and how drags go on from them."""

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from benchmarks.accuracy.critters import Critters
from benchmarks.accuracy.ground import Points, mean_distance, pictures_of
from benchmarks.accuracy.methods import drag_by_engine
from benchmarks.inversion.pictures import Kind, Subject
from benchmarks.inversion.similarity import ms_ssim, psnr, squared_difference
from tugline_daemon.drag import DragSettings
from tugline_daemon.generator import Generator
from tugline_daemon.inversion import PerceptualDistance

POINTS: tuple[Points, ...] = ("1", "5")
"""How many landmarks are dragged."""

OTHERS = 8
"""So many random pictures say what tuning does to all others."""

_OTHERS_SEED = 0


@dataclass(frozen=True)
class Cost:
    """What was spent on a result: updates of the optimiser, and seconds of one core."""

    steps: int
    seconds: float

    def since(self, earlier: "Cost") -> "Cost":
        """What was spent after an earlier moment."""
        return Cost(self.steps - earlier.steps, self.seconds - earlier.seconds)


@dataclass(frozen=True)
class Inverted:
    """One inversion's picture, held against the one that was to be.

    Attributes:
        method: what it was inverted by.
        steps: updates of the optimiser so far.
        seconds: of one core so far.
        squared: mean squared difference of the values, which go from -1 to 1.
        psnr: dB, of pictures clamped to their range.
        ms_ssim: 0 to 1.
        lpips: None where that is not installed.
        likeness: the inversion's own measure, 0 to 1; None where it has none.
        landmarks_px: how far the ruler reads the landmarks from where they are in the picture, on
            average; None where that is not known.
        size: the tuning's bytes as a part of those of the generator's file; None for no tuning.
        others_db: the least PSNR between what the generator draws of OTHERS random latents tuned
            and as it was; None for no tuning.
    """

    method: str
    steps: int
    seconds: float
    squared: float
    psnr: float
    ms_ssim: float
    lpips: float | None
    likeness: float | None
    landmarks_px: float | None
    size: float | None
    others_db: float | None


@dataclass(frozen=True)
class Dragged:
    """One drag, from one latent of a critter.

    Attributes:
        start: the method that found the latent, "own" for the generator's own.
        points: how many landmarks were dragged.
        before_px: how far they were from their targets, on average.
        distance_px: how far they are in the end.
        steps: updates made.
    """

    start: str
    points: Points
    before_px: float
    distance_px: float
    steps: int


@dataclass(frozen=True)
class Trial:
    """Everything that one part of the benchmark measured of one picture."""

    picture: str
    kind: Kind
    inverted: tuple[Inverted, ...]
    dragged: tuple[Dragged, ...] = ()

    @property
    def key(self) -> str:
        """What tells it from the part's other trials."""
        return self.picture


class Meter:
    """Measures what is made of one picture."""

    def __init__(
        self,
        generator: Generator,
        subject: Subject,
        drag: DragSettings,
        lpips: PerceptualDistance | None,
    ) -> None:
        self._generator = generator
        self._subject = subject
        self._ground = Critters(generator)
        self._drag = drag
        whole = torch.ones_like(subject.picture[0])
        self._lpips = None if lpips is None else lpips.to(subject.picture, whole)

    def inverted(
        self,
        method: str,
        cost: Cost,
        latent: Tensor,
        *,
        by: Generator | None = None,
        size: float | None = None,
        likeness: float | None = None,
    ) -> Inverted:
        """Measure a latent [num_ws, w_dim], drawn ``by`` a tuned generator where one is given."""
        subject = self._subject
        made = pictures_of(by or self._generator, latent[None])[0]
        return Inverted(
            method=method,
            steps=cost.steps,
            seconds=round(cost.seconds, 2),
            squared=round(squared_difference(made, subject.picture), 6),
            psnr=round(psnr(made, subject.picture), 3),
            ms_ssim=round(ms_ssim(made, subject.picture), 5),
            lpips=None if self._lpips is None else round(float(self._lpips(made[None])), 5),
            likeness=None if likeness is None else round(likeness, 4),
            landmarks_px=self._landmarks_off(made),
            size=None if size is None else round(size, 5),
            others_db=None if by is None else round(self._others(by), 2),
        )

    def dragged(self, start: str, latent: Tensor, by: Generator | None = None) -> list[Dragged]:
        """Drag the subject's landmarks from a latent [num_ws, w_dim]; nothing without any."""
        pair = self._subject.pair
        if pair is None:
            return []
        begin = replace(pair, start=latent)
        found = []
        for points in POINTS:
            end = drag_by_engine(by or self._generator, begin, points, self._drag, None)
            latents = torch.stack([latent, end.latent])
            pictures = pictures_of(by or self._generator, latents)
            places = self._ground.find(pair, latents, pictures)[:, : pair.count(points)]
            targets = pair.targets[: pair.count(points)]
            before, after = (round(mean_distance(seen, targets), 3) for seen in places)
            found.append(Dragged(start, points, before, after, end.steps))
        return found

    def _landmarks_off(self, made: Tensor) -> float | None:
        pair = self._subject.pair
        if pair is None:
            return None
        (found,) = self._ground.find(pair, made.new_zeros(1, 0), made[None])
        return round(mean_distance(found, pair.handles), 3)

    def _others(self, by: Generator) -> float:
        chance = torch.Generator().manual_seed(_OTHERS_SEED)
        z = torch.randn(OTHERS, self._generator.z_dim, generator=chance)
        with torch.no_grad():
            latents = self._generator.map(z)
        before, after = (pictures_of(drawing, latents) for drawing in (self._generator, by))
        return min(psnr(one, other) for one, other in zip(before, after, strict=True))
