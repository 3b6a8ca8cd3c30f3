"""From a picture to the latent that draws it, and to weights tuned around it."""

from .distance import DistanceTo, PerceptualDistance
from .errors import InversionError
from .inversion import Inversion
from .settings import InversionSettings, Quality, settings_for
from .steps import Ended, InversionStep, Stage, Start

__all__ = [
    "DistanceTo",
    "Ended",
    "Inversion",
    "InversionError",
    "InversionSettings",
    "InversionStep",
    "PerceptualDistance",
    "Quality",
    "Stage",
    "Start",
    "settings_for",
]
