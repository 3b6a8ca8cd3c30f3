"""The command ``python -m tools.release``."""

from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from tools.release.archive import USUAL_SYSTEMS, release_krita
from tools.release.pins import pins
from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.wheels import PINS, SYSTEMS

app = typer.Typer(no_args_is_help=True, help="Make what is released.")


@app.command()
def krita(
    out: Annotated[Path, typer.Option(help="The folder that the zip goes into.")] = Path("dist"),
    platform: Annotated[
        list[str] | None,
        typer.Option(
            metavar="|".join(SYSTEMS),
            help="A system that it has to work on; again for each. Without it: "
            + ", ".join(USUAL_SYSTEMS)
            + ".",
        ),
    ] = None,
) -> None:
    """Make the zip for Krita's Tools > Scripts > Import Python Plugin from File."""
    cache = platformdirs.user_cache_path("tugline", appauthor=False) / "wheels"
    try:
        print(release_krita(out, platform or USUAL_SYSTEMS, cache, print))
    except InstallError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error


@app.command("pins")
def pins_command(
    pyzmq: Annotated[str, typer.Option(help="The version of pyzmq.")],
    msgpack: Annotated[str, typer.Option(help="The version of msgpack.")],
) -> None:
    """Write the list of wheels anew for other versions, with the hashes that pip sees today."""
    PINS.write_text(pins(pyzmq, msgpack), encoding="utf-8")
    print(f"Wrote {PINS}; look at the difference, and try `tugline plugins install krita`.")


if __name__ == "__main__":
    app()
