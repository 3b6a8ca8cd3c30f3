"""``tugline invert``: from a picture of the user's to a latent that draws it."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from PIL import Image

from tugline_daemon.library.latents import SavedLatent, write_latent
from tugline_daemon.settings import read_settings
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Invert, Inverted, Render
from tugline_protocol.values import (
    InversionOptions,
    InversionStage,
    ModelCard,
    ModelRef,
)

from .arguments import Crop, examples, parse_crop, png_file
from .asking import bring_tuning, fetch_tuning, find_card, read_latent_of, require
from .daemon import converse_with_started
from .drags import INTERRUPTED
from .generating import JsonOption, ModelOption
from .inversions import FinishedInversion, InversionCut, StoppedEarly, run_inversion
from .photos import read_photo
from .pictures import check_place, save_picture, saved_latent, to_latent, to_picture
from .terminal import MESSAGES, CommandFailed, activity, print_json
from .views import View, face_view, part_view

INVERT_EXAMPLES: Final = examples(
    "tugline invert head.png --out head.safetensors --picture drawn.png",
    "tugline invert cat.jpg --model afhq-cat-512 --crop 310,120,512 --out cat.safetensors",
    "tugline drag --latent head.safetensors --point 79,72:65,72 --out turned.png",
)
_BY_HAND: Final = "In place of what --quality takes"


class Quality(StrEnum):
    """How long an inversion may take; the protocol's own words."""

    seconds = "seconds"
    minute = "minute"
    best = "best"


@dataclass(frozen=True)
class InversionReport:
    """An inversion, as ``--json`` prints it.

    ``place`` are the six numbers of the protocol's PicturePlace in the picture that was read.
    ``likeness`` is 1 where the picture is met exactly and 0 where it is no nearer than two pictures
    of the model are to each other, ``psnr`` in dB. ``text`` is what the daemon has to say and
    ``ended`` its reason; ``remarks`` say what was taken of the picture. ``latent`` and ``picture``
    are where they were written.
    """

    model: str
    weights: str
    tuned: str
    place: dict[str, float]
    steps: int
    seconds: float
    ended: str
    likeness: float
    psnr: float
    text: str
    remarks: tuple[str, ...]
    latent: str
    picture: str | None


def invert_command(
    photo: Annotated[Path, typer.Argument(help="The picture: PNG, JPEG, WebP, TIFF and others.")],
    out: Annotated[Path, typer.Option(help="Where to save the latent.", dir_okay=False)],
    model: ModelOption = None,
    picture: Annotated[
        Path | None,
        typer.Option(callback=png_file, dir_okay=False, help="Also write what the latent draws."),
    ] = None,
    quality: Annotated[
        Quality, typer.Option(help="How long it may take; `best` tunes the weights, too.")
    ] = Quality.minute,
    crop: Annotated[
        Crop | None,
        typer.Option(
            parser=parse_crop,
            metavar="X,Y,SIZE",
            help="The part to take, in pixels; else the largest one in the middle.",
        ),
    ] = None,
    face: Annotated[
        bool, typer.Option("--face", help="Take the largest face, as models of faces have it.")
    ] = False,
    resume: Annotated[
        Path | None, typer.Option(help="Go on from this latent of the same picture.")
    ] = None,
    editability: Annotated[
        float,
        typer.Option(
            min=0,
            max=100,
            rich_help_panel=_BY_HAND,
            help="How firmly the latent is held where it is good to drag; 0: not at all.",
        ),
    ] = 1.0,
    w_steps: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=100_000,
            rich_help_panel=_BY_HAND,
            help="Steps for one latent for all layers; 0 leaves them out.",
        ),
    ] = None,
    wplus_steps: Annotated[
        int | None,
        typer.Option(
            min=0, max=100_000, rich_help_panel=_BY_HAND, help="Steps for a latent a layer."
        ),
    ] = None,
    tuning_steps: Annotated[
        int | None,
        typer.Option(min=0, max=100_000, rich_help_panel=_BY_HAND, help="Steps for the weights."),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Look for the latent that draws a picture of yours, so that it can be dragged.

    How near it came is printed, and a sentence where the picture is none of the kind that the model
    draws; the exit code is 0 then, too. Ctrl+C stops and keeps the best so far (exit code 130);
    pressed again it leaves at once.
    """
    if crop is not None and face:
        raise typer.BadParameter("Give --crop or --face, not both: either says what is taken.")
    for path in (out, picture):
        if path is not None:
            check_place(path)
    read = read_photo(photo)
    before = None if resume is None else read_latent_of(resume, model)
    name = model or (before.model if before else read_settings().model)
    options = InversionOptions(quality.value, w_steps, wplus_steps, tuning_steps, editability)
    conversation, _ = converse_with_started()
    with conversation:
        require(conversation, "inversion", "`tugline invert`")
        card = find_card(conversation, name)
        view = (
            face_view(conversation, read, card)
            if face
            else part_view(conversation, read, card, crop)
        )
        for remark in view.remarks:
            MESSAGES.print(remark)
        request = _request(conversation, view, card, before, options)
        finished = _invert(conversation, request, out)
        _keep(conversation, finished.ended, out)
        if picture is not None:
            save_picture(_draw(conversation, finished.ended), picture)
    _tell(finished, view, out, picture, json=json)
    if finished.interrupted:
        raise typer.Exit(INTERRUPTED)


def _request(
    conversation: Conversation,
    view: View,
    card: ModelCard,
    before: SavedLatent | None,
    options: InversionOptions,
) -> Invert:
    if before is None:
        model = ModelRef(card.name, card.weights)
        return Invert(model, view.image, view.sent_place, options=options, frames=None)
    bring_tuning(conversation, before)
    return Invert(
        ModelRef(before.model, before.weights, before.tuned),
        view.image,
        view.sent_place,
        latent=to_latent(before),
        stage=stage_of(before),
        options=options,
        frames=None,
    )


def stage_of(saved: SavedLatent) -> InversionStage:
    """Return the stage of an inversion in which a latent can be improved on.

    One whose rows are all the same lies in W, one with tuned weights is a pivot.
    """
    if saved.tuned:
        return "tuning"
    return "w" if np.array_equal(saved.ws, np.broadcast_to(saved.ws[0], saved.ws.shape)) else "w+"


def _invert(conversation: Conversation, request: Invert, out: Path) -> FinishedInversion:
    """Do the inversion; if it is cut, save the best latent that came."""
    try:
        return run_inversion(conversation, request)
    except StoppedEarly as error:
        MESSAGES.print(str(error))
        raise typer.Exit(INTERRUPTED) from error
    except InversionCut as error:
        if error.last is None:
            raise
        write_latent(out, saved_latent(error.last.model, error.last.latent))
        raise CommandFailed(
            f"{error} The best so far is in {out}: go on from it with --resume {out}."
        ) from error


def _keep(conversation: Conversation, ended: Inverted, out: Path) -> None:
    """Write the latent at once, and then, if it has one, with the tuning that it names."""
    write_latent(out, saved_latent(ended.model, ended.latent))
    if ended.model.tuned:
        tuning = fetch_tuning(conversation, ended.model)
        write_latent(out, saved_latent(ended.model, ended.latent, tuning))


def _draw(conversation: Conversation, ended: Inverted) -> Image.Image:
    with activity(f"Rendering with {ended.model.name}") as now:
        rendered = conversation.call(Render(ended.model, ended.latent), on_event=now.on_event)
    return to_picture(rendered.image)


def _tell(
    finished: FinishedInversion, view: View, out: Path, picture: Path | None, *, json: bool
) -> None:
    ended = finished.ended
    report = InversionReport(
        model=ended.model.name,
        weights=ended.model.weights,
        tuned=ended.model.tuned,
        place=asdict(view.place),
        steps=ended.step,
        seconds=round(finished.seconds, 3),
        ended=ended.reason,
        likeness=ended.likeness,
        psnr=ended.psnr,
        text=ended.text,
        remarks=view.remarks,
        latent=str(out),
        picture=None if picture is None else str(picture),
    )
    if json:
        print_json(asdict(report))
        return
    MESSAGES.print(
        f"{ended.text or 'Found.'} (likeness {ended.likeness:.2f}, {ended.psnr:.1f} dB, "
        f"{ended.reason}, {ended.step} steps in {finished.seconds:.1f} s)"
    )
    for path in (out, picture):
        if path is not None:
            MESSAGES.print(f"Wrote {path}")
