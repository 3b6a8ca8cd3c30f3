"""The placement of a layer that was transformed, out of its alpha: drawn by Pillow, found again."""

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from tests.slowness import slowness
from tugline_edit.geometry import XY, Affine, Box, Placement
from tugline_edit.registration import candidates, placements, quad_of

Resampling = Image.Resampling


def turned(side: tuple[int, int], degrees: float, across: float, down: float) -> Placement:
    """Return a picture, scaled (mirrored where negative) and turned, in a document of its own."""
    sine, cosine = math.sin(math.radians(degrees)), math.cos(math.radians(degrees))
    at = Affine(across * cosine, across * sine, -down * sine, down * cosine)
    placement = Placement(*side, at)
    return placement.moved(3.3 - placement.box.x, 4.7 - placement.box.y)


def alpha_of(placement: Placement, filtering: Resampling) -> tuple[bytes, Box]:
    """Return the alpha of the layer after an editor has resampled it, and the layer's bounds."""
    edge = 4
    width, height = placement.width, placement.height
    layer = Image.new("L", (width + 2 * edge, height + 2 * edge), 0)
    layer.paste(255, (edge, edge, edge + width, edge + height))
    back = placement.to_document.inverted().then(Affine(e=edge, f=edge))
    box = placement.box
    document = layer.transform(
        (box.x + box.width + 4, box.y + box.height + 4),
        Image.Transform.AFFINE,
        (back.a, back.c, back.e, back.b, back.d, back.f),
        filtering,
    )
    bounds = document.getbbox()
    assert bounds is not None
    left, top, right, bottom = bounds
    return document.crop(bounds).tobytes(), Box(left, top, right - left, bottom - top)


def apart(found: Placement, placement: Placement) -> float:
    """Return how far apart, in document pixels, two placements have the corners of a picture."""
    return max(math.dist(a, b) for a, b in zip(found.corners, placement.corners, strict=True))


@settings(max_examples=60)
@given(
    degrees=st.floats(-40, 40),
    across=st.floats(0.7, 3),
    down=st.floats(0.7, 3),
    filtering=st.sampled_from((Resampling.BILINEAR, Resampling.BICUBIC)),
)
def test_a_transformed_layer_is_found_to_half_a_pixel(
    degrees: float, across: float, down: float, filtering: Resampling
) -> None:
    placement = turned((64, 48), degrees, across, down)
    alpha, box = alpha_of(placement, filtering)
    found = placements(alpha, box, Placement.upright_at(64, 48, Box(0, 0, 64, 48)))
    assert len(found) == 8
    assert apart(found[0], placement) < 0.6


@pytest.mark.parametrize("degrees", [0, 0.4, 12, 45, 89.7, 90, 200, 315])
@pytest.mark.parametrize("mirrored", [1, -1])
def test_every_turn_and_mirror_is_among_the_eight(degrees: float, mirrored: int) -> None:
    placement = turned((256, 256), degrees, 1.3 * mirrored, 1.1)
    alpha, box = alpha_of(placement, Resampling.BICUBIC)
    upright = Placement.upright_at(256, 256, Box(0, 0, 256, 256))
    found = placements(alpha, box, upright)
    assert min(apart(way, placement) for way in found) < 0.25
    # Whoever was turned so before is found first.
    assert apart(placements(alpha, box, placement)[0], placement) < 0.25


@pytest.mark.parametrize("degrees", [0, 10, 30, 45, 70])
def test_eight_pixels_are_enough(degrees: float) -> None:
    placement = turned((8, 8), degrees, 1, 1)
    alpha, box = alpha_of(placement, Resampling.BILINEAR)
    assert apart(placements(alpha, box, placement)[0], placement) < 0.5


def test_hard_edges_are_found_as_well() -> None:
    placement = turned((128, 128), 20, 1.5, 1.5)
    alpha, box = alpha_of(placement, Resampling.NEAREST)
    assert apart(placements(alpha, box, placement)[0], placement) < 1.0


def test_an_upright_picture_is_found_exactly() -> None:
    old = Placement.upright_at(64, 64, Box(10, 20, 64, 64))
    moved = placements(b"\xff" * 64 * 64, Box(-5, 300, 64, 64), old)[0]
    assert moved == Placement.upright_at(64, 64, Box(-5, 300, 64, 64))
    scaled = placements(b"\xff" * 200 * 150, Box(7, 9, 200, 150), old)[0]
    assert scaled == Placement.upright_at(64, 64, Box(7, 9, 200, 150))


def test_bounds_may_be_larger_than_an_upright_picture() -> None:
    image = Image.new("L", (100, 90), 0)
    image.paste(255, (11, 22, 75, 86))
    old = Placement.upright_at(64, 64, Box(0, 0, 64, 64))
    found = placements(image.tobytes(), Box(1000, 0, 100, 90), old)[0]
    assert found.upright
    assert found.box == Box(1011, 22, 64, 64)


@pytest.mark.parametrize("placement", [turned((64, 64), degrees, 1.5, 2) for degrees in (0, 90)])
def test_a_rectangle_that_was_softened_lies_on_whole_pixels_again(placement: Placement) -> None:
    whole = placement.moved(7.0 - placement.corners[0][0], 9.0 - placement.corners[0][1])
    alpha, box = alpha_of(whole.moved(200, 40), Resampling.BICUBIC)
    found = placements(alpha, box, whole)[0]
    assert apart(found, whole.moved(200, 40)) < 1e-6
    assert all(number == round(number) for corner in found.corners for number in corner)


def test_the_old_orientation_comes_first() -> None:
    square: tuple[XY, XY, XY, XY] = ((0, 0), (64, 0), (64, 64), (0, 64))
    for old in candidates(square, (64, 64)):
        assert candidates(square, (64, 64), old)[0] == old
    assert candidates(square, (64, 64))[0].to_document == Affine()


def test_the_eight_ways_are_eight() -> None:
    corners: tuple[XY, XY, XY, XY] = ((5, 0), (70, 10), (65, 60), (0, 50))
    ways = candidates(corners, (32, 16))
    assert len({way.to_document for way in ways}) == 8
    assert sum(way.to_document.determinant > 0 for way in ways) == 4
    for way in ways:
        expected, found = sorted(corners), sorted(way.corners)
        assert max(math.dist(a, b) for a, b in zip(expected, found, strict=True)) < 1e-9


def shape(*outline: XY, size: tuple[int, int] = (200, 200)) -> bytes:
    image = Image.new("L", size, 0)
    ImageDraw.Draw(image).polygon(outline, fill=255)
    return image.tobytes()


def circle() -> bytes:
    image = Image.new("L", (200, 200), 0)
    ImageDraw.Draw(image).ellipse((20, 20, 180, 180), fill=255)
    return image.tobytes()


def erased() -> bytes:
    image = Image.new("L", (200, 200), 255)
    image.paste(0, (60, 60, 120, 120))
    return image.tobytes()


@pytest.mark.parametrize(
    "alpha",
    [
        bytes(200 * 200),
        shape((20, 20), (180, 40), (150, 160), (40, 140)),
        shape((20, 20), (180, 20), (100, 180)),
        shape((20, 20), (120, 20), (180, 100), (120, 180), (20, 180)),
        shape((0, 0), (199, 0), (199, 199), (100, 100), (0, 199)),
        shape((50, 50), (150, 50)),
        shape((50, 50), (50, 50)),
        circle(),
        erased(),
    ],
    ids=["nothing", "perspective", "triangle", "five", "dented", "line", "dot", "circle", "erased"],
)
def test_what_is_no_whole_picture_is_not_taken_for_one(alpha: bytes) -> None:
    assert quad_of(alpha, 200, 200) is None
    assert placements(alpha, Box(0, 0, 200, 200), turned((64, 64), 0, 1, 1)) == ()


@pytest.mark.parametrize(("width", "height"), [(1, 1), (2, 1), (1, 7), (3, 3)])
def test_a_few_pixels_are_no_trouble(width: int, height: int) -> None:
    whole = quad_of(b"\xff" * width * height, width, height)
    assert whole == ((0, 0), (width, 0), (width, height), (0, height))
    quad_of(bytes([255, *bytes(width * height - 1)]), width, height)
    quad_of(bytes([128] * (width * height)), width, height)


@settings(max_examples=200)
@given(st.integers(1, 12), st.data())
def test_noise_gives_a_parallelogram_or_nothing(width: int, data: st.DataObject) -> None:
    alpha = data.draw(st.binary(min_size=width, max_size=12 * width))
    alpha = alpha[: len(alpha) // width * width]
    corners = quad_of(alpha, width, len(alpha) // width)
    if corners is not None:
        a, b, c, d = corners
        assert math.dist((a[0] + c[0], a[1] + c[1]), (b[0] + d[0], b[1] + d[1])) < 1e-6


def test_alpha_of_another_size_than_it_should_have_is_refused() -> None:
    with pytest.raises(ValueError, match="came as 5 bytes"):
        quad_of(bytes(5), 3, 2)


def test_a_large_layer_does_not_hold_up_the_editor() -> None:
    placement = turned((1024, 1024), 17, 1, 1)
    alpha, box = alpha_of(placement, Resampling.BICUBIC)
    seconds = []
    for _ in range(5):
        # Of this thread's own time: a busy machine is no fault of the code.
        start = time.thread_time()
        found = placements(alpha, box, placement)
        seconds.append(time.thread_time() - start)
        assert apart(found[0], placement) < 0.25
    # The editor's event loop bears 50 ms.
    assert min(seconds) < 0.05 * slowness()
