"""Ranges that stand beside the fields they bound, as ``Annotated`` metadata.

They are data: SPEC.md states them, the daemon's door enforces them. pydantic, on the daemon's side,
asks metadata for its meaning through ``__get_pydantic_core_schema__``; that needs no import here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Between:
    """A number from ``low`` to ``high``, both included; a float must be finite besides."""

    low: float
    high: float

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return pydantic's schema for the number with the two bounds added."""
        return {**handler(source), "ge": self.low, "le": self.high}


@dataclass(frozen=True)
class Length:
    """A text of ``low`` to ``high`` characters, or a sequence of so many items."""

    low: int
    high: int

    def __get_pydantic_core_schema__(
        self, source: Any, handler: Callable[[Any], dict[str, Any]]
    ) -> dict[str, Any]:
        """Return pydantic's schema for the text or sequence with the two bounds added."""
        return {**handler(source), "min_length": self.low, "max_length": self.high}
