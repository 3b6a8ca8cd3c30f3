"""The DragGAN engine in pure torch: a latent and points in, one step after another out.

What lives here: what a drag is given (`points.py`, `settings.py`), features at image positions
(`sampling.py`, the only place that knows of rows and columns), the paper's two equations
(`supervision.py`, `tracking.py`), two ways to take a step (`pace.py`): the paper's (`paper.py`,
`paper_step.py`, `adam.py`, and `recorded.py`, by which a GPU repeats it) and one of far fewer
steps (`adaptive.py`, with `motion.py`, `subspace.py`, `metric.py` and `spread.py`), what both look
at and are after (`sight.py`, `legs.py`, `board.py`), what counts as progress (`progress.py`), and
the loop that joins them (`drag.py`).
What does not: the wire, frames and how often anyone looks.
"""

from .drag import Drag
from .errors import DragError, DragOverError, InvalidDragError
from .points import DragPoint, PointState, PointStatus
from .sampling import Places
from .settings import DragSettings
from .steps import DragStep, EndReason
from .tracking import NearestFeature, Tracker

__all__ = [
    "Drag",
    "DragError",
    "DragOverError",
    "DragPoint",
    "DragSettings",
    "DragStep",
    "EndReason",
    "InvalidDragError",
    "NearestFeature",
    "Places",
    "PointState",
    "PointStatus",
    "Tracker",
]
