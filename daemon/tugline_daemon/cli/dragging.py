"""``tugline drag``: points pulled to their targets, from the command line."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from tugline_daemon.library.latents import SavedLatent, write_latent
from tugline_daemon.settings import read_settings
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import DragFrame, StartDrag
from tugline_protocol.values import DragOptions, PictureFormat, Vector

from .arguments import Pull, Rows, examples, parse_pull, parse_rows, png_file
from .asking import (
    Made,
    Truncation,
    find_card,
    fresh_seed,
    generate,
    read_latent_of,
    render,
    require,
)
from .daemon import converse_with_started
from .drags import INTERRUPTED, DragCut, FinishedDrag, run_drag
from .generating import CutoffOption, JsonOption, ModelOption, PsiOption, ZOption
from .pictures import check_place, laid_over, read_mask, read_z, save_picture, saved_latent
from .recording import recorder_for
from .report import DragReport, drag_points, make_report
from .terminal import MESSAGES, CommandFailed, print_json

DRAG_EXAMPLES = examples(
    "tugline drag --seed 7 --point 79,72:65,72 --out after.png",
    "tugline drag --seed 7 --point 79,72:65,72 --principal 10 --out steady.png",
    "tugline drag --latent head.safetensors --point 79,72:65,72 --point 28,14:22,8"
    " --mask face.png --frames drag.gif --out after.png --save-latent head-2.safetensors",
)


def drag_command(
    point: Annotated[
        list[Pull],
        typer.Option(
            parser=parse_pull,
            metavar="X,Y:X,Y",
            help="A handle and its target in pixels of the picture; give one or more.",
        ),
    ],
    model: ModelOption = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Start from this seed's picture.")
    ] = None,
    z: ZOption = None,
    latent: Annotated[Path | None, typer.Option(help="Start from a saved latent.")] = None,
    psi: PsiOption = 1.0,
    cutoff: CutoffOption = None,
    mask: Annotated[
        Path | None,
        typer.Option(
            help="A PNG of the picture's size: white may move, black and transparent stay."
        ),
    ] = None,
    composite: Annotated[
        bool,
        typer.Option(
            "--composite", help="Keep what the mask excludes exactly: lay the rest over it."
        ),
    ] = False,
    steps: Annotated[
        int | None, typer.Option(min=1, max=10000, help="End after so many steps.")
    ] = None,
    stop_distance: Annotated[
        float | None,
        typer.Option(min=0.1, max=256, help="A handle has arrived within so many pixels."),
    ] = None,
    r1: Annotated[
        float | None, typer.Option(min=0.75, max=64, help="Radius that is pulled, in pixels.")
    ] = None,
    r2: Annotated[
        float | None, typer.Option(min=1, max=256, help="Radius that is searched, in pixels.")
    ] = None,
    lambda_mask: Annotated[
        float | None,
        typer.Option(
            min=0, max=1000, help="How firmly the mask holds the rest; 0: not, 300: hard."
        ),
    ] = None,
    learning_rate: Annotated[
        float | None,
        typer.Option(
            "--lr",
            min=1e-6,
            max=1,
            help="Follow the paper's gradient at this rate, in smaller steps.",
        ),
    ] = None,
    feature_layer: Annotated[
        str | None, typer.Option(help="The generator's layer whose features are followed.")
    ] = None,
    rows: Annotated[
        Rows | None,
        typer.Option(
            parser=parse_rows, metavar="0-5", help="The rows of the latent that may move."
        ),
    ] = None,
    principal: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=4096,
            metavar="K",
            help="Move along the K strongest principal directions of the model alone: with few (10,"
            " say) the picture stays one that the model knows, with more the points get further.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(callback=png_file, help="The PNG to write.", dir_okay=False)
    ] = None,
    frames: Annotated[
        Path | None, typer.Option(help="A folder for the frames, or a file that ends in .gif.")
    ] = None,
    save_latent: Annotated[
        Path | None, typer.Option(help="Save the latent, to go on from later.", dir_okay=False)
    ] = None,
    json: JsonOption = False,
) -> None:
    """Pull points of a picture to their targets.

    Ctrl+C stops the drag and still writes its best result (exit code 130); pressed again it leaves
    at once. The exit code is 0 however else the drag ended: the report says why it did.
    """
    truncation = Truncation(psi, cutoff)
    _check_usage(seed, z, latent, truncation)
    if composite and mask is None:
        raise typer.BadParameter("--composite needs --mask, which says what is kept.")
    for path in (out, frames, save_latent):
        if path is not None:
            check_place(path)
    origin = _origin(seed, z, latent, model)
    options = DragOptions(
        r1=r1,
        r2=r2,
        stop_distance=stop_distance,
        lambda_mask=lambda_mask,
        learning_rate=learning_rate,
        step_limit=steps,
        feature_layer=feature_layer,
        movable_rows=None if rows is None else rows.numbers,
        composite=composite,
        principal=principal,
    )
    conversation, _ = converse_with_started()
    with conversation:
        if principal is not None:
            require(conversation, "principal")
        made = _first(conversation, origin, model, truncation)
        card = find_card(conversation, made.model.name)
        start = StartDrag(
            made.model,
            made.latent,
            drag_points(point),
            mask=None if mask is None else read_mask(mask, card),
            options=options,
            frames=None if frames is None else PictureFormat(order="RGBA" if composite else "RGB"),
        )
        recorder = None if frames is None else recorder_for(frames, made.picture, tuple(point))
        finished = _drag(
            conversation,
            start,
            made.tuning,
            save_latent,
            recorder.add if recorder else lambda _: None,
        )
    picture = laid_over(made.picture, finished.picture)
    if save_latent is not None:
        write_latent(save_latent, saved_latent(made.model, finished.ended.latent, made.tuning))
    if out is not None:
        save_picture(picture, out)
    if recorder is not None:
        recorder.finish(picture, finished.pulls)
    report = make_report(card, point, finished.ended, finished.seconds, save_latent)
    if json:
        print_json(report.to_plain())
    else:
        _tell(finished, report, [path for path in (out, frames, save_latent) if path is not None])
    if finished.interrupted:
        raise typer.Exit(INTERRUPTED)


def _check_usage(
    seed: int | None, z: Path | None, latent: Path | None, truncation: Truncation
) -> None:
    """Raise BadParameter unless the drag starts in one place, truncated where it can be."""
    if sum(origin is not None for origin in (seed, z, latent)) > 1:
        raise typer.BadParameter("Give one of --seed, --z and --latent: where does the drag start?")
    if latent is not None and truncation != Truncation():
        raise typer.BadParameter("--psi and --cutoff do not go with a latent; it stays as it is.")


def _origin(
    seed: int | None, z: Path | None, latent: Path | None, model: str | None
) -> int | Vector | SavedLatent:
    """Return what the drag starts from, at most one of which is given: a seed, z or a latent."""
    if latent is not None:
        return read_latent_of(latent, model)
    if z is not None:
        return read_z(z)
    if seed is not None:
        return seed
    chosen = fresh_seed()
    MESSAGES.print(f"Starting from the seed {chosen}")
    return chosen


def _first(
    conversation: Conversation,
    origin: int | Vector | SavedLatent,
    model: str | None,
    truncation: Truncation,
) -> Made:
    """Return the latent and picture that the drag starts from."""
    if isinstance(origin, SavedLatent):
        return render(conversation, origin)
    return generate(conversation, model or read_settings().model, origin, truncation=truncation)


def _drag(
    conversation: Conversation,
    start: StartDrag,
    tuning: bytes,
    save_latent: Path | None,
    on_frame: Callable[[DragFrame], None],
) -> FinishedDrag:
    """Do the drag; if it is cut, save the latent of the last step that came, with its tuning."""
    try:
        return run_drag(conversation, start, on_frame)
    except DragCut as error:
        if error.last is None or save_latent is None:
            raise
        write_latent(save_latent, saved_latent(start.model, error.last.latent, tuning))
        raise CommandFailed(
            f"{error} The latent of step {error.last.step} is in {save_latent}: go on from it with "
            "--latent."
        ) from error


def _tell(finished: FinishedDrag, report: DragReport, written: list[Path]) -> None:
    """Say how the drag ended, for people."""
    left = max(point.distance_after for point in report.points)
    MESSAGES.print(
        f"{finished.ended.text or 'The drag ended'} ({report.ended}, {report.steps} steps in "
        f"{report.seconds:.1f} s, {left:.1f} px left)"
    )
    for path in written:
        MESSAGES.print(f"Wrote {path}")
