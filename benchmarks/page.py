"""The tables of a Markdown page, made anew from a report: ``python -m benchmarks.page``.

The page's own words stay. What stands between a line ``<!-- speed: NAME -->`` and the next
``<!-- end -->`` is replaced by the table of that name, by "headlines" or by "machine", so that
every figure comes from the report; of what was not measured nothing stays. The page's picture,
``pictures/speed.svg`` beside it, is drawn anew where steps were measured.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from benchmarks.blocks import filled
from benchmarks.parts import Part, table
from benchmarks.plot import plot
from benchmarks.report import Report, Row, markdown


def renew(page: Path, report: Report) -> None:
    """Write the page and its picture anew."""
    page.write_text(renewed(page.read_text(encoding="utf-8"), report), encoding="utf-8")
    steps = of_one_point(report)
    if steps:
        picture_of(page).write_text(plot(steps), encoding="utf-8")


def of_one_point(report: Report) -> list[Row]:
    """Return the rows of steps that the picture shows."""
    return [row for row in report.of(Part.STEP) if row["points"] == 1]


def picture_of(page: Path) -> Path:
    """Where the page's picture lies."""
    return page.parent / "pictures" / "speed.svg"


def renewed(text: str, report: Report) -> str:
    """Return the page's text with every block filled from the report.

    Raises ValueError for a block of a name that no table has.
    """
    return filled(text, "speed", lambda name: _content(name, report))


def _content(name: str, report: Report) -> str:
    if name == "machine":
        return report.measured_on
    if name == "headlines":
        return "\n".join(f"- {line}" for line in headlines(report))
    part = Part(name)
    rows = report.of(part)
    return markdown(table(part, rows)) if rows else ""


def headlines(report: Report) -> Iterator[str]:
    """Say in sentences what steps and drags of one point come to."""
    for masked, words in ((False, "without a mask"), (True, "with a mask")):
        steps = [row for row in of_one_point(report) if row["mask"] is masked]
        if steps:
            yield (
                f"A step of one point at {_list(steps, 'resolution', '{}')} px {words} takes "
                f"{_list(steps, 'engine_s', '{:.2g}')} s, {_list(steps, 'ratio', '{:.1f}')} times "
                "less than the oracle's."
            )
    whole = [row for row in report.of(Part.DRAG) if row["points"] == 1 and row["drags"] > 1]
    for masked, words in ((False, "without a mask"), (True, "with a mask")):
        for row in (row for row in whole if row["mask"] is masked):
            yield (
                f"A whole drag of `{row['model']}` by one point {words} takes "
                f"{row['whole_s']:.2g} s, in {row['steps']:.0f} steps."
            )


def _list(rows: list[Row], key: str, form: str) -> str:
    return " / ".join(form.format(row[key]) for row in rows)


def main(
    report: Annotated[Path, typer.Argument(help="What `make bench JSON=FILE` wrote.")],
    page: Annotated[Path, typer.Argument(help="The page to renew.")],
) -> None:
    """Fill a page's tables, and draw its picture, from a report that is there already."""
    renew(page, Report.read(report))


if __name__ == "__main__":
    typer.run(main)
