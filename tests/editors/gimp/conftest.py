"""The real GIMP, its plugin from this checkout."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console, judged_gimp
from tests.editors.gimp.opening import GimpWish
from tests.editors.gimp.scripts import scripted_gimp
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.version import GimpVersion
from tests.service.running import Daemon

OpenGimp = Callable[[GimpWish], GimpSession]


@pytest.fixture(scope="session")
def gimp_version(request: pytest.FixtureRequest) -> GimpVersion:
    """The GIMP that a test runs: the first, unless it is marked ``in_each_gimp``."""
    return getattr(request, "param", GimpVersion.FIRST)


@pytest.fixture
def gimp_console(
    request: pytest.FixtureRequest, tmp_path: Path, gimp_version: GimpVersion
) -> Iterator[GimpConsole]:
    """A gimp-console whose Python can import the plugin's packages; nothing is installed."""
    wish = GimpWish(plugin=False, version=gimp_version)
    with judged_console(tmp_path, artifacts_of(request), wish) as console:
        yield console


@pytest.fixture
def installed_console(
    request: pytest.FixtureRequest, tmp_path: Path, gimp_version: GimpVersion
) -> Iterator[GimpConsole]:
    """A gimp-console in which the plugin is installed, with the procedures that it registers."""
    wish = GimpWish(version=gimp_version)
    with judged_console(tmp_path, artifacts_of(request), wish) as console:
        yield console


@pytest.fixture
def open_gimp(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenGimp]:
    """Opens GIMPs, each with a HOME of its own; at the end each is judged and closed."""
    test = artifacts_of(request)
    with ExitStack() as stack:

        def open_one(wish: GimpWish) -> GimpSession:
            name = test if wish.name == GimpWish.name else f"{test}-{wish.name}"
            return stack.enter_context(judged_gimp(tmp_path, name, wish))

        yield open_one


@pytest.fixture
def gimp(open_gimp: OpenGimp, gimp_version: GimpVersion) -> GimpSession:
    """A GIMP that runs with the plugin."""
    return open_gimp(GimpWish(version=gimp_version))


@pytest.fixture(scope="module")
def both(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[GimpSession, Daemon]]:
    """One GIMP and one daemon for all tests of a file."""
    name = request.path.stem
    folder = tmp_path_factory.mktemp(name)
    daemon = Daemon(home=folder, models=folder / "models").start()
    try:
        with judged_gimp(folder, f"gimp-{name}", GimpWish()) as session:
            yield session, daemon
    finally:
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.end()


@pytest.fixture(scope="module")
def scripted(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[GimpConsole, Daemon]]:
    """One gimp-console and one daemon for all tests of a file."""
    name = request.path.stem
    with scripted_gimp(tmp_path_factory.mktemp(name), f"gimp-{name}") as pair:
        yield pair


@pytest.fixture(scope="module")
def bare_gimp(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GimpSession]:
    """One GIMP without the plugin for all tests of a file, which can import its packages."""
    name = request.path.stem
    wish = GimpWish(plugin=False)
    with judged_gimp(tmp_path_factory.mktemp(name), f"gimp-{name}", wish) as session:
        yield session


def artifacts_of(request: pytest.FixtureRequest) -> str:
    """Return the name of the test's folder in out/editors."""
    return re.sub(r"[^\w.-]+", "-", f"gimp-{request.path.stem}-{request.node.name}")
