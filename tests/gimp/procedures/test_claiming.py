"""One process at a time drags in an image."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tugline_edit.host import LayerFault
from tugline_gimp.procedures.claiming import TAKEN, Claim

OTHER = """
import sys
from pathlib import Path
from tugline_gimp.procedures.claiming import Claim
claim = Claim(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
print("claimed", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(folder: Path, gimp: int, image: int) -> Iterator["subprocess.Popen[str]"]:
    """Run a process that has claimed an image until the end of the block."""
    arguments = [sys.executable, "-c", OTHER, str(folder), str(gimp), str(image)]
    path = {"PYTHONPATH": ":".join(each for each in sys.path if each)}
    with subprocess.Popen(
        arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=path
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "claimed\n"
        yield process
        process.kill()


def test_an_image_that_another_process_has_is_refused(tmp_path: Path) -> None:
    with (
        another_process(tmp_path, gimp=70000, image=1),
        pytest.raises(LayerFault, match=TAKEN[:20]),
    ):
        Claim(tmp_path, 70000, 1)


def test_other_images_and_other_gimps_are_free(tmp_path: Path) -> None:
    with another_process(tmp_path, gimp=70000, image=1):
        for gimp, image in ((70000, 2), (70001, 1)):
            Claim(tmp_path, gimp, image).release()


def test_a_process_that_was_killed_has_nothing_any_more(tmp_path: Path) -> None:
    with another_process(tmp_path, gimp=70000, image=1) as process:
        process.kill()
        process.wait()
        Claim(tmp_path, 70000, 1).release()


def test_what_was_released_is_free(tmp_path: Path) -> None:
    Claim(tmp_path, 70000, 1).release()
    with another_process(tmp_path, gimp=70000, image=1):
        pass


def test_a_folder_that_cannot_be_written_keeps_nobody_off(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    Claim(tmp_path / "file", 1, 1).release()
