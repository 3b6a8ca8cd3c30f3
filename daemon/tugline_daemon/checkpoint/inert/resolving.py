"""Tensors, arrays and numbers put into the place of the records that would have made them."""

from collections.abc import Callable, Mapping
from typing import Final

from .arrays import array_of, array_of_buffer, scalar_of
from .bounds import Budget
from .machine import Pickle
from .records import Made, Stored
from .refusal import Refusal
from .storages import Storage
from .tensors import TensorView, tensor_of
from .torch_legacy import read_nested_storage


def resolve(pickle: Pickle, storages: Mapping[str, Storage], budget: Budget) -> object:
    """Return the value of ``pickle`` with every tensor and array a TensorView.

    Numbers of numpy become numbers, sets made by a call become sets. Lists, dicts and records are
    changed where they are; tuples are made anew. ``storages`` are those that the pickle speaks of
    by key. Raises Refusal.
    """
    return _Resolver(storages, budget).value_of(pickle)


class _Resolver:
    """What each record has become so far, by the record's identity."""

    def __init__(self, storages: Mapping[str, Storage], budget: Budget) -> None:
        self._storages = storages
        self._budget = budget
        self._became: dict[int, object] = {}
        self._opened: dict[int, Storage] = {}

    def value_of(self, pickle: Pickle) -> object:
        """Go over all containers, each once: the tuples first, since what holds one needs the new.

        A tuple's tuples are before it in the list, so there is nothing to descend into.
        """
        for container in pickle.containers:
            if isinstance(container, tuple):
                self._became[id(container)] = tuple(map(self._now, container))
        for container in pickle.containers:
            match container:
                case list():
                    container[:] = map(self._now, container)
                case dict():
                    self._fill(container)
                case Made() if str(container.of) not in _VALUES:
                    container.args = self._tuple(container.args)
                    container.state = self._now(container.state)
                    self._fill(container.items)
        return self._now(pickle.value)

    def _tuple(self, values: tuple[object, ...]) -> tuple[object, ...]:
        """Return what a tuple has become; one that many records share is made anew only once."""
        became = self._now(values)
        return became if isinstance(became, tuple) else values

    def _fill(self, items: dict[str | int, object]) -> None:
        for key, value in items.items():
            items[key] = self._now(value)

    def _now(self, value: object) -> object:
        """Return what ``value`` has become."""
        if isinstance(value, tuple):
            return self._became.get(id(value), value)
        if not isinstance(value, Made):
            return value
        if id(value) not in self._became:
            resolved = _VALUES.get(str(value.of))
            self._became[id(value)] = value if resolved is None else resolved(self, value)
        return self._became[id(value)]

    def _parameter(self, made: Made) -> TensorView:
        match made.args:
            case (Made() as tensor, bool(), Made()) if tensor.of.name == "_rebuild_tensor_v2":
                found = self._now(tensor)
                if isinstance(found, TensorView):
                    return found
        raise Refusal("a parameter in it is none of a tensor")

    def _tensor(self, made: Made) -> TensorView:
        match made.args:
            case (storage, offset, shape, strides, bool(), Made() | None, *_) if (
                len(made.args) <= 7
            ):
                return tensor_of(self._storage(storage), offset, shape, strides)
        raise Refusal("a tensor in it has arguments that torch does not write")

    def _storage(self, value: object) -> Storage:
        """Return a storage, by the key that a Stored has or out of the bytes in the pickle."""
        match value:
            case Stored():
                return self._storages[value.key]
            case Made(args=(memoryview() as data,)) if value.of.name == "_load_from_bytes":
                if id(value) not in self._opened:
                    self._opened[id(value)] = read_nested_storage(data, self._budget)
                return self._opened[id(value)]
        raise Refusal("a tensor in it has no storage")


def _set_of(made: Made) -> set[object]:
    match made.args:
        case () | ([],):
            return set()
    raise Refusal("a set in it is not empty")


# The records that become values; all others stay what they are.
_VALUES: Final[Mapping[str, Callable[[_Resolver, Made], object]]] = {
    "torch._utils._rebuild_tensor_v2": _Resolver._tensor,
    "torch._utils._rebuild_parameter": _Resolver._parameter,
    "numpy.core.multiarray._reconstruct": lambda _, made: array_of(made),
    "numpy._core.multiarray._reconstruct": lambda _, made: array_of(made),
    "numpy.core.numeric._frombuffer": lambda _, made: array_of_buffer(made),
    "numpy._core.numeric._frombuffer": lambda _, made: array_of_buffer(made),
    "numpy.core.multiarray.scalar": lambda _, made: scalar_of(made),
    "numpy._core.multiarray.scalar": lambda _, made: scalar_of(made),
    "builtins.set": lambda _, made: _set_of(made),
    "__builtin__.set": lambda _, made: _set_of(made),
}
