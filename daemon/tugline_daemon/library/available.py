"""The well-known public models and weights that Tugline knows by name: ``available.json``, checked.

Their files lie with those who made them; nothing of them comes with Tugline. An entry's ``sha256``
is None where nobody of ours has seen the file: what the first download brought is then remembered
in the user's folder (``memory.py``) and later ones are held to it.
"""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, ClassVar, Final, Literal

from pydantic import ConfigDict, Field, TypeAdapter

from .cards import NAME_PATTERN
from .errors import UnknownModel

_HTTPS: Final = r"^https://[a-z0-9.-]+/[^\s?#]*$"
_CHECKS = ConfigDict(strict=True, extra="forbid")
_Text = Annotated[str, Field(min_length=1, max_length=128, pattern=r"^[ -~]*$")]
_Address = Annotated[str, Field(max_length=512, pattern=_HTTPS)]
_Side = Annotated[int, Field(ge=4, le=8192)]


@dataclass(frozen=True)
class Licence:
    """A licence in words: its ``name``, what it ``says`` in short, and where all of it stands.

    ``commercial``: whether it allows commercial use.
    """

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKS

    name: _Text
    says: _Text
    commercial: bool
    address: _Address

    @property
    def text(self) -> str:
        """The licence in one line, as cards bear it."""
        return f"{self.name}: {self.says}"


@dataclass(frozen=True)
class AvailableModel:
    """A model that can be fetched by its ``name``.

    ``shows`` is a sentence, ``width`` and ``height`` are the picture's in pixels, ``address`` is
    the file's, ``page`` its project's; ``size`` in bytes and ``sha256`` are None where not known.
    ``labels`` names the classes of a conditional network, in their order.
    """

    name: str
    shows: str
    kind: str
    width: int
    height: int
    address: str
    page: str
    licence: Licence
    size: int | None
    sha256: str | None
    labels: tuple[str, ...] = ()


@dataclass(frozen=True)
class AvailableFile:
    """A file at an https ``address``; its ``size`` in bytes is None where not known."""

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKS

    address: _Address
    size: Annotated[int, Field(ge=1)] | None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


@dataclass(frozen=True)
class AvailableWeights:
    """Weights of a network that is no generator, which can be fetched by their ``name``.

    ``shows`` is a sentence on what they are for, ``page`` is their project's.
    """

    name: str
    shows: str
    page: str
    licence: Licence
    files: tuple[AvailableFile, ...]


@dataclass(frozen=True)
class _Row:
    """A model as the file has it, with its licence's key."""

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKS

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    shows: _Text
    kind: Literal["stylegan2", "stylegan3"]
    width: _Side
    height: _Side
    address: _Address
    page: _Address
    licence: str
    size: Annotated[int, Field(ge=1)] | None
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None
    labels: tuple[_Text, ...] = ()


@dataclass(frozen=True)
class _WeightsRow:
    """Weights as the file has them, with their licence's key."""

    __pydantic_config__: ClassVar[ConfigDict] = _CHECKS

    name: Annotated[str, Field(pattern=NAME_PATTERN)]
    shows: _Text
    page: _Address
    licence: str
    files: Annotated[tuple[AvailableFile, ...], Field(min_length=1)]


@dataclass(frozen=True)
class _File:
    __pydantic_config__: ClassVar[ConfigDict] = _CHECKS

    format: Literal["tugline-available/1"]
    licences: dict[str, Licence]
    models: tuple[_Row, ...]
    weights: tuple[_WeightsRow, ...] = ()


_FILE: Final = TypeAdapter(_File)


def read_catalogue(path: Path) -> tuple[AvailableModel, ...]:
    """Return the models of a catalogue, in its order.

    Raises ValueError for a file that is not sound: it is part of the program, and a broken one is
    a fault in it.
    """
    file = _read(path)
    return tuple(_joined(row, file.licences) for row in file.models)


def read_weights_catalogue(path: Path) -> tuple[AvailableWeights, ...]:
    """Return the other weights of a catalogue, in its order; raises as ``read_catalogue``."""
    file = _read(path)
    return tuple(
        AvailableWeights(row.name, row.shows, row.page, file.licences[row.licence], row.files)
        for row in file.weights
    )


def _read(path: Path) -> _File:
    file = _FILE.validate_json(path.read_bytes())
    rows: tuple[_Row | _WeightsRow, ...] = (*file.models, *file.weights)
    names = [row.name.casefold() for row in rows]
    if len(set(names)) < len(names):
        raise ValueError(f"{path.name} has a name twice")
    for row in rows:
        if row.licence not in file.licences:
            raise ValueError(
                f"{row.name} is under a licence that is not in the file: {row.licence}"
            )
    return file


def _joined(row: _Row, licences: Mapping[str, Licence]) -> AvailableModel:
    return AvailableModel(
        name=row.name,
        shows=row.shows,
        kind=row.kind,
        width=row.width,
        height=row.height,
        address=row.address,
        page=row.page,
        licence=licences[row.licence],
        size=row.size,
        sha256=row.sha256,
        labels=row.labels,
    )


@cache
def available_models() -> tuple[AvailableModel, ...]:
    """Return the models of the catalogue that comes with Tugline, in its order."""
    return read_catalogue(Path(__file__).with_name("available.json"))


@cache
def available_weights() -> tuple[AvailableWeights, ...]:
    """Return the other weights of the catalogue that comes with Tugline, in its order."""
    return read_weights_catalogue(Path(__file__).with_name("available.json"))


def find_weights(name: str) -> AvailableWeights | None:
    """Return the weights of that name that can be fetched, None where there are none."""
    return next((one for one in available_weights() if one.name == name), None)


def find_available(name: str) -> AvailableModel:
    """Return the model of that name; raises UnknownModel, which names the nearest ones."""
    models = {model.name: model for model in available_models()}
    if name in models:
        return models[name]
    near = difflib.get_close_matches(name[:64].lower(), models, n=3, cutoff=0.4)
    hint = f"did you mean {' or '.join(near)}" if near else "`tugline models available` lists them"
    raise UnknownModel(f"The catalogue has no model called {name[:64]!r}; {hint}.")
