"""What lies in the root file system, and the folder that is named after it."""

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path

from platformdirs import user_cache_path


@dataclass(frozen=True)
class Recipe:
    """A Debian release and the packages taken from it; recommended ones are left out."""

    suite: str
    variant: str
    packages: tuple[str, ...]

    @property
    def key(self) -> str:
        """Return 12 hexadecimal digits that change with the recipe."""
        text = json.dumps(asdict(self), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


_GIMP = ("gimp", "gir1.2-gimp-3.0", "gir1.2-gtk-3.0", "python3-gi")
_SCREEN = (
    # a screen, a window manager, hands and eyes
    "xvfb",
    "libgl1-mesa-dri",
    "openbox",
    "xdotool",
    "x11-utils",
    "imagemagick",
    "dbus",
    "dbus-x11",
    # so that what is drawn can be read
    "fonts-dejavu-core",
)

RECIPE = Recipe(
    suite="trixie",
    variant="apt",
    # the editors, with the Python that their plugins run in
    packages=("krita", "python3-pyqt5", *_GIMP, *_SCREEN, "breeze-icon-theme"),
)
"""Krita 5.2 and GIMP 3.0: what has to be there for the tests in real editors."""

NEWER = Recipe(suite="forky", variant="apt", packages=(*_GIMP, *_SCREEN))
"""GIMP 3.2, for the tests that run in each version: where it cannot be had they are skipped."""


def cache() -> Path:
    """Return the folder in which root file systems and what belongs to them are kept."""
    return user_cache_path("tugline") / "editors"


def root_of(recipe: Recipe = RECIPE) -> Path:
    """Return where the root file system of ``recipe`` lies, or would lie."""
    return cache() / recipe.key / "root"
