"""What a document keeps: the same comes back, and a stranger's document cannot do harm."""

import json
import math
import tracemalloc
import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.edit.samples import ARROW, MODEL, line, state
from tugline_edit.arrows import Arrow
from tugline_edit.geometry import Affine, Box, Placement
from tugline_edit.history import MOST_FEATHER, THUMBNAIL_SIDE, History, Seam, State
from tugline_edit.masks import SelectionMask
from tugline_edit.records import (
    HISTORY_BYTES,
    LAYER_BYTES,
    LayerRecord,
    RecordError,
    blob_key,
    decode_history,
    decode_layer,
    encode_history,
    encode_layer,
    pack_mask,
    unpack_mask,
)
from tugline_protocol.values import ModelRef

PLACEMENT = Placement(128, 96, Affine(1.5, 0.25, -0.25, 1.5, 10.5, -3.0))
LAYER = LayerRecord("edit-1", "s0", PLACEMENT, "0f" * 32)

NAMES = st.text("abcdefghijklmnopqrstuvwxyzABCXYZ0123456789_-", min_size=1, max_size=64)
KEYS = st.text("0123456789abcdef", min_size=32, max_size=32)
PLACES = st.tuples(st.floats(-65536, 65536), st.floats(-65536, 65536))
LABELS = st.text(st.characters(categories=("L", "N", "P", "S")), max_size=120)
ARROWS = st.builds(
    Arrow,
    id=NAMES,
    handle=PLACES,
    target=PLACES,
    origin=PLACES,
    reference=KEYS,
    condition=st.sampled_from(("set", "moving", "reached", "stuck", "lost")),
)


SEAMS = st.none() | st.builds(Seam, cover=st.just("") | KEYS, feather=st.floats(0.0, MOST_FEATHER))


@st.composite
def histories(draw: st.DrawFn) -> History:
    names = draw(st.lists(NAMES, min_size=1, max_size=6, unique=True))
    history = History()
    for index, name in enumerate(names):
        parent = draw(st.sampled_from(["", *names[:index]]))
        mask = draw(st.one_of(st.just(""), KEYS)) if parent else ""
        thumbnail = bytes([index]) * (3 * THUMBNAIL_SIDE**2)
        history = history.add(
            State(
                id=name,
                parent=parent,
                model=ModelRef(
                    draw(LABELS.filter(bool)),
                    draw(st.sampled_from(("", "ab" * 32))),
                    draw(st.sampled_from(("", "cd" * 32))),
                ),
                latent=draw(KEYS),
                num_ws=draw(st.integers(1, 64)),
                w_dim=draw(st.integers(1, 4096)),
                label=draw(LABELS),
                arrows=tuple(draw(st.lists(ARROWS, max_size=3, unique_by=lambda a: a.id))),
                thumbnail=draw(st.sampled_from((b"", thumbnail))),
                mask=mask,
                seam=draw(SEAMS) if not mask else None,
            )
        )
    return history.go_to(draw(st.sampled_from(names)))


@given(histories())
def test_a_history_comes_back_as_it_was(history: History) -> None:
    assert decode_history(encode_history(history)) == history


@given(
    NAMES,
    st.integers(1, 256),
    st.tuples(
        *[st.floats(0.1, 16)] * 2, *[st.floats(-0.09, 0.09)] * 2, *[st.floats(-1e6, 1e6)] * 2
    ),
)
def test_a_layer_comes_back_as_it_was(
    name: str, side: int, numbers: tuple[float, float, float, float, float, float]
) -> None:
    a, d, b, c, e, f = numbers
    placement = Placement(side, 257 - side, Affine(a, b, c, d, e, f))
    box = placement.box
    for content in (None, Box(0, 0, 1, 1), Box(box.width - 1, 0, 1, box.height)):
        record = LayerRecord(name, name, placement, "0" * 64, content)
        assert decode_layer(encode_layer(record)) == record


@pytest.mark.parametrize(
    "content",
    [Box(-1, 0, 4, 4), Box(0, 0, 0, 4), Box(0, 4000, 4, 4), Box(150, 0, 120, 4)],
    ids=repr,
)
def test_what_was_not_transparent_lies_within_the_picture(content: Box) -> None:
    refused(decode_layer, encode_layer(replace(LAYER, content=content)))


@pytest.mark.parametrize("seam", [Seam("0" * 31, 0.0), Seam("", -0.1), Seam("", 0.26)], ids=repr)
def test_a_seam_that_no_picture_has_is_refused(seam: Seam) -> None:
    history = History((replace(state("s0"), seam=seam),), "s0")
    refused(decode_history, encode_history(history))


def test_a_picture_lies_over_another_or_over_a_photo_and_not_over_both() -> None:
    both = replace(state("s1", "s0", mask="0" * 32), seam=Seam("", 0.1))
    refused(decode_history, encode_history(History((state("s0"), both), "s1")))


def test_the_largest_history_of_all_can_be_read_again() -> None:
    arrows = tuple(
        Arrow(f"{index:064d}", (-65000.1234567890123,) * 2, (0.1,) * 2, (0.1,) * 2, "0" * 32)
        for index in range(128)
    )
    model = ModelRef("\U0001f98a" * 128, "0" * 64, "0" * 64)
    history = History()
    for index in range(200):
        history = history.add(
            State(
                id=f"{index:064d}",
                parent=f"{index - 1:064d}" if index else "",
                model=model,
                latent="0" * 32,
                num_ws=64,
                w_dim=4096,
                label="\U0001f98a" * 120,
                arrows=arrows,
                thumbnail=bytes(3 * THUMBNAIL_SIDE**2),
                mask="0" * 32 if index else "",
            )
        )
    assert decode_history(encode_history(history)) == history


def test_what_would_not_be_read_again_is_not_written() -> None:
    crowd = tuple(
        Arrow(str(index), (0.0, 0.0), (1.0, 1.0), (0.0, 0.0), "0" * 32) for index in range(200)
    )
    history = line(1).with_arrows("s0", crowd)
    assert decode_history(encode_history(history)).get("s0").arrows == crowd[:128]
    named = History().add(State("a", "", MODEL, "0" * 32, 1, 1, "two\nlines \ud800" + "x" * 200))
    label = decode_history(encode_history(named)).get("a").label
    assert label.startswith("two lines  xxx")
    assert len(label) == 120


def refused(decode: Callable[[bytes], object], data: bytes) -> str:
    """Return the sentence with which ``data`` is refused."""
    with pytest.raises(RecordError) as caught:
        decode(data)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert sentence.isprintable()
    assert len(sentence) < 300
    return sentence


def changed(data: bytes, *path: str | int, to: object) -> bytes:
    """Return a record with one field as ``to``; Ellipsis takes it away."""
    said = json.loads(data)
    inner = said
    for step in path[:-1]:
        inner = inner[step]
    if to is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = to
    return json.dumps(said).encode()


HISTORY = encode_history(line(3))
LAYERED = encode_layer(LAYER)
WRONG: tuple[Any, ...] = (
    None,
    True,
    1.5,
    -1,
    10**17,
    "\x00",
    "../../etc/passwd",
    [],
    {},
    [[]],
    ...,
)


ARROW_0 = ("states", 1, "arrows", 0)
PATHS: tuple[tuple[str | int, ...], ...] = (
    ("format",),
    ("current",),
    ("states",),
    ("states", 1),
    ("states", 1, "id"),
    ("states", 1, "parent"),
    ("states", 1, "model"),
    ("states", 1, "model", "weights"),
    ("states", 1, "latent"),
    ("states", 1, "num_ws"),
    ("states", 1, "w_dim"),
    ("states", 1, "thumbnail"),
    ("states", 1, "mask"),
    ARROW_0,
    (*ARROW_0, "id"),
    (*ARROW_0, "handle"),
    (*ARROW_0, "target", 1),
    (*ARROW_0, "reference"),
)
# A coordinate may be any number that is not too far out, and an arrow may be missing.
LAWFUL = (((*ARROW_0, "target", 1), 1.5), ((*ARROW_0, "target", 1), -1), (ARROW_0, ...))


@pytest.mark.parametrize(
    ("path", "to"),
    [(path, to) for path in PATHS for to in WRONG if (path, to) not in LAWFUL],
    ids=repr,
)
def test_a_field_of_a_history_that_is_wrong_is_refused(
    path: tuple[str | int, ...], to: Any
) -> None:
    refused(decode_history, changed(HISTORY, *path, to=to))


@pytest.mark.parametrize("to", WRONG, ids=repr)
@pytest.mark.parametrize(
    "path",
    [
        ("format",),
        ("edit",),
        ("state",),
        ("digest",),
        ("placement",),
        ("placement", "width"),
        ("placement", "height"),
        ("placement", "to_document"),
    ],
    ids=lambda path: ".".join(map(str, path)),
)
def test_a_field_of_a_layer_that_is_wrong_is_refused(path: tuple[str | int, ...], to: Any) -> None:
    refused(decode_layer, changed(LAYERED, *path, to=to))


@pytest.mark.parametrize(
    "numbers",
    [
        {"a": 0, "b": 0, "c": 0, "d": 0},
        {"a": 1, "b": 1, "c": 1, "d": 1},
        {"a": 8000},
        {"e": 1e7},
        {"a": math.nan},
        {"d": math.inf},
        {"f": "12"},
        {"f": True},
    ],
)
def test_a_placement_that_no_document_can_hold_is_refused(numbers: dict[str, Any]) -> None:
    at = {"a": 1.0, "b": 0.0, "c": 0.0, "d": 1.0, "e": 0.0, "f": 0.0} | numbers
    refused(decode_layer, changed(LAYERED, "placement", "to_document", to=at))


def test_a_picture_over_half_a_gigapixel_is_refused() -> None:
    large = Placement.upright_at(8192, 8192, Box(0, 0, 12001, 12000))
    refused(decode_layer, encode_layer(LayerRecord("e", "s", large, "0" * 64)))


def test_newer_formats_say_what_to_do() -> None:
    for decode, data in ((decode_history, HISTORY), (decode_layer, LAYERED)):
        assert "newer Tugline; update" in refused(decode, changed(data, "format", to=2))


def test_fields_of_later_versions_are_passed_over() -> None:
    assert decode_history(changed(HISTORY, "future", to=[1])) == line(3)
    assert decode_layer(changed(LAYERED, "future", to={"a": 1})) == LAYER


def test_a_condition_of_a_later_daemon_becomes_plain() -> None:
    data = changed(HISTORY, "states", 0, "arrows", 0, "condition", to="ecstatic")
    assert decode_history(data).get("s0").arrows[0].condition == "set"


def test_parents_that_turn_in_a_circle_are_refused() -> None:
    data = changed(HISTORY, "states", 0, "parent", to="s2")
    assert "states[0].parent" in refused(decode_history, data)
    refused(decode_history, changed(HISTORY, "states", 1, "parent", to="s1"))


def test_states_that_do_not_hang_together_are_refused() -> None:
    refused(decode_history, changed(HISTORY, "states", 2, "parent", to="nobody"))
    refused(decode_history, changed(HISTORY, "states", 2, "id", to="s0"))
    refused(decode_history, changed(HISTORY, "current", to="nobody"))
    refused(decode_history, changed(HISTORY, "states", 0, "mask", to="0" * 32))
    refused(decode_history, changed(HISTORY, "states", 1, to=...))
    refused(decode_history, encode_history(History()))


def test_arrows_with_one_id_are_refused() -> None:
    arrow = json.loads(HISTORY)["states"][0]["arrows"][0]
    refused(decode_history, changed(HISTORY, "states", 0, "arrows", to=[arrow, arrow]))
    refused(decode_history, changed(HISTORY, "states", 0, "arrows", to=[arrow] * 129))


def test_ten_thousand_states_are_refused_at_once() -> None:
    states = json.loads(HISTORY)["states"]
    refused(decode_history, changed(HISTORY, "states", to=states[:1] * 10000))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"\xff\xfe{}",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"format": NaN}',
        b'{"format": -Infinity}',
        b'{"format": 1e999}',
        b'{"format": ' + b"9" * 1_000_000 + b"}",
        HISTORY[: len(HISTORY) // 2],
        b" " * (HISTORY_BYTES + 1),
        zlib.compress(HISTORY),
    ],
    ids=lambda data: repr(data[:16]),
)
def test_what_is_no_record_is_refused(data: bytes) -> None:
    refused(decode_history, data)
    refused(decode_layer, data)


def test_a_layer_is_read_no_further_than_a_layer_is_long() -> None:
    refused(decode_layer, LAYERED + b" " * LAYER_BYTES)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@st.composite
def mangled(draw: st.DrawFn, data: bytes) -> bytes:
    """Return a record in which one value, anywhere, is anything else."""
    said = json.loads(data)
    inner, steps = said, 0
    while True:
        keys = sorted(inner) if isinstance(inner, dict) else list(range(len(inner)))
        if not keys:
            break
        key = draw(st.sampled_from(keys))
        steps += 1
        if not isinstance(inner[key], dict | list) or draw(st.booleans()):
            inner[key] = draw(JSON)
            break
        inner = inner[key]
    return json.dumps(said).encode()


def survives(decode: Callable[[bytes], object], data: bytes) -> None:
    """Read ``data``, which may be refused and must not fail in any other way."""
    with suppress(RecordError):
        decode(data)


@settings(max_examples=300)
@given(
    st.one_of(mangled(HISTORY), st.binary(max_size=200), JSON.map(lambda j: json.dumps(j).encode()))
)
def test_nothing_else_than_a_record_error_comes_out_of_a_history(data: bytes) -> None:
    survives(decode_history, data)


@settings(max_examples=300)
@given(st.one_of(mangled(LAYERED), st.binary(max_size=200)))
def test_nothing_else_than_a_record_error_comes_out_of_a_layer(data: bytes) -> None:
    survives(decode_layer, data)


@given(st.integers(0, len(HISTORY) - 1), st.binary(min_size=1, max_size=4))
def test_flipped_bytes_are_survived(where: int, noise: bytes) -> None:
    survives(decode_history, HISTORY[:where] + noise + HISTORY[where + len(noise) :])


def test_a_mask_comes_back_as_it_was() -> None:
    mask = SelectionMask(3, 2, bytes([0, 1, 127, 128, 254, 255]))
    assert unpack_mask(pack_mask(mask)) == mask


MASK = pack_mask(SelectionMask(3, 2, bytes(6)))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        MASK[:3],
        MASK[:-6],
        MASK[:4] + b"no deflate",
        b"\x00\x00\x02\x00" + MASK[4:],
        b"\xff\xff\xff\xff" + MASK[4:],
        b"\x02\x00\x02\x00" + MASK[4:],
        b"\x04\x00\x02\x00" + MASK[4:],
    ],
)
def test_what_is_no_mask_is_refused(data: bytes) -> None:
    refused(unpack_mask, data)


def test_a_mask_is_inflated_no_further_than_it_is_large() -> None:
    bomb = MASK[:4] + zlib.compress(bytes(50_000_000), 9)
    tracemalloc.start()
    try:
        refused(unpack_mask, bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_a_key_is_of_its_bytes() -> None:
    assert blob_key(b"a") == blob_key(b"a") != blob_key(b"b")
    assert len(blob_key(b"")) == 32
    assert ARROW.reference == state("any").latent
