"""Lines on a vector layer as arrows, in the real Krita."""

from collections.abc import Iterator

import pytest

from tests.editors.layering import layering_session
from tests.editors.session import KritaSession

XY = tuple[float, float]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KritaSession]:
    with layering_session(tmp_path_factory.mktemp("krita"), "test_vectors") as session:
        session.run(
            """
            def vector_layer(name=vectors.VECTOR_NAME, group=None):
                made = doc.createVectorLayer(name)
                (group or doc.rootNode()).addChildNode(made, None)
                return made

            def svg(inside):
                return ('<svg xmlns="http://www.w3.org/2000/svg" width="512px" height="512px" '
                        'viewBox="0 0 512 512">' + inside + "</svg>")

            def lines():
                found = vectors.lines_in(doc)
                return [found.arrows, found.ignored]
            """
        )
        yield session


@pytest.fixture
def krita(shared: KritaSession) -> KritaSession:
    shared.run("result = cleared()")
    return shared


def near(found: list[list[XY]], wanted: list[list[XY]], within: float) -> bool:
    flat = [v for arrow in found for point in arrow for v in point]
    goal = [v for arrow in wanted for point in arrow for v in point]
    return len(flat) == len(goal) and all(
        abs(a - b) <= within for a, b in zip(flat, goal, strict=True)
    )


def draw_line(krita: KritaSession, start: XY, end: XY) -> None:
    before = krita.value("len(lined.shapes())")
    krita.mouse.drag(krita.on_screen(*start), krita.on_screen(*end), 6)
    krita.wait_for(f"len(lined.shapes()) > {before}")


def test_lines_drawn_with_the_line_tool_go_from_handle_to_target(krita: KritaSession) -> None:
    krita.run("lined = vector_layer()")
    krita.settle()
    krita.run("doc.setActiveNode(lined)")
    krita.settle()
    krita.run("app.action('KritaShape/KisToolLine').trigger()")
    krita.settle()
    draw_line(krita, (100, 120), (300, 200))
    draw_line(krita, (400, 420), (250, 330))
    krita.run("app.action('KritaShape/KisToolBrush').trigger()")
    arrows, ignored = krita.value("lines()")
    assert near(arrows, [[(100, 120), (300, 200)], [(400, 420), (250, 330)]], within=2.0), arrows
    assert ignored == 0
    assert krita.value("len(vectors.arrows_in(doc))") == 2


def test_transformed_lines_count_where_they_are_seen_and_other_shapes_do_not(
    krita: KritaSession,
) -> None:
    krita.run(
        """
        group = doc.createGroupLayer("group")
        doc.rootNode().addChildNode(group, None)
        vector_layer(group=group).addShapesFromSvg(svg(
            '<line x1="5" y1="6" x2="50.5" y2="60" stroke="#000"/>'
            '<g transform="translate(100,50) rotate(90)">'
            '<path d="M 0,0 l 40,0" stroke="#000"/></g>'
            '<rect x="1" y="2" width="30" height="40"/>'
            '<path d="M0 0 C 10 10 20 10 30 0" stroke="#000"/>'
            '<path d="M0 0 L 10 10 L 20 0" stroke="#000"/>'))
        """
    )
    arrows, ignored = krita.value("lines()")
    assert near(arrows, [[(5, 6), (50.5, 60)], [(100, 50), (100, 90)]], within=0.01), arrows
    assert ignored == 3


def test_the_documents_resolution_counts(shared: KritaSession) -> None:
    shared.run(
        """
        def finer():
            plain_document[0] = None
            yield from fresh()
            doc.setResolution(300)
            vector_layer().addShapesFromSvg(svg('<path d="M72 36 L144 0" stroke="#000"/>'))
            yield 50
        result = finer()
        """
    )
    seen = shared.value("[[v * 300 / 72 for v in p] for p in ((72, 36), (144, 0))]")
    shape = "vectors._vector_layers(doc.rootNode()).__next__().shapes()[0].boundingBox()"
    arrows, _ = shared.value("lines()")
    left, width = shared.value(f"[{shape}.left(), {shape}.width()]")
    # In points: the line's stroke makes its box a little wider.
    assert arrows[0][0][0] * 72 / 300 == pytest.approx(left, abs=6)
    assert (arrows[0][1][0] - arrows[0][0][0]) * 72 / 300 == pytest.approx(width, abs=12)
    assert near(arrows, [seen], within=0.01) or near(arrows, [[(72, 36), (144, 0)]], within=0.01)


@pytest.mark.parametrize(
    ("scene", "words"),
    [
        ("None", "vector layer"),
        ("vector_layer('other')", "vector layer"),
        ("vector_layer()", "no straight line"),
        (
            'vector_layer().addShapesFromSvg(svg(\'<rect width="9" height="9"/>\'))',
            "no straight line",
        ),
    ],
)
def test_where_there_are_no_lines_that_is_said(krita: KritaSession, scene: str, words: str) -> None:
    krita.run(scene)
    krita.settle()
    assert words in krita.value("fault(lambda: vectors.arrows_in(doc))")
