"""Whether an editor runs, found by a process of its name."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.service.running import wait_for
from tugline_daemon.install.running import gimp_runs, krita_runs


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
@pytest.mark.parametrize(
    ("name", "runs"),
    [
        ("krita", krita_runs),
        ("gimp", gimp_runs),
        ("gimp-3.0", gimp_runs),
        ("gimp-console-3.0", gimp_runs),
    ],
)
def test_a_process_of_its_name_is_found(
    tmp_path: Path, name: str, runs: Callable[[Path], bool]
) -> None:
    program = shutil.copy(shutil.which("sleep") or "", tmp_path / name)
    with subprocess.Popen([program, "60"]) as process:
        try:
            view = tmp_path / "proc"
            view.mkdir()
            (view / str(process.pid)).symlink_to(f"/proc/{process.pid}")
            (view / "self").symlink_to("/proc/self")
            wait_for(lambda: runs(view), "the process has its name")
        finally:
            process.kill()


@pytest.mark.parametrize(
    ("name", "runs"), [("kritarunner", krita_runs), ("gimptool-3.0", gimp_runs)]
)
def test_no_other_process_is_taken_for_it(
    tmp_path: Path, name: str, runs: Callable[[Path], bool]
) -> None:
    process = tmp_path / str(os.getpid())
    process.mkdir()
    (process / "cmdline").write_bytes(f"{name}\0".encode())
    (process / "comm").write_text(f"{name}\n", "utf-8")
    assert not runs(tmp_path)


def test_where_the_system_does_not_tell_none_is_found(tmp_path: Path) -> None:
    assert not krita_runs(tmp_path / "nothing")
    assert not gimp_runs(tmp_path / "nothing")
