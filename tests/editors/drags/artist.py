"""What an artist does with Tugline in the real Krita, and what they then have before them."""

import base64
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from benchmarks.ruler.reading import find
from tests.editors.session import KritaSession
from tools.critters.landmarks import Landmark

XY = tuple[float, float]

_PRELUDE = """
import base64, dataclasses, tugline
from krita import Krita
desk = tugline.the_desk()
bench = desk.bench

said, releases, steps_when_lost = [], [], []
desk.watch(lambda state: said.append(state.message))
desk.watch(lambda state: None if state.connected else steps_when_lost.append(state.steps))
desk._mode._watch.released.connect(releases.append)

def settings(**changes):
    desk.change_settings(dataclasses.replace(desk.settings, **changes))

def edit_layer():
    return bench.edit.document.layer(bench.edit.layer_id) if bench.edit else None

def picture_bytes():
    box = bench.edit.record.placement.box
    return bytes(edit_layer().pixelData(box.x, box.y, box.width, box.height))

def arrows():
    return [
        dict(handle=a.handle, target=a.target, distance=a.distance, condition=a.condition)
        for a in bench.gestures.arrows
    ]

def layers():
    def walk(node, depth):
        found = []
        for child in node.childNodes():
            found.append("  " * depth + child.name())
            found += walk(child, depth + 1)
        return found
    return walk(app.activeDocument().rootNode(), 0)
"""


@dataclass(frozen=True)
class Picture:
    """The edit's layer over its picture: BGRA rows, and where it lies in the document."""

    x: int
    y: int
    width: int
    height: int
    data: bytes

    def at(self, x: int, y: int) -> tuple[int, ...]:
        """Return the BGRA of one pixel of the picture."""
        start = 4 * (y * self.width + x)
        return tuple(self.data[start : start + 4])


class Artist:
    """An artist at a KritaSession in which a document is open."""

    def __init__(self, krita: KritaSession, name: str) -> None:
        self.krita = krita
        self._name = re.sub(r"[^\w]+", "-", name)
        self.ready()

    def ready(self) -> None:
        """Take up the tools again: after each start of Krita."""
        self.krita.run(_PRELUDE)
        self.krita.run("desk.change_settings(type(desk.settings)())")

    def leave(self) -> None:
        """Close all documents, whatever is under way, and the desk as it was."""
        self.krita.run(
            """
            desk.set_drag_mode(False)
            bench._held = False
            for document in app.documents():
                document.setModified(False)
                document.close()
            """
        )
        self.krita.wait_for("bench.pull is None and bench.edit is None and not app.documents()")

    def shot(self, name: str) -> Path:
        """Take a screenshot, among the artifacts of this file's tests."""
        return self.krita.picture(f"{self._name}-{name}")

    def settings(self, **changes: Any) -> None:
        """Set what the docker sets."""
        self.krita.run(f"settings(**{changes!r})")

    def connect(self) -> None:
        """Wait for the daemon and its models."""
        self.krita.wait_for("desk.state().connected and len(desk.state().models) > 0")

    def generate(self, seed: int = 7) -> None:
        """Generate a picture and wait until its layer is there."""
        self.connect()
        self.settings(seed=seed)
        before = self.krita.value("bench.edit.record.edit if bench.edit else ''")
        self.krita.run("desk.generate_here()")
        self.krita.wait_for(f"bench.edit is not None and bench.edit.record.edit != {before!r}")
        self.krita.settle()

    def press(self, text: str) -> None:
        """Click the docker's button that says ``text``, with the mouse."""
        self.krita.run(
            """
            from PyQt5.QtWidgets import QAbstractButton, QDockWidget

            def place_of_button(text):
                docker = app.activeWindow().qwindow().findChild(QDockWidget, "tugline_docker")
                docker.raise_()
                found = [b for b in docker.findChildren(QAbstractButton)
                         if text in b.text().replace("&", "") and b.isVisible()]
                middle = found[0].mapToGlobal(found[0].rect().center())
                return [middle.x(), middle.y()]
            """
        )
        self.krita.mouse.click(*self.krita.still(f"place_of_button({text!r})"))

    def drag_mode(self, *, on: bool = True) -> None:
        """Switch drag mode."""
        self.krita.run(f"desk.set_drag_mode({on})")
        self.krita.settle()

    def on_screen(self, point: XY) -> tuple[int, int]:
        """Return the screen pixel of an image pixel of the picture."""
        x, y = self.krita.value(f"bench.edit.record.placement.to_document.map({point!r})")
        return self.krita.on_screen(x, y)

    def pull(self, handle: XY, target: XY) -> None:
        """Press on the picture at ``handle``, pull to ``target``, let go: real X events.

        Drag mode has to be on: it is waited for its hand to have let go.
        """
        before = self.krita.value("len(releases)")
        self.krita.mouse.drag(self.on_screen(handle), self.on_screen(target), steps=8)
        self.krita.wait_for(f"len(releases) > {before}")
        self.krita.settle()

    def paint(self, start: XY, end: XY) -> None:
        """Draw on the picture with Krita's brush."""
        self.krita.stroke(self.on_screen(start), self.on_screen(end))

    def run_far(self) -> None:
        """Begin a drag that does not end by itself, as under a hand that holds it.

        It rests when it has arrived, and tells of no frame then.
        """
        self.settings(step_limit=5000)
        self.drag_mode()
        start = nose(self.picture())
        self.pull(start, (start[0] + 45, start[1] + 35))
        self.run_held()

    def run_held(self, begin: str = "desk.run()") -> None:
        """Pull the arrows as they are, and hold them until nothing runs any more."""
        self.krita.run(f"bench._held = True; {begin}")
        self.krita.wait_for("bench.pull is not None and bench.pull.steps > 1")

    def wait_idle(self) -> None:
        """Wait until nothing runs on the edit any more."""
        self.krita.wait_for("bench.idle and desk.state().busy.value == 'nothing'")
        self.krita.run("bench._held = False")
        self.krita.settle()

    def arrows(self) -> list[dict[str, Any]]:
        """Return the arrows as they stand."""
        found: list[dict[str, Any]] = self.krita.value("arrows()")
        return found

    def picture(self) -> Picture:
        """Return what the edit's layer shows."""
        said = self.krita.run(
            """
            box = bench.edit.record.placement.box
            result = [box.x, box.y, box.width, box.height,
                      base64.b64encode(picture_bytes()).decode()]
            """
        )
        x, y, width, height, data = said
        return Picture(x, y, width, height, base64.b64decode(data))

    def layers(self) -> list[str]:
        """Return the names of all layers, groups before what is in them, from the bottom."""
        found: list[str] = self.krita.value("layers()")
        return found

    def message(self) -> str:
        """Return the docker's message."""
        return str(self.krita.value("desk.state().message"))


def change(before: Picture, after: Picture, centre: XY, radius: float) -> float:
    """Return the mean absolute difference of two pictures around an image pixel, 0 to 255."""
    total = count = 0
    for y in range(before.height):
        for x in range(before.width):
            if math.dist((x + 0.5, y + 0.5), centre) <= radius:
                pair = zip(before.at(x, y)[:3], after.at(x, y)[:3], strict=True)
                total += sum(abs(a - b) for a, b in pair)
                count += 3
    return total / max(1, count)


def nose(picture: Picture) -> XY:
    """Return where the nose's tip is in a critter's picture, as the landmarks' ruler sees it."""
    rows = torch.frombuffer(bytearray(picture.data), dtype=torch.uint8)
    pixels = rows.reshape(picture.height, picture.width, 4)[..., :3].flip(-1)
    found = find(pixels.permute(2, 0, 1)[None] / 127.5 - 1)[0, Landmark.NOSE_TIP]
    return float(found[0]), float(found[1])
