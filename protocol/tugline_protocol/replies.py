"""What a daemon says to a client: the terminal replies of requests, and events.

SPEC.md says what they mean, ``messages.py`` which reply belongs to which request.
"""

from dataclasses import dataclass

from .values import (
    Buffer,
    Device,
    EndReason,
    Image,
    InversionReason,
    InversionStage,
    Latent,
    Limits,
    ModelCard,
    ModelRef,
    PicturePlace,
    PointState,
    Record,
    Running,
)


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
