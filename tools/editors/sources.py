"""Where the host's own apt takes Debian from: the mirror, its keyring, the way to it.

Nothing of that is written down here: another machine has another mirror.
"""

import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

APT = Path("/etc/apt")
# What of the host's apt settings says how a mirror is reached and trusted.
_WAY = re.compile(
    r"Acquire::(https?|ftp)::(Proxy|ProxyAutoDetect|Ca|Verify|SslCert|SslKey)|"
    r"Acquire::(Check-Valid-Until|Check-Date|Retries|ForceIPv[46])\b",
    re.IGNORECASE,
)
_ONE_LINE = re.compile(
    r"^deb\s+(?:\[(?P<options>[^]]*)\]\s+)?(?P<uri>https?://\S+)\s+\S+\s+(?P<components>.+)$"
)


class NoMirror(Exception):
    """The host's apt names no Debian mirror."""


@dataclass(frozen=True)
class Mirror:
    """A Debian archive and, where the host names one, the file of the keys that sign it."""

    uri: str
    keyring: Path | None = None


def mirror(folder: Path = APT) -> Mirror:
    """Return the first http(s) archive of Debian's main component in the host's apt sources.

    Raises NoMirror where there is none.
    """
    for found in _sources(folder):
        if "security" not in found.uri:
            return found
    raise NoMirror(f"No http mirror of Debian is named in {folder}; add one to sources.list.")


def options() -> tuple[str, ...]:
    """Return the host's apt settings for proxies, certificates and dates, one statement each."""
    dump = subprocess.run(["apt-config", "dump"], check=True, capture_output=True, text=True)
    lines = (line.strip() for line in dump.stdout.splitlines())
    return tuple(line for line in lines if _WAY.match(line) and not line.endswith('"";'))


def _sources(folder: Path) -> Iterator[Mirror]:
    parts = folder / "sources.list.d"
    for path in sorted(parts.glob("*.sources")):
        for stanza in re.split(r"\n\s*\n", path.read_text(encoding="utf-8")):
            yield from _of_stanza(stanza)
    for path in (folder / "sources.list", *sorted(parts.glob("*.list"))):
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                yield from _of_line(line.strip())


def _of_stanza(stanza: str) -> Iterator[Mirror]:
    kept = "\n".join(line for line in stanza.splitlines() if not line.startswith("#"))
    folded = re.sub(r"\n[ \t]+", " ", kept)
    fields = {
        name.strip().lower(): value.strip()
        for name, colon, value in (line.partition(":") for line in folded.splitlines())
        if colon
    }
    disabled = fields.get("enabled", "yes").lower() == "no"
    if disabled or "deb" not in fields.get("types", "").split():
        return
    if "main" in fields.get("components", "").split():
        for uri in fields.get("uris", "").split():
            if uri.startswith(("http://", "https://")):
                yield Mirror(uri, _keyring(fields.get("signed-by", "")))


def _of_line(line: str) -> Iterator[Mirror]:
    match = _ONE_LINE.match(line)
    if match and "main" in match["components"].split():
        signed = re.search(r"signed-by=(\S+)", match["options"] or "")
        yield Mirror(match["uri"], _keyring(signed[1] if signed else ""))


def _keyring(said: str) -> Path | None:
    return Path(said) if said.startswith("/") and Path(said).is_file() else None
