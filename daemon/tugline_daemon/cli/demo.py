"""``tugline demo``: from nothing to a drag, over the real socket, with pictures to look at."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer

from tugline_daemon.library.latents import write_latent
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import StartDrag
from tugline_protocol.values import DragOptions, PictureFormat

from .arguments import Pull, examples
from .asking import Truncation, find_card, generate
from .daemon import converse_with_started, end_daemon
from .drags import INTERRUPTED, run_drag
from .drawing import draw_pulls
from .pictures import save_bytes, save_picture, saved_latent
from .recording import GifRecorder
from .report import DragReport, drag_points, make_report
from .terminal import MESSAGES, CommandFailed

DEMO_EXAMPLES = examples("tugline demo --out out/demo")

# The paper's authors end within 2 pixels at 512, never below one image pixel.
_STOP_AT_512: Final = 2.0
_STEP_LIMIT: Final = 400


@dataclass(frozen=True)
class Scene:
    """What the demo drags: a seed of a model, and landmarks found by looking at its picture."""

    model: str
    seed: int
    psi: float
    pulls: tuple[Pull, ...]


# A head that looks slightly to the left. Its nose is pulled to the right, which turns it, and the
# tips of both ears upward.
SCENE: Final = Scene(
    model="critters-2",
    seed=13,
    psi=0.7,
    pulls=(
        Pull((61.0, 65.0), (75.0, 66.0)),
        Pull((38.0, 19.0), (40.0, 10.0)),
        Pull((100.0, 18.5), (103.0, 10.0)),
    ),
)


def demo_command(
    out: Annotated[Path, typer.Option(help="The folder for pictures and report.")] = Path(
        "out/demo"
    ),
) -> None:
    """Generate a picture, drag points of it, and leave pictures and a report behind.

    Writes before.png, after.png, arrows.png, drag.gif, latent.safetensors and report.json. The
    exit code is 1 if a point did not reach its target, 130 if Ctrl+C stopped the drag.
    """
    conversation, started = converse_with_started()
    try:
        with conversation:
            report, interrupted = _demonstrate(conversation, out)
    finally:
        if started:
            end_daemon()
    _tell(report, out)
    if interrupted:
        raise typer.Exit(INTERRUPTED)
    _judge(report, out)


def _demonstrate(conversation: Conversation, out: Path) -> tuple[DragReport, bool]:
    """Do the demo; return its report, and whether Ctrl+C stopped the drag."""
    made = generate(conversation, SCENE.model, SCENE.seed, truncation=Truncation(SCENE.psi))
    card = find_card(conversation, SCENE.model)
    save_picture(made.picture, out / "before.png")
    save_picture(draw_pulls(made.picture, SCENE.pulls), out / "arrows.png")
    recorder = GifRecorder(out / "drag.gif", made.picture, SCENE.pulls)
    start = StartDrag(
        made.model,
        made.latent,
        drag_points(SCENE.pulls),
        options=DragOptions(stop_distance=_stop_distance(card.width), step_limit=_STEP_LIMIT),
        frames=PictureFormat(),
    )
    finished = run_drag(conversation, start, recorder.add)
    recorder.finish(finished.picture, finished.pulls)
    save_picture(finished.picture, out / "after.png")
    latent = out / "latent.safetensors"
    write_latent(latent, saved_latent(made.model, finished.ended.latent))
    report = make_report(card, SCENE.pulls, finished.ended, finished.seconds, latent)
    save_bytes((json.dumps(report.to_plain(), indent=2) + "\n").encode(), out / "report.json")
    return report, finished.interrupted


def _stop_distance(width: int) -> float:
    return max(1.0, _STOP_AT_512 * width / 512)


def _tell(report: DragReport, out: Path) -> None:
    """Print what came of it."""
    MESSAGES.print(f"{report.model}: {report.steps} steps in {report.seconds:.1f} s")
    for number, point in enumerate(report.points, 1):
        MESSAGES.print(
            f"  point {number}: {point.distance_before:.1f} px to go, {point.distance_after:.2f} "
            "px left"
        )
    MESSAGES.print(f"Look at {out / 'drag.gif'}, before.png, after.png and arrows.png beside it.")


def _judge(report: DragReport, out: Path) -> None:
    """Raise CommandFailed if a handle did not arrive."""
    stop = _stop_distance(report.resolution)
    if any(point.distance_after > stop for point in report.points):
        raise CommandFailed(
            f"A point did not come within {stop:g} px of its target (the drag ended: "
            f"{report.ended}); the report is in {out / 'report.json'}."
        )
