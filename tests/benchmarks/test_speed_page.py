from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from rich.table import Table

from benchmarks.page import of_one_point, picture_of, renewed
from benchmarks.plot import Axis, plot
from benchmarks.report import Report, Row, markdown

DOCS = Path(__file__).parents[2] / "docs"


def step(resolution: int, *, mask: bool, oracle_s: float, engine_s: float) -> Row:
    return {
        "part": "step",
        "case": "step",
        "resolution": resolution,
        "points": 1,
        "mask": mask,
        "oracle_s": oracle_s,
        "engine_s": engine_s,
        "ratio": oracle_s / engine_s,
        "peak_share": 0.5 / engine_s,
        "adaptive_s": 2 * engine_s,
        "adaptive_first_s": 3 * engine_s,
    }


STEPS = (
    step(512, mask=False, oracle_s=1.0, engine_s=0.1),
    step(512, mask=True, oracle_s=4.0, engine_s=0.25),
    step(1024, mask=False, oracle_s=1.1, engine_s=0.1),
    step(1024, mask=True, oracle_s=10.0, engine_s=0.25),
)
FIVE_POINTS = {**STEPS[0], "points": 5, "ratio": 77.0}
REPORT = Report("2026-01-02", {"cores": 2, "cuda": None}, 0.25, STEPS)

PAGE = """Words.
<!-- speed: headlines -->
what was there
<!-- end -->
More words, with a step of the last year: 9 s.
<!-- speed: step -->
<!-- end -->
<!-- speed: memory -->
| old |
<!-- end -->
<!-- speed: machine --><!-- end -->
"""


def test_a_table_becomes_markdown() -> None:
    table = Table(title="Ways")
    table.add_column("way")
    table.add_column("s", justify="right")
    table.add_row("here", "1.0")
    table.add_row("there", "2.0")
    assert markdown(table).splitlines() == [
        "**Ways**",
        "",
        "| way | s |",
        "| --- | ---: |",
        "| here | 1.0 |",
        "| there | 2.0 |",
    ]


def test_a_page_keeps_its_words_and_gets_the_reports_figures() -> None:
    page = renewed(PAGE, REPORT)
    assert "with a step of the last year: 9 s." in page
    assert "what was there" not in page
    assert (
        "- A step of one point at 512 / 1024 px with a mask takes 0.25 / 0.25 s, "
        "16.0 / 40.0 times less than the oracle's." in page
    )
    assert "| 1024 | 1 | yes | 10 | 0.25 | 40.0 | 200% | 0.5 | 0.75 |" in page
    assert renewed(page, REPORT) == page


def test_of_what_was_not_measured_nothing_stays() -> None:
    page = renewed(PAGE, REPORT)
    assert "| old |" not in page
    assert "1024" not in renewed(page, replace(REPORT, rows=()))


def test_a_block_without_a_table_is_refused() -> None:
    with pytest.raises(ValueError, match="speeed"):
        renewed("<!-- speed: speeed -->\n<!-- end -->", REPORT)


def test_the_picture_shows_every_step_of_one_point() -> None:
    report = replace(REPORT, rows=(*STEPS, FIVE_POINTS))
    picture = ET.fromstring(plot(of_one_point(report)))  # noqa: S314 (we have drawn it)
    words = ["".join(text.itertext()) for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert {"without a mask", "with a mask", "10.0 times", "16.0 times", "40.0 times"} <= {*words}
    assert "77.0 times" not in words
    assert words.count("512 px") == words.count("1024 px") == 2
    width, height = map(float, picture.attrib["viewBox"].split()[2:])
    for dot in picture.iter("{http://www.w3.org/2000/svg}circle"):
        assert 0 < float(dot.attrib["cx"]) < width
        assert 0 < float(dot.attrib["cy"]) < height


def test_the_axis_holds_its_values_between_marks() -> None:
    axis = Axis.around([0.06, 11.0])
    assert axis.marks == pytest.approx((0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20))
    assert axis.x(0.06) < axis.x(0.1) < axis.x(11.0)
    assert axis.x(0.2) - axis.x(0.1) == pytest.approx(axis.x(2) - axis.x(1))


def test_the_published_page_and_picture_say_what_the_published_report_says() -> None:
    report, page = Report.read(DOCS / "speed.json"), DOCS / "speed.md"
    text = page.read_text(encoding="utf-8")
    assert renewed(text, report) == text
    assert picture_of(page).read_text(encoding="utf-8") == plot(of_one_point(report))
