"""The Invert dialog in the real GIMP, worked with a real mouse and a real keyboard."""

from typing import Any

import pytest
from PIL import Image

from tests.editors.gimp.dialog_artist import DialogArtist
from tests.editors.gimp.session import GimpSession

TITLE = "Invert layer"
FIRST = 'InvertChoice("", "minute", True, 0.02)'
INVERTING = 'replace(IDLE, busy=Busy.INVERTING, progress=0.4, message="About 12 s left.")'
CAME = (
    'replace(IDLE, has_edit=True, over_photo=True, message="The picture is 83 % like the layer.")'
)
NAMES = f"""
from tugline_gimp.choice import InvertChoice
from tugline_gimp.dialogs.invert import InvertDialog
from tugline_gimp.dialogs.region import Region
first, INVERTING, CAME = {FIRST}, {INVERTING}, {CAME}
"""


class Artist(DialogArtist):
    """An artist before the dialog, for a layer of 640 x 480."""

    def begin(self, state: str = "IDLE", selection: str = "None") -> None:
        """Open the dialog over a desk in this state."""
        self.gimp.run(NAMES)
        self.gimp.run(f"desk = RecordedDesk({state}); way = RecordedInversion(desk, {selection})")
        self.open("InvertDialog(desk, way, first, shelf=Shelf())", TITLE)

    def choice(self) -> list[Any]:
        """Return what is chosen: model, quality, whether only what is selected."""
        found: list[Any] = self.value("list(vars(dialog.choice()).values())[:3]")
        return found

    def button(self) -> list[Any]:
        """Return what the button at the right says, and whether it can be pressed."""
        found: list[Any] = self.value("[dialog._act.get_label(), dialog._act.get_sensitive()]")
        return found

    def blue(self) -> int:
        """Return how blue the preview is on the screen: the photo is not, the picture is."""
        left, top, width, height = self.value("box(every(Region)[0])")
        self.rest()
        with Image.open(self.gimp.picture("seen")) as seen:
            pixel: Any = seen.convert("RGB").getpixel((left + width // 2, top + height // 2))
        return int(pixel[2])


@pytest.fixture(scope="module")
def before_gimp(bare_gimp: GimpSession) -> Artist:
    """One artist for all tests of this file."""
    return Artist(bare_gimp)


@pytest.fixture
def artist(before_gimp: Artist) -> Artist:
    before_gimp.begin()
    return before_gimp


def test_a_quality_is_chosen_by_what_it_takes_and_the_layer_inverted(artist: Artist) -> None:
    assert artist.choice() == ["critters-2", "minute", True]
    artist.click("find('Seconds', Gtk.RadioButton)")
    artist.gimp.wait_for("dialog.choice().quality == 'seconds'")
    artist.let_run("InvertDialog(desk, way, dialog.choice(), shelf=Shelf())")
    artist.gimp.run("desk.asked_since()")
    artist.click("Invert")
    artist.gimp.wait_for("['invert', 'critters-2', 'seconds', True] in desk.asked")
    artist.gimp.run("desk.tell(INVERTING)")
    assert "About 12 s left." in artist.value("texts()")
    assert artist.button() == ["_Stop", True]
    assert not artist.value("find('Best', Gtk.RadioButton).is_sensitive()")
    artist.gimp.run("desk.asked_since()")
    artist.click("Stop")
    artist.gimp.wait_for("['stop'] in desk.asked")
    artist.gimp.run("way.came(CAME)")
    assert "The picture is 83 % like the layer." in artist.value("texts()")
    assert artist.button() == ["_Close", True]
    artist.click("Close")
    artist.gimp.wait_for("len(outcome)")
    assert artist.value("outcome[0].quality") == "seconds"
    assert artist.value("['take_back'] not in desk.asked")
    assert artist.value("[desk.watchers, desk.followers]") == [[], []]


def test_what_is_selected_counts_unless_that_is_switched_off(before_gimp: Artist) -> None:
    before_gimp.begin(selection="Box(10, 20, 200, 100)")
    told = "200 \N{MULTIPLICATION SIGN} 100 pixels."
    before_gimp.gimp.wait_for(f"any(text.startswith({told!r}) for text in texts())")
    before_gimp.click("find('Only what is selected', Gtk.CheckButton)")
    before_gimp.gimp.wait_for("not dialog.choice().selected")
    told = "480 \N{MULTIPLICATION SIGN} 480 pixels."
    assert before_gimp.value(f"any(text.startswith({told!r}) for text in texts())")


def test_without_a_selection_the_wish_for_one_is_kept(artist: Artist) -> None:
    assert not artist.value("find('Only what is selected', Gtk.CheckButton).get_sensitive()")
    assert not artist.value("find('Only what is selected', Gtk.CheckButton).get_active()")
    assert artist.choice()[2] is True


def test_what_cannot_be_inverted_is_refused_with_its_reason(before_gimp: Artist) -> None:
    before_gimp.gimp.run(NAMES)
    before_gimp.gimp.run("""
desk = RecordedDesk(IDLE)
way = RecordedInversion(desk)
way.fault = "There is nothing in this layer."
""")
    before_gimp.open("InvertDialog(desk, way, first, shelf=Shelf())", TITLE)
    assert before_gimp.button() == ["_Invert", False]
    assert "There is nothing in this layer." in before_gimp.value("texts()")
    before_gimp.gimp.run("desk.tell(replace(IDLE, no_inversion='This daemon is older.'))")
    assert before_gimp.button() == ["_Invert", False]


def test_a_fault_in_the_midst_lets_it_be_tried_again(artist: Artist) -> None:
    artist.gimp.run("desk.tell(INVERTING)")
    artist.gimp.run("desk.tell(replace(IDLE, warning=True, message='No memory is left.'))")
    assert "No memory is left." in artist.value("texts()")
    assert artist.button() == ["_Invert", True]


@pytest.mark.parametrize("leave", ["Cancel", "Escape"])
def test_leaving_in_the_midst_takes_it_back(before_gimp: Artist, leave: str) -> None:
    before_gimp.begin()
    before_gimp.let_run("InvertDialog(desk, way, first, shelf=Shelf())")
    before_gimp.gimp.run("desk.tell(INVERTING); desk.asked_since()")
    if leave == "Escape":
        before_gimp.key("Escape")
    else:
        before_gimp.click(leave)
    before_gimp.gimp.wait_for("len(outcome)")
    assert before_gimp.value("['take_back'] in desk.asked")


def test_an_image_that_is_closed_closes_the_dialog(before_gimp: Artist) -> None:
    before_gimp.begin()
    before_gimp.let_run("InvertDialog(desk, way, first, shelf=Shelf())")
    before_gimp.gimp.run("desk.tell(replace(IDLE, has_document=False))")
    before_gimp.gimp.wait_for("len(outcome)")


def test_before_shows_the_photo_and_closing_has_the_picture_back(artist: Artist) -> None:
    before = "find('Before', Gtk.ToggleButton)"
    assert not artist.value(f"{before}.get_sensitive()")
    artist.gimp.run("dialog._press(); way.came(CAME)")
    assert artist.blue() == 200
    artist.click(before)
    artist.gimp.wait_for("desk.state.shows_photo")
    assert artist.blue() == 0
    artist.gimp.run("desk.asked_since(); dialog.close()")
    assert artist.value("['show_photo', False] in desk.asked")
