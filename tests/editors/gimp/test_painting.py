"""Pictures resampled and composited in GIMP's process, without any layer."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.layering import layering_console

NAMES = """
painter = doc.painter if "doc" in globals() else GimpDocument(new_image(8, 8)).painter

def mixed(base, top):
    \"\"\"Straight alpha, as it is in the books: colours and alpha of top over base.\"\"\"
    a, b = top[3] / 255, base[3] / 255
    alpha = a + b * (1 - a)
    if not alpha:
        return [0, 0, 0, 0]
    return [*((t * a + o * b * (1 - a)) / alpha for t, o in zip(top[:3], base[:3])), 255 * alpha]

def pairs(base, top, shown):
    for n in range(0, len(base), 4):
        yield base[n:n + 4], top[n:n + 4], shown[n:n + 4]

def compare(base_opaque):
    size = (256, 40)
    base = noise(1, size, opaque=base_opaque)
    top = bytearray(noise(2, size, opaque=False))
    top[3::4] = bytes(range(256)) * 40
    shown = painter.over(base, bytes(top), size)
    untouched = exact = far = 0
    for old, new, now in pairs(base, bytes(top), shown):
        untouched += new[3] == 0 and now != old
        exact += new[3] == 255 and now != new
        if 0 < new[3] < 255 and now[3] > 8:
            far = max(far, *(abs(a - b) * now[3] / 255 for a, b in zip(mixed(old, new), now)))
    return [untouched, exact, far]
"""


@pytest.fixture(scope="module")
def gimp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    with layering_console(tmp_path_factory.mktemp("gimp"), "test_painting") as console:
        console.run(NAMES)
        yield console


@pytest.mark.parametrize("opaque", [True, False])
def test_one_picture_over_another_is_exact_at_both_ends(gimp: GimpConsole, opaque: bool) -> None:
    untouched, exact, far = gimp.value(f"compare({opaque})")
    assert (untouched, exact) == (0, 0)
    assert far < 2


def test_pictures_that_show_all_or_nothing_are_taken_as_they_are(gimp: GimpConsole) -> None:
    gimp.run("one, two, clear = noise(1), noise(2), plain((9, 9, 9, 0)); size = (256, 192)")
    assert gimp.value("painter.over(one, two, size) == two")
    assert gimp.value("painter.over(one, clear, size) == one")
    assert gimp.value("painter.over(memoryview(one), bytearray(two), size) == two")


def test_a_picture_that_fits_is_not_touched(gimp: GimpConsole) -> None:
    assert gimp.value("painter.warp(noise(1), (256, 192), PLACE) == noise(1)")


@pytest.mark.parametrize("size", [(128, 96), (512, 384), (100, 300)])
def test_other_sizes_are_scaled_without_steps_or_shift(
    gimp: GimpConsole, size: tuple[int, int]
) -> None:
    """A slope stays the same slope in the box; no neighbours differ by more than it says."""
    worst: Any = gimp.run(
        f"""
        width, height = {size}
        row = bytes(v for x in range(width) for v in (round(255 * (x + 0.5) / width), 9, 99, 255))
        data = painter.warp(row * height, (width, height), PLACE)
        inner = range(6, BOX.width - 6)
        at = [data[4 * x] for x in range(BOX.width)]
        result = [len(data) == 4 * BOX.width * BOX.height, set(data[3::4]) == {{255}},
                  max(abs(at[x] - 255 * (x + 0.5) / BOX.width) for x in inner),
                  max(abs(at[x + 1] - at[x]) for x in inner)]
        """
    )
    assert worst[:2] == [True, True]
    assert worst[2] <= 2
    assert worst[3] <= 3


def test_alpha_is_multiplied_by_the_mask(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        mask = bytes(range(256)) * 192
        seen = painter.seen_through(noise(1), mask)
        soft = painter.seen_through(seen, mask)
        result = [seen[3::4] == mask,
                  all(seen[n::4] == noise(1)[n::4] for n in range(3)),
                  list(soft[3:1024:4]) == [(a * a + 127) // 255 for a in range(256)]]
        """
    )
    assert found == [True, True, True]


def test_masks_are_scaled_and_what_is_whole_stays_whole(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        half = SelectionMask(64, 48, (bytes(32) + bytes([255]) * 32) * 48)
        large = painter.scaled(half, (256, 192))
        row = large.data[96 * 256:97 * 256]
        result = [painter.scaled(half, (64, 48)) is half, [large.width, large.height],
                  set(row[:120]) == {0}, set(row[136:]) == {255}, list(row) == sorted(row),
                  painter.scaled(SelectionMask(9, 9, bytes([255]) * 81), (50, 70)).full,
                  painter.mask_in_place(half, PLACE) == large.data]
        """
    )
    assert found == [True, [256, 192], True, True, True, True, True]


def test_a_thumbnail_is_the_middle_in_rgb(gimp: GimpConsole) -> None:
    found: Any = gimp.run(
        """
        from tugline_edit.history import THUMBNAIL_SIDE
        left, middle, right = bytes((255, 0, 0, 255)), bytes((1, 2, 3, 255)), bytes((0, 0, 9, 255))
        small = painter.thumbnail((left * 100 + middle * 200 + right * 100) * 200, (400, 200))
        result = [small == bytes((1, 2, 3)) * THUMBNAIL_SIDE**2,
                  len(painter.thumbnail(noise(1, (5, 3)), (5, 3))) == 3 * THUMBNAIL_SIDE**2]
        """
    )
    assert found == [True, True]
