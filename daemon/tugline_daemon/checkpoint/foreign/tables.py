"""Records of tables and arguments, taken for what they stand for."""

from collections.abc import Mapping
from typing import Final

from tugline_daemon.checkpoint.inert.records import Made
from tugline_daemon.checkpoint.inert.refusal import shown
from tugline_daemon.checkpoint.inert.tensors import TensorView

from .refusal import NotKnown

_TABLES: Final = ("collections.OrderedDict", "dnnlib.util.EasyDict")
_PARALLEL: Final = "module."
_DEEPEST: Final = 8
_MOST_TENSORS: Final = 4096


def is_made_of(value: object, name: str) -> bool:
    """Whether ``value`` is a record of what ``name``, "module.name", would have made."""
    return isinstance(value, Made) and str(value.of) == name


def is_table(value: object) -> bool:
    """Whether ``value`` stands for a table: a dict, an OrderedDict or an EasyDict."""
    return isinstance(value, dict) or any(is_made_of(value, name) for name in _TABLES)


def table(value: object) -> Mapping[str, object]:
    """Return what the table ``value`` has under texts; {} for what is no table."""
    items: Mapping[object, object] = {}
    if isinstance(value, Made) and is_table(value):
        items = _pairs(value.args) | value.items
    elif isinstance(value, dict):
        items = value
    return {key: entry for key, entry in items.items() if isinstance(key, str)}


def _pairs(args: tuple[object, ...]) -> dict[object, object]:
    """Return what an OrderedDict was made of: Python 2 wrote a list of lists of two."""
    match args:
        case ([*entries],):
            return {
                entry[0]: entry[1]
                for entry in entries
                if isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str)
            }
    return {}


def tensors_in(value: object) -> dict[str, TensorView]:
    """Return the tensors of a table by their names; {} where there are none.

    What torch's parallel modules put before all names is left out. Raises NotKnown for more
    tensors than any file of a network has.
    """
    found = {name: entry for name, entry in table(value).items() if isinstance(entry, TensorView)}
    if len(found) > _MOST_TENSORS:
        raise NotKnown(f"it has a table of more than {_MOST_TENSORS} tensors")
    if all(name.startswith(_PARALLEL) for name in found):
        return {name.removeprefix(_PARALLEL): entry for name, entry in found.items()}
    return found


def arguments_in(value: object) -> dict[str, object]:
    """Return a table of arguments as JSON would have it: numbers, texts, lists and tables.

    Raises NotKnown, naming the argument, where one is anything else.
    """
    return {name: _plain(name, entry, 0) for name, entry in table(value).items()}


def _plain(name: str, value: object, depth: int) -> object:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if depth < _DEEPEST:
        if isinstance(value, list | tuple):
            return [_plain(name, entry, depth + 1) for entry in value]
        if is_table(value):
            return {
                key: _plain(f"{name}.{key}", entry, depth + 1)
                for key, entry in table(value).items()
            }
    raise NotKnown(f"its argument {shown(name)} is no number, text or list of those")
