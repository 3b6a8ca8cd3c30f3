"""What was put into an editor's folder: each file with its hash, the version, and when.

It lies in the plugin's own folder. While an installation is under way it is called
``installing.json``; the last act renames it, so that ``installed.json`` means: all of it is there.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

INSTALLED: Final = "installed.json"
INSTALLING: Final = "installing.json"
_FORMAT: Final = 1
_MOST_BYTES: Final = 4 << 20
# What a manifest may name, and so what is ever deleted: the plugin's folder and Krita's two files.
_OURS: Final = re.compile(
    r"(pykrita|plug-ins)/tugline/.+|pykrita/tugline\.desktop|actions/tugline\.action"
)


@dataclass(frozen=True)
class Manifest:
    """``files`` maps paths inside the editor's folder, with ``/``, to sha256; ``made`` is ISO 8601.

    The manifest itself is not among them.
    """

    version: str
    made: str
    files: Mapping[str, str]

    def to_json(self) -> str:
        """Return the text of the file."""
        said = {"format": _FORMAT, "version": self.version, "made": self.made}
        return json.dumps(said | {"files": dict(sorted(self.files.items()))}, indent=1) + "\n"

    def damage(self, folder: Path) -> tuple[str, ...]:
        """Return the files in an editor's folder that are missing or no longer as they were put."""
        return tuple(
            path for path, sha256 in self.files.items() if hash_of(folder / path) != sha256
        )


def read_manifest(path: Path) -> Manifest | None:
    """Return the manifest in a file, None where there is none or it is not one of ours."""
    try:
        with path.open(encoding="utf-8") as file:
            said = json.loads(file.read(_MOST_BYTES))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("format") != _FORMAT:
        return None
    version, made, files = said.get("version"), said.get("made"), said.get("files")
    if not isinstance(version, str) or not isinstance(made, str) or not isinstance(files, dict):
        return None
    return Manifest(version, made, files) if _is_ours(files) else None


def hash_of(path: Path) -> str:
    """Return a file's sha256, "" where there is no such file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _is_ours(files: Mapping[Any, Any]) -> bool:
    return all(
        isinstance(path, str)
        and isinstance(sha256, str)
        and _OURS.fullmatch(path)
        and ".." not in path.split("/")
        and "\\" not in path
        for path, sha256 in files.items()
    )
