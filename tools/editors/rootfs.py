"""Makes the root file system: whole or not at all, and once for all who ask at the same time."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

from filelock import FileLock

from tools.editors.recipe import NEWER, RECIPE, Recipe, cache, root_of
from tools.editors.sources import NoMirror, mirror, options

MOUNTS = Path("/proc/self/mountinfo")
_MAKING = ".making"


class CannotBuild(Exception):
    """The root file system cannot be made here; the sentence says what to do."""


def is_built(recipe: Recipe = RECIPE) -> bool:
    """Say whether the root file system of ``recipe`` is there, whole."""
    return root_of(recipe).is_dir()


def build(recipe: Recipe = RECIPE) -> Path:
    """Make the root file system of ``recipe`` unless it is there; return its folder.

    It takes minutes, 1 or 1.7 GB, the rights of root and the network; mmdebstrap's progress goes
    to stderr. Raises CannotBuild.
    """
    root = root_of(recipe)
    if is_built(recipe):
        return root
    _demand_means()
    root.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(root.parent / "lock"):
        if is_built(recipe):
            return root
        making = root.with_name(root.name + _MAKING)
        remove(making)
        _bootstrap(recipe, making)
        making.rename(root)
    return root


def remove(folder: Path) -> None:
    """Remove a root file system, never through something that is mounted in it.

    Raises CannotBuild where something is.
    """
    mounts = MOUNTS.read_text(encoding="utf-8").splitlines()
    below = [point for line in mounts if (point := line.split()[4]).startswith(f"{folder}/")]
    if below:
        raise CannotBuild(f"{below[0]} is still mounted; unmount it and try again.")
    if folder.exists():
        shutil.rmtree(folder)


def outdated() -> list[Path]:
    """Return the cache's folders of other recipes than today's."""
    used = {root_of(recipe) for recipe in (RECIPE, NEWER)}
    return [path for path in sorted(cache().glob("*/root")) if path not in used]


def _demand_means() -> None:
    if sys.platform != "linux":
        raise CannotBuild("The editors' root file system can only be made on Linux.")
    system = platform.freedesktop_os_release()["ID"]
    if system != "debian":
        raise CannotBuild(f"The editors are taken from Debian's mirror, which {system} has not.")
    if os.geteuid() != 0:
        raise CannotBuild("Making the editors' root file system needs root: run it with sudo.")
    for program, package in (("mmdebstrap", "mmdebstrap"), ("unshare", "util-linux")):
        if shutil.which(program) is None:
            raise CannotBuild(f"{program} is missing: apt-get install {package}.")


def _bootstrap(recipe: Recipe, making: Path) -> None:
    try:
        source = mirror()
    except NoMirror as error:
        raise CannotBuild(str(error)) from error
    settings = ('APT::Install-Recommends "false";', *options())
    # In namespaces of its own: what mmdebstrap mounts and starts dies with it, and it with us.
    command = [
        *("setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork"),
        *("--kill-child", "--mount-proc"),
        *("mmdebstrap", "--mode=root", f"--variant={recipe.variant}"),
        f"--include={','.join(recipe.packages)}",
        *(f"--aptopt={setting}" for setting in settings),
        *(("--keyring", str(source.keyring)) if source.keyring else ()),
        *(recipe.suite, str(making), source.uri),
    ]
    print(f"Making {making.parent} from {source.uri} ({recipe.suite})", file=sys.stderr)
    if subprocess.run(command, check=False).returncode:
        raise CannotBuild("mmdebstrap failed; what it said last stands above.")
