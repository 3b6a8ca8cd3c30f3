"""What broker and worker say to each other over their own socket.

The frames from the broker: the request's key, then header and buffers as the client sent them, or a
message of this module. From the worker: a flag, the key, then header and buffers, large ones in
pieces where the link is encrypted. The flag spares the broker to read what it only passes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

from pydantic import TypeAdapter

from tugline_daemon.settings import PrecisionSetting
from tugline_protocol.codec import ID_BYTES, decode, encode
from tugline_protocol.messages import FROM_CLIENT, Message, Progress
from tugline_protocol.values import Buffer, Limits, ModelRef, Readiness, Record

DOMAIN = "tugline-worker"

# What passed the door is a little larger here where its key is longer than the client's id.
_ORDER_LIMITS = Limits(message_bytes=Limits().message_bytes + ID_BYTES)

TERMINAL = b"T"
EVENT = b"E"
FRAME = b"F"
REPORT = b"R"


@dataclass(frozen=True)
class LinkKeys:
    """The CURVE keys, in Z85, of a worker whose link others on the machine could reach."""

    server: str
    public: str
    secret: str


@dataclass(frozen=True)
class Assignment:
    """What a worker is told at its start, as one line of JSON on its standard input.

    The line never appears among the arguments, where others could read the keys. Without ``keys``
    the address is one that nobody else can reach.
    """

    address: str
    keys: LinkKeys | None
    device: str
    precision: PrecisionSetting
    models: tuple[str, ...]
    tunings: str
    threads: int
    keep_models: float | None
    log_level: str

    def to_line(self) -> bytes:
        """Return the line."""
        return TypeAdapter(Assignment).dump_json(self) + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> "Assignment":
        """Read the line."""
        return TypeAdapter(cls).validate_json(line)


@dataclass(frozen=True)
class Cancel(Record):
    """To the worker: end the request of this key within a step, for this reason."""

    reason: Literal["stopped", "client_gone"]


@dataclass(frozen=True)
class WorkerReady(Record):
    """From the worker: it takes requests, on this device."""

    device: str


@dataclass(frozen=True)
class WorkerRefused(Record):
    """From the worker: it cannot work at all, and why, in one sentence."""

    text: str


@dataclass(frozen=True)
class Begun(Record):
    """From the worker: the request of this key has begun, so that it dies with the worker."""


@dataclass(frozen=True)
class StepTaken(Record):
    """From the worker: the drag of this key has done so many steps, and what it follows.

    ``done`` is the part of its step limit, 0 to 1.
    """

    step: int
    retarget: int
    done: float


@dataclass(frozen=True)
class Followed(Record):
    """From the worker: the drag of this key took over the Retarget of that number.

    With ``text`` it could not: nothing of it took effect, and the drag goes on as before.
    """

    number: int
    text: str = ""


@dataclass(frozen=True)
class ModelState(Record):
    """From the worker: how a model is; of a broken one ``text`` says why."""

    model: ModelRef
    readiness: Readiness
    text: str = ""


Report = WorkerReady | WorkerRefused | Begun | StepTaken | Followed | ModelState
Order = Message | Cancel

_REPORTS = {
    kind.__name__: kind
    for kind in (WorkerReady, WorkerRefused, Begun, StepTaken, Followed, ModelState)
}
_ORDERS = {**FROM_CLIENT, Cancel.__name__: Cancel}


def pack(said: Report | Order, key: bytes) -> list[Buffer]:
    """Return the frames of ``said`` under ``key``."""
    return encode(cast(Message, said), key.decode())


def read_report(frames: Sequence[Buffer]) -> Report:
    """Read what the worker reports."""
    return cast(Report, decode(frames, cast("dict[str, type[Message]]", _REPORTS))[1])


def read_progress(frames: Sequence[Buffer]) -> Progress:
    """Read an event that the worker sends to a client."""
    return cast(Progress, decode(frames, {Progress.__name__: Progress})[1])


def read_order(frames: Sequence[Buffer]) -> tuple[bytes, Order]:
    """Read what the broker orders: the request's key and the message."""
    key, order = decode(frames, cast("dict[str, type[Message]]", _ORDERS), _ORDER_LIMITS)
    return key.encode(), order
