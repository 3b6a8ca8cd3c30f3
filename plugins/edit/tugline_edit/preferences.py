"""The artist's settings in the editor's own configuration, each checked when it is read."""

import math
from dataclasses import fields
from typing import Final, Protocol, TypeVar, get_args

from tugline_protocol.values import InversionQuality

from .history import MOST_FEATHER
from .view import Settings

SEED_MOST: Final = 2**32 - 1  # Generate.seed's range in the protocol
STEP_LIMIT_MOST: Final = 10_000  # DragOptions.step_limit's
RADIUS_LEAST: Final = 0.75  # DragOptions.r1's
RADIUS_MOST: Final = 64.0
QUALITIES: Final[tuple[InversionQuality, ...]] = get_args(InversionQuality)
TEXT_LENGTH: Final = 512
KEY_LENGTH: Final = 40  # a CURVE public key in Z85

# What a control for a number counts by.
TRUNCATION_STEP: Final = 0.05
STEP_LIMIT_STEP: Final = 10
FEATHER_STEP: Final = 0.005
RADIUS_STEP: Final = 0.25
# The numbers that stand for None, the model's own, in a control that knows numbers alone.
STEP_LIMIT_AUTOMATIC: Final = 0
RADIUS_AUTOMATIC: Final = RADIUS_LEAST - RADIUS_STEP

Usual = TypeVar("Usual")


class Shelf(Protocol):
    """Where the editor keeps a plugin's settings: texts by their names."""

    def read(self, name: str) -> str:
        """Return the text kept under ``name``, "" for none."""

    def write(self, name: str, text: str) -> None:
        """Keep ``text`` under ``name``, for the editor's next start too.

        Raises OSError where the editor's folder cannot be written.
        """


def load(shelf: Shelf) -> Settings:
    """Return what was saved; a value that is damaged or out of its range is the default again."""
    kept = {field.name: shelf.read(field.name) for field in fields(Settings)}
    usual = Settings()
    return Settings(
        model=kept["model"][:TEXT_LENGTH],
        seed=_whole(kept["seed"], 0, SEED_MOST, usual.seed),
        truncation=_number(kept["truncation"], 0.0, 1.0, usual.truncation),
        live=_switch(kept["live"], usual.live),
        keep_rest=_switch(kept["keep_rest"], usual.keep_rest),
        step_limit=_whole(kept["step_limit"], 1, STEP_LIMIT_MOST, usual.step_limit),
        radius=_number(kept["radius"], RADIUS_LEAST, RADIUS_MOST, usual.radius),
        true_composite=_switch(kept["true_composite"], usual.true_composite),
        quality=_quality(kept["quality"], usual.quality),
        feather=_number(kept["feather"], 0.0, MOST_FEATHER, usual.feather),
        align=_switch(kept["align"], usual.align),
        address=kept["address"][:TEXT_LENGTH],
        server_key=kept["server_key"][:TEXT_LENGTH],
    )


def save(settings: Settings, shelf: Shelf) -> None:
    """Keep ``settings`` for the editor's next start; None ("automatic") is an empty text.

    Raises OSError where they cannot be kept.
    """
    for field in fields(Settings):
        value: str | float | None = getattr(settings, field.name)
        shelf.write(field.name, _text(value))


def is_whole(address: str, key: str) -> bool:
    """Whether the two name a daemon: an address with a key of the right length, or nothing."""
    return (not address and not key) or (bool(address) and len(key) == KEY_LENGTH)


def _text(value: str | float | None) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def _switch(text: str, usual: bool) -> bool:
    return {"true": True, "false": False}.get(text, usual)


def _quality(text: str, usual: InversionQuality) -> InversionQuality:
    return next((quality for quality in QUALITIES if quality == text), usual)


def _whole(text: str, least: int, most: int, usual: Usual) -> int | Usual:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        return usual
    return int(text) if least <= int(text) <= most else usual


def _number(text: str, least: float, most: float, usual: Usual) -> float | Usual:
    try:
        number = float(text)
    except ValueError:
        return usual
    return number if math.isfinite(number) and least <= number <= most else usual
