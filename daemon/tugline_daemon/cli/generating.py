"""``tugline generate``, ``mix`` and ``render``: pictures without a drag."""

from pathlib import Path
from typing import Annotated

import typer

from tugline_daemon.library.latents import write_latent
from tugline_daemon.settings import read_settings
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Mix
from tugline_protocol.values import PictureFormat

from .arguments import Rows, Size, examples, parse_rows, parse_size, png_file
from .asking import Made, Truncation, fresh_seed, generate, read_latent_of, render
from .daemon import converse_with_started
from .pictures import read_z, save_picture, saved_latent, to_picture
from .terminal import MESSAGES, CommandFailed, activity, print_json

ModelOption = Annotated[
    str | None, typer.Option(help="The model's name; without it, the one of the settings.")
]
PsiOption = Annotated[
    float, typer.Option(min=-2, max=2, help="Truncation: 1 leaves the latent, 0 is the mean.")
]
CutoffOption = Annotated[
    int | None, typer.Option(min=0, max=64, help="Truncate only so many rows of the latent.")
]
ZOption = Annotated[
    Path | None,
    typer.Option(help="Start from z: a text of its numbers, as numpy.savetxt writes it."),
]
SizeOption = Annotated[
    Size | None,
    typer.Option(parser=parse_size, metavar="W[xH]", help="The picture's size; else the model's."),
]
OutOption = Annotated[
    Path, typer.Option(callback=png_file, help="The PNG to write.", dir_okay=False)
]
SaveLatentOption = Annotated[
    Path | None, typer.Option(help="Also save the latent, to go on from later.", dir_okay=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print what was done as JSON.")]

GENERATE_EXAMPLES = examples(
    "tugline generate --seed 7 --out head.png",
    "tugline generate --psi 0.7 --size 512 --out head.png --save-latent head.safetensors",
)
MIX_EXAMPLES = examples(
    "tugline mix 7 12 --rows 0-5 --out mixed.png",
    "tugline mix head.safetensors 12 --rows 6-11 --amount 0.5 --out mixed.png",
)
RENDER_EXAMPLES = examples("tugline render head.safetensors --size 1024 --out head.png")


def generate_command(
    out: OutOption,
    model: ModelOption = None,
    seed: Annotated[
        int | None, typer.Option(min=0, max=2**32 - 1, help="Without it, any; it is printed.")
    ] = None,
    z: ZOption = None,
    label: Annotated[
        str | None, typer.Option(help="The class of a conditional model: its name or number.")
    ] = None,
    psi: PsiOption = 1.0,
    cutoff: CutoffOption = None,
    size: SizeOption = None,
    save_latent: SaveLatentOption = None,
    json: JsonOption = False,
) -> None:
    """Generate a picture from a seed, or from z."""
    if seed is not None and z is not None:
        raise typer.BadParameter("Give --seed or --z, not both: either makes a picture.")
    name = model or read_settings().model
    chosen = fresh_seed() if seed is None else seed
    origin = chosen if z is None else read_z(z)
    conversation, _ = converse_with_started()
    with conversation:
        made = generate(
            conversation,
            name,
            origin,
            label=label,
            truncation=Truncation(psi, cutoff),
            picture=_format(size),
        )
    _keep(made, out, save_latent, json=json, seed=chosen if z is None else None)


def mix_command(
    one: Annotated[str, typer.Argument(help="A saved latent, or a seed.")],
    other: Annotated[str, typer.Argument(help="The one whose rows are taken.")],
    rows: Annotated[
        Rows,
        typer.Option(parser=parse_rows, metavar="0-5", help="The rows to take, counted from 0."),
    ],
    out: OutOption,
    model: ModelOption = None,
    amount: Annotated[
        float, typer.Option(min=0, max=1, help="1 takes the rows whole, less blends them.")
    ] = 1.0,
    psi: PsiOption = 1.0,
    cutoff: CutoffOption = None,
    size: SizeOption = None,
    save_latent: SaveLatentOption = None,
    json: JsonOption = False,
) -> None:
    """Put rows of one latent in place of another's: the first rows are pose, the last ones look."""
    conversation, _ = converse_with_started()
    with conversation:
        first = _source(conversation, one, model)
        second = _source(conversation, other, model or first.model.name, first.model.tuned)
        if first.model != second.model:
            raise CommandFailed(f"{one} and {other} are of different models; mix those of one.")
        request = Mix(
            first.model,
            first.latent,
            second.latent,
            rows=rows.numbers,
            amount=amount,
            truncation_psi=psi,
            truncation_cutoff=cutoff,
            picture=_format(size),
        )
        with activity(f"Mixing with {first.model.name}") as now:
            mixed = conversation.call(request, on_event=now.on_event)
    made = Made(mixed.model, mixed.latent, to_picture(mixed.image), first.tuning)
    _keep(made, out, save_latent, json=json)


def render_command(
    latent: Annotated[Path, typer.Argument(help="A saved latent.")],
    out: OutOption,
    size: SizeOption = None,
    json: JsonOption = False,
) -> None:
    """Make the picture of a saved latent."""
    saved = read_latent_of(latent, None)
    conversation, _ = converse_with_started()
    with conversation:
        made = render(conversation, saved, _format(size))
    _keep(made, out, None, json=json)


def _source(conversation: Conversation, text: str, model: str | None, tuned: str = "") -> Made:
    """Return the latent of a file, or of a seed where ``text`` is a number.

    ``tuned`` names the tuning with which a seed is drawn.
    """
    if text.isdecimal():
        if int(text) >= 2**32:
            raise CommandFailed(f"The seed {text} is too large; seeds are below {2**32}.")
        return generate(conversation, model or read_settings().model, int(text), tuned=tuned)
    return render(conversation, read_latent_of(Path(text), model))


def _format(size: Size | None) -> PictureFormat:
    return PictureFormat() if size is None else PictureFormat(size.width, size.height)


def _keep(
    made: Made, out: Path, save_latent: Path | None, *, json: bool, seed: int | None = None
) -> None:
    save_picture(made.picture, out)
    if save_latent is not None:
        write_latent(save_latent, saved_latent(made.model, made.latent, made.tuning))
    if json:
        print_json(
            {
                "model": made.model.name,
                "weights": made.model.weights,
                "seed": seed,
                "width": made.picture.width,
                "height": made.picture.height,
                "picture": str(out),
                "latent": None if save_latent is None else str(save_latent),
            }
        )
        return
    MESSAGES.print(f"Wrote {out}" + ("" if seed is None else f" (seed {seed})"))
    if save_latent is not None:
        MESSAGES.print(f"Wrote {save_latent}")
