"""The page that shows the gallery's pictures, each with the command that makes it."""

import os
from collections.abc import Sequence
from pathlib import Path

from tools.gallery.latents import Strip
from tools.gallery.running import Shown
from tools.gallery.sheets import SUFFIX

_INTRODUCTION = (
    "Drags of `{model}` with its own settings and what a command names: before, with the handles "
    "(red) and their targets (blue), after. Nobody picked the seeds: each drag shows the first two "
    "from 1 on and none twice, of which the handles can be seen and have a way to go. The targets "
    "are where the renderer that the model learned from puts the same landmarks in the other pose. "
    "Where a command names a mask, which lies beside the pictures, what stays is pale under the "
    "arrows. This page and its pictures are made by `python -m tools.gallery {folder}`."
)
_ENDS = {
    "arrived": "arrived",
    "stuck": "got no nearer",
    "step_limit": "used up its steps",
    "diverged": "fell apart",
}


def page(
    model: str,
    folder: Path,
    target: Path,
    drags: Sequence[Sequence[Shown]],
    strips: Sequence[Strip],
) -> str:
    """Return the page ``target``, in Markdown, for the pictures in ``folder``."""
    here = Path(os.path.relpath(folder, target.parent)).as_posix()
    parts = ["# Gallery", _INTRODUCTION.format(model=model, folder=folder.as_posix())]
    for shown in drags:
        scene = shown[0].drag.scene
        commands = "\n".join(one.command for one in shown)
        parts += [
            f"## {scene.title}",
            f"![{scene.title}, two examples: before, arrows, after]({here}/{scene.name}{SUFFIX})",
            " ".join(map(_came_of, shown)),
            f"```sh\n{commands}\n```",
        ]
    for strip in strips:
        commands = "\n".join(strip.commands)
        parts += [
            f"## {strip.title}",
            f"![{strip.title}]({here}/{strip.name}{SUFFIX})",
            strip.says,
            f"```sh\n{commands}\n```",
        ]
    return "\n\n".join(parts) + "\n"


def _came_of(one: Shown) -> str:
    """Say in a sentence what a drag came to."""
    ended = _ENDS.get(one.ended, one.ended)
    return f"Seed {one.drag.seed} {ended} after {one.steps} steps, {one.left:.1f} px left."
