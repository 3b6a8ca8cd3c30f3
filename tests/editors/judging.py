"""What a good session leaves behind, and what it does not."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.editors.opening import Wish, krita_session, missing_editor
from tests.editors.session import KritaSession

_ARTIFACTS = Path(__file__).parents[2] / "out" / "editors"
# Krita's own assertions that it survives, and what Python prints; Krita quotes what it prints of
# plugins that it could not load.
_FAULTS = ("SAFE ASSERT", "Traceback (most recent call last)")


@contextmanager
def judged_krita(folder: Path, name: str, wish: Wish | None = None) -> Iterator[KritaSession]:
    """Yield a Krita that runs, for one test or all of a file, and judge it at the end.

    Its HOME lies in ``folder``, logs and pictures in out/editors/``name``. Without an editor the
    test is skipped; where one has to be, --allowed-skips sees to it.
    """
    missing = missing_editor()
    if missing:
        pytest.skip(missing)
    artifacts = _ARTIFACTS / name
    shutil.rmtree(artifacts, ignore_errors=True)
    wish = wish or Wish()
    with krita_session(folder, artifacts, wish) as session:
        if wish.plugin:
            assert session.value("'tugline' in __import__('sys').modules"), session.stderr()
        yield session
        judge(session)


def judge(session: KritaSession) -> None:
    """Quit Krita unless the test did, and fail for what a good session does not have.

    That is another exit status than 0 (unless the test killed it), an exception, an assertion of
    Krita's or a traceback on stderr.
    """
    if session.running:
        session.picture("end")
        session.quit()
    assert session.status == 0 or session.killed, f"Krita ended by itself: {session.status}"
    errors = session.errors()
    assert not errors, "\n".join(errors)
    said = session.stderr()
    for fault in _FAULTS:
        assert fault not in said, said[-5000:]
