"""The command ``python -m tools.release``."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import platformdirs
import typer

from tools.release.archive import GIMP_SYSTEMS, KRITA_SYSTEMS, release_gimp, release_krita
from tools.release.pins import pins
from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.wheels import PINS, SYSTEMS

app = typer.Typer(no_args_is_help=True, help="Make what is released.")

OutOption = Annotated[Path, typer.Option(help="The folder that the zip goes into.")]
PlatformOption = Annotated[
    list[str] | None,
    typer.Option(
        metavar="|".join(SYSTEMS),
        help="A system that it has to work on; again for each. Without it: the usual ones.",
    ),
]


@app.command()
def krita(out: OutOption = Path("dist"), platform: PlatformOption = None) -> None:
    """Make the zip for Krita's Tools > Scripts > Import Python Plugin from File."""
    _release(release_krita, out, platform or KRITA_SYSTEMS)


@app.command()
def gimp(out: OutOption = Path("dist"), platform: PlatformOption = None) -> None:
    """Make the zip that is unpacked into GIMP's folder of plug-ins."""
    _release(release_gimp, out, platform or GIMP_SYSTEMS)


@app.command("pins")
def pins_command(
    pyzmq: Annotated[str, typer.Option(help="The version of pyzmq.")],
    msgpack: Annotated[str, typer.Option(help="The version of msgpack.")],
) -> None:
    """Write the list of wheels anew for other versions, with the hashes that pip sees today."""
    PINS.write_text(pins(pyzmq, msgpack), encoding="utf-8")
    print(f"Wrote {PINS}; look at the difference, and try `tugline plugins install krita`.")


def _release(
    release: Callable[[Path, Sequence[str], Path, Callable[[str], None]], Path],
    out: Path,
    systems: Sequence[str],
) -> None:
    cache = platformdirs.user_cache_path("tugline", appauthor=False) / "wheels"
    try:
        print(release(out, systems, cache, print))
    except InstallError as error:
        typer.echo(error, err=True)
        raise typer.Exit(1) from error


if __name__ == "__main__":
    app()
