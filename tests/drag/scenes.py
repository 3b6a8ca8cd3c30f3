"""Drags to try: on small networks with random weights, for engine and oracle, or on a pattern."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from tests.drag.shifting import Shifting
from tests.generator.networks import small
from tests.oracle import OracleDrag, OraclePoint
from tugline_daemon.drag import Drag, DragPoint, DragSettings, DragStep
from tugline_daemon.generator import Generator


def latent(network: Generator, seed: int = 1) -> Tensor:
    """A latent [num_ws, w_dim] of the mapping network."""
    z = torch.randn(1, network.z_dim, generator=torch.Generator().manual_seed(seed))
    return network.map(z)[0]


def point(
    handle: tuple[float, float], target: tuple[float, float], name: str = "a", reference: int = 0
) -> DragPoint:
    """A point set where its handle is."""
    return DragPoint(name, handle, target, origin=handle, reference=reference)


def box_mask(size: int, left: int, top: int, right: int, bottom: int) -> Tensor:
    """A mask in which only a box may move, with a soft border of one pixel."""
    mask = torch.zeros(size, size)
    mask[top:bottom, left:right] = 1.0
    mask[top, left:right] = 0.5
    return mask


def drag(
    generator: Shifting,
    *points: DragPoint,
    settings: DragSettings | None = None,
    mask: Tensor | None = None,
    start: Tensor | None = None,
) -> Drag:
    """A drag of the shifting pattern from its first latent."""
    first = generator.first() if start is None else start
    return Drag(generator, first, [first], points, mask, settings or DragSettings())


def last_of(steps: Drag) -> DragStep:
    """Let a drag run to its end, or until it idles."""
    *_, last = steps
    return last


@dataclass(frozen=True)
class Scene:
    """All that both need for one drag; `start` differs from the reference where it is given."""

    network: Generator
    points: Sequence[DragPoint]
    mask: Tensor | None = None
    layer: str = "b32"
    learning_rate: float = 5e-3
    r1: float = 3.0
    r2: float = 6.0
    lambda_mask: float = 10.0
    references: Sequence[Tensor] = field(default_factory=tuple)
    start: Tensor | None = None

    def first(self) -> Tensor:
        """The latent to go on from."""
        return latent(self.network) if self.start is None else self.start

    def oracle(self) -> OracleDrag:
        """The scene as the oracle sees it."""
        return OracleDrag(
            self.network,
            self.first(),
            list(self.references) or [latent(self.network)],
            [OraclePoint(p.handle, p.target, p.origin, p.reference) for p in self.points],
            self.mask,
            r1=self.r1,
            r2=self.r2,
            lambda_mask=self.lambda_mask,
            layer=self.layer,
            movable=self.network.default_movable_rows,
            learning_rate=self.learning_rate,
        )

    def drag(self) -> Drag:
        """The scene as the engine sees it."""
        settings = DragSettings(
            r1=self.r1,
            r2=self.r2,
            stop_distance=0.1,
            lambda_mask=self.lambda_mask,
            feature_layer=self.layer,
            learning_rate=self.learning_rate,
            stuck_after=200,
            pace="paper",
        )
        references = list(self.references) or [latent(self.network)]
        return Drag(self.network, self.first(), references, self.points, self.mask, settings)


def moved(network: Generator, seed: int = 9, amount: float = 0.05) -> Tensor:
    """A latent away from the first one, as a drag leaves it."""
    first = latent(network)
    noise = torch.randn(first.shape, generator=torch.Generator().manual_seed(seed))
    return first + amount * noise * first.std()


def network() -> Generator:
    """A picture of 64 pixels, features of 32 cells: two pixels a cell."""
    return small(64, seed=2)
