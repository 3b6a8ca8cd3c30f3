"""Critters as others would draw them: with flat colours, as outlines, before other backgrounds.

A drawing follows the landmarks of a critter of the renderer's, so that it is known where its eyes,
nose, mouth and ears are.
"""

import colorsys
import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from tools.critters.landmarks import Landmark
from tools.critters.parameters import Floats

Colour = tuple[int, int, int]
Place = tuple[float, float]

FINER = 4
"""Drawings are made so many times larger, and made smaller by averaging."""

INK: Colour = (24, 20, 28)
PAPER: Colour = (250, 248, 242)


@dataclass(frozen=True)
class Palette:
    """The colours of a drawing, and how thick its lines are, parts of its side; 0 for none."""

    back: Colour
    fur: Colour
    light: Colour
    iris: Colour
    mouth: Colour
    line: float


def flat(points: Floats, side: int, seed: int) -> Image.Image:
    """A critter in flat colours without lines, RGB of ``side`` pixels; ``points`` are [18, 2]."""
    chance = np.random.default_rng(seed)
    hue = float(chance.random())
    return _drawn(
        points,
        side,
        Palette(
            back=_colour((hue + 0.45) % 1, 0.35, 0.9),
            fur=_colour(hue, 0.55, 0.75),
            light=_colour(hue, 0.2, 0.95),
            iris=_colour(float(chance.random()), 0.6, 0.6),
            mouth=_colour(0.98, 0.6, 0.5),
            line=0.0,
        ),
    )


def outline(points: Floats, side: int) -> Image.Image:
    """A critter in ink on paper, RGB of ``side`` pixels; ``points`` are [18, 2]."""
    return _drawn(points, side, Palette(PAPER, PAPER, PAPER, PAPER, PAPER, line=0.012))


def before_stripes(picture: Floats, weight: Floats, seed: int) -> Image.Image:
    """The renderer's critter before stripes instead of its plain background.

    ``picture`` [3, side, side] is of values from -1 to 1; ``weight`` [side, side], as the renderer
    returns it, is 1 where there is nothing but background.
    """
    side = picture.shape[1]
    chance = np.random.default_rng(seed)
    angle, period = chance.uniform(0, math.pi), side / chance.uniform(4, 9)
    y, x = np.mgrid[:side, :side]
    wave = np.sin((x * math.cos(angle) + y * math.sin(angle)) * (2 * math.pi / period))
    dark, bright = (np.array(_colour(float(chance.random()), 0.5, light)) for light in (0.45, 0.9))
    stripes = np.where(wave[..., None] > 0, dark, bright)
    critter = (picture.transpose(1, 2, 0) + 1) * 127.5
    # A ray on a critter weighs 1.2 at least, so a pixel of less lies on the edge of one.
    covered = np.clip((weight - 1) / 0.2, 0, 1)[..., None]
    mixed = critter * covered + stripes * (1 - covered)
    return Image.fromarray((mixed + 0.5).clip(0, 255).astype(np.uint8))


def _drawn(points: Floats, side: int, palette: Palette) -> Image.Image:
    drawing = _Drawing(points, side, palette)
    drawing.draw()
    return drawing.sheet.resize((side, side), Image.Resampling.BOX)


class _Drawing:
    """One drawing while it is made; places are pixels of the large sheet."""

    def __init__(self, points: Floats, side: int, palette: Palette) -> None:
        self.sheet = Image.new("RGB", (side * FINER, side * FINER), palette.back)
        self._pen = ImageDraw.Draw(self.sheet)
        self._at: NDArray[np.float64] = points.astype(np.float64) * FINER
        self._palette = palette
        self._line = round(palette.line * side * FINER)
        eyes = (self._at[Landmark.PUPIL_LEFT] + self._at[Landmark.PUPIL_RIGHT]) / 2
        self._down = self._at[Landmark.CHIN] - eyes
        self._tall = float(np.linalg.norm(self._down))
        self._middle = eyes + 0.25 * self._down

    def draw(self) -> None:
        """Draw from the back to the front."""
        self._body()
        for tip in (Landmark.EAR_LEFT_TIP, Landmark.EAR_RIGHT_TIP):
            self._ear(self._at[tip])
        self._oval(self._middle, 1.25, 1.02, self._palette.fur)
        muzzle = (self._at[Landmark.NOSE_TIP] + self._at[Landmark.LIP_LOWER]) / 2
        self._oval(muzzle, 0.55, 0.45, self._palette.light)
        self._eye(
            Landmark.EYE_LEFT_OUTER,
            Landmark.EYE_LEFT_UPPER_LID,
            Landmark.EYE_LEFT_INNER,
            Landmark.EYE_LEFT_LOWER_LID,
            Landmark.PUPIL_LEFT,
        )
        self._eye(
            Landmark.EYE_RIGHT_INNER,
            Landmark.EYE_RIGHT_UPPER_LID,
            Landmark.EYE_RIGHT_OUTER,
            Landmark.EYE_RIGHT_LOWER_LID,
            Landmark.PUPIL_RIGHT,
        )
        self._mouth()
        self._oval(self._at[Landmark.NOSE_TIP], 0.16, 0.12, INK)

    def _body(self) -> None:
        side = self.sheet.height
        neck = self._at[Landmark.CHIN]
        self._shape(
            [
                (neck[0] - 0.5 * self._tall, neck[1]),
                (neck[0] + 0.5 * self._tall, neck[1]),
                (neck[0] + 1.1 * self._tall, 1.1 * side),
                (neck[0] - 1.1 * self._tall, 1.1 * side),
            ],
            self._palette.fur,
        )

    def _ear(self, tip: NDArray[np.float64]) -> None:
        """A pointed ear from the middle of the head to its tip."""
        away = tip - self._middle
        across = np.array([-away[1], away[0]]) / float(np.linalg.norm(away)) * 0.42 * self._tall
        root = self._middle + 0.3 * away
        self._shape([_place(root - across), _place(tip), _place(root + across)], self._palette.fur)

    def _eye(
        self, left: Landmark, upper: Landmark, right: Landmark, lower: Landmark, pupil: Landmark
    ) -> None:
        rim = _curve([self._at[place] for place in (left, upper, right, lower)])
        self._shape(rim, PAPER)
        middle = self._at[pupil]
        opening = float(np.linalg.norm(self._at[upper] - self._at[lower])) / 2
        for part, colour in ((0.8, self._palette.iris), (0.5, INK)):
            self._round(middle, part * opening, colour)

    def _mouth(self) -> None:
        corners = (
            Landmark.MOUTH_LEFT,
            Landmark.LIP_UPPER,
            Landmark.MOUTH_RIGHT,
            Landmark.LIP_LOWER,
        )
        self._shape([_place(self._at[place]) for place in corners], self._palette.mouth)

    def _oval(
        self, middle: NDArray[np.float64], across: float, along: float, colour: Colour
    ) -> None:
        """An oval that is upright where the face is; its half axes are parts of the face."""
        down = self._down * along
        right = np.array([self._down[1], -self._down[0]]) * across
        turns = np.linspace(0, 2 * math.pi, 72, endpoint=False)
        self._shape(
            [_place(middle + math.cos(turn) * right + math.sin(turn) * down) for turn in turns],
            colour,
        )

    def _round(self, middle: NDArray[np.float64], radius: float, colour: Colour) -> None:
        x, y = _place(middle)
        self._pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def _shape(self, outline: Sequence[Place], colour: Colour) -> None:
        self._pen.polygon(list(outline), fill=colour)
        if self._line:
            closed = [*outline, *outline[:2]]
            self._pen.line(closed, fill=INK, width=self._line, joint="curve")


def _curve(corners: Sequence[NDArray[np.float64]]) -> list[Place]:
    """A round outline through left, upper, right and lower corner: quarters of ellipses."""
    middle = (corners[0] + corners[2]) / 2
    spokes = [corner - middle for corner in (*corners, corners[0])]
    return [
        _place(middle + math.cos(turn) * one + math.sin(turn) * other)
        for one, other in itertools.pairwise(spokes)
        for turn in np.linspace(0, math.pi / 2, 12, endpoint=False)
    ]


def _place(at: NDArray[np.float64]) -> Place:
    return float(at[0]), float(at[1])


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
