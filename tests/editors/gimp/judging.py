"""GIMPs for tests: skipped where there is none, judged at their end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.opening import GimpWish, console_session, missing_gimp

_ARTIFACTS = Path(__file__).parents[3] / "out" / "editors"


@contextmanager
def judged_console(folder: Path, name: str, wish: GimpWish) -> Iterator[GimpConsole]:
    """Yield a gimp-console that runs, for one test or all of a file, and judge it at the end.

    Its HOME lies in ``folder``, its log in out/editors/``name``.
    """
    missing = missing_gimp()
    if missing:
        pytest.skip(missing)
    artifacts = _ARTIFACTS / name
    shutil.rmtree(artifacts, ignore_errors=True)
    with console_session(folder, artifacts, wish) as console:
        yield console
        status = console.quit() if console.running else console.status
        assert status == 0 or console.killed, f"GIMP ended by itself: {console.status}"
