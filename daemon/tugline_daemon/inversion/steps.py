"""What an inversion says after each step, and what one can go on from."""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from tugline_daemon.generator import Tuning

Stage = Literal["w", "w+", "tuning"]
Ended = Literal["done", "diverged"]


@dataclass(frozen=True)
class InversionStep:
    """An inversion after its step `number`, counted from 1.

    `latent` [num_ws, w_dim] with `tuning` (None: the generator as it is) is the best so far, and
    `psnr`, in dB over the pixels that count, is how near its picture is. `done` goes from 0 to 1
    over all stages. `seconds_left` is the honest guess, -1 where there is none yet. `ended` says
    why this was the last step, None where it was not.
    """

    number: int
    stage: Stage
    done: float
    seconds_left: float
    latent: Tensor
    tuning: Tuning | None
    psnr: float
    ended: Ended | None


@dataclass(frozen=True)
class Start:
    """What to go on from: a `latent` [num_ws, w_dim] in its `stage`, and the weights' differences.

    An interrupted inversion goes on so, and so would one whose start something else has found.
    """

    latent: Tensor
    stage: Stage = "w"
    tuning: Tuning | None = None
