"""``tugline models verify`` and ``available``: what needs no daemon."""

from dataclasses import asdict
from typing import Annotated, Final

import typer
from rich.table import Column, Table

from tugline_daemon.library.available import (
    AvailableModel,
    AvailableWeights,
    available_models,
    available_weights,
)
from tugline_daemon.library.store import Store, packaged_folder
from tugline_daemon.settings import read_settings

from .arguments import examples
from .generating import JsonOption
from .models_auxiliary import weights_file
from .terminal import MESSAGES, OUTPUT, activity, print_json

AVAILABLE_EXAMPLES: Final = examples("tugline models available", "tugline models available --json")
VERIFY_EXAMPLES: Final = examples("tugline models verify", "tugline models verify heads")


def available_command(json: JsonOption = False) -> None:
    """List well-known public models that `tugline models get` brings, and their licences.

    They lie with those who made them, who may move them; nothing of them comes with Tugline.
    """
    if json:
        print_json(
            {
                "models": [asdict(model) for model in available_models()],
                "weights": [asdict(weights) for weights in available_weights()],
            }
        )
        return
    headings = ("name", "pictures", "file", "commercial use", "shows")
    table = Table(*(Column(heading, overflow="fold") for heading in headings))
    for model in available_models():
        table.add_row(
            model.name,
            f"{model.width} x {model.height}",
            "" if model.size is None else f"{model.size / 1e6:.0f} MB",
            "allowed" if model.licence.commercial else "no",
            model.shows,
        )
    OUTPUT.print(table)
    OUTPUT.print("Beside them, what helps to invert photos:")
    for weights in available_weights():
        state = " (installed)" if weights_file(weights).is_file() else ""
        OUTPUT.print(f"- {weights.name}{state}: {weights.shows}", soft_wrap=True)
    OUTPUT.print("The licences, each said before its model is downloaded:")
    known: tuple[AvailableModel | AvailableWeights, ...] = (
        *available_models(),
        *available_weights(),
    )
    for licence in dict.fromkeys(one.licence for one in known):
        OUTPUT.print(f"- {licence.text} ({licence.address})", soft_wrap=True)


def verify_command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="The models; else all of them.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Read models whole and compare them with their cards: weights, hash, network, pictures.

    The exit code is 1 where one of them cannot be used.
    """
    from tugline_daemon.library.verifying import verify_model  # noqa: PLC0415 (torch takes long)

    folders = (packaged_folder(), read_settings().models_folder)
    found = []
    for name in names or dict.fromkeys(entry.name for entry in Store(folders).entries()):
        with activity(f"Reading {name}"):
            found.append(verify_model(name, folders))
    if json:
        print_json({"models": [asdict(one) | {"usable": one.usable} for one in found]})
    else:
        for one in found:
            OUTPUT.print(f"{'ok' if one.usable else '!!'} {one.name}", soft_wrap=True)
            for finding in one.findings:
                OUTPUT.print(f"   {finding.text}", soft_wrap=True)
    broken = [one.name for one in found if not one.usable]
    if broken:
        MESSAGES.print(f"{len(broken)} of {len(found)} cannot be used: {', '.join(broken)}")
        raise typer.Exit(1)
