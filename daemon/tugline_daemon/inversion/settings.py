"""How an inversion goes, and what its qualities come to."""

from dataclasses import dataclass
from typing import Literal, get_args

from .errors import InversionError

Quality = Literal["seconds", "minute", "best"]

_MOST_STEPS = 100_000
_MOST_EDITABILITY = 100.0
_MOST_RANK = 1024
_MOST_SECONDS = 86_400.0


@dataclass(frozen=True)
class InversionSettings:
    """How many steps each stage may take, 0 leaves it out; one ends sooner when it gains no more.

    `w_steps` look for one row that serves all layers (W), `wplus_steps` for a row each (W+),
    `tuning_steps` tune the weights around what was found. `editability` weighs the pull of W+
    toward W, and of W toward likely latents, 0 = none. `seconds` is about how long all of it may
    take on the machine at hand, None = as long as it takes; some steps of each stage are made in
    any case. `rank` is that of the weights' differences, None the largest with which all of them
    have at most a tenth of the generator's numbers. `seed` is that of all that is drawn.

    Raises InversionError, naming the field, for a number out of range.
    """

    w_steps: int = 150
    wplus_steps: int = 300
    tuning_steps: int = 0
    editability: float = 1.0
    seconds: float | None = None
    rank: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        for name, steps in {
            "w_steps": self.w_steps,
            "wplus_steps": self.wplus_steps,
            "tuning_steps": self.tuning_steps,
        }.items():
            if not 0 <= steps <= _MOST_STEPS:
                raise InversionError(f"{name} is {steps}; it must be from 0 to {_MOST_STEPS}.")
        if not 0 <= self.editability <= _MOST_EDITABILITY:
            raise InversionError(
                f"editability is {self.editability:g}; it must be from 0 to {_MOST_EDITABILITY:g}."
            )
        if self.seconds is not None and not 0 < self.seconds <= _MOST_SECONDS:
            raise InversionError(
                f"seconds is {self.seconds:g}; it must be above 0, and {_MOST_SECONDS:g} at most."
            )
        if self.rank is not None and not 1 <= self.rank <= _MOST_RANK:
            raise InversionError(f"rank is {self.rank}; it must be from 1 to {_MOST_RANK}.")


_STEPS: dict[Quality, tuple[int, int, int]] = {
    "seconds": (160, 0, 0),
    "minute": (160, 500, 0),
    "best": (200, 1000, 500),
}
_SECONDS: dict[Quality, float | None] = {"seconds": 10.0, "minute": 55.0, "best": None}


def settings_for(
    quality: Quality,
    *,
    w_steps: int | None = None,
    wplus_steps: int | None = None,
    tuning_steps: int | None = None,
    editability: float = 1.0,
) -> InversionSettings:
    """Return what a quality comes to; steps that are given overrule it.

    Raises InversionError, naming the field, for an unknown quality or a number out of range.
    """
    if quality not in get_args(Quality):
        raise InversionError(
            f"quality is {str(quality)[:40]!r}; it must be one of {', '.join(get_args(Quality))}."
        )
    of_w, of_wplus, of_tuning = _STEPS[quality]
    return InversionSettings(
        w_steps=of_w if w_steps is None else w_steps,
        wplus_steps=of_wplus if wplus_steps is None else wplus_steps,
        tuning_steps=of_tuning if tuning_steps is None else tuning_steps,
        editability=editability,
        seconds=_SECONDS[quality],
    )
