"""The Generate dialog in the real GIMP, worked with a real mouse and a real keyboard."""

from typing import Any

import pytest

from tests.editors.gimp.dialog_artist import DialogArtist
from tests.editors.gimp.session import GimpSession

TITLE = "Generate"
MAKE = "GenerateDialog(desk, GimpImage(), None, Box(0, 0, 640, 480), first)"
FIRST = '"", 7, 0.7, "selection", 0, 0'
SELECTION = "Box(10, 10, 300, 400)"


class Artist(DialogArtist):
    """An artist before the dialog, for an image of 1024 x 768 with a layer of 640 x 480."""

    def begin(
        self, state: str = "IDLE", first: str = FIRST, selection: str | None = SELECTION
    ) -> None:
        """Open the dialog over a desk in this state."""
        self.gimp.run(
            f"""
from tugline_gimp.dialogs.generate import GenerateDialog
from tugline_gimp.choice import GenerateChoice
desk = RecordedDesk({state})
first = GenerateChoice({first})
"""
        )
        self.open(
            f"GenerateDialog(desk, GimpImage(), {selection}, Box(0, 0, 640, 480), first)", TITLE
        )

    def choice(self) -> list[Any]:
        """Return what is chosen: model, seed, truncation, place, width, height."""
        found: list[Any] = self.value("list(vars(dialog.choice()).values())")
        return found

    def ok_is_offered(self) -> bool:
        return bool(self.value("find('OK', Gtk.Button).get_sensitive()"))


@pytest.fixture(scope="module")
def before_gimp(bare_gimp: GimpSession) -> Artist:
    """One artist for all tests of this file."""
    return Artist(bare_gimp)


@pytest.fixture
def artist(before_gimp: Artist) -> Artist:
    before_gimp.begin()
    return before_gimp


def test_it_begins_with_what_was_chosen_last(before_gimp: Artist) -> None:
    before_gimp.begin(first='"<b>faces</b>", 4294967295, 0.35, "size", 300, 200')
    chosen = ["<b>faces</b>", 4294967295, 0.35, "size", 300, 200]
    assert before_gimp.choice() == chosen
    before_gimp.gimp.wait_for("len(desk.samples)")
    assert before_gimp.value("desk.asked_since()") == [["sample", *chosen[:3]]]


def test_a_model_that_is_gone_or_broken_gives_way_to_one_that_works(before_gimp: Artist) -> None:
    for name in ("", "torn", "long gone"):
        before_gimp.begin(first=f'{name!r}, 7, 0.7, "image", 0, 0')
        assert before_gimp.choice()[0] == "critters-2"


def test_the_die_throws_another_seed_and_its_picture_is_asked_for(artist: Artist) -> None:
    artist.gimp.wait_for("len(desk.samples)")
    artist.click("find('Throw the dice: another seed')")
    artist.gimp.wait_for("len(desk.samples) == 2")
    seed = artist.choice()[1]
    assert seed != 7
    assert artist.value("desk.asked_since()")[-1] == ["sample", "critters-2", seed, 0.7]


def test_many_changes_ask_for_the_newest_picture_once(artist: Artist) -> None:
    artist.gimp.wait_for("len(desk.samples)")
    artist.gimp.run(
        """
        from tugline_gimp.dialogs import sample as samples
        usual, samples.REST_MS = samples.REST_MS, 2000  # longer than keys take on a slow machine
        desk.asked_since()
        desk.samples.clear()
        """
    )
    artist.click("find('The seed: the same number makes the same picture again')")
    artist.gimp.screen.xdotool("key", "--delay", 5, *["Up"] * 12)
    artist.gimp.wait_for("len(desk.samples)")
    artist.gimp.run("samples.REST_MS = usual")
    assert artist.value("[one[2] for one in desk.asked]") == [19]


def test_pictures_come_in_and_older_ones_are_passed_over(artist: Artist) -> None:
    artist.gimp.wait_for("len(desk.samples)")
    artist.gimp.run("from tugline_gimp.dialogs.sample import Sample; sample, = every(Sample)")
    artist.click("find('Throw the dice: another seed')")
    artist.gimp.wait_for("len(desk.samples) == 2")
    shown = "sample._image.get_pixbuf() and sample._image.get_pixbuf().get_width()"
    artist.gimp.run("desk.samples[0][1](picture(64))")
    assert not artist.value(shown), "an older one"
    artist.gimp.run("desk.samples[1][1](picture(64))")
    assert artist.value(shown) == artist.value("desk.samples[1][0]"), "as large as was asked for"


def test_a_picture_that_fails_is_told_and_the_next_takes_it_back(artist: Artist) -> None:
    artist.gimp.wait_for("len(desk.samples)")
    artist.gimp.run("desk.samples[0][2]('The model is too large for this computer.')")
    assert "The model is too large for this computer." in artist.value("texts()")
    assert artist.ok_is_offered(), "the preview is no condition"
    artist.click("find('Throw the dice: another seed')")
    artist.gimp.wait_for("len(desk.samples) == 2")
    artist.gimp.run("desk.samples[1][1](picture(64))")
    assert "The model is too large for this computer." not in artist.value("texts()")


@pytest.mark.parametrize(
    ("name", "place", "told"),
    [
        ("Fit the selection", ["selection", 0, 0], "300 \N{MULTIPLICATION SIGN} 300 pixels."),
        ("Fit the image", ["image", 0, 0], "768 \N{MULTIPLICATION SIGN} 768 pixels."),
        ("The model's own size", ["size", 0, 0], "512 \N{MULTIPLICATION SIGN} 512 pixels."),
        ("Own size", ["size", 640, 480], "480 \N{MULTIPLICATION SIGN} 480 pixels."),
    ],
)
def test_a_place_is_chosen_and_its_size_is_told(
    before_gimp: Artist, name: str, place: list[object], told: str
) -> None:
    other = "image" if place[0] == "selection" else "selection"
    before_gimp.begin(first=f'"", 7, 0.7, "{other}", 0, 0')
    before_gimp.click(f"find({name!r}, Gtk.RadioButton)" if "'" not in name else f'find("{name}")')
    before_gimp.gimp.wait_for(f"any(text.startswith({told!r}) for text in texts())")
    assert before_gimp.choice()[3:] == place


def test_a_picture_larger_than_the_models_own_will_be_soft(before_gimp: Artist) -> None:
    before_gimp.begin(first='"", 7, 0.7, "size", 2048, 2048')
    told = "\n".join(before_gimp.value("texts()"))
    assert "The picture is drawn 4.0 times its own size and will be soft." in told


def test_without_a_selection_the_image_counts_and_the_wish_is_kept(before_gimp: Artist) -> None:
    before_gimp.begin(selection=None)
    selecting = "find('Fit the selection', Gtk.RadioButton)"
    assert not before_gimp.value(f"{selecting}.get_sensitive()")
    assert before_gimp.value("find('Fit the image', Gtk.RadioButton).get_active()")
    assert before_gimp.choice()[3] == "selection", "it fits the next selection again"
    before_gimp.click("find('Own size', Gtk.RadioButton)")
    before_gimp.click("find('Fit the image', Gtk.RadioButton)")
    before_gimp.gimp.wait_for("dialog.choice().place == 'image'")


def test_a_selection_too_small_for_a_picture_is_refused_with_its_reason(
    before_gimp: Artist,
) -> None:
    before_gimp.begin(selection="Box(10, 10, 3, 400)")
    assert not before_gimp.ok_is_offered()
    refusal = "The selection is 3 x 400 pixels; a picture needs at least 16 x 16."
    assert refusal in before_gimp.value("texts()")
    assert before_gimp.value("find('OK', Gtk.Button).get_tooltip_text()") == refusal
    before_gimp.click("find('Fit the image', Gtk.RadioButton)")
    before_gimp.gimp.wait_for("find('OK', Gtk.Button).get_sensitive()")


def test_the_daemon_is_started_from_here_and_the_picture_comes_by_itself(
    before_gimp: Artist,
) -> None:
    before_gimp.begin("ABSENT")
    assert not before_gimp.ok_is_offered()
    before_gimp.click("Start")
    before_gimp.asked(["start_daemon"])
    before_gimp.gimp.run("desk.tell(IDLE)")
    before_gimp.gimp.wait_for("len(desk.samples)")
    assert before_gimp.ok_is_offered()
    assert before_gimp.choice()[0] == "critters-2"
    assert before_gimp.value("find('Start', Gtk.Button) is None")


def test_reset_has_all_as_it_is_usually(before_gimp: Artist) -> None:
    before_gimp.begin(first='"<b>faces</b>", 99, 0.2, "size", 300, 200')
    before_gimp.let_run(MAKE)
    before_gimp.click("Reset")
    before_gimp.gimp.wait_for("dialog.choice().seed == 0")
    assert before_gimp.choice() == ["critters-2", 0, 0.7, "selection", 0, 0]
    before_gimp.click("OK")
    before_gimp.gimp.wait_for("len(outcome)")
    assert before_gimp.value("list(vars(outcome[0]).values())")[1] == 0
    assert before_gimp.value("desk.watchers") == []


@pytest.mark.parametrize("leave", ["Cancel", "Escape"])
def test_leaving_chooses_nothing(before_gimp: Artist, leave: str) -> None:
    before_gimp.begin()
    before_gimp.let_run(MAKE)
    if leave == "Escape":
        before_gimp.key("Escape")
    else:
        before_gimp.click(leave)
    before_gimp.gimp.wait_for("outcome == [None]")


def test_enter_takes_what_is_chosen(before_gimp: Artist) -> None:
    before_gimp.begin()
    before_gimp.let_run(MAKE)
    before_gimp.key("ctrl+a")
    before_gimp.gimp.type("42")
    before_gimp.key("Return")
    before_gimp.gimp.wait_for("len(outcome)")
    assert before_gimp.value("outcome[0].seed") == 42, "what was written last counts"
