"""A tuning as bytes: what documents carry, daemons keep and messages bring.

``tuning_factors.py`` says how they lie, ``tuning_card.py`` what is told besides. The factors are
stored in float16: their products are a small part of the weights that they are added to.
"""

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from tugline_daemon.generator.tuning import LowRank, Tuning

from .tuning_card import TuningCard, bad_tuning
from .tuning_factors import FactorPair, pack, unpack


def read_tuning(data: bytes) -> tuple[Tuning, TuningCard]:
    """Return the tuning in ``data``, its factors float32 on the CPU, and what it says of itself.

    Raises BadTuning for bytes that are out of bounds, unsound, or hold a number that is not finite.
    Whether it fits a network, ``generator.tuning.tuned`` finds out.
    """
    factors, card = unpack(data)
    pairs = {
        name: LowRank(left=_tensor(pair.left), right=_tensor(pair.right))
        for name, pair in factors.items()
    }
    return Tuning(pairs), card


def write_tuning(tuning: Tuning, card: TuningCard) -> bytes:
    """Return the bytes of ``tuning``, the same ones for the same numbers and card.

    Raises BadTuning where it is out of the bounds that ``read_tuning`` sets, or has a number that
    float16 does not hold.
    """
    pairs = {
        name: FactorPair(_stored(name, pair.left), _stored(name, pair.right))
        for name, pair in tuning.factors.items()
    }
    return pack(pairs, card)


def _tensor(values: npt.NDArray[np.float16]) -> Tensor:
    return torch.from_numpy(values.astype(np.float32))


def _stored(name: str, factor: Tensor) -> npt.NDArray[np.float16]:
    stored = factor.detach().to("cpu", torch.float16)
    if not torch.isfinite(stored).all():
        raise bad_tuning(f"the factors of {name} have values that float16 does not hold")
    values: npt.NDArray[np.float16] = stored.contiguous().numpy()
    return values
