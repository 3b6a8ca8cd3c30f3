"""The pictures of docs/gimp.md, taken from the real GIMP: `make pictures` puts them there."""

from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from tests.editors.gimp import photos
from tests.editors.gimp.canvas import PADDING
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.studio import IN_PLUGIN, XY, Artist
from tests.service.running import Daemon

NOSE, NOSE_TO = (298.0, 287.0), (240.0, 304.0)
# Where the pointer lies on nothing that tells of itself.
ASIDE = (900.0, 985.0)
# The held-out critter that is inverted.
PHOTO = 2
EAR, EAR_TO = (112.0, 62.0), (70.0, 100.0)
# What GIMP's theme has around an image; the tests' colour is for finding the image.
AROUND = (60, 60, 60)
RIGHT = 1585
SHOWN = (1200, 750)


@pytest.fixture
def near(both: tuple[GimpSession, Daemon]) -> Iterator[Artist]:
    """An artist with a picture, seen from near."""
    artist = Artist(*both)
    artist.begin(seed=7)
    artist.gimp.focus()
    small = artist.view
    artist.gimp.key("ctrl+shift+j")
    artist.view = artist.gimp.still_view(nearer_than=small.scale)
    yield artist
    artist.leave()


def test_what_is_generated_is_chosen_by_its_picture(near: Artist) -> None:
    plugin = near.gimp.begin("plug-in-tugline-generate")
    sample = "find('The picture that will be made')"
    plugin.wait_for(f"{sample} is not None and not {sample}._empty.get_visible()")
    move(near, "Generate")
    taken(near, "generate")
    plugin.post("find('Cancel', Gtk.Button).clicked()")
    plugin.wait_for_end()


def test_a_live_pull_of_the_strokes_of_a_path(near: Artist) -> None:
    near.open_dialog(live=False)
    move(near, "Drag points")
    near.draw(EAR, EAR_TO)
    near.gimp.screen.xdotool("keydown", "shift")
    click(near, NOSE)
    near.gimp.screen.xdotool("keyup", "shift")
    click(near, NOSE_TO)
    near.plugin.wait_for("len(arrows()) == 2 and settled()")
    near.plugin.run("settings(step_limit=3); bench.pull_to(bench.gestures.arrows, hold=True)")
    near.plugin.run("desk.run()")
    near.plugin.wait_for("waits_after(3)")
    taken(near, "live")
    near.plugin.run("may_go_on(); bench.pull_to(bench.gestures.arrows, hold=False)")
    near.plugin.wait_for("bench.ended is not None")
    near.wait_idle()


def test_a_selection_that_holds_the_rest(near: Artist) -> None:
    near.open_dialog(live=False, keep_rest=True)
    move(near, "Drag points")
    near.gimp.run(
        """
        image.select_ellipse(Gimp.ChannelOps.REPLACE, 130, 150, 260, 230)
        Gimp.Selection.feather(image, 20)
        Gimp.displays_flush()
        """
    )
    near.draw(NOSE, NOSE_TO)
    near.plugin.wait_for("len(arrows()) == 1")
    taken(near, "selection")
    near.plugin.run("desk.run()")
    near.plugin.wait_for("bench.ended is not None")
    near.wait_idle()
    taken(near, "selection-pulled")


def test_a_photo_that_is_inverted(both: tuple[GimpSession, Daemon]) -> None:
    artist = Artist(*both)
    artist.gimp.run(photos.NAMES)
    path = photos.photo(artist.daemon.home, PHOTO, 256)
    artist.gimp.run(f"image = open_photo({str(path)!r}); shown.append(Gimp.Display.new(image))")
    small = artist.gimp.still_view()
    artist.gimp.focus()
    artist.gimp.key("ctrl+shift+j")
    artist.gimp.still_view(nearer_than=small.scale)
    plugin = artist.gimp.begin("plug-in-tugline-invert")
    plugin.wait_for("find('Invert', Gtk.Button) and find('Invert', Gtk.Button).is_sensitive()")
    move(artist, "Invert layer")
    plugin.click("find('Invert', Gtk.Button)")
    plugin.wait_for("any(text.endswith('s left.') for text in texts())")
    artist.gimp.mouse.move(*ASIDE)
    plugin.run(IN_PLUGIN)
    plugin.wait_for("(desk.state().progress or 0) > 0.4")
    taken(artist, "invert")
    plugin.post("find('Cancel', Gtk.Button).clicked()")
    plugin.wait_for_end()
    artist.leave()


def click(artist: Artist, place: XY) -> None:
    artist.gimp.mouse.click(*artist.view.on_screen(*place))


def move(artist: Artist, title: str) -> None:
    """Put a dialog beside the image."""
    screen = artist.gimp.screen
    window = artist.window(title)
    width = int(
        screen.xdotool("getwindowgeometry", "--shell", window).split("WIDTH=")[1].split()[0]
    )
    screen.xdotool("windowmove", "--sync", window, RIGHT - width, 120)


def taken(artist: Artist, name: str) -> None:
    """Take a picture of GIMP as artists see it, among the artifacts of this file."""
    path = artist.gimp.picture(name)
    with Image.open(path) as picture:
        pixels = np.array(picture.convert("RGB"))
    pixels[(pixels == PADDING).all(axis=2)] = AROUND
    Image.fromarray(pixels).resize(SHOWN, Image.Resampling.LANCZOS).save(path, optimize=True)
