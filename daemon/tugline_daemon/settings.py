"""The user's settings: one TOML file, each overridden by an environment variable, then an option.

``config.toml`` lies in the user's configuration folder; ``idle_timeout`` there is
``TUGLINE_IDLE_TIMEOUT`` in the environment and ``--idle-timeout`` on the command line.
"""

import math
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal, get_args

from tugline_protocol.endpoint import configuration_folder, state_folder

from .folders import data_folder

PrecisionSetting = Literal["auto", "fp32", "tf32", "bf16", "fp16"]
LOG_LEVELS: Final = ("debug", "info", "warning", "error")
_MOST_MINUTES: Final = 60.0 * 24 * 365
_LAST_PORT: Final = 65535
_NUMBERS: Final = ("idle_timeout", "keep_models")


class SettingsError(Exception):
    """A setting that cannot be: one sentence with the key, where it stands, and the remedy."""


def log_folder() -> Path:
    """Return the folder of the daemon's logs, inside the state folder."""
    return state_folder() / "log"


def settings_file() -> Path:
    """Return where the settings are read from; the file need not be there."""
    return configuration_folder() / "config.toml"


@dataclass(frozen=True)
class Settings:
    """All settings, with the values that hold where nothing is set.

    ``device``: ``auto``, ``cpu``, ``mps``, ``cuda`` or ``cuda:N``. ``precision``: in which numbers
    drags compute, ``auto`` is what suits the device (docs/precision.md). ``bind``: HOST:PORT to
    listen at, port 0 takes a free one. ``idle_timeout``: after so many minutes without a client the
    daemon ends, 0 = never. ``keep_models``: a model that nobody uses stays on the device for so
    many minutes, 0 = not at all, ``inf`` = for ever. ``models_folder``: where the user's own models
    lie. ``log_level``: one of LOG_LEVELS. ``model``: the model that commands use when none is
    named.
    """

    device: str = "auto"
    precision: PrecisionSetting = "auto"
    bind: str = "127.0.0.1:0"
    idle_timeout: float = 30.0
    keep_models: float = 10.0
    models_folder: Path = field(default_factory=lambda: data_folder() / "models")
    log_level: str = "info"
    model: str = "critters-2"


@dataclass(frozen=True)
class _Rule:
    """How a setting's value is taken: ``wanted`` describes it, ``accept`` returns it or None."""

    wanted: str
    accept: Callable[[object], object | None]


def read_settings(
    options: Mapping[str, object] | None = None, file: Path | None = None
) -> Settings:
    """Return the settings of the file, the environment and ``options``, the last one winning.

    ``options`` are by setting name; those that are None do not count. ``file`` None is the user's
    own. Raises SettingsError for a key that is unknown or a value that cannot be.
    """
    path = file or settings_file()
    values: dict[str, Any] = {}
    for key, value in _read_file(path).items():
        if key not in _RULES:
            raise SettingsError(
                f"{key[:64]!r} in {path} is no setting; there are {', '.join(_RULES)}."
            )
        values[key] = _accepted(key, value, f"{key} in {path}")
    for key in _RULES:
        variable = f"TUGLINE_{key.upper()}"
        if os.environ.get(variable):
            values[key] = _accepted(key, _from_text(key, os.environ[variable]), variable)
    for key, value in (options or {}).items():
        if value is not None:
            values[key] = _accepted(key, value, f"The option --{key.replace('_', '-')}")
    return Settings(**values)


def _read_file(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            return tomllib.load(file)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise SettingsError(
            f"The settings in {path} cannot be read ({error}); correct the file or delete it."
        ) from error


def _accepted(key: str, value: object, place: str) -> object:
    rule = _RULES[key]
    accepted = rule.accept(value)
    if accepted is None:
        raise SettingsError(f"{place} is {str(value)[:64]!r}; it has to be {rule.wanted}.")
    return accepted


def _from_text(key: str, text: str) -> object:
    if key not in _NUMBERS:
        return text
    try:
        return float(text)
    except ValueError:
        return text


def _device(value: object) -> str | None:
    fits = isinstance(value, str) and re.fullmatch(r"auto|cpu|mps|cuda(:\d{1,2})?", value)
    return str(value) if fits else None


def _precision(value: object) -> str | None:
    return value if isinstance(value, str) and value in get_args(PrecisionSetting) else None


def _address(value: object) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"[^\s/]{1,255}:\d{1,5}", value):
        return None
    return value if int(value.rpartition(":")[2]) <= _LAST_PORT else None


def _minutes(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= _MOST_MINUTES else None


def _minutes_or_ever(value: object) -> float | None:
    return math.inf if value == math.inf else _minutes(value)


def _folder(value: object) -> Path | None:
    if not isinstance(value, str | Path):
        return None
    try:
        folder = Path(value).expanduser()
    except RuntimeError:  # ~name of nobody
        return None
    return folder if folder.is_absolute() else None


def _log_level(value: object) -> str | None:
    return value if isinstance(value, str) and value in LOG_LEVELS else None


def _model(value: object) -> str | None:
    return value if isinstance(value, str) and 1 <= len(value) <= 128 else None


_RULES: Final[Mapping[str, _Rule]] = {
    "device": _Rule("auto, cpu, mps, cuda or cuda:N", _device),
    "precision": _Rule("one of " + ", ".join(get_args(PrecisionSetting)), _precision),
    "bind": _Rule("HOST:PORT, like 127.0.0.1:0 or 0.0.0.0:7380", _address),
    "idle_timeout": _Rule("a number of minutes, 0 = never", _minutes),
    "keep_models": _Rule("a number of minutes, or inf", _minutes_or_ever),
    "models_folder": _Rule("a folder's whole path", _folder),
    "log_level": _Rule("one of " + ", ".join(LOG_LEVELS), _log_level),
    "model": _Rule("a model's name of 1 to 128 characters", _model),
}
