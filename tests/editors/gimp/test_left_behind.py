"""Images in which something else left what it should not: torn marks, previews that nobody ends."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.scripts import values
from tests.service.running import Daemon

POINTS = "points=[120.0, 100.0, 136.0, 108.0]"


@pytest.fixture
def gimp(scripted: tuple[GimpConsole, Daemon]) -> Iterator[GimpConsole]:
    """The console, with a picture of 256 pixels that fills ``image``, in ``layer``."""
    console = scripted[0]
    console.run("image = new_image(256, 256); layer = generate(image, seed=4)")
    yield console
    console.run("image.delete()")


@pytest.mark.parametrize(
    "mark", [b"\xff\xfe 1", b"", b" ", b"edit", b"edit 99999999999", b"e" * 70]
)
def test_a_path_with_a_torn_mark_is_nobodys(gimp: GimpConsole, mark: bytes) -> None:
    gimp.run(f"""
path = arrow(image, "Tugline arrows", (120, 100, 136, 108))
path.attach_parasite(Gimp.Parasite.new(
    "tugline/arrows", Gimp.PARASITE_PERSISTENT, memoryview({mark!r}).cast("b")))
""")
    assert values(gimp, "result = drag(layer)")[2] == "arrived"
    assert gimp.value("[path.get_name() for path in image.get_paths()]") == ["Tugline arrows"]


def test_a_preview_is_nobodys_although_the_process_that_left_it_may_live(gimp: GimpConsole) -> None:
    gimp.run("""
from tugline_edit.storage import EditStore
from tugline_gimp.document import GimpDocument
document, known = GimpDocument(image), str(layer.get_tattoo())
record = EditStore(document.store(known)).layer(known)
document.begin_pull(known, record.placement, true_composite=False)
""")
    names = "[[one.get_name(), one.get_visible()] for one in image.get_layers()]"
    assert gimp.value(names)[:2] == [["Tugline", False], ["Tugline (pulling)", True]]
    assert values(gimp, f"result = drag(layer, {POINTS})")[2] == "arrived"
    assert gimp.value(names) == [["Tugline", True], ["Background", True]]
