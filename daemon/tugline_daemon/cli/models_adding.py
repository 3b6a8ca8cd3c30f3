"""``tugline models add`` and ``get``: weights made into a model, with progress."""

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import typer

from tugline_daemon.library.available import find_weights
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import LICENCE, STOPPED, RequestFailed
from tugline_protocol.messages import AddModel, DescribeModel
from tugline_protocol.messages import Progress as Told
from tugline_protocol.values import ModelCard

from .adding_bar import AddingBar
from .arguments import examples
from .asking import require
from .daemon import converse_with_started
from .drags import INTERRUPTED, Interrupts
from .generating import JsonOption
from .models_auxiliary import bring_weights
from .models_showing import plain_card, show_card
from .terminal import MESSAGES, CommandFailed, confirmed, print_json

ADD_EXAMPLES: Final = examples(
    "tugline models add ~/Downloads/heads.pkl",
    "tugline models add https://example.org/heads.pkl --name heads --sha256 HASH",
    'tugline models add heads.pt --licence "CC BY-NC 4.0, by Somebody"',
)
GET_EXAMPLES: Final = examples("tugline models available", "tugline models get NAME")

NameOption = Annotated[
    str, typer.Option(help="What to call the model; else it gets the name of its source.")
]
Sha256Option = Annotated[
    str, typer.Option("--sha256", metavar="HASH", help="The hash that the file has to have.")
]
YesOption = Annotated[
    bool, typer.Option("--yes", "-y", help="Accept the licence without being asked.")
]


def add_command(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE|URL|NAME",
            help="A file, an https address, or a name that `models available` lists.",
        ),
    ],
    name: NameOption = "",
    sha256: Sha256Option = "",
    licence: Annotated[
        str, typer.Option(metavar="TEXT", help="What the model's card shall say of its licence.")
    ] = "",
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Make a model of weights: StyleGAN2 and 3 from .pkl, .pt and .safetensors files.

    The file is read as numbers and never run, whatever is in it. It is converted into your folder
    of models and is in every editor's list at once. The file itself is not needed any more then.
    Ctrl+C stops; what was downloaded is kept, and the same command goes on from there.
    """
    wish = AddModel(_whole(source), name, sha256.lower(), licence, licence_accepted=False)
    _bring(wish, yes=yes, json=json)


def get_command(
    name: Annotated[str, typer.Argument(metavar="NAME", help="As `models available` lists it.")],
    yes: YesOption = False,
    json: JsonOption = False,
) -> None:
    """Download a well-known public model and make it one of yours.

    Its licence is shown before; many forbid commercial use. `tugline models available` lists them.
    `lpips` and `faces` are no models: they help to invert photos.
    """
    if (weights := find_weights(name)) is not None:
        bring_weights(weights, yes=yes, json=json)
        return
    if "/" in name or "\\" in name:
        raise typer.BadParameter(f"{name!r} is no name; `tugline models add` takes files and URLs.")
    _bring(AddModel(name), yes=yes, json=json)


def _whole(source: str) -> str:
    """Return a file by its whole path, an address or a public model's name as it is.

    Raises BadSource for what is none of them, DownloadFailed for an address that is not asked.
    """
    from tugline_daemon.library.sources import FileSource, find_source  # noqa: PLC0415 (takes long)

    found = find_source(source)
    return _as_text(found.path.absolute()) if isinstance(found, FileSource) else source


def _as_text(path: Path) -> str:
    """Return a path as messages can hold it; raises CommandFailed where they cannot."""
    text = str(path)
    try:
        text.encode()
    except UnicodeEncodeError as error:  # bytes that are no letters in this system's encoding
        raise CommandFailed(
            f"The name of {text!a} has letters that cannot be read; rename the file, then add "
            "it again."
        ) from error
    return text


def _bring(wish: AddModel, *, yes: bool, json: bool) -> None:
    """Add the model, ask for its licence where it has to be accepted, and show its card."""
    conversation, _ = converse_with_started()
    with conversation:
        require(conversation, "models", "`tugline models add`")
        try:
            card = _add(conversation, wish)
        except RequestFailed as error:
            if error.code != LICENCE:
                raise
            MESSAGES.print(str(error))
            if not (yes or confirmed("Do you accept this licence?")):
                raise CommandFailed("Nothing was downloaded.") from None
            card = _add(conversation, replace(wish, licence_accepted=True))
    if json:
        print_json(plain_card(card))
        return
    show_card(card)
    MESSAGES.print(f"The model {card.name} is there: tugline generate --model {card.name}")


def _add(conversation: Conversation, wish: AddModel) -> ModelCard:
    """Add the model with a bar; return its card. The first Ctrl+C stops, as Exit tells then."""
    stopped = False
    with Interrupts() as interrupts, AddingBar() as bar:
        adding = conversation.begin(wish)
        for event in adding.events():
            if isinstance(event, Told):
                bar.show(event.text, event.done)
            if interrupts.asked and not stopped:
                stopped = True
                adding.stop()
    try:
        added = adding.result()
    except RequestFailed as error:
        if error.code != STOPPED or not stopped:
            raise
        MESSAGES.print(str(error))
        raise typer.Exit(INTERRUPTED) from None
    if added.text:
        MESSAGES.print(added.text)
    return conversation.call(DescribeModel(added.model)).card
