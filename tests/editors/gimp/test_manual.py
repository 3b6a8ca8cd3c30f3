"""The scripts of docs/gimp.md, run as they stand there in the real GIMP."""

import re
from pathlib import Path

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.service.running import Daemon

PAGE = Path(__file__).parents[3] / "docs" / "gimp.md"


@pytest.fixture
def gimp(scripted: tuple[GimpConsole, Daemon]) -> GimpConsole:
    return scripted[0]


def block(gimp: GimpConsole, language: str) -> tuple[str, str]:
    """Return the page's script in ``language``, and the file that it saves, in GIMP's HOME."""
    (script,) = re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    saved = str(gimp.home / f"{language}.xcf")
    assert script.count('"turned.xcf"') == 1
    return script.replace("turned.xcf", saved), saved


def opened(gimp: GimpConsole, file: str) -> list[str]:
    """Return the names of the layers and paths of a saved image."""
    found: list[str] = gimp.run(
        f"""
        again = Gimp.file_load(Gimp.RunMode.NONINTERACTIVE, Gio.File.new_for_path({file!r}))
        result = [item.get_name() for item in (*again.get_layers(), *again.get_paths())]
        again.delete()
        """
    )
    return found


def test_the_script_with_a_path_runs(gimp: GimpConsole) -> None:
    script, saved = block(gimp, "python")
    gimp.run(script)
    assert gimp.value("[reason, steps > 0]") == ["arrived", True]
    assert opened(gimp, saved) == ["Tugline", "Tugline arrows"]


def test_the_script_with_points_runs(gimp: GimpConsole) -> None:
    script, saved = block(gimp, "scheme")
    gimp.run(
        f"""
        call("plug-in-script-fu-eval", {{
            "run-mode": Gimp.RunMode.NONINTERACTIVE, "script": {script!r},
        }})
        """
    )
    assert opened(gimp, saved) == ["Tugline", "Tugline arrows"]
