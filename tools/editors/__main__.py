"""``python -m tools.editors build [--newer] | path | enter [COMMAND...] | status``."""

import os
import subprocess
import sys
from typing import Annotated

import typer

from tools.editors.native import native_gimp, native_krita
from tools.editors.recipe import NEWER, RECIPE, root_of
from tools.editors.room import Room
from tools.editors.rootfs import CannotBuild, is_built, outdated
from tools.editors.rootfs import build as build_root

app = typer.Typer(no_args_is_help=True, help="The editors that the tests run.")


@app.command()
def build(
    newer: Annotated[bool, typer.Option(help="Also one with GIMP 3.2, where that works.")] = False,
) -> None:
    """Make the root file system with Krita and GIMP, unless it is there."""
    try:
        print(build_root())
    except CannotBuild as error:
        print(error, file=sys.stderr)
        raise typer.Exit(1) from error
    if newer:
        try:
            print(build_root(NEWER))
        except CannotBuild as error:
            print(f"{error} The tests will not run GIMP 3.2.", file=sys.stderr)


@app.command()
def path() -> None:
    """Print where the root file system lies, or would lie."""
    print(root_of())


@app.command()
def status() -> None:
    """Say which editors the tests would run."""
    for editor, native in (("Krita", native_krita()), ("GIMP", native_gimp())):
        if native:
            print(f"The tests run this machine's own {editor} {native}.")
        elif is_built():
            print(f"The tests run {editor} of Debian {RECIPE.suite} in {root_of()}.")
        else:
            print(f"There is no {editor} to test with: make editors")
    if is_built(NEWER):
        print(f"Some run also GIMP of Debian {NEWER.suite} in {root_of(NEWER)}.")
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
