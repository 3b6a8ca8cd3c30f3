"""The opcodes of a pickle, interpreted into records: nothing is imported, called or set.

The opcodes are those of Python's own pickler in protocols 2 to 5 as far as the genuine files of
the known programs need them (the format: Python's ``pickletools``); all others are refused by
name. A pickler writes in one way only where the format allows many, and what no pickler writes is
refused too: a memo with holes or written twice, a key twice in a table, a STOP with a full stack.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from .bounds import Budget
from .cursor import Cursor
from .names import Names, Use, check_name
from .opcodes import Opcode, opcode_name
from .records import Global, Made, Stored
from .refusal import DO_NOT_USE, Refusal, shown
from .stack import Memo, Stack
from .storages import stored_of

Container = list[object] | dict[str | int, object] | tuple[object, ...] | Made

_LONGEST_NAME: Final = 100
_LONGEST_KEY: Final = 256  # as safetensors files have it; names of tensors are keys
_LONGEST_NUMBER: Final = 10  # bytes of torch's magic number; other numbers have 8 at most
_LOWEST_PROTOCOL: Final = 2
_HIGHEST_PROTOCOL: Final = 5
_ENCODE: Final = Global("_codecs", "encode")
_BYTES: Final = Global("__builtin__", "bytes")


@dataclass(frozen=True, slots=True)
class Pickle:
    """What one pickle held.

    ``value`` is what it stands for, ``stop`` where the next byte after it is, ``containers`` are
    all lists, dicts, tuples that are not empty and records made on the way, in the order in which
    they were begun: a tuple comes after the tuples in it. ``stored`` are the storages spoken of.
    """

    value: object
    stop: int
    containers: list[Container]
    stored: list[Stored]


def read_pickle(
    data: memoryview, names: Names, budget: Budget, *, start: int = 0, storages: bool = False
) -> Pickle:
    """Interpret the pickle that begins at ``start`` of ``data``, which are unsigned bytes.

    ``names`` are those it may name, ``storages`` says whether it may speak of torch's storages by
    persistent ids. Raises Refusal.
    """
    return _Machine(Cursor(data, start), names, budget, storages=storages).run()


class _Machine:
    """One pickle in the midst of being read."""

    def __init__(self, cursor: Cursor, names: Names, budget: Budget, *, storages: bool) -> None:
        self._cursor = cursor
        self._names = names
        self._budget = budget
        self._storages = storages
        self._stack = Stack(budget.bounds.marks)
        self._memo = Memo()
        self._containers: list[Container] = []
        self._stored: list[Stored] = []

    def run(self) -> Pickle:
        """Go from PROTO to STOP."""
        self._protocol()
        while True:
            self._budget.opcode()
            code = self._cursor.byte()
            if code == Opcode.STOP:
                value = self._stack.last()
                return Pickle(value, self._cursor.position, self._containers, self._stored)
            step = _STEPS.get(code)
            if step is None:
                raise Refusal(f"it has the opcode {opcode_name(code)}", DO_NOT_USE)
            step(self)

    def _protocol(self) -> None:
        if self._cursor.byte() != Opcode.PROTO:
            raise Refusal("it is no pickle of protocol 2 or later")
        protocol = self._cursor.byte()
        if not _LOWEST_PROTOCOL <= protocol <= _HIGHEST_PROTOCOL:
            raise Refusal(f"it is a pickle of protocol {protocol}, which is not known")

    # Plain values

    def _frame(self) -> None:
        """Pass a FRAME over: it only says how far a reader may read ahead."""
        if self._cursor.unsigned(8) > len(self._cursor.data) - self._cursor.position:
            raise Refusal("it is cut off")

    def _text(self, size_bytes: int) -> None:
        size = self._cursor.unsigned(size_bytes)
        encoded = self._cursor.take(size)
        self._budget.text(size)
        try:
            self._stack.push(str(encoded, "utf-8"))
        except UnicodeDecodeError as error:
            raise Refusal("a text in it is not UTF-8") from error

    def _bytes(self, size_bytes: int) -> None:
        self._budget.container()  # a view is an object of 200 bytes, however short
        self._stack.push(self._cursor.take(self._cursor.unsigned(size_bytes)))

    def _signed(self, size: int) -> None:
        self._stack.push(int.from_bytes(self._cursor.take(size), "little", signed=True))

    def _long(self) -> None:
        size = self._cursor.byte()
        if size > _LONGEST_NUMBER:
            raise Refusal(f"a number in it has {size} bytes")
        self._signed(size)

    def _float(self) -> None:
        self._stack.push(struct.unpack(">d", self._cursor.take(8))[0])

    # Containers

    def _push_container(self, value: Container) -> None:
        self._budget.container()
        self._containers.append(value)
        self._stack.push(value)

    def _tuple(self, size: int) -> None:
        values = [self._stack.pop() for _ in range(size)]
        self._push_container(tuple(reversed(values)))

    def _marked_tuple(self) -> None:
        values = tuple(self._stack.since_mark())
        if values:
            self._push_container(values)
        else:
            self._stack.push(values)

    def _set(self) -> None:
        self._budget.container()
        self._stack.push(set())

    def _append(self) -> None:
        value = self._stack.pop()
        self._list().append(value)

    def _appends(self) -> None:
        values = self._stack.since_mark()
        self._list().extend(values)

    def _list(self) -> list[object]:
        target = self._stack.top()
        if not isinstance(target, list):
            raise Refusal("it appends to what is no list")
        return target

    def _set_item(self) -> None:
        value, key = self._stack.pop(), self._stack.pop()
        self._put_items([key, value])

    def _set_items(self) -> None:
        values = self._stack.since_mark()
        if len(values) % 2:
            raise Refusal("it has a key without a value")
        self._put_items(values)

    def _put_items(self, values: list[object]) -> None:
        items = self._items()
        for key, value in zip(values[::2], values[1::2], strict=True):
            # Texts hash at random; numbers of 64 bits cannot be chosen to collide for long.
            if not isinstance(key, str) and (type(key) is not int or not -1 << 63 <= key < 1 << 63):
                raise Refusal("it has a key that is neither a text nor a number")
            if isinstance(key, str) and len(key) > _LONGEST_KEY:
                raise Refusal(f"it has a key of {len(key)} letters where {_LONGEST_KEY} may be")
            if key in items:
                raise Refusal(f"it has the key {shown(str(key))} twice in one table")
            items[key] = value

    def _items(self) -> dict[str | int, object]:
        target = self._stack.top()
        if isinstance(target, dict):
            return target
        if isinstance(target, Made) and self._may(target.of, Use.FILLED):
            return target.items
        raise Refusal("it puts items into what is no table", DO_NOT_USE)

    # The memo

    def _memoize(self) -> None:
        self._memo.append(self._stack.top())

    def _put(self, size_bytes: int) -> None:
        self._memo.put(self._cursor.unsigned(size_bytes), self._stack.top())

    def _get(self, size_bytes: int) -> None:
        self._stack.push(self._memo.get(self._cursor.unsigned(size_bytes)))

    # Names, and what would be made of them

    def _global(self) -> None:
        module, name = (self._cursor.line(_LONGEST_NAME) for _ in range(2))
        try:
            self._push_global(module.decode(), name.decode())
        except UnicodeDecodeError as error:
            raise Refusal("a name in it is not UTF-8") from error

    def _stack_global(self) -> None:
        name, module = self._stack.pop(), self._stack.pop()
        if not isinstance(module, str) or not isinstance(name, str):
            raise Refusal("it computes the name of what it asks for", DO_NOT_USE)
        self._push_global(module, name)

    def _push_global(self, module: str, name: str) -> None:
        check_name(self._names, module, name)
        self._budget.container()
        self._stack.push(Global(module, name))

    def _may(self, of: Global, use: Use) -> bool:
        return use in self._names[of.module, of.name]

    def _reduce(self) -> None:
        self._make(Use.CALLED)

    def _new(self) -> None:
        self._make(Use.NEW)

    def _make(self, use: Use) -> None:
        args, of = self._stack.pop(), self._stack.pop()
        if not isinstance(of, Global) or not isinstance(args, tuple):
            raise Refusal("it calls what is no name", DO_NOT_USE)
        if not self._may(of, use):
            raise Refusal(f"it calls {of}", DO_NOT_USE)
        if of in {_ENCODE, _BYTES}:
            self._stack.push(self._bytes_made(of, args))
        else:
            self._push_container(Made(of, args))

    def _bytes_made(self, of: Global, args: tuple[object, ...]) -> memoryview:
        """Return the bytes that protocol 2, which has none, writes as a call."""
        self._budget.container()
        match of.name, args:
            case "bytes", ():
                return memoryview(b"")
            case "encode", (str() as text, "latin1"):
                self._budget.text(len(text))
                try:
                    return memoryview(text.encode("latin-1"))
                except UnicodeEncodeError as error:
                    raise Refusal("a text in it that should be bytes has other letters") from error
        raise Refusal(f"it calls {of} for another thing than bytes", DO_NOT_USE)

    def _build(self) -> None:
        state, target = self._stack.pop(), self._stack.top()
        if isinstance(target, Global):
            raise Refusal(f"it changes {target}", DO_NOT_USE)
        if not isinstance(target, Made):
            raise Refusal("it gives a state to what has none", DO_NOT_USE)
        if not self._may(target.of, Use.BUILT):
            raise Refusal(f"it gives a state to {target.of}", DO_NOT_USE)
        if target.state is not None or state is None:
            raise Refusal(f"it gives {target.of} a state twice, or none")
        target.state = state

    def _persistent(self) -> None:
        if not self._storages:
            raise Refusal("it has the opcode BINPERSID", DO_NOT_USE)
        self._budget.container()
        stored = stored_of(self._stack.pop())
        self._stored.append(stored)
        self._stack.push(stored)


_STEPS: Final[Mapping[int, Callable[[_Machine], None]]] = {
    Opcode.FRAME: _Machine._frame,
    Opcode.MARK: lambda machine: machine._stack.mark(),
    Opcode.NONE: lambda machine: machine._stack.push(None),
    Opcode.NEWTRUE: lambda machine: machine._stack.push(True),
    Opcode.NEWFALSE: lambda machine: machine._stack.push(False),
    Opcode.BININT: lambda machine: machine._signed(4),
    Opcode.BININT1: lambda machine: machine._stack.push(machine._cursor.byte()),
    Opcode.BININT2: lambda machine: machine._stack.push(machine._cursor.unsigned(2)),
    Opcode.LONG1: _Machine._long,  # the magic number, and numbers beyond 32 bits
    Opcode.BINFLOAT: _Machine._float,
    Opcode.SHORT_BINSTRING: lambda machine: machine._text(1),  # how Python 2 wrote texts
    Opcode.SHORT_BINUNICODE: lambda machine: machine._text(1),
    Opcode.BINUNICODE: lambda machine: machine._text(4),
    Opcode.SHORT_BINBYTES: lambda machine: machine._bytes(1),
    Opcode.BINBYTES: lambda machine: machine._bytes(4),
    Opcode.BYTEARRAY8: lambda machine: machine._bytes(8),  # numpy's arrays in protocol 5
    Opcode.EMPTY_DICT: lambda machine: machine._push_container({}),
    Opcode.EMPTY_LIST: lambda machine: machine._push_container([]),
    Opcode.EMPTY_SET: _Machine._set,
    Opcode.EMPTY_TUPLE: lambda machine: machine._stack.push(()),
    Opcode.TUPLE: _Machine._marked_tuple,
    Opcode.TUPLE1: lambda machine: machine._tuple(1),
    Opcode.TUPLE2: lambda machine: machine._tuple(2),
    Opcode.TUPLE3: lambda machine: machine._tuple(3),
    Opcode.APPEND: _Machine._append,  # how a pickler writes a list of one
    Opcode.APPENDS: _Machine._appends,
    Opcode.SETITEM: _Machine._set_item,
    Opcode.SETITEMS: _Machine._set_items,
    Opcode.BINPUT: lambda machine: machine._put(1),
    Opcode.LONG_BINPUT: lambda machine: machine._put(4),
    Opcode.MEMOIZE: _Machine._memoize,
    Opcode.BINGET: lambda machine: machine._get(1),
    Opcode.LONG_BINGET: lambda machine: machine._get(4),
    Opcode.GLOBAL: _Machine._global,
    Opcode.STACK_GLOBAL: _Machine._stack_global,
    Opcode.REDUCE: _Machine._reduce,
    Opcode.NEWOBJ: _Machine._new,
    Opcode.BUILD: _Machine._build,
    Opcode.BINPERSID: _Machine._persistent,
}
