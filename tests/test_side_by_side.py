"""Tests that run side by side in workers: how many there are, and which skips they may make."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TWO_SKIPS = """
import pytest

@pytest.mark.skip(reason="nothing to run it on")
def test_allowed() -> None: ...

@pytest.mark.skip(reason="forgotten")
def test_forgotten() -> None: ...
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a file of two tests that are skipped."""
    file = tmp_path / "test_skips.py"
    file.write_text(TWO_SKIPS, "utf-8")
    return file


def pytest_of(tests: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``tests`` with what all tests share, and without this project's settings."""
    own = ("-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull)
    root = tests if tests.is_dir() else tests.parent
    return subprocess.run(
        [sys.executable, "-m", "pytest", *own, f"--rootdir={root}", *arguments, str(tests)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_skip_in_a_worker_has_to_be_allowed(file: Path) -> None:
    listed = file.with_name("allowed")
    listed.write_text("test_skips.py::test_al*  # for the test\n", "utf-8")
    ran = pytest_of(file.parent, "-n2", f"--allowed-skips={listed}")
    assert "2 workers [2 items]" in ran.stdout
    assert ran.returncode == pytest.ExitCode.TESTS_FAILED, ran.stdout + ran.stderr
    told = [line for line in ran.stdout.splitlines() if "not allowed" in line]
    assert told == ["not allowed to be skipped: test_skips.py::test_forgotten"]


def test_those_of_a_named_file_wait_for_no_worker(file: Path) -> None:
    ran = pytest_of(file, "-nauto")
    assert ran.returncode == pytest.ExitCode.OK, ran.stdout + ran.stderr
    assert "collected 2 items" in ran.stdout
