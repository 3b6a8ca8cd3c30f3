"""What several commands ask of the daemon: a model's card, a latent with its picture."""

import secrets
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tugline_daemon.library.latents import SavedLatent, read_latent
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import UNKNOWN_TUNING, RequestFailed
from tugline_protocol.messages import FetchTuning, Generate, KeepTuning, ListModels, Render
from tugline_protocol.values import Latent, ModelCard, ModelRef, PictureFormat, Vector

from .pictures import to_latent, to_picture
from .terminal import CommandFailed, activity


@dataclass(frozen=True)
class Made:
    """A latent of a model, and the picture that it makes.

    ``tuning`` are the bytes of the tuning that ``model`` names, b"" where it names none.
    """

    model: ModelRef
    latent: Latent
    picture: Image.Image
    tuning: bytes = b""


@dataclass(frozen=True)
class Truncation:
    """How far latents are pulled toward the mean: ``psi`` 1 not at all, 0 all the way."""

    psi: float = 1.0
    cutoff: int | None = None


def require(conversation: Conversation, capability: str, what: str = "") -> None:
    """Raise CommandFailed where the daemon that runs is too old for ``capability``.

    ``what`` is what needs it, "" the option of the same name.
    """
    welcome, wanted = conversation.welcome, what or f"--{capability}"
    if capability not in welcome.capabilities:
        raise CommandFailed(
            f"The daemon that runs ({welcome.daemon_version}) does not know {wanted} yet; end it "
            "with `tugline stop` and try again."
        )


def find_card(conversation: Conversation, name: str) -> ModelCard:
    """Return the card of the model ``name``; raises CommandFailed, naming those there are."""
    cards = conversation.call(ListModels(thumbnails=False)).models
    for card in cards:
        if card.name == name:
            return card
    known = ", ".join(card.name for card in cards) or "none yet; see `tugline doctor`"
    raise CommandFailed(f"There is no model called {name!r}; there are {known}.")


def fresh_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbelow(2**32)


def generate(
    conversation: Conversation,
    name: str,
    origin: int | Vector,
    *,
    tuned: str = "",
    label: str | None = None,
    truncation: Truncation = Truncation(),
    picture: PictureFormat = PictureFormat(),
) -> Made:
    """Make the latent and picture of ``origin``, a seed or z.

    ``label`` is a class's name or number; ``tuned`` names a tuning that the daemon has.
    """
    seed, z = (origin, None) if isinstance(origin, int) else (None, origin)
    request = Generate(
        ModelRef(name, tuned=tuned),
        seed=seed,
        z=z,
        label=None if label is None else _class_number(find_card(conversation, name), label),
        truncation_psi=truncation.psi,
        truncation_cutoff=truncation.cutoff,
        picture=picture,
    )
    with activity(f"Generating {'z' if z else f'seed {seed}'} with {name}") as now:
        made = conversation.call(request, on_event=now.on_event)
    return Made(made.model, made.latent, to_picture(made.image))


def render(
    conversation: Conversation,
    saved: SavedLatent,
    picture: PictureFormat = PictureFormat(),
) -> Made:
    """Make the picture of a saved latent, with the weights that were tuned for it if there are."""
    model, latent = ModelRef(saved.model, saved.weights, saved.tuned), to_latent(saved)
    tuning = bring_tuning(conversation, saved)
    with activity(f"Rendering with {saved.model}") as now:
        rendered = conversation.call(Render(model, latent, picture), on_event=now.on_event)
    return Made(model, latent, to_picture(rendered.image), tuning)


def bring_tuning(conversation: Conversation, saved: SavedLatent) -> bytes:
    """See to it that the daemon has the tuning that ``saved`` names, and return its bytes.

    One that it does not have it is given out of the file; b"" where none is named. Raises
    RequestFailed where neither has it.
    """
    if not saved.tuned:
        return b""
    require(conversation, "tuned-weights", "weights that were tuned to a picture")
    model = ModelRef(saved.model, saved.weights, saved.tuned)
    try:
        return fetch_tuning(conversation, model)
    except RequestFailed as error:
        if error.code != UNKNOWN_TUNING or not saved.tuning:
            raise
    conversation.call(KeepTuning(model, saved.tuning))
    return saved.tuning


def fetch_tuning(conversation: Conversation, model: ModelRef) -> bytes:
    """Return the bytes of the tuning that ``model`` names, b"" where it names none."""
    return bytes(conversation.call(FetchTuning(model)).data) if model.tuned else b""


def read_latent_of(path: Path, name: str | None) -> SavedLatent:
    """Read a saved latent; ``name``, if given, has to be the model that it belongs to."""
    saved = read_latent(path)
    if name is not None and name != saved.model:
        raise CommandFailed(
            f"{path} is a latent of {saved.model}, not of {name}; leave --model away."
        )
    return saved


def _class_number(card: ModelCard, label: str) -> int:
    if label in card.labels:
        return card.labels.index(label)
    if label.isdecimal() and int(label) < len(card.labels):
        return int(label)
    if not card.labels:
        raise CommandFailed(f"{card.name} has no classes; leave --label away.")
    raise CommandFailed(f"{card.name} has no class {label!r}; it has {', '.join(card.labels)}.")
