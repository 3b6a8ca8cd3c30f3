"""The artist's settings: kept as JSON in GIMP's own folder, or for the length of one run alone."""

import json
import os
from pathlib import Path
from typing import Final

FILE_NAME: Final = "tugline.json"
_MOST_BYTES: Final = 65536


class FileShelf:
    """Settings in a file; one that is damaged, or not there, has none."""

    def __init__(self, file: Path) -> None:
        """Keep settings in ``file``, which another of GIMP's processes may write as well."""
        self._file = file

    def read(self, name: str) -> str:
        """Return the text kept under ``name``, "" for none."""
        return self._texts().get(name, "")

    def write(self, name: str, text: str) -> None:
        """Keep ``text`` under ``name``. Raises OSError where the folder cannot be written."""
        kept = self._texts()
        if kept.get(name, "") != text:
            # Another process may write at the same time: each to a name of its own.
            fresh = self._file.with_name(f"{self._file.name}.{os.getpid()}")
            fresh.write_text(json.dumps({**kept, name: text}, indent=1) + "\n", encoding="utf-8")
            fresh.replace(self._file)

    def _texts(self) -> dict[str, str]:
        try:
            with self._file.open("rb") as file:
                said = json.loads(file.read(_MOST_BYTES).decode("utf-8"))
        except (OSError, ValueError, RecursionError):
            return {}
        if not isinstance(said, dict):
            return {}
        return {name: text for name, text in said.items() if isinstance(text, str)}


class RunShelf:
    """Settings that are forgotten with this run."""

    def __init__(self) -> None:
        """Begin with none."""
        self._texts: dict[str, str] = {}

    def read(self, name: str) -> str:
        """Return the text kept under ``name``, "" for none."""
        return self._texts.get(name, "")

    def write(self, name: str, text: str) -> None:
        """Keep ``text`` until the run is over."""
        self._texts[name] = text
