"""Folders of the system that the places of several editors are found by."""

from pathlib import Path


def absolute(path: str | None) -> Path | None:
    """Return the path that an environment variable or a setting says, None unless it is whole."""
    return Path(path) if path and Path(path).is_absolute() else None


def flatpak_installations(home: Path) -> tuple[Path, Path]:
    """Return where Flatpak installs for everybody and for one user; ``app/ID`` lies in it."""
    return Path("/var/lib/flatpak"), home / ".local" / "share" / "flatpak"
