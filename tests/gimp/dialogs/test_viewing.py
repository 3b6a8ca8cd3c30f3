"""Where the picture lies in the preview, at every zoom and under every pointer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_edit.geometry import Affine, Box, Placement
from tugline_gimp.dialogs.viewing import MARGIN, ZOOMS, View, percent, to_shown, zoomed

sides = st.integers(1, 4096)
rooms = st.integers(40, 1200)
zooms = st.none() | st.sampled_from(ZOOMS)
views = st.builds(View, st.tuples(sides, sides), st.tuples(rooms, rooms), zooms)


@given(views)
def test_the_picture_lies_inside_of_its_canvas_with_a_margin_around(view: View) -> None:
    left, top = view.to_view.map((0, 0))
    right, bottom = view.to_view.map(view.shown)
    width, height = view.canvas
    if view.zoom is not None:
        assert min(left, top) >= MARGIN
        assert right <= width - MARGIN + 1
        assert bottom <= height - MARGIN + 1
    assert width >= view.viewport[0]
    assert height >= view.viewport[1]


@given(views)
def test_what_fits_needs_no_scrolling(view: View) -> None:
    fitting = View(view.shown, view.viewport)
    if min(fitting.viewport) > 2 * MARGIN:
        assert fitting.canvas == fitting.viewport


@given(view=views, zoom=st.sampled_from(ZOOMS), share=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_what_is_under_the_pointer_stays_there_unless_the_edge_is_reached(
    view: View, zoom: float, share: tuple[float, float]
) -> None:
    place = view.to_view.map((share[0] * view.shown[0], share[1] * view.shown[1]))
    scrolled = (max(0.0, place[0] - 20), max(0.0, place[1] - 20))
    after = View(view.shown, view.viewport, zoom)
    left, top = after.scroll_to_keep(place, view, scrolled)
    x, y = after.to_view.map(view.to_view.inverted().map(place))
    for moved, stays, now, most in (
        (x - left, place[0] - scrolled[0], left, after.canvas[0] - view.viewport[0]),
        (y - top, place[1] - scrolled[1], top, after.canvas[1] - view.viewport[1]),
    ):
        assert 0 <= now <= most
        assert moved == pytest.approx(stays, abs=1e-6) or now in {0, most}


def test_a_large_picture_is_seen_whole_and_a_small_one_large() -> None:
    assert View((1024, 512), (412, 412)).scale == (412 - 2 * MARGIN) / 1024
    assert View((64, 64), (412, 412)).scale == 4.0


def test_the_zoom_goes_by_doubling_whatever_fitted_before() -> None:
    assert zoomed(0.37, 1) == 0.5
    assert zoomed(0.37, -1) == 0.25
    assert zoomed(0.5, 1) == 1.0
    assert zoomed(0.3, 2) == 1.0
    assert zoomed(ZOOMS[-1], 1) == ZOOMS[-1]
    assert zoomed(ZOOMS[0], -1) == ZOOMS[0]
    assert percent(0.6797) == "68 %"


def test_a_hundred_percent_are_the_documents_own_pixels() -> None:
    upright = Placement.upright_at(128, 128, Box(100, 50, 512, 512))
    assert to_shown(upright).map((128, 128)) == (512, 512)
    turned = Placement(100, 50, Affine(a=0, b=1, c=-1, d=0, e=200, f=10))
    assert turned.box == Box(150, 10, 50, 100)
    assert to_shown(turned).map((0, 0)) == (50, 0), "the top left corner is at the top right now"
