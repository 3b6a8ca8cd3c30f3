"""The plugin in each editor that is found: what can be done with it, and the words for it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Final

import typer

from tugline_daemon import __version__
from tugline_daemon.install import gimp, gimp_places, krita, places, running
from tugline_daemon.install.folder import Condition, Installed, Report

from .terminal import CommandFailed

TO_BE_MENDED: Final = (
    Condition.INTERRUPTED,
    Condition.DAMAGED,
    Condition.NOT_EXECUTABLE,
    Condition.FOREIGN,
)

_PLUGIN_MANAGER: Final = "Settings > Configure Krita > Python Plugin Manager"


class Editor(Enum):
    """The editors that there is a plugin for, as they are called on the command line."""

    KRITA = "krita"
    GIMP = "gimp"

    @property
    def title(self) -> str:
        """The editor's own name."""
        return {Editor.KRITA: "Krita", Editor.GIMP: "GIMP"}[self]

    def runs(self) -> bool:
        """Say whether the editor runs at present, as far as the system tells."""
        return running.krita_runs() if self is Editor.KRITA else running.gimp_runs()


@dataclass(frozen=True)
class Plugin:
    """The plugin in one place of an editor, there or not; what is done may raise InstallError.

    ``name`` tells the place from the editor's others, ``folder`` is the editor's, ``install`` takes
    the system, the folder that keeps wheels, and who is told what goes on.
    """

    editor: Editor
    name: str
    folder: Path
    next_steps: tuple[str, ...]
    examine: Callable[[], Report]
    install: Callable[[str, Path, Callable[[str], None]], Installed]
    uninstall: Callable[[], tuple[Path, ...]]


def found_plugins(editor: Editor) -> tuple[Plugin, ...]:
    """Return the plugin in each place of an editor that is found here."""
    if editor is Editor.KRITA:
        return tuple(_in_krita(place) for place in places.find_places())
    return tuple(_in_gimp(place) for place in gimp_places.find_places())


def chosen_plugins(editor: Editor, folder: Path | None, kritarc: Path | None) -> list[Plugin]:
    """Return the plugin in the folder that the user named, else in each place that is found.

    Raises CommandFailed where there is none, BadParameter for options that do not go together, and
    InstallError for a folder that is not the editor's.
    """
    if kritarc is not None and editor is not Editor.KRITA:
        raise typer.BadParameter(
            f"--kritarc names Krita's settings; {editor.title} needs none, so leave it out."
        )
    if folder is not None and editor is Editor.KRITA:
        return [_in_krita(places.place_at(folder.expanduser(), kritarc))]
    if folder is not None:
        return [_in_gimp(gimp_places.place_at(folder.expanduser()))]
    if kritarc is not None:
        raise typer.BadParameter("--kritarc belongs to a --folder; name that as well.")
    found = found_plugins(editor)
    if not found:
        raise CommandFailed(why_none(editor))
    return list(found)


def why_none(editor: Editor) -> str:
    """Return the sentences for an editor that was not found."""
    if editor is Editor.KRITA:
        looked = ", ".join(map(str, places.looked_at()))
        return (
            f"No Krita was found; looked at {looked}. Install Krita 5.2 or later, start it once "
            "and try again, or name its resource folder with --folder."
        )
    if old := gimp_places.too_old():
        return f"Tugline needs GIMP 3.0 or later, and there is GIMP {old} alone."
    looked = ", ".join(map(str, gimp_places.looked_at()))
    return (
        f"No GIMP was found; looked at {looked}. Install GIMP 3.0 or later, start it once and try "
        "again, or name its own folder, in which plug-ins lies, with --folder."
    )


def told(report: Report) -> str:
    """Return in words how the plugin is in a place."""
    version = f" {report.version}" if report.version else ""
    if report.condition is not Condition.WHOLE:
        return f"{report.condition.value}{version}"
    switched = {True: ", enabled", False: ", but not enabled", None: ""}[report.enabled]
    return f"installed{version}{switched}"


def remedy_for(editor: Editor, report: Report) -> str:
    """Return the sentence that says what to do, "" where nothing is to do."""
    command = f"`tugline plugins install {editor.value}`"
    match report.condition:
        case Condition.WHOLE if report.enabled is False:
            return f"Tick it in Krita under {_PLUGIN_MANAGER}, or install it again."
        case Condition.WHOLE:
            return ""
        case Condition.FOREIGN:
            return f"{command} sets it aside and installs its own."
        case Condition.ABSENT:
            return f"{command} installs it."
        case _:
            return f"{command} makes it {__version__}, whole."


def _in_krita(place: places.Place) -> Plugin:
    return Plugin(
        editor=Editor.KRITA,
        name=place.name,
        folder=place.folder,
        next_steps=tuple(_steps_in_krita(place)),
        examine=partial(krita.examine, place),
        install=partial(krita.install, place),
        uninstall=partial(krita.uninstall, place),
    )


def _in_gimp(place: gimp_places.GimpPlace) -> Plugin:
    return Plugin(
        editor=Editor.GIMP,
        name=place.name,
        folder=place.folder,
        next_steps=tuple(_steps_in_gimp(place)),
        examine=partial(gimp.examine, place),
        install=partial(gimp.install, place),
        uninstall=partial(gimp.uninstall, place),
    )


def _steps_in_krita(place: places.Place) -> Iterator[str]:
    if place.kritarc is None:
        yield f"Krita's settings were not found: tick Tugline under {_PLUGIN_MANAGER}."
    if place.sandboxed:
        yield _start_it_yourself("Krita")
    if Editor.KRITA.runs():
        yield (
            "Krita is running: quit it and start it again. If Tugline is missing then, tick it "
            f"under {_PLUGIN_MANAGER}."
        )
    yield "Start Krita, then choose Settings > Dockers > Tugline."


def _steps_in_gimp(place: gimp_places.GimpPlace) -> Iterator[str]:
    if place.sandboxed:
        yield _start_it_yourself("GIMP")
    if Editor.GIMP.runs():
        yield "GIMP is running: quit it and start it again, since it looks for plug-ins then alone."
    yield "Start GIMP, open an image, then choose Filters > Tugline."


def _start_it_yourself(editor: str) -> str:
    return (
        f"This {editor} may not start other programs, so start the daemon yourself: "
        "`tugline serve --idle-timeout 0`."
    )
