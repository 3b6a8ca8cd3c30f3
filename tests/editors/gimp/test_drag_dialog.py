"""The Drag dialog in the real GIMP, worked with a real mouse and a real keyboard."""

import pytest
from PIL import Image

from tests.editors.gimp.conftest import OpenGimp
from tests.editors.gimp.dialog_artist import DialogArtist
from tests.editors.gimp.opening import GimpWish
from tests.editors.gimp.session import GimpSession

TITLE = "Drag points"
# The smallest screens that GIMP is used on, less their panels.
LOWEST = 740
Colour = tuple[float, float, float]
HANDLE = (42, 130, 255)
# A frame with four arrows that moved takes less than so many times what it takes to scale its
# picture of 512 pixels: some 2 ms where it was measured.
FRAME_SCALINGS = 8


class Artist(DialogArtist):
    """An artist before the Drag dialog."""

    def begin(self, state: str = "EDITING", **more: str) -> None:
        """Open the dialog over a desk in this state."""
        self.gimp.run(
            f"""
from tugline_gimp.dialogs.drag import DragDialog
from tugline_gimp.dialogs.preview import Preview
desk = RecordedDesk({state})
shelf = Shelf()
"""
        )
        self.open(f"DragDialog(desk, {more.get('follower', 'None')}, shelf=shelf)", TITLE)
        self.gimp.run("preview, = every(Preview)")

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return where an image pixel of the preview is on the screen."""
        found = f"[*box(preview)[:2], *preview.place_of(({x}, {y})), preview.get_scale_factor()]"
        left, top, place_x, place_y, unit = self.value(found)
        return unit * (left + place_x), unit * (top + place_y)

    def ends(self) -> list[list[float]]:
        found: list[list[float]] = self.value(
            "[[*arrow.handle, *arrow.target] for arrow in desk.bench.gestures.arrows]"
        )
        return found

    def sees(self, x: float, y: float, colour: Colour, *, within: float = 0) -> None:
        """Wait until the screen has about this colour at an image pixel of the preview.

        GTK draws some time after it was told of a change: what is seen right then is the past.
        """

        def looks_so() -> bool:
            left, top = self.at(x, y)
            with Image.open(self.gimp.picture("seen")) as picture:
                seen = picture.convert("RGB").getpixel((round(left), round(top)))
            return seen == pytest.approx(colour, abs=within)

        self.gimp.wait_until(looks_so, f"{colour} at {x:g}, {y:g} of the preview")


@pytest.fixture(scope="module")
def before_gimp(bare_gimp: GimpSession) -> Artist:
    """One artist for all tests of this file."""
    return Artist(bare_gimp)


@pytest.fixture
def artist(before_gimp: Artist) -> Artist:
    before_gimp.begin()
    return before_gimp


@pytest.mark.parametrize(
    ("state", "control", "deed"),
    [
        ("ABSENT", "Start", ["start_daemon"]),
        ("EDITING", "Pull", ["run"]),
        ("DRAGGING", "Stop", ["stop"]),
        ("DRAGGING", "Take back", ["take_back"]),
        ("EDITING", "Delete arrow", ["delete_arrow"]),
        ("EDITING", "Clear arrows", ["clear_arrows"]),
        ("FROZEN", "Ignore the selection", ["ignore_selection", True]),
    ],
)
def test_a_click_asks_for_one_deed(
    before_gimp: Artist, state: str, control: str, deed: list[object]
) -> None:
    before_gimp.begin(state)
    before_gimp.click(control)
    before_gimp.asked(deed)


def test_what_cannot_be_done_now_cannot_be_asked_for(before_gimp: Artist) -> None:
    able = "[find(name, Gtk.Button).get_sensitive() for name in ('Take back', 'Clear arrows')]"
    before_gimp.begin("IDLE")
    assert before_gimp.value(able) == [False, False]
    assert not before_gimp.value("find('Pull', Gtk.Button).get_sensitive()")
    before_gimp.gimp.run("desk.tell(DRAGGING)")
    assert before_gimp.value(able) == [True, True]
    before_gimp.gimp.run("desk.tell(replace(DRAGGING, busy=Busy.STOPPING))")
    assert not before_gimp.value("find('Stop', Gtk.Button).get_sensitive()")
    assert before_gimp.value(able) == [True, True], "who has stopped can still take it back"


def test_the_ticks_change_the_settings_and_show_them(artist: Artist) -> None:
    artist.click("Live")
    artist.gimp.wait_for("desk.settings.live is False")
    artist.click("Keep the rest exactly")
    artist.gimp.wait_for("desk.settings.keep_rest is True")
    artist.gimp.run("desk.change_settings(Settings())")
    assert artist.value("find('Live', Gtk.CheckButton).get_active()")
    assert not artist.value("find('Keep the rest exactly', Gtk.CheckButton).get_active()")


def test_a_pull_in_the_preview_is_an_arrow_in_image_pixels(artist: Artist) -> None:
    artist.gimp.mouse.drag(artist.at(100, 200), artist.at(220, 260))
    artist.gimp.wait_for("desk.asked and desk.asked[-1][1] == 'ended'")
    assert artist.ends() == [pytest.approx([100, 200, 220, 260], abs=2)]
    artist.sees(100, 200, HANDLE)


def test_an_arrow_is_moved_by_its_ends_and_removed_by_pulling_out(artist: Artist) -> None:
    artist.gimp.run("desk.set_arrows((100, 200, 220, 260))")
    artist.rest()
    artist.gimp.mouse.drag(artist.at(220, 260), artist.at(300, 120))
    artist.gimp.wait_for("desk.asked and desk.asked[-1][1] == 'ended'")
    assert artist.ends() == [pytest.approx([100, 200, 300, 120], abs=2)]
    x, y = artist.at(300, 120)
    artist.gimp.mouse.drag((x, y), (x, artist.at(0, 0)[1] - 60))
    artist.gimp.wait_for("desk.asked[-1][1] == 'removed'")
    assert artist.ends() == []


def test_delete_removes_the_selected_arrow_but_not_while_somebody_writes(artist: Artist) -> None:
    artist.gimp.run("desk.set_arrows((100, 200, 220, 260))")
    artist.rest()
    artist.gimp.mouse.click(*artist.at(100, 200))
    artist.gimp.wait_for("desk.bench.gestures.selected")
    artist.click("find('More')")
    artist.gimp.wait_for("len(every(Gtk.Entry)) > 0")
    artist.click("every(Gtk.Entry)[-1]")
    artist.taken()
    artist.gimp.run("desk.asked_since()")
    artist.key("Delete")
    artist.asked()
    artist.gimp.mouse.click(*artist.at(100, 200))
    artist.taken()
    artist.gimp.run("desk.asked_since()")
    artist.key("Delete")
    artist.asked(["key", "delete"])
    assert artist.ends() == []


def test_enter_pulls_and_stops(artist: Artist) -> None:
    artist.key("Return")
    artist.asked(["run"])
    artist.gimp.run("desk.tell(DRAGGING)")
    artist.key("Return")
    artist.asked(["stop"])


def test_escape_takes_a_pull_back_before_it_closes_anything(artist: Artist) -> None:
    artist.gimp.run("desk.bench.pulls = True; desk.tell(DRAGGING)")
    artist.key("Escape")
    artist.asked(["key", "escape"])
    assert artist.value("dialog.window.get_mapped()")


def test_a_picture_of_the_history_is_gone_to_and_the_current_one_is_not(artist: Artist) -> None:
    artist.click("find('Pull 1 of <b>them</b>', Gtk.Button)")
    artist.asked(["go_to", "s1"])
    artist.click("find('Pull 4 of <b>them</b>', Gtk.Button)")
    artist.asked()


def test_steps_and_radius_are_automatic_until_somebody_writes_a_number(artist: Artist) -> None:
    artist.click("find('More')")
    steps, radius = (
        f"next(box for box in every(Gtk.SpinButton) if box.get_accessible().get_name() == {name!r})"
        for name in ("Step limit", "Radius")
    )
    artist.gimp.wait_for("len(every(Gtk.SpinButton)) == 2")
    assert artist.value(f"[{steps}.get_text(), {radius}.get_text()]") == ["automatic"] * 2
    artist.click(steps)
    for text, limit in (("40", 40), ("0", None)):
        artist.key("ctrl+a")
        artist.gimp.type(text)
        artist.key("Return")
        artist.gimp.wait_for(f"desk.settings.step_limit == {limit}")
    artist.asked()
    assert artist.value(f"{steps}.get_text()") == "automatic"
    artist.gimp.run("desk.change_settings(Settings(radius=2.5))")
    assert artist.value(f"{radius}.get_text()") in {"2.50", "2,50"}


def test_a_daemon_elsewhere_is_used_with_its_key_only(artist: Artist) -> None:
    artist.click("find('More')")
    use = "find('Use this daemon', Gtk.Button)"
    artist.gimp.wait_for(f"{use} is not None")
    artist.gimp.run(
        """
entries = {one.get_accessible().get_name(): one for one in every(Gtk.Entry)}
address, key = entries["Address"], entries["Key"]
"""
    )
    artist.click("next(iter([address]))")
    artist.gimp.type("tcp://studio:7700")
    artist.gimp.wait_for("address.get_text() == 'tcp://studio:7700'")
    assert not artist.value(f"{use}.get_sensitive()")
    artist.gimp.run("key.set_text('k' * 40)")
    artist.click(use)
    artist.gimp.wait_for("desk.settings.address == 'tcp://studio:7700'")
    assert artist.value("desk.settings.server_key") == "k" * 40


def test_the_preview_zooms_to_the_point_under_the_pointer(artist: Artist) -> None:
    before = artist.at(400, 100)
    artist.gimp.mouse.move(*before)
    artist.gimp.screen.xdotool("keydown", "ctrl", "click", 4, "click", 4, "keyup", "ctrl")
    artist.gimp.wait_for("preview.scale == 2.0")
    artist.rest()
    assert artist.at(400, 100) == pytest.approx(before, abs=2)
    artist.gimp.mouse.drag(artist.at(400, 100), artist.at(420, 110))
    artist.gimp.wait_for("desk.asked and desk.asked[-1][1] == 'ended'")
    assert artist.ends() == [pytest.approx([400, 100, 420, 110], abs=1)], "aimed at pixels"
    artist.click("find('See all of the picture (0)')")
    artist.gimp.wait_for("preview.fits and preview.scale < 1")
    assert artist.value("find('See all of the picture (0)').get_sensitive()") is False


def test_frames_are_shown_as_they_come_with_the_handles_where_they_are(artist: Artist) -> None:
    artist.gimp.run("desk.tell(DRAGGING); desk.shown = picture(tint=250)")
    artist.gimp.run("desk.set_arrows((100, 100, 300, 100), condition='moving')")
    artist.sees(400, 300, (400 / 2, 300 / 2, 250), within=4)
    artist.gimp.run("desk.set_arrows((200, 100, 300, 100), condition='reached')")
    artist.sees(200, 107, (28, 168, 92), within=4)


def test_handles_that_the_selection_holds_are_seen_as_such(artist: Artist) -> None:
    artist.gimp.run("desk.set_arrows((100, 100, 300, 100))")
    artist.sees(100, 100, HANDLE)
    artist.gimp.run(
        """
desk.bench.selection.frozen = frozenset(arrow.id for arrow in desk.bench.gestures.arrows)
desk.moved()
desk.tell(replace(EDITING, frozen_handles=1))
"""
    )
    artist.sees(100, 100, (255, 255, 255))  # crossed
    assert "1 handle lies outside the selection: it stays." in artist.value("texts()")


def test_a_handle_without_a_target_on_the_canvas_is_seen_faintly(before_gimp: Artist) -> None:
    before_gimp.begin(follower="type('F', (), {'unfinished': ((250.0, 250.0),)})()")
    before_gimp.sees(250, 250, (83, 127, 172), within=40)  # halfway to what lies under it


def test_faults_of_the_desk_are_told_in_the_message_line(artist: Artist) -> None:
    artist.gimp.run("desk.breaks = True")
    artist.click("Pull")
    artist.gimp.wait_for("any('Something went wrong in Tugline' in text for text in texts())")
    assert artist.value("find('This did not go as you asked') is not None"), "it is marked"
    artist.gimp.run("desk.tell(FAULT)")
    assert artist.value("FAULT.message in texts()")
    artist.gimp.run("desk.tell(replace(EDITING, message='Every handle has arrived.'))")
    assert artist.value("find('This did not go as you asked') is None")


def test_texts_of_strangers_are_no_markup(artist: Artist) -> None:
    artist.gimp.run("desk.tell(replace(FAULT, message='<b>no</b>', edit_model='<i>x</i>'))")
    assert {"<b>no</b>", "History, drawn by <i>x</i>"} <= set(artist.value("texts()"))


def test_closing_waits_until_a_pull_is_stopped_and_kept(before_gimp: Artist) -> None:
    before_gimp.begin()
    gimp = before_gimp.gimp
    gimp.run("desk = RecordedDesk(DRAGGING)")
    before_gimp.let_run("DragDialog(desk, None, shelf=shelf)")
    before_gimp.click("Close")
    before_gimp.asked(["finish"])
    gimp.run("desk.tell(replace(DRAGGING, busy=Busy.WRITING))")
    assert before_gimp.value("(dialog.window.get_mapped(), outcome)") == [True, []]
    gimp.run("desk.tell(EDITING)")
    gimp.wait_for("outcome == [None]")
    assert before_gimp.value("(desk.watchers, desk.followers)") == [[], []]


def test_asked_to_close_again_it_waits_for_nothing(before_gimp: Artist) -> None:
    before_gimp.begin()
    gimp = before_gimp.gimp
    gimp.run("desk = RecordedDesk(DRAGGING)")
    before_gimp.let_run("DragDialog(desk, None, shelf=shelf)")
    before_gimp.click("Close")
    before_gimp.asked(["finish"])
    before_gimp.click("Close")
    gimp.wait_for("outcome == [None]")


def test_it_goes_when_its_image_is_closed(before_gimp: Artist) -> None:
    before_gimp.begin()
    before_gimp.let_run("DragDialog(desk, None, shelf=shelf)")
    before_gimp.gimp.run("desk.tell(replace(IDLE, has_document=False))")
    before_gimp.gimp.wait_for("outcome == [None]")


def test_it_does_not_stay_for_an_image_that_was_closed_before(before_gimp: Artist) -> None:
    before_gimp.begin()
    before_gimp.gimp.run("desk = RecordedDesk(replace(IDLE, has_document=False))")
    before_gimp.gimp.run("dialog.close(); dialog = DragDialog(desk, None, shelf=shelf)")
    assert before_gimp.value("dialog.run()") is None


def test_without_a_picture_it_says_what_to_do(before_gimp: Artist) -> None:
    before_gimp.begin("IDLE")
    no_edit = "Choose a layer that Tugline has made, or generate a picture first."
    assert no_edit in before_gimp.value("texts()")
    before_gimp.gimp.run("desk.tell(EDITING)")
    assert before_gimp.value("texts()").count(no_edit) == 0


def test_before_the_first_arrow_it_says_how_to_set_one(before_gimp: Artist) -> None:
    hinted = "any('Press on the picture and pull' in text for text in texts())"
    before_gimp.begin("replace(EDITING, arrows=0)")
    assert before_gimp.value(hinted)
    before_gimp.gimp.run("desk.tell(EDITING)")
    assert not before_gimp.value(hinted)
    before_gimp.gimp.run("desk.tell(replace(FAULT, arrows=0))")
    assert not before_gimp.value(hinted), "what happened comes first"


def test_the_dialog_comes_back_where_it_was(artist: Artist) -> None:
    artist.gimp.run("dialog.window.move(300, 90); dialog.window.resize(520, 720)")
    artist.gimp.wait_for("dialog.window.get_size() == (520, 720)")
    artist.gimp.wait_for("dialog.window.get_position() == (300, 90)")
    artist.gimp.run("dialog.close()")
    artist.open("DragDialog(desk, None, shelf=shelf)", TITLE)
    artist.gimp.wait_for("dialog.window.get_size() == (520, 720)")
    assert artist.value("dialog.window.get_position()") == pytest.approx([300, 90], abs=30)


def test_it_has_room_on_the_smallest_screens(before_gimp: Artist) -> None:
    before_gimp.begin("replace(FROZEN, message=FAULT.message * 2, warning=True)")
    before_gimp.click("find('More')")
    before_gimp.gimp.wait_for("find('Use this daemon', Gtk.Button) is not None")
    before_gimp.rest()
    least, _ = before_gimp.value("dialog.window.get_preferred_height()")
    assert least <= LOWEST
    assert before_gimp.value("dialog.window.get_preferred_width()")[0] <= 500


def test_all_that_can_be_clicked_tells_what_it_does(artist: Artist) -> None:
    artist.click("find('More')")
    artist.gimp.wait_for("find('Use this daemon', Gtk.Button) is not None")
    silent = artist.value(
        """[
    type(one).__name__
    for one in every(Gtk.Button) + every(Gtk.Entry) + every(Gtk.Expander)
    if one.get_can_focus() and not one.get_tooltip_text()
]"""
    )
    assert silent == []


def test_a_frame_with_moving_arrows_is_drawn_in_a_few_milliseconds(artist: Artist) -> None:
    seconds, scaling = artist.gimp.run(
        """
import time
from tugline_gimp.dialogs.composing import Window, pixbuf_of, seen
def frames():
    for number in range(12):
        desk.shown = replace(desk.shown)
        places = [(60 + 90 * n + 1.3 * number, 100 + number, 250, 400) for n in range(4)]
        desk.set_arrows(*places, condition="moving")
        begun = time.process_time()
        preview._draw()
        yield 1
        taken.append(time.process_time() - begun)
        begun = time.process_time()
        seen(pixbuf_of(desk.shown), Window(preview._view, (0, 0), 1))
        scaled.append(time.process_time() - begun)
    return [min(taken), min(scaled)]
taken, scaled = [], []
result = frames()
"""
    )
    assert seconds < FRAME_SCALINGS * scaling


def test_nothing_is_drawn_while_nothing_changes(artist: Artist) -> None:
    artist.rest()
    artist.gimp.run(
        """
drawings = []
from tugline_gimp.dialogs import sharp_image
shown = sharp_image.show
sharp_image.show = lambda *told: (drawings.append(1), shown(*told))
"""
    )
    try:
        artist.gimp.run("desk.moved()")
        artist.gimp.wait_for("drawings")
        artist.rest()
        artist.rest()
        assert artist.value("len(drawings)") == 1
    finally:
        artist.gimp.run("sharp_image.show = shown")


def test_the_dialog_stands_still_after_a_pull(artist: Artist) -> None:
    artist.gimp.run("""
painted = []
dialog.window.get_frame_clock().connect("after-paint", painted.append)
desk.tell(DRAGGING)
""")
    artist.gimp.wait_for("len(painted) > 20")
    artist.gimp.run("desk.tell(EDITING)")
    assert artist.gimp.run("""
def comes_to_rest():
    for _ in range(25):
        before = len(painted)
        yield 200
        if len(painted) == before:
            return True
    return False
result = comes_to_rest()
""")


def test_on_a_dense_screen_it_is_as_sharp_and_as_exact(
    open_gimp: OpenGimp,
) -> None:
    artist = Artist(open_gimp(GimpWish(plugin=False, environment={"GDK_SCALE": "2"})))
    artist.begin()
    artist.gimp.run("dialog.window.move(20, 20); desk.set_arrows((100, 100, 300, 100))")
    artist.gimp.wait_for("preview.get_scale_factor() == 2")
    artist.sees(100, 100, HANDLE)
    artist.sees(300, 100, (255, 255, 255))  # the target's dot
    left, top = artist.at(100, 100)
    right, _ = artist.at(300, 100)
    with Image.open(artist.gimp.picture("dense")) as picture:
        shown = picture.convert("RGB")
    columns = [shown.getpixel((x, round(top) + 60)) for x in range(round(left), round(right))]
    pairs = [columns[at : at + 2] for at in range(0, len(columns) - 1, 2)]
    assert sum(one != other for one, other in pairs) > len(pairs) / 4, "its own pixels, not doubled"
    artist.gimp.mouse.drag((left, top), (left + 40, top + 80))
    artist.gimp.wait_for("desk.asked and desk.asked[-1][1] == 'ended'")
    scale = artist.value("preview.scale")
    assert artist.ends()[0][:2] == pytest.approx([100 + 20 / scale, 100 + 40 / scale], abs=2)
