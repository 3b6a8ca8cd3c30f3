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


RECIPE = Recipe(
    suite="trixie",
    variant="apt",
    packages=(
        # the editors, with the Python that their plugins run in
        "krita",
        "python3-pyqt5",
        "gimp",
        "gir1.2-gimp-3.0",
        "gir1.2-gtk-3.0",
        "python3-gi",
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
        "breeze-icon-theme",
    ),
)


def cache() -> Path:
    """Return the folder in which root file systems and what belongs to them are kept."""
    return user_cache_path("tugline") / "editors"


def root_of(recipe: Recipe = RECIPE) -> Path:
    """Return where the root file system of ``recipe`` lies, or would lie."""
    return cache() / recipe.key / "root"
