from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.inversion.page import headlines, pictures, renewed
from benchmarks.inversion.report import Report
from benchmarks.inversion.tables import tables
from benchmarks.inversion.trial import Dragged, Inverted, Trial

DOCS = Path(__file__).parents[2] / "docs"


def inverted(method: str, psnr: float, *, size: float | None = None) -> Inverted:
    return Inverted(
        method=method,
        steps=100,
        seconds=7.5,
        squared=0.0123,
        psnr=psnr,
        ms_ssim=0.95,
        lpips=None,
        likeness=0.8,
        landmarks_px=0.7,
        size=size,
        others_db=None if size is None else 41.0,
    )


STAGES = (
    Trial(
        "critter-1",
        "critter",
        (inverted("W", 24.0), inverted("W+", 28.0), inverted("tuned", 36.0, size=0.09)),
        (Dragged("own", "5", 16.0, 1.5, 14), Dragged("W+", "5", 15.0, 2.25, 16)),
    ),
    Trial("critter-2", "critter", (inverted("W", 26.0), inverted("W+", 29.0))),
    Trial("photograph-chelsea", "photograph", (inverted("W", 12.0),)),
)
REPORT = Report(
    date="2026-01-02",
    machine={"cores": 2, "cuda": None},
    model="critters-9",
    weights="ab" * 32,
    engine="0123456789abcdef",
    distance="pyramid",
    settings={"stages": "InversionSettings()"},
    floor_px=0.41,
    available={"critter": 32, "photograph": 6},
    parts={
        "stages": STAGES,
        "recovery": (
            Trial("generated-1", "generated", (inverted("W", 30.0), inverted("W+", 38.0))),
            Trial("generated-2", "generated", (inverted("W", 31.0), inverted("W+", 34.5))),
        ),
        "distances": (Trial("critter-1", "critter", (inverted("L2", 27.0),)),),
        "tuning": (Trial("critter-1", "critter", (inverted("low rank", 37.0, size=0.0981),)),),
    },
)

PAGE = """Words.
<!-- inversion: headlines -->
what was there
<!-- end -->
More words, of 99 dB.
<!-- inversion: stages -->
<!-- end -->
<!-- inversion: drags -->
<!-- end -->
<!-- inversion: tuning -->
<!-- end -->
<!-- inversion: seconds -->
| old |
<!-- end -->
<!-- inversion: machine -->
<!-- end -->
"""


def test_a_page_keeps_its_words_and_gets_the_reports_figures() -> None:
    page = renewed(PAGE, REPORT)
    assert "More words, of 99 dB." in page
    assert "what was there" not in page
    assert "| old |" not in page  # of what was not measured nothing stays
    assert "| critter | W | 2 | 0.0123 | 25.0 | 0.950 |  | 0.70 | 0.80 | 100 | 7.5 |" in page
    assert "| photograph | W | 1 |" in page
    assert "| critter | own | 5 | 1 | 16.00 | 1.50 | ±0.00 | 14 |" in page
    assert "| low rank | 1 | 0.0123 | 37.0 | 0.950 |  | 0.70 | 41.0 | 9.8% | 100 | 7.5 |" in page
    assert "engine 0123456789abcdef" in page
    assert renewed(page, REPORT) == page


def test_the_headlines_say_what_the_tables_do() -> None:
    critters, recovered, dragged = headlines(REPORT)
    assert critters.startswith("2 held-out critters come to")
    assert "25.0 dB in W, 28.5 dB in W+, 36.0 dB tuned" in critters
    assert "Of 2 pictures that the generator made, 1 are recovered to 35 dB" in recovered
    assert "end 1.50 px from where" in dragged
    assert "after inversion 2.25 px in W+" in dragged


def test_a_report_without_photographs_says_so() -> None:
    text = pictures(REPORT)
    assert text.startswith("38 pictures: 32 held-out critters of the renderer, 6 photographs.")
    assert "3 of them" in text
    assert "scikit-image" not in text
    without = replace(REPORT, available={"critter": 32, "photograph": 0})
    assert "scikit-image was not there" in pictures(without)


def test_only_what_was_measured_is_laid_out() -> None:
    assert len(tables(REPORT)) == 5
    assert len(tables(replace(REPORT, parts={"tuning": REPORT.of("tuning")}))) == 1


def test_a_report_is_read_as_it_was_written(tmp_path: Path) -> None:
    REPORT.write(tmp_path / "report.json")
    assert Report.read(tmp_path / "report.json") == REPORT


def test_a_block_of_no_table_is_refused() -> None:
    with pytest.raises(ValueError, match="stagse"):
        renewed("<!-- inversion: stagse -->\n<!-- end -->", REPORT)


def test_the_published_page_says_what_the_published_report_says() -> None:
    text = (DOCS / "inversion-quality.md").read_text(encoding="utf-8")
    assert renewed(text, Report.read(DOCS / "inversion.json")) == text
