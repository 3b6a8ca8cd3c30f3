"""Plain Python functions compiled to machine code, without giving up their types."""

from collections.abc import Callable
from typing import TypeVar, cast

from numba import njit

_Function = TypeVar("_Function", bound=Callable[..., object])


def compiled(function: _Function) -> _Function:
    """Compile a function of numbers and arrays; it runs without the interpreter's lock."""
    return cast(_Function, njit(cache=True, fastmath=True, nogil=True)(function))
