"""How an edit's picture lies over the photo that it was made from: where it is seen, how softly."""

from dataclasses import dataclass
from typing import Final

from .host import Painter, Size
from .masks import SelectionMask
from .planes import union

# The protocol's most, in pixels.
_MOST_PIXELS: Final = 256.0


@dataclass(frozen=True)
class Blend:
    """Where a picture is seen, and how far into it its border is soft.

    ``cover`` None is everywhere. ``feather`` is a part of the picture's shorter side, see
    ``history.Seam``.
    """

    cover: SelectionMask | None
    feather: float

    def alpha(self, picture: Size) -> SelectionMask:
        """Return the mask that becomes the alpha; one of the model's ``picture`` where all is seen.

        Without a mask a daemon feathers nothing, not the picture's own edges either.
        """
        if self.cover is not None:
            return self.cover
        width, height = picture
        return SelectionMask(width, height, b"\xff" * (width * height))

    def pixels(self, size: Size) -> float:
        """Return how many pixels of a picture of ``size`` are soft, as the protocol wants it."""
        return min(_MOST_PIXELS, self.feather * min(size))


class Blending:
    """How the picture of a pull lies that goes on from the present one of an edit.

    It is seen wherever one was that was pulled since the inversion: there the photo differs. The
    inverted picture itself is the photo's own, and counts for nothing.
    """

    def __init__(
        self, before: Blend | None, painter: Painter, feather: float, *, inverted: bool
    ) -> None:
        """Go on from ``before``, None = it hides what is beneath; ``inverted``: nothing is pulled.

        ``feather`` is that of the pictures to come.
        """
        self._before = before
        self._painter = painter
        self._feather = feather
        self._inverted = inverted
        self._last: tuple[SelectionMask, Blend] | None = None

    @property
    def blends(self) -> bool:
        """Whether the edit lies over a photo at all."""
        return self._before is not None

    def through(self, mask: SelectionMask | None) -> Blend | None:
        """Return how the picture lies that moves within ``mask``, None = everywhere."""
        before = self._before
        if before is None:
            return None
        if mask is None or (before.cover is None and not self._inverted):
            return Blend(None, self._feather)
        if self._last is None or self._last[0] is not mask:
            self._last = (mask, Blend(self._joined(before.cover, mask), self._feather))
        return self._last[1]

    def _joined(self, cover: SelectionMask | None, mask: SelectionMask) -> SelectionMask:
        if cover is None or cover == mask:
            return mask
        size = (mask.width, mask.height)
        scaled = self._painter.scaled(cover, size)
        return SelectionMask(*size, union(scaled.data, mask.data))
