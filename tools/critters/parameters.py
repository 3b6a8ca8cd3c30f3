"""What can differ between two critters: 50 numbers, each a Gaussian mapped to its range.

A critter is drawn from a vector z, one entry a parameter in the order of :data:`PARAMETERS`.
StyleGAN2's mapping network first scales z to unit second moment (the reference's
``normalize_2nd_moment``); :func:`values` does the same, so that renderer and generator read one
and the same thing from a z.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

SOFT_LIMIT = 2.2
"""How many spreads from its centre a parameter can go at most (a tanh bends it there)."""


@dataclass(frozen=True)
class Parameter:
    """One thing that differs: ``centre`` at z = 0, about ``spread`` a standard deviation away."""

    name: str
    centre: float
    spread: float
    meaning: str


PARAMETERS: tuple[Parameter, ...] = (
    # Pose
    Parameter("yaw", 0.0, 0.34, "radians; positive turns the nose to the picture's right"),
    Parameter("pitch", 0.0, 0.22, "radians; positive lifts the nose"),
    Parameter("roll", 0.0, 0.17, "radians; positive tilts the head clockwise"),
    Parameter("size", 0.270, 0.020, "one head unit as a part of the picture's side"),
    Parameter("place_x", 0.5, 0.035, "where the neck is, part of the picture's side"),
    Parameter("place_y", 0.63, 0.028, "where the neck is, part of the picture's side"),
    # Head
    Parameter("head_width", 1.04, 0.06, "half width, head units"),
    Parameter("head_height", 0.90, 0.045, "half height, head units"),
    Parameter("cheeks", 0.50, 0.05, "radius of the cheeks, head units"),
    # Ears
    Parameter("ear_length", 0.56, 0.16, "half length, head units"),
    Parameter("ear_width", 0.30, 0.045, "half width, head units"),
    Parameter("ear_spread", 0.42, 0.18, "radians that the ears lean outward"),
    Parameter("ear_place", 0.72, 0.08, "radians from the crown to the ears' roots"),
    Parameter("ear_turn", 0.15, 0.15, "radians that the ears' openings turn outward"),
    Parameter("ear_uneven", 0.0, 0.09, "radians that the ears lean to one side"),
    Parameter("ear_point", 0.45, 0.35, "0 round, 1 pointed"),
    # Eyes
    Parameter("eye_size", 0.315, 0.03, "radius, head units"),
    Parameter("eye_distance", 0.44, 0.04, "radians from the middle to each eye"),
    Parameter("eye_height", 0.16, 0.045, "radians above the head's equator"),
    Parameter("eye_closing", 0.12, 0.30, "below 0 wide open, 1 closed"),
    Parameter("eye_wink", 0.0, 0.08, "closes one eye and opens the other"),
    Parameter("eye_slant", 0.0, 0.12, "positive: stern, negative: sad"),
    Parameter("gaze_x", 0.0, 0.11, "to the picture's right, eye radii"),
    Parameter("gaze_y", 0.02, 0.08, "upward, eye radii"),
    Parameter("iris_size", 0.60, 0.05, "eye radii"),
    Parameter("pupil_size", 0.58, 0.06, "part of the iris' radius"),
    # Muzzle
    Parameter("snout_length", 0.42, 0.10, "depth of the muzzle, head units"),
    Parameter("snout_width", 0.46, 0.05, "half width, head units"),
    Parameter("snout_height", -0.34, 0.04, "above the head's equator, head units"),
    Parameter("nose_size", 0.155, 0.022, "half width, head units"),
    Parameter("mouth_open", 0.32, 0.34, "0 closed, 1 wide open"),
    Parameter("smile", 0.22, 0.14, "how far the corners of the mouth go up"),
    Parameter("mouth_width", 0.52, 0.06, "muzzle radii"),
    # Colours, as OKLab lightness (0 to 1) and opponent axes a (green-red), b (blue-yellow)
    Parameter("fur_l", 0.69, 0.09, "lightness of the fur"),
    Parameter("fur_a", 0.035, 0.045, "fur, green to red"),
    Parameter("fur_b", 0.065, 0.055, "fur, blue to yellow"),
    Parameter("light_fur", 0.65, 0.20, "how much lighter muzzle and chest are, 0 to 1"),
    Parameter("stripes", 0.25, 0.45, "0 none, 1 full"),
    Parameter("blaze", 0.30, 0.40, "light middle of the face, 0 none, 1 full"),
    Parameter("eye_patch", 0.10, 0.40, "dark rings around the eyes, 0 none, 1 full"),
    Parameter("mane", 1.02, 0.14, "radius of the mane, head units; below about 1 it is hidden"),
    Parameter("mane_l", -0.12, 0.06, "how much lighter the mane is than the fur"),
    Parameter("iris_a", -0.03, 0.07, "iris, green to red"),
    Parameter("iris_b", 0.03, 0.09, "iris, blue to yellow"),
    Parameter("nose_l", 0.36, 0.09, "lightness of the nose"),
    Parameter("back_l", 0.74, 0.10, "lightness of the background"),
    Parameter("back_a", 0.0, 0.045, "background, green to red"),
    Parameter("back_b", -0.01, 0.055, "background, blue to yellow"),
    # Light
    Parameter("light_x", -0.35, 0.20, "where the light comes from, to the picture's right"),
    Parameter("light_y", 0.60, 0.12, "where the light comes from, upward"),
)

Z_DIM = len(PARAMETERS)
"""Length of a critter's z."""

_CENTRES = np.array([p.centre for p in PARAMETERS], dtype=np.float32)
_SPREADS = np.array([p.spread for p in PARAMETERS], dtype=np.float32)


def normalised(z: Floats) -> Floats:
    """Scale each row of ``z`` [N, Z_DIM] to unit second moment, as the mapping network does."""
    second_moment = np.mean(np.square(z), axis=1, keepdims=True) + 1e-8
    return np.asarray(z / np.sqrt(second_moment), dtype=np.float32)


def values(z: Floats) -> dict[str, Floats]:
    """Each parameter's values [N] for the critters ``z`` [N, Z_DIM], by name."""
    if z.ndim != 2 or z.shape[1] != Z_DIM:
        raise ValueError(f"z has the shape {z.shape}; give [N, {Z_DIM}].")
    bent = SOFT_LIMIT * np.tanh(normalised(z) / SOFT_LIMIT)
    table = _CENTRES + _SPREADS * bent
    return {p.name: table[:, i] for i, p in enumerate(PARAMETERS)}


def draw_z(count: int, seed: int) -> Floats:
    """``count`` Gaussian z [count, Z_DIM] of a numbered stream, the same on every machine."""
    return np.random.default_rng(seed).standard_normal((count, Z_DIM)).astype(np.float32)


_NAMES = [p.name for p in PARAMETERS]
# Everything from the first colour on, but for the mane's size.
_LOOKS = np.array([i >= _NAMES.index("fur_l") and n != "mane" for i, n in enumerate(_NAMES)])


def draw_mixed(count: int, seed: int) -> tuple[Floats, Floats, Floats]:
    """Shapes of some critters with the looks (colours, stripes, light) of others.

    Returns z [count, Z_DIM] three times: whose shape, whose looks, and of the mixture. All three
    have the same power in shape and the same in looks, so that normalising, which scales a z by its
    second moment, does the same to each.
    """
    both = draw_z(2 * count, seed)
    shape, looks = both[:count], both[count:]
    for part in (_LOOKS, ~_LOOKS):
        looks[:, part] *= np.linalg.norm(shape[:, part], axis=1, keepdims=True) / np.linalg.norm(
            looks[:, part], axis=1, keepdims=True
        )
    return shape, looks, np.where(_LOOKS, looks, shape)
