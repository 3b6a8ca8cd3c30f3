"""What the broker can tell of models: their cards, thumbnails and whether they are loaded."""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from tugline_daemon.library.cards import Card
from tugline_daemon.library.errors import BrokenModel, LibraryError, OtherWeights, UnknownModel
from tugline_daemon.library.store import Entry, Store
from tugline_daemon.library.thumbnails import read_thumbnail
from tugline_protocol.codec import encode
from tugline_protocol.errors import MODEL_UNREADABLE, UNKNOWN_MODEL, WRONG_WEIGHTS
from tugline_protocol.messages import Models
from tugline_protocol.values import DragOptions, Image, Limits, ModelCard, ModelRef, Readiness

from .errors import Refused

_log = logging.getLogger(__name__)

_CODES: Final[dict[type[LibraryError], tuple[str, str]]] = {
    UnknownModel: (UNKNOWN_MODEL, "model.name"),
    OtherWeights: (WRONG_WEIGHTS, "model.weights"),
    BrokenModel: (MODEL_UNREADABLE, "model"),
}
_ON_DISK: Final[tuple[Readiness, str]] = ("available", "")
_MOST_THUMBNAILS: Final = 64
_THUMBNAIL_BYTES: Final = 16 * 1024 * 1024


class Catalogue:
    """The models of the folders, read again when their files change; readiness as workers tell."""

    def __init__(self, folders: Sequence[Path]) -> None:
        """Read the cards in ``folders``."""
        self._store = Store(folders)
        self._readiness: dict[tuple[str, str], tuple[Readiness, str]] = {}
        self._seen = self._store.fingerprint()
        self._entries = self._store.entries()
        self._read: dict[str, Image] | None = None

    def changed(self) -> bool:
        """Look whether files were added, changed or removed; if so, read the cards again."""
        seen = self._store.fingerprint()
        if seen == self._seen:
            return False
        self._seen = seen
        self._entries = self._store.entries()
        self._read = None
        return True

    def card(self, model: ModelRef) -> Card:
        """Return the card of ``model``; raises Refused where there is none or other weights."""
        for entry in self._entries:
            known = entry.card
            if known and entry.name == model.name and model.weights in ("", known.weights):
                return known
        try:
            return self._store.find(model.name, model.weights).card
        except LibraryError as error:
            code, field = _CODES.get(type(error), (MODEL_UNREADABLE, "model"))
            raise Refused(str(error), field=field, code=code) from error

    def listing(self, limits: Limits, *, thumbnails: bool) -> Models:
        """Return the answer to ListModels, cut to what one message may hold."""
        pictures = self._pictures() if thumbnails else {}
        cards: list[ModelCard] = []
        left = limits.header_bytes
        for entry in self._entries:
            card = self._told(entry, pictures.get(entry.name))
            size = len(encode(Models((card,)), "")[1])
            if size > left:
                _log.warning("the model %s is left out of the list: it is too long", card.name)
                continue
            left -= size
            cards.append(card)
        return Models(tuple(cards))

    def note(self, model: ModelRef, readiness: Readiness, text: str) -> bool:
        """Take over what a worker tells of a model; say whether that is news."""
        key = (model.name, model.weights)
        before = self._readiness.get(key, _ON_DISK)
        self._readiness[key] = (readiness, text)
        return before != (readiness, text)

    def forget_readiness(self) -> None:
        """The worker is gone, and with it what it had loaded."""
        self._readiness.clear()

    def _pictures(self) -> dict[str, Image]:
        """Return the thumbnails by their model's name, read once until the files change."""
        if self._read is None:
            self._read = _thumbnails(self._entries)
        return self._read

    def _told(self, entry: Entry, thumbnail: Image | None) -> ModelCard:
        """Return what the wire tells of a model; of a broken one the description says why."""
        card = entry.card
        if card is None:
            return _broken(entry)
        readiness, text = self._readiness.get((card.name, card.weights), _ON_DISK)
        return ModelCard(
            name=card.name,
            weights=card.weights,
            kind=card.kind,
            width=card.width,
            height=card.height,
            z_dim=card.z_dim,
            num_ws=card.num_ws,
            w_dim=card.w_dim,
            labels=card.labels,
            feature_layers=card.feature_layers,
            licence=card.licence,
            description=text or card.description,
            readiness=readiness,
            thumbnail=thumbnail,
            drag_defaults=DragOptions(**asdict(card.drag)),
        )


def _broken(entry: Entry) -> ModelCard:
    """Return the card of a model whose own cannot be read."""
    return ModelCard(
        name=entry.name,
        weights="",
        kind="",
        width=0,
        height=0,
        z_dim=0,
        num_ws=0,
        w_dim=0,
        description=entry.reason,
        readiness="broken",
    )


def _thumbnails(entries: Sequence[Entry]) -> dict[str, Image]:
    """Read as many thumbnails as one message holds, by the model's name."""
    pictures: dict[str, Image] = {}
    left = _THUMBNAIL_BYTES
    for entry in entries:
        found = read_thumbnail(entry.thumbnail_file)
        if found is None or len(found.rgb) > left or len(pictures) >= _MOST_THUMBNAILS:
            continue
        left -= len(found.rgb)
        pictures[entry.name] = Image(found.width, found.height, "RGB", found.rgb)
    return pictures
