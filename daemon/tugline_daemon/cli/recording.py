"""The frames of a drag on their way into files: a picture each, or one moving picture."""

import io
from pathlib import Path
from typing import Final, Protocol

from PIL import Image

from tugline_protocol.messages import DragFrame

from .arguments import Pull
from .drawing import draw_pulls
from .pictures import laid_over, save_bytes, save_picture, to_picture

_MOST_GIF_FRAMES: Final = 80
_GIF_SIDE: Final = 384
_FRAME_MS: Final = 70
_WHOLE_MS: Final = 1500
_HELD_MS: Final = 1200
_COLOURS: Final = 200


class Recorder(Protocol):
    """Takes the frames of one drag as they come."""

    def add(self, frame: DragFrame) -> None:
        """Take one frame with a picture."""

    def finish(self, picture: Image.Image, pulls: tuple[Pull, ...]) -> None:
        """Take the picture in which the drag ended, and write what is not written yet."""


class FolderRecorder:
    """Writes each frame as ``frame-0012.png`` after its step, without a mark on it."""

    def __init__(self, folder: Path, before: Image.Image) -> None:
        self._folder = folder
        self._before = before

    def add(self, frame: DragFrame) -> None:
        """Write the frame."""
        picture = laid_over(self._before, to_picture(frame.image))
        save_picture(picture, self._folder / f"frame-{frame.step:04d}.png")

    def finish(self, picture: Image.Image, pulls: tuple[Pull, ...]) -> None:
        """Write the picture in which the drag ended as ``result.png``."""
        del pulls
        save_picture(picture, self._folder / "result.png")


class GifRecorder:
    """Makes one moving picture, with handles and targets drawn, the first and the last one held.

    Of a long drag every second, then every fourth frame is kept, and so on; the frames of a drag of
    few steps are shown longer.
    """

    def __init__(self, path: Path, before: Image.Image, pulls: tuple[Pull, ...]) -> None:
        self._path = path
        self._before = before
        self._kept = [(_small(before), pulls)]
        self._stride = 1
        self._seen = 0

    def add(self, frame: DragFrame) -> None:
        """Keep the frame if it is its turn."""
        self._seen += 1
        if self._seen % self._stride:
            return
        pulls = tuple(Pull(point.handle, point.target) for point in frame.points)
        picture = laid_over(self._before, to_picture(frame.image))
        self._kept.append((_small(picture), pulls))
        if len(self._kept) > _MOST_GIF_FRAMES:
            self._kept = self._kept[::2]
            self._stride *= 2

    def finish(self, picture: Image.Image, pulls: tuple[Pull, ...]) -> None:
        """Draw the frames and write the file; no step of the drag waited for that."""
        kept = [*self._kept, (_small(picture), pulls)]
        first, *rest = [_marked(small, drawn, self._before.size) for small, drawn in kept]
        data = io.BytesIO()
        first.save(
            data,
            "GIF",
            save_all=True,
            append_images=rest,
            duration=[_HELD_MS, *[_frame_ms(len(rest))] * (len(rest) - 1), _HELD_MS],
            loop=0,
        )
        save_bytes(data.getvalue(), self._path)


def recorder_for(path: Path, before: Image.Image, pulls: tuple[Pull, ...]) -> Recorder:
    """Return what writes frames to ``path``: a GIF by its ending, else a folder of pictures.

    Frames with alpha are laid over ``before``.
    """
    if path.suffix.lower() == ".gif":
        return GifRecorder(path, before, pulls)
    return FolderRecorder(path, before)


def _frame_ms(frames: int) -> int:
    """Return how long each of so many frames is shown; all of them last a while."""
    return max(_FRAME_MS, _WHOLE_MS // frames)


def _small(picture: Image.Image) -> Image.Image:
    """Return a copy of at most the size of the moving picture."""
    small = picture.copy()
    small.thumbnail((_GIF_SIDE, _GIF_SIDE), Image.Resampling.LANCZOS)
    return small


def _marked(small: Image.Image, pulls: tuple[Pull, ...], size: tuple[int, int]) -> Image.Image:
    """Draw pulls in pixels of a picture of ``size`` over its small copy, in a palette's colours."""
    factors = (small.width / size[0], small.height / size[1])
    drawn = draw_pulls(small, [_scaled(pull, factors) for pull in pulls], _GIF_SIDE)
    palette = drawn.quantize(_COLOURS, Image.Quantize.MAXCOVERAGE)
    return drawn.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG)


def _scaled(pull: Pull, factors: tuple[float, float]) -> Pull:
    (x, y), (target_x, target_y) = pull.handle, pull.target
    return Pull((x * factors[0], y * factors[1]), (target_x * factors[0], target_y * factors[1]))
