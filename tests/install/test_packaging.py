"""The wheel of Tugline itself: whoever installs that alone can install the plugins."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.install.conftest import WHEELS

ROOT = Path(__file__).parents[2]

INSTALL = """
import sys
from pathlib import Path
sys.path[:0] = [sys.argv[1]]
from tugline_daemon.install import gimp, gimp_places, krita, places
from tugline_daemon.install.wheels import this_system
editor, find = {"krita": (krita, places), "gimp": (gimp, gimp_places)}[sys.argv[4]]
place = find.place_at(Path(sys.argv[2]))
editor.install(place, this_system(), Path(sys.argv[3]), lambda _: None)
print(editor.examine(place).condition.name)
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with what the wheel holds, built from this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir"]
    run = subprocess.run([*build, folder, ROOT], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    return folder / "site"


@pytest.mark.parametrize("editor", ["krita", "gimp"])
def test_every_source_of_the_plugin_is_in_the_wheel(site: Path, editor: str) -> None:
    sources = ROOT / "plugins" / editor
    wanted = {
        path.relative_to(sources)
        for path in sources.rglob("*")
        if path.is_file() and path.suffix != ".pyc"
    }
    packaged = site / "tugline_daemon" / "install" / "plugins" / editor
    assert {path.relative_to(packaged) for path in packaged.rglob("*") if path.is_file()} == wanted


@pytest.mark.parametrize(
    ("editor", "folder", "module"),
    [
        ("krita", ".local/share/krita", "pykrita/tugline"),
        ("gimp", ".config/GIMP/3.0", "plug-ins/tugline"),
    ],
)
def test_the_plugin_is_installed_from_the_wheel_alone(
    site: Path, tmp_path: Path, editor: str, folder: str, module: str
) -> None:
    own = tmp_path / folder
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", INSTALL, site, own, WHEELS, editor],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (0, "WHOLE\n"), run.stderr
    manifest = json.loads((own / module / "installed.json").read_text("utf-8"))
    assert f"{module}/vendor/common/tugline_edit/__init__.py" in manifest["files"]
