"""The values that messages carry: points, latents, pictures, models, options.

Points are ``(x, y)`` floats in image pixels, origin at the top left corner, x to the right; pixel
(0, 0) covers [0, 1) x [0, 1). A ``Buffer`` travels raw, as a frame of its own behind the header.
"""

from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, Literal

from .bounds import Between, Length

Buffer = bytes | bytearray | memoryview
Coordinate = Annotated[float, Between(-65536.0, 65536.0)]
XY = tuple[Coordinate, Coordinate]
Side = Annotated[int, Between(1, 8192)]
Row = Annotated[int, Between(0, 255)]
Name = Annotated[str, Length(1, 128)]
Id = Annotated[str, Length(1, 64)]

ByteOrder = Literal["RGB", "RGBA", "BGRA"]
ResampleFilter = Literal["nearest", "bilinear", "bicubic", "lanczos"]
PointCondition = Literal["moving", "reached", "stuck", "lost"]
Readiness = Literal["available", "loading", "ready", "broken"]
EndReason = Literal["arrived", "stuck", "step_limit", "stopped", "diverged", "client_gone"]
InversionStage = Literal["w", "w+", "tuning"]
InversionQuality = Literal["seconds", "minute", "best"]
InversionReason = Literal["done", "stopped", "diverged", "client_gone"]

CHANNELS: dict[str, int] = {"RGB": 3, "RGBA": 4, "BGRA": 4}


class Record:
    """What every value and message is: a frozen dataclass that the daemon's door checks again.

    ``__pydantic_config__`` is read by pydantic where it is present and means nothing elsewhere.
    """

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "allow_inf_nan": False,
        "arbitrary_types_allowed": True,
        "revalidate_instances": "always",
        "strict": True,
    }


@dataclass(frozen=True)
class ModelRef(Record):
    """A model by its name and, where it matters, by the hash of its weights.

    ``weights`` is the lower-case hexadecimal sha256 of the tensors (SPEC.md, "Models"), or "" for
    whatever weights bear the name. ``tuned`` (since 1.4, capability ``tuned-weights``) names a
    tuning, the difference that fits the weights to one picture: the lower-case hexadecimal sha256
    of its bytes as KeepTuning and TuningFetched carry them; "" is the model as it is.
    """

    name: Name
    weights: Annotated[str, Length(0, 64)] = ""
    tuned: Annotated[str, Length(0, 64)] = ""


@dataclass(frozen=True)
class Latent(Record):
    """A point in W+: ``data`` holds ``num_ws * w_dim`` little-endian float32, row after row."""

    num_ws: Annotated[int, Between(1, 64)]
    w_dim: Annotated[int, Between(1, 4096)]
    data: Buffer


@dataclass(frozen=True)
class Vector(Record):
    """A point in Z: ``data`` holds ``dim`` little-endian float32."""

    dim: Annotated[int, Between(1, 4096)]
    data: Buffer


@dataclass(frozen=True)
class Image(Record):
    """Pixels as uint8, rows from the top without padding, channels in the order of ``order``."""

    width: Side
    height: Side
    order: ByteOrder
    data: Buffer


@dataclass(frozen=True)
class Mask(Record):
    """A byte a pixel, rows from the top: 255 = may move, 0 = stays, between them feathering."""

    width: Side
    height: Side
    data: Buffer


@dataclass(frozen=True)
class Rect(Record):
    """A rectangle of a picture in that picture's pixels, its top left corner at ``(x, y)``."""

    x: Annotated[int, Between(0, 8191)]
    y: Annotated[int, Between(0, 8191)]
    width: Side
    height: Side


@dataclass(frozen=True)
class PictureFormat(Record):
    """How a picture is wanted: size in pixels (None = the model's own), filter, byte order.

    ``rect`` asks for a part of the picture of that size. Alpha, where the order has it, is 255
    unless the message says otherwise. ``feather`` (since 1.4), in pixels of the picture of that
    size, lets the alpha of a mask rise from 0 to the mask over about so many pixels *inside* of the
    mask's border and of the picture's edges; outside of the mask it stays 0.
    """

    width: Side | None = None
    height: Side | None = None
    filter: ResampleFilter = "lanczos"
    order: ByteOrder = "RGB"
    rect: Rect | None = None
    feather: Annotated[float, Between(0.0, 256.0)] = 0.0


@dataclass(frozen=True)
class DragPoint(Record):
    """A handle and its target.

    ``handle`` is where the handle is now, ``target`` where it goes; ``origin`` is where it was in
    the picture in which it was set (None = at ``handle``), and ``reference`` says which picture
    that is: an index into the ``references`` of the same message.
    """

    id: Id
    handle: XY
    target: XY
    origin: XY | None = None
    reference: Annotated[int, Between(0, 63)] = 0


@dataclass(frozen=True)
class PointTarget(Record):
    """A new target for a point that the drag already has."""

    id: Id
    target: XY


@dataclass(frozen=True)
class PointState(Record):
    """Where a handle is after a step; ``distance`` is what is left to its target, image pixels."""

    id: str
    handle: XY
    target: XY
    distance: float
    state: PointCondition


@dataclass(frozen=True)
class DragOptions(Record):
    """How a drag is done. None means the model's own default, then the engine's.

    ``r1``, ``r2`` and ``stop_distance`` are in image pixels; ``learning_rate`` is Adam's step in W,
    None for the engine's own steps, which need no rate.
    ``hold`` keeps a drag that has arrived, is stuck or has used up its steps, idle, until the next
    Retarget. ``composite`` keeps what the mask excludes exactly as it is: frames carry the mask as
    their alpha. ``principal`` (since 1.1) is how many principal directions of W the latent may move
    along, the strongest first, at most the model's ``w_dim``, which is all of W+.
    """

    r1: Annotated[float, Between(0.75, 64.0)] | None = None
    r2: Annotated[float, Between(1.0, 256.0)] | None = None
    stop_distance: Annotated[float, Between(0.1, 256.0)] | None = None
    lambda_mask: Annotated[float, Between(0.0, 1000.0)] | None = None
    learning_rate: Annotated[float, Between(1e-6, 1.0)] | None = None
    step_limit: Annotated[int, Between(1, 10000)] | None = None
    feature_layer: Annotated[str, Length(1, 64)] | None = None
    movable_rows: Annotated[tuple[Row, ...], Length(1, 64)] | None = None
    hold: bool = False
    composite: bool = False
    principal: Annotated[int, Between(1, 4096)] | None = None


@dataclass(frozen=True)
class PicturePlace(Record):
    """Where a model's picture lies in a picture that was sent (since 1.4).

    The model's image point ``(x, y)`` lies at ``(a*x + c*y + e, b*x + d*y + f)``, in pixels of the
    picture that was sent.
    """

    a: Coordinate
    b: Coordinate
    c: Coordinate
    d: Coordinate
    e: Coordinate
    f: Coordinate


@dataclass(frozen=True)
class InversionOptions(Record):
    """How a picture is inverted (since 1.4).

    ``quality`` is named by what it takes on the daemon's device with the model at hand: some
    seconds (into W), about a minute (on into W+), or as long as it takes for the best (the weights
    tuned around the pivot as well). ``w_steps``, ``wplus_steps`` and ``tuning_steps`` overrule it,
    0 leaves a stage out; None is what the quality takes. ``editability`` weighs the pull of W+
    toward W, 0 = none, 1 = the engine's own.
    """

    quality: InversionQuality = "minute"
    w_steps: Annotated[int, Between(0, 100_000)] | None = None
    wplus_steps: Annotated[int, Between(0, 100_000)] | None = None
    tuning_steps: Annotated[int, Between(0, 100_000)] | None = None
    editability: Annotated[float, Between(0.0, 100.0)] = 1.0


@dataclass(frozen=True)
class ModelCard(Record):
    """What can be told of a model without loading it.

    ``width`` and ``height`` are in pixels; ``labels`` names the classes of a conditional model;
    ``feature_layers`` are the names that ``DragOptions.feature_layer`` accepts;
    ``drag_defaults`` are the model's own options, None where the engine's count. Since 1.3:
    ``source`` is where it came from, ``layout`` the layout of the file that it was read from,
    ``file_sha256`` that file's hash, ``parameters`` how many numbers the network has (0: not
    known). ``samples`` is a sheet of sample pictures, told by ModelDescribed alone.
    """

    name: str
    weights: str
    kind: str
    width: int
    height: int
    z_dim: int
    num_ws: int
    w_dim: int
    labels: tuple[str, ...] = ()
    feature_layers: tuple[str, ...] = ()
    licence: str = ""
    description: str = ""
    readiness: Readiness = "available"
    thumbnail: Image | None = None
    drag_defaults: DragOptions = DragOptions()
    source: str = ""
    layout: str = ""
    file_sha256: str = ""
    parameters: int = 0
    samples: Image | None = None


@dataclass(frozen=True)
class Running(Record):
    """A request of this session that still runs, as Attached lists it."""

    id: str
    type: str
    model: ModelRef
    step: int = 0
    retarget: int = 0


@dataclass(frozen=True)
class Device(Record):
    """A device of the daemon's; ``state`` is "starting", "ready" or "restarting"."""

    name: str
    state: str


@dataclass(frozen=True)
class Limits(Record):
    """What the daemon accepts at the most; bytes, counts and pixels."""

    header_bytes: int = 65536
    message_bytes: int = 64 * 1024 * 1024
    frames: int = 80
    points: int = 128
    references: int = 64
    side: int = 8192
    requests: int = 16
