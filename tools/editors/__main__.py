"""``python -m tools.editors build | path | enter [COMMAND...] | status``."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from tools.editors.native import native_krita
from tools.editors.recipe import RECIPE, root_of
from tools.editors.room import Room
from tools.editors.rootfs import CannotBuild, is_built, outdated
from tools.editors.rootfs import build as build_root

app = typer.Typer(no_args_is_help=True, help="The editors that the tests run.")


@app.command()
def build() -> None:
    """Make the root file system with Krita and GIMP, unless it is there."""
    try:
        print(build_root())
    except CannotBuild as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error


@app.command()
def path() -> None:
    """Print where the root file system lies, or would lie."""
    print(root_of())


@app.command()
def status() -> None:
    """Say which Krita the tests would run."""
    native = native_krita()
    if native:
        print(f"The tests run this machine's own Krita {native}.")
    elif is_built():
        print(f"The tests run Krita of Debian {RECIPE.suite} in {root_of()}.")
    else:
        print("There is no editor to test with: make editors")
    for old in outdated():
        print(f"No longer used, may be removed: {old.parent}")


@app.command()
def enter(command: Annotated[list[str] | None, typer.Argument()] = None) -> None:
    """Run a command (a shell, unless one is given) in the root file system."""
    if not is_built():
        print("There is no root file system yet: make editors", file=sys.stderr)
        raise typer.Exit(1)
    environment = {
        "HOME": "/root",
        "PATH": "/usr/bin:/usr/sbin",
        "TERM": os.environ.get("TERM", "dumb"),
    }
    with Room(root_of()) as room:
        line = room.command(command or ["bash"], environment)
        raise typer.Exit(subprocess.run(line, check=False).returncode)


if __name__ == "__main__":
    app()
