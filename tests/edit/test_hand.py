"""The artist's hand on a picture, and what is drawn of its arrows."""

from tests.edit.artist import Artist
from tugline_edit.arrows import Arrow
from tugline_edit.drawn import DrawnArrow, direction, drawn_arrows
from tugline_edit.geometry import Affine
from tugline_edit.gestures import Gestures
from tugline_edit.hand import Hand, Pointer

# Image pixels are shown four times their size, from (10, 20) on.
TO_VIEW = Affine(a=4, d=4, e=10, f=20)


def view(x: float, y: float) -> tuple[float, float]:
    return TO_VIEW.map((x, y))


def test_without_an_edit_nothing_is_taken(artist: Artist) -> None:
    hand = Hand(artist.bench)
    hand.press(view(5, 5), TO_VIEW)
    assert not hand.move(view(6, 6), TO_VIEW)
    hand.release(view(6, 6), TO_VIEW)
    assert hand.pointer(view(5, 5), TO_VIEW) is Pointer.PLAIN
    assert hand.arrows == ()
    assert not hand.busy


def test_a_pull_sets_an_arrow_and_the_pointer_says_what_a_press_would_do(artist: Artist) -> None:
    artist.generate(artist.editor.open())
    hand = Hand(artist.bench)
    assert hand.pointer(view(5, 5), TO_VIEW) is Pointer.PLACE
    assert hand.pointer(view(-20, 5), TO_VIEW) is Pointer.PLAIN
    hand.press(view(5, 5), TO_VIEW)
    assert hand.busy
    hand.move(view(15, 5), TO_VIEW)
    assert hand.pointer(view(15, 5), TO_VIEW) is Pointer.HOLD
    hand.release(view(15, 5), TO_VIEW)
    (arrow,) = hand.arrows
    assert (arrow.handle, arrow.target, arrow.selected) == ((5, 5), (15, 5), True)
    assert artist.edit.arrows.items[0].target == (15, 5)
    assert not hand.move(view(15, 5), TO_VIEW), "it is over the target still"
    assert hand.move(view(25, 25), TO_VIEW), "it has left the target"
    assert hand.move(view(5, 5), TO_VIEW)
    assert hand.pointer(view(5, 5), TO_VIEW) is Pointer.GRASP
    assert hand.arrows[0].hovered == "handle"


def test_a_live_pull_begins_with_the_hand_and_is_held_by_it(artist: Artist) -> None:
    artist.generate(artist.editor.open())
    artist.settings(live=True)
    hand = Hand(artist.bench)
    hand.press(view(12, 12), TO_VIEW)
    hand.move(view(20, 12), TO_VIEW)
    artist.runs()
    assert artist.bench.holding
    hand.release(view(20, 12), TO_VIEW)
    assert not artist.bench.holding
    artist.desk.stop()
    artist.rests()


def test_a_handle_pulled_while_a_pull_runs_is_set_in_the_picture_that_is_seen(
    artist: Artist,
) -> None:
    artist.generate(artist.editor.open())
    hand = Hand(artist.bench)
    hand.press(view(12, 12), TO_VIEW)
    hand.move(view(28, 12), TO_VIEW)
    hand.release(view(28, 12), TO_VIEW)
    before = artist.bench.gestures.arrows.items[0]
    artist.desk.run()
    artist.runs()
    tracked = artist.bench.gestures.arrows.items[0].handle
    hand.press(view(*tracked), TO_VIEW)
    hand.move(view(10, 20), TO_VIEW)
    hand.release(view(10, 20), TO_VIEW)
    after = artist.bench.gestures.arrows.items[0]
    assert after.id != before.id
    assert after.reference != before.reference
    artist.desk.stop()
    artist.rests()
    assert artist.edit.references(artist.edit.arrows)


def test_the_selected_arrow_is_drawn_above_the_others_and_larger() -> None:
    gestures = Gestures((32, 32))
    for name in ("a", "b"):
        arrow = Arrow(name, (1.0, 2.0), (3.0, 4.0), (1.0, 2.0), "first", "moving")
        gestures.arrows = type(gestures.arrows)((*gestures.arrows.items, arrow))
    gestures.selected = "a"
    other, selected = drawn_arrows(gestures, frozenset({"b"}))
    assert (other.frozen, other.selected) == (True, False)
    assert (selected.frozen, selected.selected) == (False, True)
    assert selected.handle_radius > other.handle_radius
    assert selected.target_radius > other.target_radius
    under = DrawnArrow((0, 0), (1, 1), hovered="target")
    assert under.target_radius == selected.target_radius
    assert under.handle_radius == other.handle_radius


def test_an_arrow_of_no_length_points_to_the_right() -> None:
    assert direction((2.0, 2.0), (2.0, 2.0)) == (1.0, 0.0)
    assert direction((2.0, 2.0), (2.0, 5.0)) == (0.0, 1.0)
