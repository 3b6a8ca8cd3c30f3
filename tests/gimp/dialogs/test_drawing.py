"""How arrows look: each condition differs, nothing is drawn twice, and it takes no time."""

import itertools
import time
from dataclasses import replace

import pytest
from PIL import Image

from tests.slowness import slowness
from tugline_edit.drawn import DrawnArrow
from tugline_edit.geometry import Affine
from tugline_gimp.dialogs.drawing import Stamp, drawn

BASE = (128, 128, 128)
ARROW = DrawnArrow((40.0, 60.0), (150.0, 90.0), distance=137.0)
CONDITIONS = ("set", "moving", "reached", "stuck", "lost")
# As the preview's arrows are redrawn: five of them, each elsewhere in each frame.
FRAME_SECONDS = 0.015


def painted(*arrows: DrawnArrow, unit: int = 1, to_view: Affine | None = None) -> Image.Image:
    """Return arrows over grey, 200 x 160 logical pixels."""
    canvas = Image.new("RGBA", (200 * unit, 160 * unit), (*BASE, 255))
    view = (to_view or Affine()).then(Affine(a=unit, d=unit))
    for stamp in (stamp for arrow in arrows for stamp in drawn(arrow, view, float(unit))):
        layer = Image.new("RGBA", canvas.size)
        layer.paste(picture_of(stamp), (stamp.x + stamp.sprite.left, stamp.y + stamp.sprite.top))
        canvas = Image.alpha_composite(canvas, layer)
    return canvas.convert("RGB")


def picture_of(stamp: Stamp) -> Image.Image:
    sprite = stamp.sprite
    picture = Image.frombytes("RGBA", (sprite.width, sprite.height), sprite.rgba)
    alpha = picture.getchannel("A").point(lambda value: round(value * stamp.opacity))
    picture.putalpha(alpha)
    return picture


def test_a_handle_a_target_and_a_line_between_them_are_where_they_belong() -> None:
    picture = painted(ARROW)
    assert picture.getpixel((40, 60)) == (42, 130, 255), "the handle"
    assert picture.getpixel((150, 90)) == (255, 255, 255), "the dot in the target"
    assert picture.getpixel((95, 75)) == (255, 255, 255), "the line"
    assert picture.getpixel((10, 10)) == BASE


@pytest.mark.parametrize("pair", list(itertools.combinations((*CONDITIONS, "frozen"), 2)))
def test_conditions_can_be_told_apart(pair: tuple[str, str]) -> None:
    one, other = (
        painted(replace(ARROW, frozen=True) if each == "frozen" else replace(ARROW, condition=each))
        for each in pair
    )
    assert one.tobytes() != other.tobytes()


def test_a_frozen_handle_pulls_nothing_whatever_it_was() -> None:
    frozen = [painted(replace(ARROW, condition=each, frozen=True)) for each in CONDITIONS]
    assert {picture.tobytes() for picture in frozen} == {frozen[0].tobytes()}


def test_what_is_selected_or_under_the_pointer_is_larger() -> None:
    def handle_is_wide(arrow: DrawnArrow) -> bool:
        return painted(arrow).getpixel((40, 50)) != BASE

    assert not handle_is_wide(ARROW)
    assert handle_is_wide(replace(ARROW, selected=True))
    assert handle_is_wide(replace(ARROW, hovered="handle"))
    assert not handle_is_wide(replace(ARROW, hovered="target"))


def test_what_would_be_removed_is_faint() -> None:
    faint = painted(replace(ARROW, leaving=True)).getpixel((40, 60))
    expected = [round(0.4 * own + 0.6 * under) for own, under in zip((42, 130, 255), BASE)]  # noqa: B905
    assert faint == pytest.approx(tuple(expected), abs=2)


def test_an_arrow_of_no_length_is_a_handle_over_its_target() -> None:
    picture = painted(DrawnArrow((100, 80), (100, 80)))
    assert picture.getpixel((100, 80)) == (42, 130, 255)
    assert picture.getpixel((120, 80)) == BASE


def test_what_is_left_is_written_behind_a_moving_handle_alone() -> None:
    behind = (0, 40, 30, 80)
    plain, moving = (
        painted(replace(ARROW, condition=condition)).crop(behind).tobytes()
        for condition in ("reached", "moving")
    )
    assert plain == Image.new("RGB", (30, 40), BASE).tobytes()
    assert moving != plain


def test_an_arrow_looks_the_same_wherever_it_lies_in_whole_pixels() -> None:
    moved = painted(replace(ARROW, condition="moving"), to_view=Affine(e=7, f=11))
    stayed = painted(replace(ARROW, condition="moving"))
    assert moved.crop((37, 61, 187, 121)).tobytes() == stayed.crop((30, 50, 180, 110)).tobytes()


def test_twice_as_dense_a_screen_shows_the_same_in_twice_the_pixels() -> None:
    dense = painted(ARROW, unit=2).resize((200, 160), Image.Resampling.BOX)
    both = zip(dense.tobytes(), painted(ARROW).tobytes(), strict=True)
    worst = max(abs(one - other) for one, other in both)
    assert worst < 128, "no edge is a pixel off"


def test_arrows_that_did_not_move_cost_next_to_nothing_and_moving_ones_little() -> None:
    arrows = [
        DrawnArrow((60.3 + 75 * n, 80.0), (190.0 + 75 * n, 80.0 + 30 * n), "moving", 50.0)
        for n in range(5)
    ]

    def seconds(step: float) -> float:
        begun = time.process_time()
        for arrow in arrows:
            place = (arrow.handle[0] + step, arrow.handle[1] + step / 2)
            drawn(replace(arrow, handle=place), Affine(), 1.0)
        return time.process_time() - begun

    moving = min(seconds(1.37 * number) for number in range(1, 8))
    assert moving < FRAME_SECONDS * slowness()
    assert min(seconds(1.37) for _ in range(3)) < moving / 5
