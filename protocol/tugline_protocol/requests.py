"""What a client says to a daemon: requests, each with the type of its reply, and one notice.

SPEC.md says what they mean.
"""

from dataclasses import dataclass
from typing import Annotated, Generic, TypeVar

from .bounds import Between, Length
from .replies import (
    Aligned,
    Attached,
    DragEnded,
    Generated,
    Inverted,
    ModelAdded,
    ModelDescribed,
    ModelLoaded,
    ModelRemoved,
    Models,
    Pong,
    Rendered,
    Retargeted,
    Stopped,
    TuningFetched,
    TuningKept,
    Welcome,
)
from .values import (
    Buffer,
    DragOptions,
    DragPoint,
    Id,
    Image,
    InversionOptions,
    InversionStage,
    Latent,
    Mask,
    ModelRef,
    PictureFormat,
    PicturePlace,
    PointTarget,
    Record,
    Row,
    Vector,
)
from .version import PROTOCOL_MAJOR, PROTOCOL_MINOR

Psi = Annotated[float, Between(-2.0, 2.0)]
Cutoff = Annotated[int, Between(0, 64)]
References = Annotated[tuple[Latent, ...], Length(0, 64)]

ReplyT = TypeVar("ReplyT")


class Answered(Record, Generic[ReplyT]):
    """A request; the type in brackets is its terminal reply (or else it is answered by Error)."""


@dataclass(frozen=True)
class Hello(Answered[Welcome]):
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
class Ping(Answered[Pong]):
    """Asks whether the daemon is there; answered at once whatever else runs."""


@dataclass(frozen=True)
class ListModels(Answered[Models]):
    """Asks for the models' cards, with thumbnails if wanted."""

    thumbnails: bool = True


@dataclass(frozen=True)
class LoadModel(Answered[ModelLoaded]):
    """Makes a model ready on the device, with Progress."""

    model: ModelRef


@dataclass(frozen=True)
class DescribeModel(Answered[ModelDescribed]):
    """Asks for all that is known of one model (since 1.3)."""

    model: ModelRef


@dataclass(frozen=True)
class AddModel(Answered[ModelAdded]):
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
class RemoveModel(Answered[ModelRemoved]):
    """Deletes a model of the user's from the disk (since 1.3)."""

    model: ModelRef


@dataclass(frozen=True)
class Generate(Answered[Generated]):
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
class Render(Answered[Rendered]):
    """Makes the picture of a latent; ``mask``, if given, becomes its alpha."""

    model: ModelRef
    latent: Latent
    picture: PictureFormat = PictureFormat()
    mask: Mask | None = None


@dataclass(frozen=True)
class Mix(Answered[Generated]):
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
class StartDrag(Answered[DragEnded]):
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
class Retarget(Answered[Retargeted]):
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
class Invert(Answered[Inverted]):
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
class Align(Answered[Aligned]):
    """Asks where in ``picture`` a model of faces would have its picture (since 1.4, ``alignment``).

    The largest face is taken.
    """

    model: ModelRef
    picture: Image


@dataclass(frozen=True)
class FetchTuning(Answered[TuningFetched]):
    """Asks for the bytes of the tuning that ``model.tuned`` names (since 1.4, ``tuned-weights``).

    A document may carry them, for a daemon that does not have them.
    """

    model: ModelRef


@dataclass(frozen=True)
class KeepTuning(Answered[TuningKept]):
    """Gives the daemon the bytes of the tuning that ``model.tuned`` names (since 1.4)."""

    model: ModelRef
    data: Buffer


@dataclass(frozen=True)
class NextFrame(Record):
    """A notice: the credit for one frame of a drag or of an inversion. Credits do not add up."""

    drag: Id


@dataclass(frozen=True)
class Stop(Answered[Stopped]):
    """Stops a request of this session; that request still ends in its own terminal reply."""

    request: Id


@dataclass(frozen=True)
class Attach(Answered[Attached]):
    """A client that came back: what of its session still runs goes on to this connection."""
