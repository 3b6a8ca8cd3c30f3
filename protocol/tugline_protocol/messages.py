"""Every message of the protocol, one frozen dataclass each; SPEC.md says what they mean.

Three kinds: a *request* ends in exactly one terminal reply (``TERMINAL`` names its type, or Error);
a *notice* is not answered; an *event* comes from the daemon, under the id of the request that it
belongs to, or under the empty id when it belongs to none.
"""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from .bounds import Between, Length
from .values import (
    Buffer,
    Device,
    DragOptions,
    DragPoint,
    EndReason,
    Id,
    Image,
    InversionOptions,
    InversionReason,
    InversionStage,
    Latent,
    Limits,
    Mask,
    ModelCard,
    ModelRef,
    PictureFormat,
    PicturePlace,
    PointState,
    PointTarget,
    Record,
    Row,
    Running,
    Vector,
)
from .version import PROTOCOL_MAJOR, PROTOCOL_MINOR

Psi = Annotated[float, Between(-2.0, 2.0)]
Cutoff = Annotated[int, Between(0, 64)]
References = Annotated[tuple[Latent, ...], Length(0, 64)]

ReplyT = TypeVar("ReplyT")


class Answered(Record, Generic[ReplyT]):
    """A request; the type in brackets is its terminal reply (or else it is answered by Error)."""


# Requests and notices, client to daemon.


@dataclass(frozen=True)
class Hello(Answered["Welcome"]):
    """Opens the conversation on a connection; nothing else is accepted before it.

    ``client_id`` is chosen once by a client and kept across its reconnections: with the
    authenticated key it names the session.
    """

    client: Annotated[str, Length(1, 64)]
    client_version: Annotated[str, Length(0, 64)]
    client_id: Id
    major: int = PROTOCOL_MAJOR
    minor: int = PROTOCOL_MINOR


@dataclass(frozen=True)
class Ping(Answered["Pong"]):
    """Asks whether the daemon is there; answered at once whatever else runs."""


@dataclass(frozen=True)
class ListModels(Answered["Models"]):
    """Asks for the models' cards, with thumbnails if wanted."""

    thumbnails: bool = True


@dataclass(frozen=True)
class LoadModel(Answered["ModelLoaded"]):
    """Makes a model ready on the device, with Progress."""

    model: ModelRef


@dataclass(frozen=True)
class DescribeModel(Answered["ModelDescribed"]):
    """Asks for all that is known of one model (since 1.3)."""

    model: ModelRef


@dataclass(frozen=True)
class AddModel(Answered["ModelAdded"]):
    """Makes a model of somebody's weights, with Progress (since 1.3).

    ``source`` is an https address, the name of a model of the catalogue, or the whole path of a
    file on the daemon's machine, which a daemon takes that others cannot reach. ``name`` "" leaves
    the name to the source. ``sha256`` is the hash that the file has to have, lower-case hexadecimal
    or "". ``licence`` is what the card shall say of it, "" = what is known. ``licence_accepted``
    says that the person accepts the licence of the catalogue's model.
    """

    source: Annotated[str, Length(1, 2048)]
    name: Annotated[str, Length(0, 64)] = ""
    sha256: Annotated[str, Length(0, 64)] = ""
    licence: Annotated[str, Length(0, 256)] = ""
    licence_accepted: bool = False


@dataclass(frozen=True)
class RemoveModel(Answered["ModelRemoved"]):
    """Deletes a model of the user's from the disk (since 1.3)."""

    model: ModelRef


@dataclass(frozen=True)
class Generate(Answered["Generated"]):
    """Makes a latent from a seed or from ``z``, and its picture if ``picture`` is given.

    ``label`` is the class of a conditional model. ``truncation_psi`` 1 leaves the latent alone, 0
    is the mean; ``truncation_cutoff`` truncates only so many rows.
    """

    model: ModelRef
    seed: Annotated[int, Between(0, 2**32 - 1)] | None = None
    z: Vector | None = None
    label: Annotated[int, Between(0, 65535)] | None = None
    truncation_psi: Psi = 1.0
    truncation_cutoff: Cutoff | None = None
    picture: PictureFormat | None = None


@dataclass(frozen=True)
class Render(Answered["Rendered"]):
    """Makes the picture of a latent; ``mask``, if given, becomes its alpha."""

    model: ModelRef
    latent: Latent
    picture: PictureFormat = PictureFormat()
    mask: Mask | None = None


@dataclass(frozen=True)
class Mix(Answered["Generated"]):
    """Style mixing: ``rows`` of ``other`` in place of those of ``latent``, then truncation.

    ``amount`` 1 takes the other's rows whole, between 0 and 1 it interpolates.
    """

    model: ModelRef
    latent: Latent
    other: Latent | None = None
    rows: Annotated[tuple[Row, ...], Length(0, 64)] = ()
    amount: Annotated[float, Between(0.0, 1.0)] = 1.0
    truncation_psi: Psi = 1.0
    truncation_cutoff: Cutoff | None = None
    picture: PictureFormat | None = None


@dataclass(frozen=True)
class StartDrag(Answered["DragEnded"]):
    """Starts a drag, or resumes one exactly.

    ``latent`` is where to go on from. ``references`` are the latents of the pictures in which
    points were set, the first of them also the picture that the mask holds; empty means
    ``(latent,)``. ``mask`` has the size of the model's picture or of the frames. ``frames`` says
    how frames are wanted (None = no pictures, only states). ``trace_id`` is for logs. ``drafts``
    (since 1.2) allows frames of less detail while the drag moves, where a full picture takes long.
    ``alpha`` (since 1.4) becomes the alpha of the frames, whatever the mask is and ``composite``
    says; it may have any size.
    """

    model: ModelRef
    latent: Latent
    points: Annotated[tuple[DragPoint, ...], Length(1, 128)]
    references: References = ()
    mask: Mask | None = None
    options: DragOptions = DragOptions()
    frames: PictureFormat | None = PictureFormat()
    trace_id: Annotated[str, Length(0, 64)] = ""
    drafts: bool = False
    alpha: Mask | None = None


@dataclass(frozen=True)
class Retarget(Answered["Retargeted"]):
    """Changes a running drag, whole or not at all; takes effect within one step.

    ``number`` grows with each Retarget of a drag, from 1. An added point's ``reference`` is an
    index into the ``references`` of *this* message. ``mask`` None leaves the mask; ``clear_mask``
    takes it away. ``options`` None leaves them. ``alpha`` (since 1.4) None leaves the frames'
    alpha.
    """

    drag: Id
    number: Annotated[int, Between(1, 2**31 - 1)]
    targets: Annotated[tuple[PointTarget, ...], Length(0, 128)] = ()
    added: Annotated[tuple[DragPoint, ...], Length(0, 128)] = ()
    removed: Annotated[tuple[Id, ...], Length(0, 128)] = ()
    references: References = ()
    mask: Mask | None = None
    clear_mask: bool = False
    options: DragOptions | None = None
    alpha: Mask | None = None


@dataclass(frozen=True)
class Invert(Answered["Inverted"]):
    """Looks for the latent that draws ``picture``, with Progress (since 1.4, ``inversion``).

    ``place`` says where in ``picture`` the model's picture lies (None: it fills ``picture``); the
    daemon resamples. What has an alpha of 0 there, or lies outside, does not count. ``latent`` and
    ``stage`` go on from an InversionFrame: from its latent, in its stage, with its ``model``; with
    None the search begins anew. ``frames`` says how frames are wanted, None = none.
    """

    model: ModelRef
    picture: Image
    place: PicturePlace | None = None
    latent: Latent | None = None
    stage: InversionStage = "w"
    options: InversionOptions = InversionOptions()
    frames: PictureFormat | None = PictureFormat()
    trace_id: Annotated[str, Length(0, 64)] = ""


@dataclass(frozen=True)
class Align(Answered["Aligned"]):
    """Asks where in ``picture`` a model of faces would have its picture (since 1.4, ``alignment``).

    The largest face is taken.
    """

    model: ModelRef
    picture: Image


@dataclass(frozen=True)
class FetchTuning(Answered["TuningFetched"]):
    """Asks for the bytes of the tuning that ``model.tuned`` names (since 1.4, ``tuned-weights``).

    A document may carry them, for a daemon that does not have them.
    """

    model: ModelRef


@dataclass(frozen=True)
class KeepTuning(Answered["TuningKept"]):
    """Gives the daemon the bytes of the tuning that ``model.tuned`` names (since 1.4)."""

    model: ModelRef
    data: Buffer


@dataclass(frozen=True)
class NextFrame(Record):
    """A notice: the credit for one frame of a drag or of an inversion. Credits do not add up."""

    drag: Id


@dataclass(frozen=True)
class Stop(Answered["Stopped"]):
    """Stops a request of this session; that request still ends in its own terminal reply."""

    request: Id


@dataclass(frozen=True)
class Attach(Answered["Attached"]):
    """A client that came back: what of its session still runs goes on to this connection."""


# Replies and events, daemon to client.


@dataclass(frozen=True)
class Welcome(Record):
    """Answers Hello."""

    daemon_version: str
    major: int
    minor: int
    capabilities: tuple[str, ...] = ()
    limits: Limits = Limits()
    devices: tuple[Device, ...] = ()


@dataclass(frozen=True)
class Pong(Record):
    """Answers Ping; ``uptime`` is the daemon's, in seconds."""

    uptime: float
    devices: tuple[Device, ...] = ()


@dataclass(frozen=True)
class Models(Record):
    """Answers ListModels."""

    models: tuple[ModelCard, ...]


@dataclass(frozen=True)
class ModelLoaded(Record):
    """Answers LoadModel; ``seconds`` is what it took."""

    model: ModelRef
    seconds: float


@dataclass(frozen=True)
class ModelDescribed(Record):
    """Answers DescribeModel: the card, with thumbnail and samples where there are some."""

    card: ModelCard


@dataclass(frozen=True)
class ModelAdded(Record):
    """Answers AddModel: the model is on the disk and in the list.

    ``text`` says what was found out about the file, in sentences for a person.
    """

    model: ModelRef
    text: str = ""


@dataclass(frozen=True)
class ModelRemoved(Record):
    """Answers RemoveModel: the model, as it was named, is gone from the disk and from the list."""

    model: ModelRef


@dataclass(frozen=True)
class Generated(Record):
    """Answers Generate and Mix. ``model`` carries the hash of the weights that made it."""

    model: ModelRef
    latent: Latent
    image: Image | None = None


@dataclass(frozen=True)
class Rendered(Record):
    """Answers Render."""

    image: Image


@dataclass(frozen=True)
class Progress(Record):
    """An event of any request that takes time: ``done`` from 0 to 1, ``text`` for people."""

    text: str
    done: float


@dataclass(frozen=True)
class DragFrame(Record):
    """An event of a drag, sent for a credit: picture, latent and handles *of the same step*.

    ``retarget`` is the number of the Retarget that it follows (0 = none). ``full`` False marks a
    draft: a picture of less detail. ``image`` is None where the drag was started without frames.
    """

    step: int
    retarget: int
    latent: Latent
    points: tuple[PointState, ...]
    image: Image | None = None
    full: bool = True


@dataclass(frozen=True)
class DragEnded(Record):
    """Ends StartDrag: why, and the best latent with its handles and its picture.

    ``text`` is a sentence for the artist (which point is stuck, for instance).
    """

    reason: EndReason
    step: int
    retarget: int
    latent: Latent
    points: tuple[PointState, ...]
    image: Image | None = None
    text: str = ""


@dataclass(frozen=True)
class InversionFrame(Record):
    """An event of an Invert, sent for a credit: the best so far, and how long it still takes.

    ``done`` goes from 0 to 1 over all stages, ``seconds_left`` is the honest guess, -1 where there
    is none yet. ``model`` has ``tuned`` set to the last tuning that the daemon keeps, which may be
    a little older than ``image``. ``psnr`` is in dB, over the pixels that count.
    """

    step: int
    stage: InversionStage
    model: ModelRef
    latent: Latent
    done: float
    seconds_left: float
    psnr: float
    image: Image | None = None


@dataclass(frozen=True)
class Inverted(Record):
    """Ends Invert: the best latent, and the ``model`` that draws it, tuned where it was tuned.

    ``likeness`` is 1 where the picture is met exactly and 0 where it is no nearer than two pictures
    of the model are to each other; ``psnr`` is in dB. ``text`` is a sentence for the artist, where
    there is something to say: that the picture is none of the model's kind, for instance.
    """

    reason: InversionReason
    step: int
    model: ModelRef
    latent: Latent
    likeness: float
    psnr: float
    image: Image | None = None
    text: str = ""


@dataclass(frozen=True)
class Aligned(Record):
    """Answers Align: the place, None where no face was found, and how many there were."""

    place: PicturePlace | None
    faces: int


@dataclass(frozen=True)
class TuningFetched(Record):
    """Answers FetchTuning."""

    model: ModelRef
    data: Buffer


@dataclass(frozen=True)
class TuningKept(Record):
    """Answers KeepTuning: requests may name it from now on."""

    model: ModelRef


@dataclass(frozen=True)
class Retargeted(Record):
    """Answers Retarget: taken over; frames that follow it carry its number."""

    number: int


@dataclass(frozen=True)
class Stopped(Record):
    """Answers Stop; ``found`` False says that no such request runs (any more)."""

    found: bool


@dataclass(frozen=True)
class Attached(Record):
    """Answers Attach. Terminal replies that could not be delivered follow it."""

    running: tuple[Running, ...] = ()


@dataclass(frozen=True)
class ModelsChanged(Record):
    """An event under the empty id: ask for the models again."""


@dataclass(frozen=True)
class Error(Record):
    """A request that failed: a code, a sentence for the artist, the field at fault, a detail.

    ``text`` says what to do; ``detail`` is for the log.
    """

    code: str
    text: str
    field: str = ""
    detail: str = ""


Request = (
    Hello | Ping | ListModels | DescribeModel | LoadModel | AddModel | RemoveModel | Generate
    | Render | Mix | StartDrag | Retarget | Stop | Attach | Invert | Align | FetchTuning
    | KeepTuning
)  # fmt: skip
Notice = NextFrame
Event = Progress | DragFrame | InversionFrame | ModelsChanged
Terminal = (
    Welcome | Pong | Models | ModelDescribed | ModelLoaded | ModelAdded | ModelRemoved | Generated
    | Rendered | DragEnded | Retargeted | Stopped | Attached | Inverted | Aligned
    | TuningFetched | TuningKept | Error
)  # fmt: skip
Message = Request | Notice | Event | Terminal

TERMINAL: dict[type[Request], type[Terminal]] = {
    Hello: Welcome,
    Ping: Pong,
    ListModels: Models,
    DescribeModel: ModelDescribed,
    LoadModel: ModelLoaded,
    AddModel: ModelAdded,
    RemoveModel: ModelRemoved,
    Generate: Generated,
    Render: Rendered,
    Mix: Generated,
    StartDrag: DragEnded,
    Retarget: Retargeted,
    Stop: Stopped,
    Attach: Attached,
    Invert: Inverted,
    Align: Aligned,
    FetchTuning: TuningFetched,
    KeepTuning: TuningKept,
}
REQUESTS: tuple[type[Request], ...] = tuple(TERMINAL)
FROM_CLIENT: dict[str, type[Message]] = {kind.__name__: kind for kind in (*REQUESTS, NextFrame)}
FROM_DAEMON: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (*TERMINAL.values(), Error, Progress, DragFrame, InversionFrame, ModelsChanged)
}
RESERVED: tuple[str, ...] = (
    "BlobChunk", "Health", "Counters", "Pair",
)  # fmt: skip
