"""Which of the folders that came with the plugin an editor's Python takes."""

from pathlib import Path

import pytest

from tests.install.conftest import Krita
from tugline_daemon.install import wheels
from tugline_edit.vendoring import this_system, vendor_paths


@pytest.mark.parametrize(
    ("version", "taken"),
    [
        ((3, 9), []),
        ((3, 10), ["py310"]),
        ((3, 11), ["py311"]),
        ((3, 12), ["abi3"]),
        ((3, 14), ["abi3"]),
    ],
)
def test_each_python_takes_its_own(
    krita: Krita, version: tuple[int, int], taken: list[str]
) -> None:
    krita.install()
    vendor = krita.module / "vendor"
    found = vendor_paths(vendor, version)
    assert found == [vendor / "common", *[vendor / wheels.this_system() / name for name in taken]]
    assert all(path.is_dir() for path in found)


def test_one_made_for_a_python_goes_before_the_one_for_all(tmp_path: Path) -> None:
    for name in ("py313", "abi3"):
        (tmp_path / "macos" / name).mkdir(parents=True)
    assert vendor_paths(tmp_path, (3, 13), "macos")[1] == tmp_path / "macos" / "py313"


def test_a_system_without_a_folder_takes_what_is_for_all(tmp_path: Path) -> None:
    assert vendor_paths(tmp_path, (3, 13), "linux-riscv64") == [tmp_path / "common"]


def test_plugin_and_installer_name_this_computer_alike() -> None:
    assert this_system() == wheels.this_system()
