"""A network tuned around a latent, as a small difference to one that stays as it is.

"Pivotal Tuning for Latent-based Editing of Real Images" (Roich et al., 2021) changes all weights of
a generator, a little. How they change is kept here as a product of two thin matrices for each
weight, as in "LoRA: Low-Rank Adaptation of Large Language Models" (Hu et al., 2021).
"""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain

from torch import Tensor, nn

from .errors import GeneratorError
from .interface import Generator

# Only what draws is tuned: the mapping network has made the latent before.
_TUNED_PART = "synthesis."


@dataclass(frozen=True)
class LowRank:
    """A difference of one weight: `left` [out, r] times `right` [r, all other axes], float32.

    `out` is the weight's first axis; `right` has its other axes one after another, one column for
    a weight of a single axis.
    """

    left: Tensor
    right: Tensor

    @property
    def numbers(self) -> int:
        """How many numbers the two matrices have."""
        return self.left.numel() + self.right.numel()

    def difference(self) -> Tensor:
        """Return the product, [out, all other axes]."""
        product: Tensor = self.left @ self.right
        return product


@dataclass(frozen=True)
class Tuning:
    """The differences of some of a network's weights, by the names of its state dict."""

    factors: Mapping[str, LowRank]

    @property
    def numbers(self) -> int:
        """How many numbers it has."""
        return sum(factors.numbers for factors in self.factors.values())


def tuned(generator: Generator, tuning: Tuning) -> Generator:
    """Return a network whose weights differ from those of `generator` as `tuning` says.

    `generator` stays as it is, and both share the weights that do not differ. The new weights are
    frozen and lie on the device of the old ones, wherever the tuning lies.
    Raises GeneratorError, naming the weight, where the tuning does not fit.
    """
    weights = tuned_weights(generator, tuning)
    shared = {id(one): one for one in chain(generator.parameters(), generator.buffers())}
    made = copy.deepcopy(generator, shared)
    for name, weight in weights.items():
        owner, _, own_name = name.rpartition(".")
        frozen = nn.Parameter(weight.detach(), requires_grad=False)
        setattr(made.get_submodule(owner), own_name, frozen)
    return made


def tuned_weights(generator: Generator, tuning: Tuning) -> dict[str, Tensor]:
    """Return the weights that differ, as they are once tuned, differentiable in the factors.

    Raises GeneratorError, naming the weight, where the tuning does not fit.
    """
    parameters = dict(generator.named_parameters())
    return {
        name: _changed(name, parameters.get(name), factors)
        for name, factors in tuning.factors.items()
    }


def _changed(name: str, weight: Tensor | None, factors: LowRank) -> Tensor:
    if weight is None or weight.ndim == 0:
        raise GeneratorError(
            f"The tuning changes the weight {name[:80]!r}, which this network does not have; "
            "it was made for another model."
        )
    if not name.startswith(_TUNED_PART):
        raise GeneratorError(
            f"The tuning changes the weight {name[:80]!r}, which draws nothing; it was not made by "
            "an inversion, invert the picture again."
        )
    left, right = factors.left, factors.right
    fits = (
        left.ndim == right.ndim == 2
        and left.shape[0] == weight.shape[0]
        and left.shape[1] == right.shape[0]
        and right.shape[1] == weight[0].numel()
    )
    if not fits:
        raise GeneratorError(
            f"The tuning's factors {list(left.shape)} and {list(right.shape)} do not fit the "
            f"weight {name[:80]!r} {list(weight.shape)}; it was made for another model."
        )
    if not left.is_floating_point() or not right.is_floating_point():
        raise GeneratorError(f"The tuning's factors of {name[:80]!r} are no real numbers.")
    difference = LowRank(left.to(weight), right.to(weight)).difference()
    return weight + difference.view_as(weight)
