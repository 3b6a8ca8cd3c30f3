"""The real GIMP, its plugin from this checkout."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish


@pytest.fixture
def gimp_console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GimpConsole]:
    """A gimp-console whose Python can import the plugin's packages; nothing is installed."""
    with judged_console(tmp_path, artifacts_of(request), GimpWish(plugin=False)) as console:
        yield console


@pytest.fixture
def installed_console(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[GimpConsole]:
    """A gimp-console in which the plugin is installed, with the procedures that it registers."""
    with judged_console(tmp_path, artifacts_of(request), GimpWish()) as console:
        yield console


def artifacts_of(request: pytest.FixtureRequest) -> str:
    """Return the name of the test's folder in out/editors."""
    return re.sub(r"[^\w.-]+", "-", f"gimp-{request.path.stem}-{request.node.name}")
