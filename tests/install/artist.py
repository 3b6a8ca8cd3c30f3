"""Somebody who types ``tugline plugins``."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.install.conftest import CACHE


@dataclass(frozen=True)
class Artist:
    """Somebody with a home, in which editors may have been started, and with programs."""

    home: Path
    programs: str = ""

    @property
    def resources(self) -> Path:
        return self.home / ".local" / "share" / "krita"

    @property
    def gimp(self) -> Path:
        return self.home / ".config" / "GIMP" / "3.0"

    def run(self, *arguments: str, code: int = 0) -> str:
        """Run ``tugline plugins``, which has to end with ``code``, and return all it said."""
        outside = {
            key: value for key, value in os.environ.items() if not key.startswith(("XDG_", "TUG"))
        }
        own = {
            "HOME": str(self.home),
            "PATH": self.programs,
            "XDG_CACHE_HOME": str(CACHE),
            "COLUMNS": "200",
        }
        run = subprocess.run(
            [sys.executable, "-m", "tugline_daemon.cli", "plugins", *arguments],
            cwd=self.home,
            env=outside | own,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == code, run.stdout + run.stderr
        assert "Traceback" not in run.stderr
        return run.stdout + run.stderr
