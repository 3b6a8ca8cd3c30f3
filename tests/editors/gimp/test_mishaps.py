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
    try:
        with judged_gimp(folder, "gimp-test_mishaps", GimpWish()) as session:
            yield session, daemon
    finally:
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
    artist.undo("names(image) == ['Tugline', 'Background']")
    assert artist.gimp.value("top(image) == layer and layer.get_visible()")
    assert artist.gimp.value("pixels(layer) == before")
    artist.plugin.wait_for("bench.edit is not None and len(arrows()) == 1")


def paint_on_preview(artist: Artist) -> None:
    """Paint a corner of what is seen red, as a step of the artist's, and see it there."""
    artist.gimp.run(
        """
        preview = next(one for one in image.get_layers() if "pulling" in one.get_name())
        image.set_selected_layers([preview])
        Gimp.context_set_foreground(Gegl.Color.new("red"))
        image.undo_group_start()
        image.select_rectangle(Gimp.ChannelOps.REPLACE, 0, 0, 40, 40)
        preview.edit_fill(Gimp.FillType.FOREGROUND)
        Gimp.Selection.none(image)
        image.undo_group_end()
        Gimp.displays_flush()

        def corner(layer):
            return list(layer.get_pixel(9, 9).get_rgba())[:3]
        """
    )
    assert artist.gimp.value("corner(preview)") == [1, 0, 0]


def test_paint_on_the_moving_picture_is_a_layer_of_its_own(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    paint_on_preview(artist)
    artist.stop()
    assert artist.gimp.value("names(image)") == ["Tugline", "Painted during a pull", "Background"]
    assert artist.gimp.value("[corner(preview), corner(top(image))[1] > 0.1]") == [[1, 0, 0], True]
    assert artist.gimp.value("[one.get_visible() for one in image.get_layers()]") == [True] * 3
    assert "You painted on the moving picture" in " ".join(artist.plugin.value("said"))
    artist.undo("top(image) == layer")
    artist.undo("corner(preview) != [1, 0, 0]")


def test_the_drag_goes_on_beside_paint_on_the_moving_picture(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR, lets_go=False)
    paint_on_preview(artist)
    artist.plugin.run("steps = bench.pull.steps")
    artist.go_on()
    artist.plugin.wait_for("bench.pull.steps > steps + 2")
    artist.stop()
    assert artist.gimp.value("names(image)") == ["Tugline", "Painted during a pull", "Background"]
    assert artist.gimp.value("corner(preview)") == [1, 0, 0]
    assert artist.gimp.value("pixels(top(image)) != before")


def test_taking_a_drag_back_keeps_paint_on_the_moving_picture(artist: Artist) -> None:
    artist.pull_and_hold(NOSE, FAR)
    paint_on_preview(artist)
    artist.plugin.run("desk.take_back()")
    artist.wait_idle()
    assert artist.gimp.value("names(image)") == ["Tugline", "Painted during a pull", "Background"]
    assert artist.gimp.value("[corner(preview), pixels(top(image)) == before]") == [[1, 0, 0], True]
