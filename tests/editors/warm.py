"""HOMEs in which an editor has been started before: a first start takes many times longer."""

import shutil
from collections.abc import Callable
from pathlib import Path

from filelock import FileLock

from tools.editors.recipe import cache


def copy_warm_home(
    root: Path | None, name: str, home: Path, make: Callable[[Path], object]
) -> None:
    """Give the editor of ``root`` (None: the machine's own) a warm HOME in ``home``.

    ``name`` is ``EDITOR-KEY``, where the key changes with how the HOME is made: the editor's others
    are removed. ``make`` is given an empty folder to make it in the first time, as ``home`` there.
    """
    editor, _ = name.split("-")
    place = root.parent if root else cache() / "native"
    place.mkdir(parents=True, exist_ok=True)
    warm = place / f"home-{name}"
    with FileLock(place / f"home-{editor}.lock"):
        if not warm.is_dir():
            for other in place.glob(f"home-{editor}-*"):
                shutil.rmtree(other)
            making = place / f"home-{name}.making"
            shutil.rmtree(making, ignore_errors=True)  # one that was killed before it was made
            making.mkdir()
            make(making)
            (making / "home").rename(warm)
            shutil.rmtree(making)
        shutil.copytree(warm, home)
