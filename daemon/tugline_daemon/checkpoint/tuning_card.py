"""What a tuning says of itself, in the texts of its file's header. Nothing of torch is needed here.

They are ``format`` (``tugline-tuning/1``), ``model`` (its name), ``weights`` (the hash of the
weights that it fits), ``picture`` (the sha256 of the picture that it was made for), ``made`` (when,
in UTC) and ``psnr`` (in dB).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from .errors import BadTuning, UnreadableFile
from .safetensors_file import open_safetensors

FORMAT: Final = "tugline-tuning/1"
MOST_BYTES: Final = 32 << 20

_KEYS: Final = frozenset({"format", "model", "weights", "picture", "made", "psnr"})
_HASH: Final = r"[0-9a-f]{64}"
_MOST_MODEL: Final = 128
_TIME: Final = "%Y-%m-%dT%H:%M:%SZ"
_TIME_PATTERN: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
_PSNR_PATTERN: Final = r"-?\d{1,3}(\.\d{1,3})?"
_MOST_PSNR: Final = 999.0


@dataclass(frozen=True)
class TuningCard:
    """What is known of a tuning besides its numbers.

    ``model`` is the model's name, 1 to 128 printable characters, ``weights`` the hash of its
    weights, ``picture`` the sha256 of the picture's pixels, ``made`` the time of its making in UTC,
    to the second, ``psnr`` how near the tuned model comes to the picture, in dB from -999 to 999.
    """

    model: str
    weights: str
    picture: str
    made: datetime
    psnr: float


def bad_tuning(reason: str) -> BadTuning:
    """Return the sentence that a tuning cannot be used, and what to do about it."""
    return BadTuning(
        f"The weights tuned to a picture cannot be used: {reason}; invert the picture again."
    )


def to_metadata(card: TuningCard) -> dict[str, str]:
    """Return the texts of a header; raises BadTuning for a card that ``read_card`` would refuse."""
    psnr = min(max(card.psnr, -_MOST_PSNR), _MOST_PSNR)
    metadata = {
        "format": FORMAT,
        "model": card.model,
        "weights": card.weights,
        "picture": card.picture,
        "made": card.made.astimezone(UTC).strftime(_TIME),
        "psnr": f"{psnr:.2f}",
    }
    read_card(metadata)
    return metadata


def read_card(metadata: Mapping[str, str]) -> TuningCard:
    """Return what the texts of a header tell; raises BadTuning where they are not a tuning's."""
    if metadata.get("format") != FORMAT or set(metadata) != _KEYS:
        raise bad_tuning(f"they are no {FORMAT} file with {', '.join(sorted(_KEYS))}")
    model, made, psnr = metadata["model"], metadata["made"], metadata["psnr"]
    if not 1 <= len(model) <= _MOST_MODEL or not model.isprintable():
        raise bad_tuning("they name no model")
    for key in ("weights", "picture"):
        if not re.fullmatch(_HASH, metadata[key]):
            raise bad_tuning(f"their {key} is no hash")
    if not re.fullmatch(_PSNR_PATTERN, psnr, re.ASCII):
        raise bad_tuning("their psnr is no number from -999 to 999")
    return TuningCard(model, metadata["weights"], metadata["picture"], _time(made), float(psnr))


def read_card_of_file(path: Path) -> TuningCard:
    """Return what the tuning in the file ``path`` says of itself; its numbers are not read.

    Raises BadTuning where it is none.
    """
    try:
        with open_safetensors(path, most_bytes=MOST_BYTES) as file:
            return read_card(file.metadata)
    except UnreadableFile as error:
        raise bad_tuning(f"{path.name} is no sound safetensors file") from error


def _time(text: str) -> datetime:
    if not re.fullmatch(_TIME_PATTERN, text, re.ASCII):
        raise bad_tuning("their time is none")
    try:
        return datetime.strptime(text, _TIME).replace(tzinfo=UTC)
    except ValueError as error:
        raise bad_tuning("their time is none") from error
