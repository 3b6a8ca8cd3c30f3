"""``tugline tunings``: the weights that were tuned to pictures, and what becomes of them."""

from collections.abc import Sequence
from typing import Annotated, Final

import typer
from rich.table import Column, Table

from tugline_daemon.library.tunings import MOST_BYTES, MOST_DAYS, MOST_TUNINGS, KeptTuning, Tunings
from tugline_daemon.settings import read_settings

from .arguments import examples
from .generating import JsonOption
from .terminal import MESSAGES, OUTPUT, confirmed, print_json

_SHOWN_DIGITS: Final = 12

tunings_app: Final = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode="markdown",
    epilog=examples("tugline tunings", "tugline tunings remove 3f9a01", "tugline tunings clean"),
    help=(
        "List and remove weights that `tugline invert --quality best`, or an editor, tuned to a "
        "picture.\n\nThey are cleaned up by themselves: those that were not used for "
        f"{MOST_DAYS} days, and beyond {MOST_BYTES >> 30} GB, or {MOST_TUNINGS} of them, the "
        "longest unused ones, but none that is in use. Documents and saved latents that carry "
        "theirs need none of these files."
    ),
)


@tunings_app.callback()
def _tunings(context: typer.Context, json: JsonOption = False) -> None:
    """List them where no other command is given."""
    if context.invoked_subcommand is None:
        list_command(json=json)
    elif json:
        command = context.invoked_subcommand
        raise typer.BadParameter(f"--json belongs behind the command: tunings {command} --json.")


@tunings_app.command("list")
def list_command(json: JsonOption = False) -> None:
    """List them, the last used one first: name, model, size, and how near the picture they come."""
    tunings = _users()
    kept = tunings.kept()
    if json:
        print_json({"folder": str(tunings.folder), "tunings": [_plain(one) for one in kept]})
        return
    if not kept:
        MESSAGES.print("There are none; `tugline invert --quality best` makes some.")
        return
    headings = ("name", "model", "size", "psnr", "made", "last used")
    table = Table(*(Column(heading, overflow="fold") for heading in headings))
    for one in kept:
        card = one.card()
        table.add_row(
            one.tuned[:_SHOWN_DIGITS],
            card.model if card else "damaged",
            _size(one.size),
            f"{card.psnr:.1f} dB" if card else "",
            f"{card.made:%Y-%m-%d %H:%M}" if card else "",
            f"{one.used:%Y-%m-%d %H:%M}",
        )
    OUTPUT.print(table)
    OUTPUT.print(f"{_size(sum(one.size for one in kept))} in {tunings.folder}", soft_wrap=True)


@tunings_app.command("remove")
def remove_command(
    name: Annotated[str, typer.Argument(help="Its name, or how it begins: six digits or more.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Remove it without asking.")] = False,
) -> None:
    """Delete one from the disk; the picture that it was made for can be inverted again."""
    tunings = _users()
    found = tunings.look_up(name)
    card = found.card()
    told = f" of {card.model}, made {card.made:%Y-%m-%d %H:%M} UTC" if card else ""
    if not (yes or confirmed(f"Delete the tuning {found.tuned[:_SHOWN_DIGITS]}{told}?")):
        MESSAGES.print("It stays.")
        return
    tunings.remove(found.tuned)
    MESSAGES.print(f"The tuning {found.tuned[:_SHOWN_DIGITS]} is gone.")


@tunings_app.command("clean")
def clean_command(json: JsonOption = False) -> None:
    """Remove what the rule removes, as the daemon does when it starts and when it keeps one."""
    removed = _users().clean()
    if json:
        print_json({"removed": [one.tuned for one in removed]})
        return
    MESSAGES.print(_told(removed))


def _told(removed: Sequence[KeptTuning]) -> str:
    if not removed:
        return "There was nothing to remove."
    return f"Removed {len(removed)}, {_size(sum(one.size for one in removed))}."


def _users() -> Tunings:
    return Tunings.beside(read_settings().models_folder)


def _plain(one: KeptTuning) -> dict[str, object]:
    card = one.card()
    return {
        "tuned": one.tuned,
        "path": str(one.path),
        "size": one.size,
        "used": one.used.isoformat(),
        "model": card.model if card else None,
        "weights": card.weights if card else None,
        "picture": card.picture if card else None,
        "made": card.made.isoformat() if card else None,
        "psnr": card.psnr if card else None,
    }


def _size(size: int) -> str:
    return f"{size / 1e6:.1f} MB"
