"""A gimp-console with the plugin installed and a daemon beside it, for scripts that call it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish
from tests.editors.wire import EditorError
from tests.service.running import Daemon

NAMES = """
def plain(value):
    return value.get_name() if isinstance(value, Gimp.Item) else value

def generate(image, above=(), mode=Gimp.RunMode.NONINTERACTIVE, **arguments):
    named = {name.replace("_", "-"): value for name, value in arguments.items()}
    basis = {"run-mode": mode, "image": image}
    if above:
        basis["drawables"] = list(above)
    return call("plug-in-tugline-generate", basis | named)[0]

def drag(layer, mode=Gimp.RunMode.NONINTERACTIVE, **arguments):
    named = {name.replace("_", "-"): value for name, value in arguments.items()}
    basis = {"run-mode": mode, "image": layer.get_image(), "drawables": [layer]}
    return call("plug-in-tugline-drag", basis | named)

def invert(layer, mode=Gimp.RunMode.NONINTERACTIVE, **arguments):
    named = {name.replace("_", "-"): value for name, value in arguments.items()}
    basis = {"run-mode": mode, "image": layer.get_image(), "drawables": [layer]}
    return call("plug-in-tugline-invert", basis | named)

def pixels(layer, format=None):
    area = Gegl.Rectangle.new(0, 0, layer.get_width(), layer.get_height())
    return bytes(layer.get_buffer().get(area, 1.0, format, Gegl.AbyssPolicy.NONE))

def box(layer):
    return [*layer.get_offsets()[1:], layer.get_width(), layer.get_height()]

def arrow(image, name, *ends):
    path = Gimp.Path.new(image, name)
    image.insert_path(path, None, 0)
    for x, y, to_x, to_y in ends:
        points = [x, y] * 3 + [to_x, to_y] * 3
        path.stroke_new_from_points(Gimp.PathStrokeType.BEZIER, points, False)
    return path
"""


@contextmanager
def scripted_gimp(folder: Path, name: str) -> Iterator[tuple[GimpConsole, Daemon]]:
    """Yield a console in which ``generate``, ``invert`` and ``drag`` call the procedures.

    ``pixels``, ``box`` and ``arrow`` (a path with strokes) are there too.
    """
    daemon = Daemon(home=folder, models=folder / "models").start()
    try:
        with judged_console(folder, name, GimpWish()) as console:
            console.run(NAMES)
            yield console, daemon
    finally:
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.end()


def refusal(console: GimpConsole, code: str) -> str:
    """Run ``code``, whose procedure has to end in an error, and return what GIMP said of it."""
    with pytest.raises(EditorError) as fault:
        console.run(code)
    return str(fault.value)


def values(console: GimpConsole, code: str) -> Any:
    """Run ``code`` and return ``result``, layers by their names."""
    return console.run(f"{code}\nresult = [plain(value) for value in result]")
