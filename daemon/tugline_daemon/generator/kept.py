"""What a network keeps so as to be sooner the next time."""

from typing import Any, TypeVar

_Key = TypeVar("_Key")
_Value = TypeVar("_Value")


class Kept(dict[_Key, _Value]):
    """A dictionary that copies of its network begin without: theirs are other weights."""

    def __deepcopy__(self, memo: dict[int, Any]) -> "Kept[_Key, _Value]":
        """Return an empty one."""
        return Kept()
