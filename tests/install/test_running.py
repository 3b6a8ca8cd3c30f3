"""Whether Krita runs, found by a process of that name."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.running import wait_for
from tugline_daemon.install.running import krita_runs


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell")
def test_a_process_called_krita_is_found(tmp_path: Path) -> None:
    program = shutil.copy(shutil.which("sleep") or "", tmp_path / "krita")
    with subprocess.Popen([program, "60"]) as process:
        try:
            view = tmp_path / "proc"
            view.mkdir()
            (view / str(process.pid)).symlink_to(f"/proc/{process.pid}")
            (view / "self").symlink_to("/proc/self")
            wait_for(lambda: krita_runs(view), "the process has its name")
        finally:
            process.kill()


def test_no_other_process_is_taken_for_it(tmp_path: Path) -> None:
    process = tmp_path / str(os.getpid())
    process.mkdir()
    (process / "cmdline").write_bytes(b"kritarunner\0")
    (process / "comm").write_text("kritarunner\n", "utf-8")
    assert not krita_runs(tmp_path)


def test_where_the_system_does_not_tell_none_is_found(tmp_path: Path) -> None:
    assert not krita_runs(tmp_path / "nothing")
