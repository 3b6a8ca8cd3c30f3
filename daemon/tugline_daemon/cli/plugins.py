"""``tugline plugins``: Tugline put into an editor, taken out, and examined there."""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import Annotated, Final

import platformdirs
import typer
from filelock import FileLock, Timeout

from tugline_daemon import __version__
from tugline_daemon.install.krita import Condition, Report, examine, install, uninstall
from tugline_daemon.install.places import Place, find_places, looked_at, place_at
from tugline_daemon.install.running import krita_runs
from tugline_daemon.install.wheels import SYSTEMS, this_system
from tugline_protocol.endpoint import APPLICATION, state_folder

from .arguments import examples
from .terminal import MESSAGES, OUTPUT, CommandFailed, activity

_PLUGIN_MANAGER: Final = "Settings > Configure Krita > Python Plugin Manager"

TO_BE_MENDED: Final = (Condition.INTERRUPTED, Condition.DAMAGED, Condition.FOREIGN)

INSTALL_EXAMPLES = examples(
    "tugline plugins install krita",
    "tugline plugins install krita --folder ~/art/krita --kritarc ~/.config/kritarc",
)


class Editor(Enum):
    """The editors that there is a plugin for."""

    KRITA = "krita"


EditorArgument = Annotated[Editor, typer.Argument(help="The editor; there is krita so far.")]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="Krita's resource folder, where it is not found: in Krita, Settings > Manage "
        "Resources > Open Resource Folder shows it.",
        file_okay=False,
    ),
]
KritarcOption = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="Krita's settings that belong to --folder.", dir_okay=False),
]

plugins_app: Final = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Put Tugline into Krita, look how it is there, or take it out again.",
)


@plugins_app.command("install", epilog=INSTALL_EXAMPLES)
def install_command(
    editor: EditorArgument,
    folder: FolderOption = None,
    kritarc: KritarcOption = None,
    platform: Annotated[
        str | None,
        typer.Option(metavar="|".join(SYSTEMS), help="The system Krita runs on, if not this one."),
    ] = None,
) -> None:
    """Install the plugin, bring it up to date or mend it, and enable it.

    Each Krita that is found gets it: the system's, the AppImage, Flatpak and Snap, on Windows the
    Store's too. The parts for Krita's own Python are fetched with pip and kept, so that the next
    time needs no network. Run it again after an update of Tugline.
    """
    del editor
    cache = platformdirs.user_cache_path(APPLICATION, appauthor=False) / "wheels"
    with _alone():
        for place in _places(folder, kritarc):
            with activity(f"Installing into {place.name}: {place.folder}") as now:
                done = install(place, platform or this_system(), cache, now.say)
            known = done.replaced and done.replaced != __version__
            replaced = f" in place of {done.replaced}" if known else ""
            MESSAGES.print(f"Tugline {__version__} is in {place.folder}{replaced}.")
            if done.set_aside is not None:
                MESSAGES.print(f"What was there before is in {done.set_aside}.")
            for line in _next_steps(place):
                MESSAGES.print(line)


@plugins_app.command("uninstall")
def uninstall_command(
    editor: EditorArgument, folder: FolderOption = None, kritarc: KritarcOption = None
) -> None:
    """Take out what `install` put in place, and nothing else."""
    del editor
    with _alone():
        for place in _places(folder, kritarc):
            there = examine(place).condition is not Condition.ABSENT
            left = uninstall(place)
            MESSAGES.print(
                f"Tugline is no longer in {place.folder}."
                if there
                else f"Tugline was not in {place.folder}."
            )
            if left:
                names = ", ".join(str(path) for path in left)
                MESSAGES.print(f"These files are not Tugline's and stay: {names}")
            if there and krita_runs():
                MESSAGES.print("Krita is running; it keeps Tugline until you quit it.")


@plugins_app.command("status")
def status_command(
    editor: Annotated[Editor, typer.Argument(help="The editor.")] = Editor.KRITA,
    folder: FolderOption = None,
    kritarc: KritarcOption = None,
) -> None:
    """Say for each Krita whether the plugin is there, whole, enabled and of this version.

    The exit code is 1 where something is to be mended.
    """
    del editor
    broken = False
    for place in _places(folder, kritarc):
        report = examine(place)
        OUTPUT.print(f"{place.name}: {told(report)} ({place.folder})", soft_wrap=True)
        for file in report.files[:10]:
            OUTPUT.print(f"   {file}", soft_wrap=True)
        if remedy := remedy_for(report):
            OUTPUT.print(f"   {remedy}", soft_wrap=True)
        broken = broken or report.condition in TO_BE_MENDED
    if broken:
        raise typer.Exit(1)


def _places(folder: Path | None, kritarc: Path | None) -> tuple[Place, ...]:
    if folder is not None:
        return (place_at(folder.expanduser(), kritarc),)
    if kritarc is not None:
        raise typer.BadParameter("--kritarc belongs to a --folder; name that as well.")
    places = find_places()
    if not places:
        looked = ", ".join(str(path) for path in looked_at())
        raise CommandFailed(
            f"No Krita was found; looked at {looked}. Install Krita 5.2 or later, start it once "
            "and try again, or name its resource folder with --folder."
        )
    return places


def _next_steps(place: Place) -> Iterator[str]:
    if place.kritarc is None:
        yield f"Krita's settings were not found: tick Tugline under {_PLUGIN_MANAGER}."
    if place.sandboxed:
        yield (
            "This Krita may not start other programs, so start the daemon yourself: "
            "`tugline serve --idle-timeout 0`."
        )
    if krita_runs():
        yield (
            "Krita is running: quit it and start it again. If Tugline is missing then, tick it "
            f"under {_PLUGIN_MANAGER}."
        )
    yield "Start Krita, then choose Settings > Dockers > Tugline."


def told(report: Report) -> str:
    """Return in words how the plugin is in a place."""
    version = f" {report.version}" if report.version else ""
    if report.condition is not Condition.WHOLE:
        return f"{report.condition.value}{version}"
    switched = {True: ", enabled", False: ", but not enabled", None: ""}[report.enabled]
    return f"installed{version}{switched}"


def remedy_for(report: Report) -> str:
    """Return the sentence that says what to do, "" where nothing is to do."""
    match report.condition:
        case Condition.WHOLE if report.enabled is False:
            return f"Tick it in Krita under {_PLUGIN_MANAGER}, or install it again."
        case Condition.WHOLE:
            return ""
        case Condition.FOREIGN:
            return "`tugline plugins install krita` sets it aside and installs its own."
        case Condition.ABSENT:
            return "`tugline plugins install krita` installs it."
        case _:
            return f"`tugline plugins install krita` makes it {__version__}, whole."


@contextmanager
def _alone() -> Iterator[None]:
    lock = state_folder() / "plugins.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock, timeout=0):
            yield
    except Timeout:
        raise CommandFailed(
            "Another `tugline plugins` is at work; wait for it and try again."
        ) from None
