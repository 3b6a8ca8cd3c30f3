"""``tugline serve`` and ``tugline stop``: the daemon in the foreground, and its end."""

import math
from pathlib import Path
from typing import Annotated

import typer

from tugline_daemon.service import ServeOptions, serve
from tugline_daemon.settings import read_settings

from .arguments import examples
from .daemon import end_daemon
from .terminal import MESSAGES

SERVE_EXAMPLES = examples(
    "tugline serve",
    "tugline serve --device cuda:1 --precision fp32 --idle-timeout 0",
    "tugline serve --bind 0.0.0.0:7380 --log-level debug",
)


def serve_command(
    device: Annotated[
        str | None, typer.Option(metavar="auto|cuda[:N]|mps|cpu", help="Where to compute.")
    ] = None,
    precision: Annotated[
        str | None,
        typer.Option(
            metavar="auto|fp32|tf32|bf16|fp16",
            help="In which numbers drags compute; auto is what suits the device.",
        ),
    ] = None,
    bind: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where to listen; port 0 takes a free one."),
    ] = None,
    idle_timeout: Annotated[
        float | None,
        typer.Option(metavar="MINUTES", help="End after so long without a client; 0 = never."),
    ] = None,
    keep_models: Annotated[
        float | None,
        typer.Option(
            metavar="MINUTES",
            help="Keep a model loaded so long after its last use; 0 = not at all, inf = for ever.",
        ),
    ] = None,
    models_folder: Annotated[
        Path | None, typer.Option(help="Where your own models lie, by its whole path.")
    ] = None,
    log_level: Annotated[
        str | None, typer.Option(metavar="debug|info|warning|error", help="How much is logged.")
    ] = None,
) -> None:
    """Run the daemon in the foreground, one line of log an event, until Ctrl+C or SIGTERM.

    The other commands and the editors start it by themselves where it does not run. Each option
    can also be set in config.toml and by a variable such as TUGLINE_DEVICE.
    """
    settings = read_settings(
        {
            "device": device,
            "precision": precision,
            "bind": bind,
            "idle_timeout": idle_timeout,
            "keep_models": keep_models,
            "models_folder": models_folder,
            "log_level": log_level,
        }
    )
    options = ServeOptions(
        bind=settings.bind,
        device=settings.device,
        precision=settings.precision,
        idle_timeout=settings.idle_timeout * 60,
        models=(settings.models_folder,),
        keep_models=None if math.isinf(settings.keep_models) else settings.keep_models * 60,
        log_level=settings.log_level.upper(),
    )
    raise typer.Exit(serve(options))


def stop_command() -> None:
    """End the daemon that runs; drags that others do with it end as well."""
    pid = end_daemon()
    MESSAGES.print("No daemon was running." if pid is None else f"The daemon ({pid}) has ended.")
