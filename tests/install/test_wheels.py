"""Other people's wheels: pinned, fetched by pip, refused where they are not the ones pinned."""

import os
import shutil
from pathlib import Path

import pytest

from tests.install.conftest import WHEELS
from tugline_daemon.install.errors import InstallError
from tugline_daemon.install.wheels import SYSTEMS, Wheel, fetch, pinned, this_system, unpack


def one_for_this_system() -> Wheel:
    return next(
        wheel
        for wheel in pinned()
        if (wheel.project, wheel.system, wheel.abi) == ("pyzmq", this_system(), "abi3")
    )


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the one folder in which pip looks: no index, no network, no user's configuration."""
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "shelf"
    folder.mkdir()
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.mark.parametrize("system", SYSTEMS)
def test_each_system_has_pyzmq_for_each_python(system: str) -> None:
    found = {
        (wheel.python, wheel.abi)
        for wheel in pinned()
        if wheel.project == "pyzmq" and wheel.system == system
    }
    assert found == {((3, 10), "cp310"), ((3, 11), "cp311"), ((3, 12), "abi3")}


def test_this_computer_is_one_of_the_systems() -> None:
    assert this_system() in SYSTEMS


def test_a_wheel_is_fetched_once_with_the_user_s_pip(shelf: Path, tmp_path: Path) -> None:
    wheel = one_for_this_system()
    shutil.copy(fetch([wheel], WHEELS, lambda _: None)[wheel], shelf)
    said: list[str] = []
    cache = tmp_path / "cache"
    assert fetch([wheel], cache, said.append) == {wheel: cache / wheel.filename}
    shutil.rmtree(shelf)
    assert fetch([wheel], cache, said.append) == {wheel: cache / wheel.filename}
    assert said == [f"Fetching {wheel.filename}"]
    assert [file.name for file in cache.iterdir()] == [wheel.filename]


def test_a_wheel_that_somebody_changed_is_refused(shelf: Path, tmp_path: Path) -> None:
    wheel = one_for_this_system()
    whole = fetch([wheel], WHEELS, lambda _: None)[wheel].read_bytes()
    (shelf / wheel.filename).write_bytes(whole + b"more")
    with pytest.raises(InstallError, match=wheel.filename):
        fetch([wheel], tmp_path / "cache", lambda _: None)
    assert not list((tmp_path / "cache").iterdir())


def test_a_wheel_that_was_changed_in_the_cache_is_fetched_again(
    shelf: Path, tmp_path: Path
) -> None:
    wheel = one_for_this_system()
    whole = fetch([wheel], WHEELS, lambda _: None)[wheel]
    shutil.copy(whole, shelf)
    kept = tmp_path / wheel.filename
    kept.write_bytes(b"half")
    fetch([wheel], tmp_path, lambda _: None)
    assert kept.read_bytes() == whole.read_bytes()


def test_a_python_without_pip_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(InstallError, match="ensurepip"):
        fetch([one_for_this_system()], tmp_path, lambda _: None)


def test_msgpack_comes_as_python_alone(tmp_path: Path) -> None:
    wheel = next(wheel for wheel in pinned() if wheel.project == "msgpack")
    unpack(fetch([wheel], WHEELS, lambda _: None)[wheel], tmp_path, compiled=False)
    assert (tmp_path / "msgpack" / "fallback.py").is_file()
    assert not list(tmp_path.rglob("*.so"))
    assert list(tmp_path.rglob("COPYING"))
