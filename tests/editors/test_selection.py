"""Krita's selection as a mask over the picture, in the real Krita."""

from collections.abc import Iterator

import pytest

from tests.editors.layering import layering_session
from tests.editors.session import KritaSession


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KritaSession]:
    with layering_session(tmp_path_factory.mktemp("krita"), "test_selection") as session:
        session.run(
            """
            def select(x, y, width, height, value=255, feather=0, then=None):
                chosen = Selection()
                chosen.select(x, y, width, height, value)
                if feather:
                    chosen.feather(feather)
                if then:
                    then(chosen)
                doc.setSelection(chosen)

            def over(place=PLACE):
                return selection.selection_over(doc, place)

            def through():
                # Noise, seen only as far as the selection lets it move.
                return planes.seen_through(noise(1), painting.mask_in_place(over(), PLACE))

            def box_of(mask):
                rows = [mask.data[y * mask.width:(y + 1) * mask.width] for y in range(mask.height)]
                full = [y for y, row in enumerate(rows) if any(v > 127 for v in row)]
                across = [x for x in range(mask.width) if any(row[x] > 127 for row in rows)]
                return [across[0], full[0], across[-1] + 1, full[-1] + 1] if full else []
            """
        )
        yield session


@pytest.fixture
def krita(shared: KritaSession) -> KritaSession:
    """A document of 512 pixels a side, nothing selected."""
    shared.run("result = cleared()")
    shared.run("doc.setSelection(None)")
    return shared


def test_without_a_selection_there_is_no_mask(krita: KritaSession) -> None:
    assert krita.value("over()") is None


def test_a_selection_is_cropped_to_the_picture(krita: KritaSession) -> None:
    krita.run("select(150, 20, 100, 130)")
    found = krita.value("[over().width, over().height, box_of(over())]")
    assert found == [256, 192, [50, 0, 150, 60]]


def test_a_selection_beside_the_picture_lets_nothing_move(krita: KritaSession) -> None:
    krita.run("select(10, 20, 50, 30)")
    assert krita.value("over().empty") is True


def test_a_selection_beyond_the_document_counts(krita: KritaSession) -> None:
    krita.run("select(-80, -60, 250, 200)")
    place = "Placement.upright_at(128, 96, Box(-100, -90, 256, 192))"
    assert krita.value(f"box_of(over({place}))") == [20, 30, 256, 192]


def test_all_selected_is_full_and_inverted_empty(krita: KritaSession) -> None:
    krita.run("app.action('select_all').trigger()")
    krita.wait_for("doc.selection() is not None")
    krita.settle()
    assert krita.value("over().full") is True
    krita.run("select(0, 0, 512, 512, then=lambda s: s.invert())")
    assert krita.value("over() is None or over().empty") is True


def test_an_inverted_selection_is_what_lies_around(krita: KritaSession) -> None:
    krita.run("select(150, 120, 100, 60, then=lambda s: s.invert())")
    values = "[over().data[y * 256 + x] for x, y in ((0, 0), (60, 40), (255, 191))]"
    assert krita.value(values) == [255, 0, 255]


def test_feathering_and_half_selected_pixels_are_kept(krita: KritaSession) -> None:
    krita.run("select(200, 150, 60, 60, feather=10)")
    row = krita.value("list(over().data[90 * 256 + 80:90 * 256 + 130])")
    assert any(0 < value < 255 for value in row)
    assert row == sorted(row)
    krita.run("select(150, 120, 100, 60, value=100)")
    assert krita.value("over().data[60 * 256 + 100]") == 100


def test_a_selection_made_by_krita_s_own_action_is_read(krita: KritaSession) -> None:
    krita.run("app.action('select_all').trigger()")
    krita.wait_for("doc.selection() is not None and doc.selection().width() == doc.width()")
    krita.settle()
    assert krita.value("over().full")


@pytest.mark.parametrize(
    ("to_document", "scale", "wanted"),
    [
        # Turned by a right angle, mirrored, twice the picture's size.
        ("Affine(0, 2, -2, 0, 300, 100)", 2.0, [[90, 75], [10, 20]]),
        ("Affine(-2, 0, 0, 2, 400, 100)", 2.0, [[75, 90], [20, 10]]),
        ("Affine(1.2, 0.7, -0.7, 1.2, 200, 100)", 1.389, [[60, 60], [10, 10]]),
    ],
)
def test_the_mask_follows_a_transformed_picture(
    krita: KritaSession, to_document: str, scale: float, wanted: list[list[float]]
) -> None:
    """A square is selected where one image point lies: the mask holds it, another not."""
    inside, outside = wanted
    found = krita.run(
        f"""
        place = Placement(128, 96, {to_document})
        x, y = place.to_document.map({inside!r})
        select(round(x) - 8, round(y) - 8, 16, 16)
        mask = over(place)
        result = [mask.width, mask.height, mask.at({inside!r}, (128, 96)),
                  mask.at({outside!r}, (128, 96)), sum(mask.data) / 255]
        """
    )
    width, height, there, elsewhere, area = found
    assert (width, height, there, elsewhere) == (128, 96, 255, 0)
    assert area == pytest.approx(256 / scale**2, rel=0.05)


def test_what_lies_outside_the_selection_stays_transparent(krita: KritaSession) -> None:
    krita.run("select(150, 120, 100, 60)")
    alpha = "[through()[4 * (y * 256 + x) + 3]"
    assert krita.value(f"{alpha} for x, y in ((0, 0), (60, 40), (255, 191))]") == [0, 255, 0]
    inside = "through()[4 * (40 * 256 + 60):][:4]"
    assert krita.value(f"{inside} == noise(1)[4 * (40 * 256 + 60):][:4]") is True
