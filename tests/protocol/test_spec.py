"""SPEC.md is the authority: what the code says has to stand there, and what is reserved as well."""

import dataclasses
import re
from pathlib import Path

import pytest

from tugline_protocol import errors, packets, pieces, values
from tugline_protocol import messages as m
from tugline_protocol.version import PROTOCOL_MAJOR, PROTOCOL_MINOR

SPEC = (Path(__file__).parents[2] / "protocol" / "SPEC.md").read_text(encoding="utf-8")
MESSAGES = {**m.FROM_CLIENT, **m.FROM_DAEMON}
RECORDS = [
    values.ModelRef, values.Latent, values.Vector, values.Image, values.Mask, values.Rect,
    values.PictureFormat, values.ModelCard, values.DragPoint, values.PointTarget,
    values.PointState, values.DragOptions, values.Running, values.Device, values.Limits,
    values.PicturePlace, values.InversionOptions,
]  # fmt: skip


def _section(number: int) -> str:
    return SPEC.split(f"\n## {number}. ")[1].split("\n## ")[0]


def _paragraph(name: str, section: str) -> str:
    """What is said of ``name``: from where it stands in bold to the next paragraph's bold name."""
    found = re.search(rf"\*\*{name}\*\*(.*?)(?=\n\n\*\*[A-Z]|\Z)", section, re.DOTALL)
    assert found, f"{name} is not in SPEC.md"
    return found.group(1)


@pytest.mark.parametrize("name", sorted(MESSAGES))
def test_every_message_and_its_fields_are_specified(name: str) -> None:
    said = _paragraph(name, _section(6))
    for field in dataclasses.fields(MESSAGES[name]):
        assert re.search(rf"`{field.name}\b", said), f"{name}.{field.name} is not in SPEC.md"


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_every_value_and_its_fields_are_specified(record: type[values.Record]) -> None:
    said = _paragraph(record.__name__, _section(5))
    for field in dataclasses.fields(record):  # type: ignore[arg-type]
        assert re.search(rf"`{field.name}\b", said), f"{record.__name__}.{field.name} is missing"


@pytest.mark.parametrize(("request_type", "reply"), m.TERMINAL.items())
def test_the_table_names_the_terminal_reply(
    request_type: type[m.Request], reply: type[m.Terminal]
) -> None:
    assert f"| {request_type.__name__} | request | {reply.__name__} |" in SPEC


def test_every_error_code_is_in_the_table_and_no_other() -> None:
    codes = {value for name, value in vars(errors).items() if name.isupper()}
    assert set(re.findall(r"^\| `(\w+)` \|", _section(7), re.MULTILINE)) == codes


def test_the_reserved_names_are_told_and_free() -> None:
    for name in m.RESERVED:
        assert f"`{name}`" in _section(4)
        assert name not in MESSAGES


def test_the_bridges_words_and_bounds_are_told() -> None:
    said = _section(10)
    words = {packets.LOST, packets.REFUSED, packets.FAILED}
    assert set(re.findall(r"^\| `(\w+)` \|", said, re.MULTILINE)) == words
    for kind in (packets.MESSAGE, packets.END):
        assert f"`{kind.decode()}`" in said
    assert f"1 to {packets.MOST_FRAMES} of a message" in said
    assert (
        f"{packets.MOST_BYTES >> 20} MiB for a message, {packets.END_BYTES:,} for the end" in said
    )
    assert f"at most {packets.GREETING_BYTES} bytes" in said


def test_from_when_and_from_which_size_on_buffers_come_in_pieces_is_told() -> None:
    said = _paragraph("Pieces", _section(3))
    assert f"(since {PROTOCOL_MAJOR}.{pieces.SINCE_MINOR})" in said
    assert f"{pieces.PIECE_BYTES:,} bytes" in said


def test_the_version_is_that_of_the_title_and_the_last_that_is_told() -> None:
    assert SPEC.startswith(f"# The Tugline protocol, version {PROTOCOL_MAJOR}.{PROTOCOL_MINOR}\n")
    versions = re.findall(r"^\| (\d+\.\d+) \|", _section(9), re.MULTILINE)
    assert versions[-1] == f"{PROTOCOL_MAJOR}.{PROTOCOL_MINOR}"
