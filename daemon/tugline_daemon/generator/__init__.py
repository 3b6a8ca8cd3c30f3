"""Networks and nothing else: StyleGAN2 and StyleGAN3 behind one small interface, in plain PyTorch.

What lives here: the interface (`interface.py`); of StyleGAN2 the layers (`layers.py`,
`resample.py`), how they are joined (`stylegan2.py`) and how a drag goes through them again and
again (`feature_pass.py`; by hand in `stylegan2_pass.py`, `modulated.py`, `modulation.py`,
`convolutions.py` and `windows.py`) and in which numbers (`precision.py`); of StyleGAN3 which
frequencies its layers carry (`bands.py`), with which filters (`lowpass.py`), the layers
(`alias_free.py`, `filtered.py`) and how they are joined (`stylegan3.py`); the mapping network of
both (`mapping.py`), in which directions a network's latents differ (`principal.py`), how a network
differs that was tuned to one picture (`tuning.py`), and what a stranger's arguments may ask for
(`arguments.py`, `settings.py`, `stylegan3_settings.py`, `building.py`). What does not: files, the
wire, and anything that knows of dragging beyond the defaults that a generator names for itself.
"""

from .building import build, count_numbers, kinds
from .errors import GeneratorError
from .feature_pass import FeaturePass
from .interface import FeatureGrid, Generator, NoiseMode
from .layers import WeightVersion, version_of
from .precision import PRECISIONS, Precision
from .principal import SampledLatents, Spread, principal_directions
from .settings import MappingSettings, StyleGAN2Settings, SynthesisSettings, parse_settings
from .stylegan2 import StyleGAN2
from .stylegan3 import StyleGAN3
from .stylegan3_settings import StyleGAN3Settings, parse_stylegan3
from .tuning import LowRank, Tuning, tuned, tuned_weights
from .windows import Windows

__all__ = [
    "PRECISIONS",
    "FeatureGrid",
    "FeaturePass",
    "Generator",
    "GeneratorError",
    "LowRank",
    "MappingSettings",
    "NoiseMode",
    "Precision",
    "SampledLatents",
    "Spread",
    "StyleGAN2",
    "StyleGAN2Settings",
    "StyleGAN3",
    "StyleGAN3Settings",
    "SynthesisSettings",
    "Tuning",
    "WeightVersion",
    "Windows",
    "build",
    "count_numbers",
    "kinds",
    "parse_settings",
    "parse_stylegan3",
    "principal_directions",
    "tuned",
    "tuned_weights",
    "version_of",
]
