"""The command line, run as a reader of the page would run it, with a daemon of its own."""

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from PIL import Image, ImageDraw

from tools.gallery.scenes import Drag
from tugline_daemon.cli.terminal import CommandFailed


@dataclass(frozen=True)
class Shown:
    """A drag that was done: its command, the pictures before and after, and what came of it.

    ``mask`` is its selection, if it has one; ``left`` is the way that is left to the furthest
    target, in pixels of the picture.
    """

    drag: Drag
    command: str
    before: Image.Image
    mask: Image.Image | None
    after: Image.Image
    ended: str
    steps: int
    left: float


class CommandLine:
    """Runs ``tugline`` in ``folder``; ``model`` is the one named to it."""

    def __init__(self, folder: Path, model: str) -> None:
        self._folder = folder
        self._model = model
        self._environment = os.environ | {
            "TUGLINE_STATE_DIR": str(folder / "state"),
            "TUGLINE_CONFIG_DIR": str(folder / "config"),
            "TUGLINE_MODEL": model,
        }

    def run(self, *arguments: str) -> str:
        """Run ``tugline`` to its end and return its standard output.

        Raises CommandFailed with its messages where it fails.
        """
        done = subprocess.run(
            [sys.executable, "-m", "tugline_daemon.cli", *arguments],
            cwd=self._folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise CommandFailed(f"{as_typed(arguments)} failed: {done.stderr}")
        return done.stdout

    def picture(self, *arguments: str) -> Image.Image:
        """Run a command that makes a picture, and return it."""
        self.run(*arguments, "--out", "made.png")
        with Image.open(self._folder / "made.png") as made:
            return made.convert("RGB")

    def drag(self, drag: Drag) -> Shown:
        """Do a drag of the gallery."""
        before = self.picture("generate", "--seed", str(drag.seed))
        points = [
            f"{x:g},{y:g}:{to_x:g},{to_y:g}"
            for (x, y), (to_x, to_y) in ((pull.handle, pull.target) for pull in drag.pulls)
        ]
        arguments = ["drag", "--seed", str(drag.seed)]
        for point in points:
            arguments += ["--point", point]
        arguments += drag.scene.options
        mask = mask_of(drag, before.size)
        if mask is not None:
            mask.save(self._folder / mask_name(drag))
            arguments += ["--mask", mask_name(drag)]
        report: dict[str, Any] = json.loads(self.run(*arguments, "--out", "after.png", "--json"))
        with Image.open(self._folder / "after.png") as after:
            return Shown(
                drag=drag,
                command=as_typed([*arguments, "--out", "after.png"]),
                before=before,
                mask=mask,
                after=after.convert("RGB"),
                ended=report["ended"],
                steps=report["steps"],
                left=max(point["distance_after"] for point in report["points"]),
            )


def mask_name(drag: Drag) -> str:
    """Return the name of the file with the drag's mask."""
    return f"{drag.scene.name}-{drag.seed}-mask.png"


def mask_of(drag: Drag, size: tuple[int, int]) -> Image.Image | None:
    """Return the drag's selection as a mask, white where it may change."""
    if drag.selection is None:
        return None
    mask = Image.new("1", size)
    left, top, right, bottom = drag.selection
    radius = min(right - left, bottom - top) / 4
    ImageDraw.Draw(mask).rounded_rectangle((left, top, right - 1, bottom - 1), radius, fill=1)
    return mask


@contextmanager
def command_line(model: str) -> Iterator[CommandLine]:
    """Yield a command line in an empty folder; its daemon ends with the block."""
    with TemporaryDirectory() as folder:
        line = CommandLine(Path(folder), model)
        try:
            yield line
        finally:
            line.run("stop")


def as_typed(arguments: Sequence[str]) -> str:
    """Return the command as one types it."""
    return shlex.join(["tugline", *arguments])
