"""What the first pictures say: each point's first feature, and F0 for the mask."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from tugline_daemon.generator import FeatureGrid

from .points import DragPoint
from .sampling import exact, sample
from .tracking import usual_unlikeness

# A handle is lost when the best match in its reach is hardly more like its first feature than an
# arbitrary place of the first picture is: this share of the median cell's unlikeness.
_LOST = 0.9


@dataclass(frozen=True)
class _First:
    """A point's first feature `f = F_ref(origin)` [C], and how unlike it an arbitrary place is."""

    feature: Tensor
    usual_unlikeness: float


class FirstPictures:
    """Looks at the pictures in which points were set, each as seldom as possible.

    `features_of` turns a latent [num_ws, w_dim] into detached activations [C, rows, columns]; it
    runs when a point of a picture is first needed. Only the first picture's are kept whole.
    """

    def __init__(
        self,
        features_of: Callable[[Tensor], Tensor],
        grid: FeatureGrid,
        references: Sequence[Tensor],
    ) -> None:
        """Begin with the references' latents; nothing is computed yet."""
        self._features_of = features_of
        self._grid = grid
        self._references = tuple(references)
        self._first_picture: Tensor | None = None
        self._of_points: dict[str, _First] = {}

    def change(self, *, forget: Iterable[str], references: Sequence[Tensor]) -> None:
        """Drop what is known of some points, and go on with the references as they are now.

        Those that are still needed keep their numbers.
        """
        self._references = tuple(references)
        for point_id in forget:
            self._of_points.pop(point_id, None)

    def of(self, points: Iterable[DragPoint]) -> Tensor:
        """Return the points' first features, [points, C]."""
        points = tuple(points)
        unknown = [point for point in points if point.id not in self._of_points]
        for reference in sorted({point.reference for point in unknown}):
            features = self._picture(reference)
            for point in unknown:
                if point.reference == reference:
                    self._of_points[point.id] = self._first(features, point)
        return torch.stack([self._of_points[point.id].feature for point in points])

    def of_mask(self) -> Tensor:
        """Return F0, the features of the first reference, [C, rows, columns]."""
        return self._picture(0)

    def is_lost(self, point_id: str, unlikeness: float) -> bool:
        """Whether a place that unlike a point's first feature can no longer be trusted."""
        first = self._of_points.get(point_id)
        return first is not None and unlikeness > _LOST * first.usual_unlikeness

    def _picture(self, reference: int) -> Tensor:
        if reference != 0:
            return self._features_of(self._references[reference])
        if self._first_picture is None:
            self._first_picture = self._features_of(self._references[0])
        return self._first_picture

    def _first(self, features: Tensor, point: DragPoint) -> _First:
        origin = torch.tensor([point.origin], dtype=exact(features.device)).to(features.device)
        feature = sample(features, self._grid, origin)[:, 0]
        return _First(feature, usual_unlikeness(features, feature))
