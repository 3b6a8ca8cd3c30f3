"""GIMPs for tests: skipped where there is none, judged at their end."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.opening import GimpWish, console_session, gimp_session
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.version import GimpVersion, missing_gimp

_ARTIFACTS = Path(__file__).parents[3] / "out" / "editors"


@contextmanager
def judged_console(folder: Path, name: str, wish: GimpWish) -> Iterator[GimpConsole]:
    """Yield a gimp-console that runs, for one test or all of a file, and judge it at the end.

    Its HOME lies in ``folder``, its log in out/editors/``name``. Without a GIMP the test is
    skipped; where one has to be, --allowed-skips sees to it.
    """
    with console_session(folder, _artifacts(name, wish.version), wish) as console:
        yield console
        judge(console)


@contextmanager
def judged_gimp(folder: Path, name: str, wish: GimpWish) -> Iterator[GimpSession]:
    """Yield a GIMP with its windows, for one test or all of a file, and judge it at the end."""
    with gimp_session(folder, _artifacts(name, wish.version), wish) as session:
        yield session
        if session.running:
            session.picture("end")
        judge(session)


def judge(gimp: GimpConsole | GimpSession) -> None:
    """Quit GIMP unless the test did; fail where it printed a fault or did not end with 0."""
    if gimp.running:
        gimp.quit()
    gimp.printed.judge_end()
    assert gimp.status == 0 or gimp.killed, f"GIMP ended by itself: {gimp.status}"


def _artifacts(name: str, version: GimpVersion) -> Path:
    missing = missing_gimp(version)
    if missing:
        pytest.skip(missing)
    artifacts = _ARTIFACTS / name
    shutil.rmtree(artifacts, ignore_errors=True)
    return artifacts
