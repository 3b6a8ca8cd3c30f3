"""What artists do to the layer in which a picture moves, and what they would lose by it."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.judging import judged_gimp
from tests.editors.gimp.opening import GimpWish
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import Artist, at_work
from tests.service.running import Daemon

NOSE = (250.0, 270.0)
FAR = (400.0, 400.0)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GimpSession, Daemon]]:
    """One GIMP and one daemon for all tests of this file."""
    folder = tmp_path_factory.mktemp("mishaps")
    daemon = Daemon(home=folder, models=folder / "models").start()
    with judged_gimp(folder, "gimp-test_mishaps", GimpWish()) as session:
        yield session, daemon
    daemon.end()


@pytest.fixture
def artist(both: tuple[GimpSession, Daemon]) -> Iterator[Artist]:
    """An artist with a picture and the dialog open."""
    with at_work(*both) as someone:
        yield someone


def test_an_undo_of_flattening_in_mid_drag_brings_back_no_preview(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    artist.gimp.run("image.flatten(); Gimp.displays_flush()")
    artist.go_on()
    artist.wait_idle()
    assert artist.gimp.value("names(image)") == ["Background"]
    artist.gimp.undo("names(image) == ['Tugline', 'Background']")
    assert artist.gimp.value("top(image) == layer and layer.get_visible()")
    assert artist.gimp.value("pixels(layer) == before")
    artist.plugin.wait_for("bench.edit is not None and len(arrows()) == 1")
