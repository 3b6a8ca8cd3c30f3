"""Each opcode does what the format says, or is refused by its name."""

import pickletools
import struct

import pytest

from tests.checkpoint.inert.assembly import (
    FALSE,
    NONE,
    ORDERED_DICT,
    TRUE,
    called,
    data,
    name,
    number,
    op,
    pickled,
    stack_name,
    storage_id,
    table,
    text,
    values,
)
from tugline_daemon.checkpoint.inert.bounds import Bounds, Budget
from tugline_daemon.checkpoint.inert.machine import read_pickle
from tugline_daemon.checkpoint.inert.names import PICKLE, TORCH_FILE
from tugline_daemon.checkpoint.inert.opcodes import Opcode as Op
from tugline_daemon.checkpoint.inert.records import Global, Made, Stored
from tugline_daemon.checkpoint.inert.refusal import Refusal

READ = """
PROTO FRAME STOP MARK NONE NEWTRUE NEWFALSE BININT BININT1 BININT2 LONG1 BINFLOAT
SHORT_BINSTRING BINUNICODE SHORT_BINUNICODE BINBYTES SHORT_BINBYTES BYTEARRAY8 EMPTY_DICT
EMPTY_LIST EMPTY_SET EMPTY_TUPLE TUPLE TUPLE1 TUPLE2 TUPLE3 APPEND APPENDS SETITEM SETITEMS
BINPUT LONG_BINPUT BINGET LONG_BINGET MEMOIZE GLOBAL STACK_GLOBAL REDUCE NEWOBJ BUILD BINPERSID
"""
LIST = op(Op.EMPTY_LIST)
MEMOIZE = op(Op.MEMOIZE)


def value_of(*parts: bytes, storages: bool = False, bounds: Bounds | None = None) -> object:
    content = memoryview(pickled(*parts))
    names = TORCH_FILE if storages else PICKLE
    pickle = read_pickle(content, names, Budget(bounds or Bounds()), storages=storages)
    assert pickle.stop == len(content)
    return pickle.value


def refusal_of(*parts: bytes, storages: bool = False, bounds: Bounds | None = None) -> str:
    with pytest.raises(Refusal) as refusal:
        value_of(*parts, storages=storages, bounds=bounds)
    return refusal.value.reason


def test_the_opcodes_are_those_of_the_format() -> None:
    assert {code.name: chr(code) for code in Op} == {
        opcode.name: opcode.code for opcode in pickletools.opcodes
    }


@pytest.mark.parametrize("code", [code for code in Op if code.name not in READ.split()])
def test_an_opcode_that_no_file_needs_is_refused_by_name(code: Op) -> None:
    assert refusal_of(op(code, bytes(8))) == f"it has the opcode {code.name}"


def test_a_byte_that_is_no_opcode_is_refused_by_its_number() -> None:
    assert refusal_of(b"\xff") == "it has the opcode 0xff, which no pickle has"


def test_a_second_protocol_is_refused() -> None:
    assert refusal_of(op(Op.PROTO, b"\4"), NONE) == "it has the opcode PROTO"


@pytest.mark.parametrize(
    ("parts", "value"),
    [
        (NONE, None),
        (TRUE, True),
        (FALSE, False),
        (op(Op.BININT, struct.pack("<i", -7)), -7),
        (op(Op.BININT1, b"\xff"), 255),
        (op(Op.BININT2, b"\xff\xff"), 65535),
        (op(Op.LONG1, b"\0"), 0),
        (op(Op.LONG1, b"\1\xff"), -1),
        (op(Op.BINFLOAT, struct.pack(">d", 0.1)), 0.1),
        (op(Op.SHORT_BINUNICODE, b"\2", "é".encode()), "é"),
        (op(Op.BINUNICODE, struct.pack("<I", 1), b"a"), "a"),
        (op(Op.SHORT_BINSTRING, b"\1a"), "a"),
        (op(Op.SHORT_BINBYTES, b"\1a"), b"a"),
        (op(Op.BINBYTES, struct.pack("<I", 1), b"a"), b"a"),
        (op(Op.BYTEARRAY8, struct.pack("<Q", 1), b"a"), b"a"),
        (op(Op.EMPTY_DICT), {}),
        (LIST, []),
        (op(Op.EMPTY_SET), set()),
        (op(Op.EMPTY_TUPLE), ()),
        (values(NONE, TRUE), (None, True)),
        (values(), ()),
        (NONE + op(Op.TUPLE1), (None,)),
        (NONE + TRUE + op(Op.TUPLE2), (None, True)),
        (NONE + TRUE + FALSE + op(Op.TUPLE3), (None, True, False)),
        (LIST + NONE + op(Op.APPEND), [None]),
        (LIST + op(Op.MARK) + NONE + TRUE + op(Op.APPENDS), [None, True]),
        (op(Op.EMPTY_DICT) + text("a") + NONE + op(Op.SETITEM), {"a": None}),
        (table(text("a"), NONE, number(1), TRUE), {"a": None, 1: True}),
        (text("a") + op(Op.BINPUT, b"\0") + op(Op.BINGET, b"\0") + op(Op.TUPLE2), ("a", "a")),
        # Python 2 numbers from 1 on.
        (text("a") + op(Op.BINPUT, b"\1") + op(Op.BINGET, b"\1") + op(Op.TUPLE2), ("a", "a")),
        (
            text("a") + op(Op.LONG_BINPUT, bytes(4)) + op(Op.LONG_BINGET, bytes(4)) + op(Op.TUPLE2),
            ("a", "a"),
        ),
        (op(Op.FRAME, struct.pack("<Q", 2)) + NONE, None),
        (name("collections", "OrderedDict"), Global("collections", "OrderedDict")),
        (stack_name("numpy", "dtype"), Global("numpy", "dtype")),
    ],
)
def test_an_opcode_does_what_the_format_says(parts: bytes, value: object) -> None:
    found = value_of(parts)
    assert found == value
    assert type(found) is type(value) or isinstance(found, memoryview)


def test_what_would_be_made_is_a_record() -> None:
    made = value_of(ORDERED_DICT + table(text("a"), NONE) + op(Op.BUILD))
    assert isinstance(made, Made)
    assert (made.of, made.args) == (Global("collections", "OrderedDict"), ())
    assert made.state == {"a": None}
    filled = value_of(ORDERED_DICT + op(Op.MARK) + text("a") + TRUE + op(Op.SETITEMS))
    assert isinstance(filled, Made)
    assert filled.items == {"a": True}
    new = value_of(name("dnnlib.util", "EasyDict") + values() + op(Op.NEWOBJ))
    assert isinstance(new, Made)
    assert str(new.of) == "dnnlib.util.EasyDict"


def test_a_storage_is_a_record_of_what_is_said_of_it() -> None:
    assert value_of(storage_id("3", 7), storages=True) == Stored(
        Global("torch", "FloatStorage"), "3", "cpu", 7
    )


@pytest.mark.parametrize(
    "parts",
    [
        (text("storage"),),
        (text("module"), name("torch", "FloatStorage"), text("0"), text("cpu"), number(1)),
        (text("storage"), text("FloatStorage"), text("0"), text("cpu"), number(1)),
        (text("storage"), name("torch", "FloatStorage"), number(0), text("cpu"), number(1)),
        (text("storage"), name("torch", "FloatStorage"), text("0"), text("cpu"), number(-1)),
        (text("storage"), name("torch", "FloatStorage"), text("0"), text("cpu"), TRUE),
        (text("storage"), name("torch", "FloatStorage"), text("0"), text("cpu"), number(1), TRUE),
        (text("storage"), name("torch", "FloatStorage"), text("0"), text("cpu"), number(1), LIST),
    ],
)
def test_another_persistent_id_is_refused(parts: tuple[bytes, ...]) -> None:
    reason = refusal_of(values(*parts) + op(Op.BINPERSID), storages=True)
    assert reason == "it has a persistent id that is no storage of torch"


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        (b"", "it takes a value where there is none"),
        (NONE + NONE, "it stops with values left over"),
        (op(Op.MARK) + NONE, "it stops with values left over"),
        (op(Op.MARK) + MEMOIZE, "it takes a value where there is none"),
        (NONE + op(Op.MARK) + op(Op.TUPLE1), "it takes a value where there is none"),
        (NONE + op(Op.APPENDS), "it closes a MARK that it did not open"),
        (NONE + NONE + op(Op.APPEND), "it appends to what is no list"),
        (NONE + text("a") + NONE + op(Op.SETITEM), "it puts items into what is no table"),
        (
            called(name("builtins", "set")) + text("a") + NONE + op(Op.SETITEM),
            "it puts items into what is no table",
        ),
        (table(text("a")), "it has a key without a value"),
        (table(NONE, NONE), "it has a key that is neither a text nor a number"),
        (table(TRUE, NONE), "it has a key that is neither a text nor a number"),
        (table(LIST, NONE), "it has a key that is neither a text nor a number"),
        (table(number(1 << 64), NONE), "it has a key that is neither a text nor a number"),
        (table(text("a" * 257), NONE), "it has a key of 257 letters where 256 may be"),
        (table(data(b"a"), NONE), "it has a key that is neither a text nor a number"),
        (NONE + NONE + op(Op.BUILD), "it gives a state to what has none"),
        (
            ORDERED_DICT + TRUE + op(Op.BUILD) + TRUE + op(Op.BUILD),
            "it gives collections.OrderedDict a state twice, or none",
        ),
        (op(Op.LONG1, b"\x0b") + bytes(11), "a number in it has 11 bytes"),
        (op(Op.SHORT_BINUNICODE, b"\1\xff"), "a text in it is not UTF-8"),
        (op(Op.SHORT_BINSTRING, b"\1\xff"), "a text in it is not UTF-8"),
        (
            text("a") + op(Op.BINPUT, b"\1") + op(Op.BINGET, b"\0"),
            "it recalls from its memo what it never put there",
        ),
        (
            text("a") + op(Op.BINPUT, b"\1") + op(Op.BINPUT, b"\1"),
            "its memo is not numbered as a pickler does",
        ),
        (text("a") + op(Op.BINPUT, b"\2"), "its memo is not numbered as a pickler does"),
        (op(Op.GLOBAL, b"\xff\nb\n"), "a name in it is not UTF-8"),
        (
            name("collections", "OrderedDict") + LIST + op(Op.REDUCE),
            "it calls what is no name",
        ),
        (
            called(name("_codecs", "encode"), text("\u0100"), text("latin1")),
            "a text in it that should be bytes has other letters",
        ),
        (
            called(name("__builtin__", "bytes"), number(1 << 30)),
            "it calls __builtin__.bytes for another thing than bytes",
        ),
    ],
)
def test_what_no_pickler_writes_is_refused(parts: bytes, reason: str) -> None:
    assert refusal_of(parts) == reason


@pytest.mark.parametrize(
    ("bounds", "reason"),
    [
        (Bounds(opcodes=5), "it has more than 5 opcodes"),
        (Bounds(containers=5), "it makes more than 5 lists, tables, views and records"),
        (Bounds(text_bytes=5), "it has more than 5 bytes of text"),
        (Bounds(longest_text=1), "it has a text of 2 bytes where 1 are the most"),
        (Bounds(marks=0), "it opens more than 0 MARKs within each other"),
    ],
)
def test_the_bounds_hold(bounds: Bounds, reason: str) -> None:
    many = values(*[LIST, data(b"a"), text("ab")] * 10)
    assert isinstance(value_of(many), tuple)
    assert refusal_of(many, bounds=bounds) == reason


def test_pickles_within_one_file_share_its_budget() -> None:
    content = memoryview(pickled(values(NONE, NONE)))
    budget = Budget(Bounds(opcodes=12))
    for _ in range(2):
        read_pickle(content, PICKLE, budget)
    with pytest.raises(Refusal, match="it has more than 12 opcodes"):
        read_pickle(content, PICKLE, budget)
