"""Krita's own configuration (kritarc) as the place where the artist's settings are kept."""

from typing import Any, Final

GROUP: Final = "tugline"


class KritaShelf:
    """Settings by their names (``tugline_edit.preferences.Shelf``)."""

    def __init__(self, krita: Any) -> None:
        """Keep them in ``krita``, which is Krita.instance()."""
        self._krita = krita

    def read(self, name: str) -> str:
        """Return the text kept under ``name``, "" for none."""
        return str(self._krita.readSetting(GROUP, name, "") or "")

    def write(self, name: str, text: str) -> None:
        """Keep ``text`` under ``name``."""
        self._krita.writeSetting(GROUP, name, text)
