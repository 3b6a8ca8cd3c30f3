"""From a picture to the latent that draws it, and to weights tuned around it."""

from .distance import DistanceTo, PerceptualDistance
from .errors import InversionError

__all__ = ["DistanceTo", "InversionError", "PerceptualDistance"]
