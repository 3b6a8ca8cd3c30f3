"""Krita's settings: the line that enables the plugin, every other byte left as it is.

``kritarc`` is KConfig's INI: groups in brackets, ``key[options]=value``, comments after ``#``; a
group may come twice, the last value counts. It is read as bytes, since nothing here needs its text.
"""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .errors import InstallError

_GROUP: Final = b"python"
_KEY: Final = b"enable_tugline"
_TRUE: Final = (b"true", b"on", b"yes", b"1")
_MODE: Final = 0o600  # as KConfig makes new files
_MOST_BYTES: Final = 16 << 20


def read(path: Path) -> bytes:
    """Return the file's bytes, none where it is not there; raises InstallError."""
    try:
        with path.open("rb") as file:
            text = file.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise InstallError(
            f"Krita's settings {path} cannot be read ({error.strerror}); give yourself the right."
        ) from error
    if len(text) > _MOST_BYTES:
        raise InstallError(f"{path} is too large to be Krita's settings; name the right file.")
    return text


def write(path: Path, text: bytes) -> None:
    """Write the file whole, by a rename, its mode kept; a link to it stays one."""
    target = Path(os.path.realpath(path))
    fresh = target.with_name(f"{target.name}.tugline-new")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_bytes(text)
        fresh.chmod(_MODE)
        if target.exists():
            shutil.copymode(target, fresh)
        fresh.replace(target)
    except OSError as error:
        fresh.unlink(missing_ok=True)
        raise InstallError(
            f"Krita's settings {path} cannot be written ({error.strerror}); enable Tugline in "
            "Krita under Settings > Configure Krita > Python Plugin Manager."
        ) from error


def is_enabled(text: bytes) -> bool:
    """Say whether Krita loads the plugin."""
    value = b""
    for _, group, key, said in _entries(text.split(b"\n")):
        if (group, key) == (_GROUP, _KEY):
            value = said
    return value.lower() in _TRUE


def with_plugin(text: bytes) -> bytes:
    """Return the settings with the plugin enabled."""
    lines = text.split(b"\n")
    end = b"\r" if lines[0].endswith(b"\r") else b""
    ours = [place for place, group, key, _ in _entries(lines) if (group, key) == (_GROUP, _KEY)]
    if ours:
        if is_enabled(text):
            return text
        line = lines[ours[-1]]
        kept = b"\r" if line.endswith(b"\r") else b""
        lines[ours[-1]] = line.partition(b"=")[0] + b"=true" + kept
        return b"\n".join(lines)
    entry = _KEY + b"=true" + end
    last = _last_line_of_group(lines)
    if last is not None:
        if last == len(lines) - 1:  # the file ends there, without a line's end
            lines[last] += end
            lines.append(_KEY + b"=true")
        else:
            lines.insert(last + 1, entry)
        return b"\n".join(lines)
    line_end = end + b"\n"
    before = b"" if not text else line_end if text.endswith(b"\n") else line_end * 2
    return text + before + b"[" + _GROUP + b"]" + line_end + entry + b"\n"


def without_plugin(text: bytes) -> bytes:
    """Return the settings without the plugin's line."""
    lines = text.split(b"\n")
    ours = {place for place, group, key, _ in _entries(lines) if (group, key) == (_GROUP, _KEY)}
    return b"\n".join(line for place, line in enumerate(lines) if place not in ours)


def resource_directory(text: bytes) -> str:
    """Return the resource folder that the artist chose in Krita, "" for Krita's own.

    It stands before the first group, as ``ResourceDirectory``.
    """
    chosen = b""
    for _, group, key, value in _entries(text.split(b"\n")):
        if (group, key) == (b"", b"ResourceDirectory"):
            chosen = value
    escapes = {rb"\s": b" ", rb"\\": b"\\"}  # KConfig writes a first space and backslashes so
    plain = re.sub(rb"\\[s\\]", lambda found: escapes[found[0]], chosen)
    return os.path.expandvars(plain.decode("utf-8", "replace"))


def _entries(lines: list[bytes]) -> Iterator[tuple[int, bytes, bytes, bytes]]:
    """Yield each entry as (line number, group, key without options, value)."""
    group = b""
    for place, line in enumerate(lines):
        header = _header(line)
        if header is not None:
            group = header
        elif b"=" in line and not line.lstrip().startswith(b"#"):
            key, _, value = line.partition(b"=")
            yield place, group, key.partition(b"[")[0].strip(), value.strip()


def _header(line: bytes) -> bytes | None:
    """Return the group that a line begins, ``a`` or ``a][b``; None where it begins none."""
    found = re.fullmatch(rb"\[(.*?)\](\[\$[a-z]+\])?", line.strip())
    return found[1] if found else None


def _last_line_of_group(lines: list[bytes]) -> int | None:
    """Return the last line with anything on it in the plugins' group, None without that group."""
    last = None
    inside = False
    for place, line in enumerate(lines):
        header = _header(line)
        if header is not None:
            inside = header == _GROUP
        if inside and line.strip():
            last = place
    return last
