"""``tugline plugins``: Tugline put into an editor, taken out, and examined there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import platformdirs
import typer
from filelock import FileLock, Timeout

from tugline_daemon import __version__
from tugline_daemon.install.folder import Condition
from tugline_daemon.install.wheels import SYSTEMS, this_system
from tugline_protocol.endpoint import APPLICATION, state_folder

from .arguments import examples
from .editors import (
    TO_BE_MENDED,
    Editor,
    Plugin,
    chosen_plugins,
    found_plugins,
    remedy_for,
    told,
    why_none,
)
from .terminal import MESSAGES, OUTPUT, CommandFailed, activity

INSTALL_EXAMPLES = examples(
    "tugline plugins install krita",
    "tugline plugins install gimp",
    "tugline plugins install krita --folder ~/art/krita --kritarc ~/.config/kritarc",
    "tugline plugins install gimp --folder ~/.config/GIMP/3.2",
)

EditorArgument = Annotated[Editor, typer.Argument(help="The editor.")]
FolderOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FOLDER",
        help="The editor's folder, where it is not found. Krita's resource folder: Settings > "
        "Manage Resources > Open Resource Folder shows it. GIMP's own folder: the one in which the "
        "plug-ins folder lies that Edit > Preferences > Folders > Plug-ins shows.",
        file_okay=False,
    ),
]
KritarcOption = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE", help="For Krita: its settings that belong to --folder.", dir_okay=False
    ),
]

plugins_app: Final = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Put Tugline into Krita or GIMP, look how it is there, or take it out again.",
)


@plugins_app.command("install", epilog=INSTALL_EXAMPLES)
def install_command(
    editor: EditorArgument,
    folder: FolderOption = None,
    kritarc: KritarcOption = None,
    platform: Annotated[
        str | None,
        typer.Option(
            metavar="|".join(SYSTEMS), help="The system the editor runs on, if not this one."
        ),
    ] = None,
) -> None:
    """Install the plugin, bring it up to date or mend it, and in Krita enable it.

    Each Krita, or each version of GIMP from 3.0 on, that is found gets it: the system's, the
    AppImage, Flatpak and Snap, on Windows the Store's too. The parts for the editor's own Python
    are fetched with pip and kept, so that the next time needs no network. Run it again after an
    update of Tugline or of GIMP.
    """
    cache = platformdirs.user_cache_path(APPLICATION, appauthor=False) / "wheels"
    with _alone():
        for plugin in chosen_plugins(editor, folder, kritarc):
            with activity(f"Installing into {plugin.name}: {plugin.folder}") as now:
                done = plugin.install(platform or this_system(), cache, now.say)
            known = done.replaced and done.replaced != __version__
            replaced = f" in place of {done.replaced}" if known else ""
            MESSAGES.print(f"Tugline {__version__} is in {plugin.folder}{replaced}.")
            if done.set_aside is not None:
                MESSAGES.print(f"What was there before is in {done.set_aside}.")
            for line in plugin.next_steps:
                MESSAGES.print(line)


@plugins_app.command("uninstall")
def uninstall_command(
    editor: EditorArgument, folder: FolderOption = None, kritarc: KritarcOption = None
) -> None:
    """Take out what `install` put in place, and nothing else."""
    with _alone():
        for plugin in chosen_plugins(editor, folder, kritarc):
            there = plugin.examine().condition is not Condition.ABSENT
            left = plugin.uninstall()
            MESSAGES.print(
                f"Tugline is no longer in {plugin.folder}."
                if there
                else f"Tugline was not in {plugin.folder}."
            )
            if left:
                names = ", ".join(str(path) for path in left)
                MESSAGES.print(f"These files are not Tugline's and stay: {names}")
            if there and editor.runs():
                title = editor.title
                MESSAGES.print(f"{title} is running; it keeps Tugline until you quit it.")


@plugins_app.command("status")
def status_command(
    editor: Annotated[
        Editor | None, typer.Argument(help="The editor; both where it is left out.")
    ] = None,
    folder: FolderOption = None,
    kritarc: KritarcOption = None,
) -> None:
    """Say for each editor whether the plugin is there, whole, of this version, and enabled.

    The exit code is 1 where something is to be mended.
    """
    if editor is not None:
        plugins = chosen_plugins(editor, folder, kritarc)
    elif folder is not None or kritarc is not None:
        raise typer.BadParameter("--folder and --kritarc belong to an editor; name krita or gimp.")
    else:
        plugins = list(_everywhere())
    broken = [plugin for plugin in plugins if _show(plugin)]
    if broken:
        raise typer.Exit(1)


def _everywhere() -> Iterator[Plugin]:
    """Yield the plugin in each place of each editor; say which editor was not found."""
    found = {editor: found_plugins(editor) for editor in Editor}
    if not any(found.values()):
        raise CommandFailed(" ".join(why_none(editor) for editor in Editor))
    for editor, plugins in found.items():
        if not plugins:
            command = f"tugline plugins status {editor.value}"
            OUTPUT.print(f"{editor.title}: not found; `{command}` says why", soft_wrap=True)
        yield from plugins


def _show(plugin: Plugin) -> bool:
    """Print how the plugin is in one place; say whether that is to be mended."""
    report = plugin.examine()
    OUTPUT.print(f"{plugin.name}: {told(report)} ({plugin.folder})", soft_wrap=True)
    for file in report.files[:10]:
        OUTPUT.print(f"   {file}", soft_wrap=True)
    if remedy := remedy_for(plugin.editor, report):
        OUTPUT.print(f"   {remedy}", soft_wrap=True)
    return report.condition in TO_BE_MENDED


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
