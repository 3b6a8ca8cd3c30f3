"""What is to be generated and where, or inverted and how, as the dialog or a script chooses it."""

from dataclasses import dataclass

from tugline_edit.geometry import Box, Placement
from tugline_edit.host import LayerFault
from tugline_edit.placing import LEAST_SIDE, fitted
from tugline_protocol.values import InversionOptions, InversionQuality, ModelCard

from .words import OWN_STEPS, SELECTION, SIZE


@dataclass(frozen=True)
class GenerateChoice:
    """What is to be generated, and where.

    ``place`` is "selection", "image" or "size"; ``width`` and ``height`` belong to the last of
    these, in pixels, 0 for the model's own.
    """

    model: str
    seed: int
    truncation: float
    place: str
    width: int
    height: int


@dataclass(frozen=True)
class InvertChoice:
    """How a layer is to be inverted.

    ``selected``: only what is selected of it. ``feather`` is how far into the picture its border is
    soft, as a part of its shorter side. The steps are ``OWN_STEPS`` or those of one stage each.
    """

    model: str
    quality: InversionQuality
    selected: bool
    feather: float
    editability: float = 1.0
    w_steps: int = OWN_STEPS
    wplus_steps: int = OWN_STEPS
    tuning_steps: int = OWN_STEPS

    @property
    def options(self) -> InversionOptions:
        """The options as the protocol has them."""
        return InversionOptions(
            quality=self.quality,
            w_steps=_steps(self.w_steps),
            wplus_steps=_steps(self.wplus_steps),
            tuning_steps=_steps(self.tuning_steps),
            editability=self.editability,
        )


def placed(choice: GenerateChoice, card: ModelCard, image: Box, selection: Box | None) -> Placement:
    """Return where a picture of the model goes in an image, given by its box.

    Raises LayerFault where that is too small for a picture to be seen.
    """
    what, bounds = "image", image
    if choice.place == SELECTION and selection is not None:
        what, bounds = "selection", selection
    elif choice.place == SIZE:
        width, height = _own_size(choice, card)
        left, top = image.x + (image.width - width) // 2, image.y + (image.height - height) // 2
        what, bounds = "size", Box(left, top, width, height)
    if min(bounds.width, bounds.height) < LEAST_SIDE:
        raise LayerFault(
            f"The {what} is {bounds.width} x {bounds.height} pixels; a picture needs at least "
            f"{LEAST_SIDE} x {LEAST_SIDE}."
        )
    return Placement.upright_at(card.width, card.height, fitted(card, bounds))


def _own_size(choice: GenerateChoice, card: ModelCard) -> tuple[int, int]:
    if not choice.width and not choice.height:
        return card.width, card.height
    return (
        choice.width or max(1, round(choice.height * card.width / card.height)),
        choice.height or max(1, round(choice.width * card.height / card.width)),
    )


def _steps(number: int) -> int | None:
    return None if number == OWN_STEPS else number
