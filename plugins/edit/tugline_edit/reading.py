"""Reading a stranger's JSON: every value is checked and bounded, every fault is one sentence."""

import json
import re
from typing import Any, NoReturn

from .geometry import XY

_NAME = re.compile(r"[A-Za-z0-9_-]{1,64}")
_FAR = 65536.0


class RecordError(ValueError):
    """A document keeps something that is no record of Tugline's; the text is one sentence."""


def damaged(field: str, what: str) -> RecordError:
    """Return the error for ``field``, of which ``what`` says how it is wrong."""
    return RecordError(
        f"What the document keeps of this edit is damaged ({field} {what}); "
        "generate a new picture to go on."
    )


def parse(data: bytes, limit: int) -> "Fields":
    """Return the JSON object that ``data``, at most ``limit`` bytes of UTF-8, holds."""
    if len(data) > limit:
        raise damaged("the record", f"has {len(data)} bytes and may have {limit}")
    try:
        said = json.loads(data.decode("utf-8"), parse_int=_integer, parse_constant=_constant)
    except RecordError:
        raise
    except (ValueError, RecursionError):
        raise damaged("the record", "is no JSON") from None
    return Fields(said, "")


class Fields:
    """A JSON object whose fields are taken one by one, each with its type and its bounds."""

    def __init__(self, said: object, where: str) -> None:
        if not isinstance(said, dict):
            raise damaged(where or "the record", "is no object")
        self._said: dict[str, Any] = said
        self._where = f"{where}." if where else ""

    def whole(self, name: str, low: int, high: int) -> int:
        """Return an integer from ``low`` to ``high``."""
        value = self._take(name)
        if type(value) is not int or not low <= value <= high:
            self.refuse(name, f"is no whole number from {low} to {high}")
        return value

    def number(self, name: str, bound: float) -> float:
        """Return a finite number of at most ``bound``, either way."""
        return self._number(self._take(name), name, bound)

    def point(self, name: str) -> XY:
        """Return an ``(x, y)``, as far out as the protocol allows."""
        pair = self._take(name)
        if not isinstance(pair, list) or len(pair) != 2:
            self.refuse(name, "is no point")
        return self._number(pair[0], name, _FAR), self._number(pair[1], name, _FAR)

    def text(self, name: str, most: int, pattern: str = "") -> str:
        """Return a text of at most ``most`` characters, all of ``pattern`` where that is given.

        Where it is not, what cannot be printed comes back as spaces: texts are shown to people.
        """
        value = self._take(name)
        if not isinstance(value, str) or len(value) > most:
            self.refuse(name, f"is no text of at most {most} characters")
        if pattern and not re.fullmatch(pattern, value):
            self.refuse(name, "has characters that do not belong there")
        return value if pattern else printable(value)

    def id_in(self, name: str) -> str:
        """Return an id: 1 to 64 letters, digits, hyphens and underscores."""
        value = self._take(name)
        if not isinstance(value, str) or not _NAME.fullmatch(value):
            self.refuse(name, "is no id")
        return value

    def objects(self, name: str, most: int) -> "list[Fields]":
        """Return the objects of a list that has at most ``most`` of them."""
        values = self._take(name)
        if not isinstance(values, list) or len(values) > most:
            self.refuse(name, f"is no list of at most {most}")
        return [
            Fields(value, f"{self._where}{name}[{index}]") for index, value in enumerate(values)
        ]

    def has(self, name: str) -> bool:
        """Whether the field is there, and not null."""
        return self._said.get(name) is not None

    def nested(self, name: str) -> "Fields":
        """Return the object in a field."""
        return Fields(self._take(name), f"{self._where}{name}")

    def _take(self, name: str) -> Any:
        if name not in self._said:
            self.refuse(name, "is missing")
        return self._said[name]

    def _number(self, value: object, name: str, bound: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(name, "is no number")
        if not abs(value) <= bound:
            self.refuse(name, f"is beyond {bound:g}")
        return float(value)

    def refuse(self, name: str, what: str) -> NoReturn:
        """Raise RecordError for a field, of which ``what`` says how it is wrong."""
        raise damaged(f"{self._where}{name}", what)


def printable(text: str) -> str:
    """Return ``text`` with a space for each character that cannot be shown in a line."""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _integer(digits: str) -> int:
    """Read an integer; endless ones, which take quadratic time, are refused by their length."""
    if len(digits) > 18:
        raise damaged("the record", "holds a number of endless digits")
    return int(digits)


def _constant(name: str) -> NoReturn:
    raise damaged("the record", f"holds {name}")
