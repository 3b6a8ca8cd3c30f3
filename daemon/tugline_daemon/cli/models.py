"""``tugline models``: which models there are, what is known of one, and one taken away."""

from pathlib import Path
from typing import Annotated, Final

import typer
from rich.table import Column, Table

from tugline_daemon.library.available import find_weights
from tugline_protocol.messages import DescribeModel, ListModels, RemoveModel
from tugline_protocol.values import ModelRef

from .arguments import examples, png_file
from .asking import require
from .daemon import converse_with_started
from .generating import JsonOption
from .models_adding import ADD_EXAMPLES, GET_EXAMPLES, add_command, get_command
from .models_auxiliary import remove_weights
from .models_offline import AVAILABLE_EXAMPLES, VERIFY_EXAMPLES, available_command, verify_command
from .models_showing import plain_card, show_card
from .pictures import save_picture, to_picture
from .terminal import MESSAGES, OUTPUT, CommandFailed, confirmed, print_json

MODELS_EXAMPLES: Final = examples(
    "tugline models",
    "tugline models add ~/Downloads/heads.pkl",
    "tugline models add https://example.org/heads.pkl --name heads",
    "tugline models available",
    "tugline models get NAME",
    "tugline models info heads --samples heads.png",
)
INFO_EXAMPLES: Final = examples(
    "tugline models info critters-2", "tugline models info heads --samples heads.png"
)
REMOVE_EXAMPLES: Final = examples("tugline models remove heads")

NameArgument = Annotated[str, typer.Argument(help="The model's name.", metavar="NAME")]

models_app: Final = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="markdown",
    epilog=MODELS_EXAMPLES,
    help="List the models, add weights of your own or from the internet, take models away.",
)


@models_app.callback()
def _models(context: typer.Context, json: JsonOption = False) -> None:
    """List the models where no other command is given."""
    if context.invoked_subcommand is None:
        list_command(json=json)
    elif json:
        command = context.invoked_subcommand
        raise typer.BadParameter(f"--json belongs behind the command: models {command} --json.")


@models_app.command("list")
def list_command(json: JsonOption = False) -> None:
    """List the models: their pictures' size, licence, readiness and the hash of their weights."""
    conversation, _ = converse_with_started()
    with conversation:
        cards = conversation.call(ListModels(thumbnails=False)).models
    if json:
        print_json({"models": [plain_card(card) for card in cards]})
        return
    if not cards:
        MESSAGES.print("There are no models yet; `tugline models add` brings one.")
        return
    columns = ("name", "size", "licence", "readiness", "weights")
    table = Table(*(Column(heading, overflow="fold") for heading in columns))
    for card in cards:
        table.add_row(
            card.name,
            f"{card.width} x {card.height}",
            card.licence,
            card.readiness,
            card.weights[:12],
        )
    OUTPUT.print(table)
    for card in cards:
        if card.description:
            OUTPUT.print(f"{card.name}: {card.description}", soft_wrap=True)


@models_app.command("info", epilog=INFO_EXAMPLES)
def info_command(
    name: NameArgument,
    samples: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.png", callback=png_file, dir_okay=False, help="Write its samples there."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Say all that is known of a model: kind, size, where it came from, licence and hashes."""
    conversation, _ = converse_with_started()
    with conversation:
        require(conversation, "models", "`tugline models info`")
        card = conversation.call(DescribeModel(ModelRef(name))).card
    if samples is not None and card.samples is None:
        raise CommandFailed(
            f"The model {name} has no samples; `tugline generate --model {name}` makes a picture."
        )
    if json:
        print_json(plain_card(card))
    else:
        show_card(card)
    if samples is not None:
        save_picture(to_picture(card.samples), samples)
        MESSAGES.print(f"Wrote {samples}")


@models_app.command("remove", epilog=REMOVE_EXAMPLES)
def remove_command(
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove it without asking.")] = False,
) -> None:
    """Delete a model of your own from the disk. A drag that uses it goes on to its end."""
    if (weights := find_weights(name)) is not None:
        remove_weights(weights, yes=yes)
        return
    conversation, _ = converse_with_started()
    with conversation:
        require(conversation, "models", "`tugline models remove`")
        card = conversation.call(DescribeModel(ModelRef(name))).card
        origin = f", which came from {card.source}" if card.source else ""
        if not (yes or confirmed(f"Delete the model {name}{origin}?")):
            MESSAGES.print(f"The model {name} stays.")
            return
        conversation.call(RemoveModel(ModelRef(name, card.weights)))
    MESSAGES.print(f"The model {name} is gone.")


models_app.command("add", epilog=ADD_EXAMPLES)(add_command)
models_app.command("available", epilog=AVAILABLE_EXAMPLES)(available_command)
models_app.command("get", epilog=GET_EXAMPLES)(get_command)
models_app.command("verify", epilog=VERIFY_EXAMPLES)(verify_command)
