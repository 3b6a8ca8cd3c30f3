"""The numbers that made the released model: its network's shape, its training's schedule."""

from dataclasses import dataclass

from tools.critters.parameters import Z_DIM
from tugline_daemon.library.cards import DragDefaults

RESOLUTION = 128

INIT_KWARGS: dict[str, object] = {
    "z_dim": Z_DIM,
    "c_dim": 0,
    "w_dim": 512,
    "img_resolution": RESOLUTION,
    "img_channels": 3,
    # The reference slows the mapping network a hundredfold; a regression has no reason to.
    "mapping_kwargs": {"num_layers": 4, "lr_multiplier": 1.0},
    # 192, 192, 128, 64, 32, 16 channels from 4 to 128 px.
    "synthesis_kwargs": {"channel_base": 2048, "channel_max": 192},
}


@dataclass(frozen=True)
class Stage:
    """Training at one resolution: ``pictures`` long, the learning rate falling geometrically.

    ``windowed`` is for the full resolution only: the last block then sees a window of each picture,
    which takes two thirds of the time. ``squares`` is what the mean squared difference weighs
    beside the absolute one: it tells large errors, of outlines and eyes, from small ones.
    """

    resolution: int
    pictures: int
    first_rate: float
    last_rate: float
    windowed: bool = False
    squares: float = 0.0


STAGES: tuple[Stage, ...] = (
    Stage(16, 32_000, 1.6e-2, 1.6e-2),
    Stage(32, 64_000, 1.4e-2, 1.4e-2),
    Stage(64, 68_000, 1.2e-2, 1.1e-2),
    Stage(128, 100_000, 1.1e-2, 3e-4, windowed=True, squares=4.0),
)

BATCH = 32
BETAS = (0.9, 0.99)

DETAIL = 3.0
"""How much more a pixel counts for each unit (of -1 to 1) between it and its 9-pixel box blur."""

GRADIENT = 1.0
"""Weight of the difference between the pictures' horizontal and vertical gradients."""

SLOWEST_AVERAGE = 500
"""The published weights are an average over about so many steps (fewer early in a stage)."""

WINDOW_CELLS = 38
"""Side of the windows in cells of the last block but one: 64 pixels and a margin."""

POOL = 2048
"""Pictures kept in memory; drawing costs as much as training, so each serves several times."""

FRESH = 4
"""New pictures in each batch; they take the oldest places in the pool."""

MIXED = 8
"""One in so many pictures has the shape of one critter and the looks of another."""

HELD_OUT_SEED = 900_000_001
TRAINING_SEED = 1

NAME = "critters-2"
THUMBNAIL_SEED = 1

# Pulling a nose by 20 px turns the head with the first 4 rows; with 6 the nose wanders over the
# face instead, since in a model trained by regression the finer rows can move parts alone.
DRAG = DragDefaults(feature_layer="b32", movable_rows=(0, 1, 2, 3), learning_rate=4e-2)
