"""Whole drags in the real GIMP: real mouse and keys, a real daemon, everything together."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.judging import judged_gimp
from tests.editors.gimp.opening import GimpWish
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import Artist, at_work
from tests.service.running import Daemon

# The tip of the nose of the picture, and places that it can be pulled to.
NOSE = (250.0, 270.0)
NEAR = (274.0, 274.0)
FAR = (400.0, 400.0)


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[GimpSession, Daemon]]:
    """One GIMP and one daemon for all tests of this file."""
    folder = tmp_path_factory.mktemp("drags")
    daemon = Daemon(home=folder, models=folder / "models").start()
    with judged_gimp(folder, "gimp-test_dialog_drags", GimpWish()) as session:
        yield session, daemon
    if daemon.process is not None and daemon.process.poll() is None:
        daemon.end()


@pytest.fixture
def gimp(both: tuple[GimpSession, Daemon]) -> GimpSession:
    return both[0]


@pytest.fixture
def artist(gimp: GimpSession) -> Iterator[Artist]:
    """An artist with a picture and the dialog open."""
    with at_work(gimp) as someone:
        yield someone


def test_an_arrow_drawn_on_the_canvas_is_pulled_at_once(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("bench.ended is not None")
    artist.wait_idle()
    assert artist.plugin.value("bench.ended.reason") == "arrived"
    assert artist.gimp.value("names(image)") == ["Tugline", "Background"]
    assert artist.gimp.value("pixels(top(image)) != before")
    (handle_x, handle_y, x, y), *others = artist.gimp.value("strokes(image)")
    assert not others
    assert (x, y) == pytest.approx(NEAR, abs=1)
    assert (handle_x, handle_y) == pytest.approx(NEAR, abs=8), "it starts where the handle is"


def test_one_undo_brings_back_picture_latent_and_arrows_and_redo_them_all(artist: Artist) -> None:
    artist.draw(NOSE, NEAR)
    artist.plugin.wait_for("bench.ended is not None")
    artist.wait_idle()
    after = artist.plugin.value("[bench.edit.layer_id, bench.edit.record.state, arrows()]")
    artist.gimp.run("after = pixels(top(image))")
    artist.gimp.undo("top(image).get_tattoo() == layer.get_tattoo()")
    assert artist.gimp.value("pixels(top(image)) == before")
    artist.plugin.wait_for(f"bench.edit is not None and bench.edit.layer_id != {after[0]!r}")
    assert artist.plugin.value("bench.edit.record.state") != after[1]
    ((x, y, to_x, to_y),) = artist.gimp.value("strokes(image)")
    assert (x, y, to_x, to_y) == pytest.approx((*NOSE, *NEAR), abs=1)
    artist.plugin.wait_until(
        lambda: artist.plugin.value("arrows()") == [pytest.approx([x, y, to_x, to_y], abs=0.1)],
        "the arrows from before the drag",
    )
    artist.gimp.redo("top(image).get_tattoo() != layer.get_tattoo()")
    assert artist.gimp.value("pixels(top(image)) == after")
    artist.plugin.wait_for(f"bench.edit is not None and bench.edit.layer_id == {after[0]!r}")
    assert artist.plugin.value("bench.edit.record.state") == after[1]
