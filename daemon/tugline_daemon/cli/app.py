"""The command ``tugline``: its sub-commands, and the way from our errors to one sentence.

Exit codes: 0 done, 1 failed (one sentence on standard error), 2 wrong usage, 130 interrupted.
"""

import io
import os
import sys
from collections.abc import Sequence
from typing import Annotated, Final, NoReturn

import typer

from tugline_daemon import __version__
from tugline_daemon.checkpoint.errors import CheckpointError
from tugline_daemon.install.errors import InstallError
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.service.errors import ServiceError
from tugline_daemon.settings import SettingsError
from tugline_protocol.errors import ProtocolError

from .arguments import examples
from .demo import DEMO_EXAMPLES, demo_command
from .doctor import doctor_command
from .dragging import DRAG_EXAMPLES, drag_command
from .generating import (
    GENERATE_EXAMPLES,
    MIX_EXAMPLES,
    RENDER_EXAMPLES,
    generate_command,
    mix_command,
    render_command,
)
from .inverting import INVERT_EXAMPLES, invert_command
from .models import models_app
from .plugins import plugins_app
from .serving import SERVE_EXAMPLES, serve_command, stop_command
from .terminal import MESSAGES, OUTPUT, CommandFailed
from .tunings import tunings_app

_DEBUG: Final = "TUGLINE_DEBUG"
_TOLD: Final = (
    CommandFailed,
    ProtocolError,
    SettingsError,
    LibraryError,
    CheckpointError,
    ServiceError,
    InstallError,
)


app: Final = typer.Typer(
    name="tugline",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "tugline demo",
        "tugline generate --seed 7 --out head.png",
        "tugline drag --seed 7 --point 79,72:65,72 --out after.png --frames drag.gif",
    ),
)


def _version(wanted: bool) -> None:
    if wanted:
        OUTPUT.print(f"tugline {__version__}")
        raise typer.Exit


def _debug(wanted: bool) -> None:
    if wanted:
        os.environ[_DEBUG] = "1"


@app.callback()
def _tugline(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Say the version.")
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug", callback=_debug, envvar=_DEBUG, help="Show errors with their traceback."
        ),
    ] = False,
) -> None:
    """Pull points of a generated picture to where they should be.

    The pictures are made by a daemon, which is started where none runs.
    """


app.command("generate", epilog=GENERATE_EXAMPLES)(generate_command)
app.command("drag", epilog=DRAG_EXAMPLES)(drag_command)
app.command("invert", epilog=INVERT_EXAMPLES)(invert_command)
app.command("mix", epilog=MIX_EXAMPLES)(mix_command)
app.command("render", epilog=RENDER_EXAMPLES)(render_command)
app.add_typer(models_app, name="models")
app.add_typer(tunings_app, name="tunings")
app.command("demo", epilog=DEMO_EXAMPLES)(demo_command)
app.add_typer(plugins_app, name="plugins")
app.command("doctor")(doctor_command)
app.command("serve", epilog=SERVE_EXAMPLES)(serve_command)
app.command("stop")(stop_command)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run a command line, None = this process's; an error of ours becomes a sentence and code 1."""
    if isinstance(sys.stdout, io.TextIOWrapper):  # a terminal without some letter shows its number
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        app(arguments, prog_name="tugline")
    except _TOLD as error:
        if os.environ.get(_DEBUG):
            raise
        MESSAGES.print(str(error), style="red")
        raise SystemExit(1) from None
    raise SystemExit(0)
