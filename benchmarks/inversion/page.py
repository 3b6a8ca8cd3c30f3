"""The page of inversion's figures, filled from a report: ``docs/inversion-quality.md``.

The page's own words stay; what stands between a line ``<!-- inversion: NAME -->`` and the next
``<!-- end -->`` is replaced by the table of that name, by "headlines", "pictures", "settings" or
"machine".
"""

import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks.blocks import filled
from benchmarks.inversion.pictures import Kind
from benchmarks.inversion.report import Report
from benchmarks.inversion.tables import TABLES, WANTED_DB
from benchmarks.report import markdown

_SAID: dict[Kind, str] = {
    "critter": "held-out critters of the renderer",
    "flat": "critters in flat colours",
    "outline": "critters in outlines",
    "stripes": "the renderer's critters before stripes",
    "photograph": "photographs",
    "generated": "pictures of the generator",
}


def renew(page: Path, report: Report) -> None:
    """Write the page anew."""
    page.write_text(renewed(page.read_text(encoding="utf-8"), report), encoding="utf-8")


def renewed(text: str, report: Report) -> str:
    """Return the page's text with every block filled from the report.

    Raises ValueError for a block of a name that nothing has.
    """
    return filled(text, "inversion", lambda name: _content(name, report))


def _content(name: str, report: Report) -> str:
    if name == "machine":
        return report.measured_on
    if name == "headlines":
        return "\n".join(f"- {line}" for line in headlines(report))
    if name == "pictures":
        return pictures(report)
    if name == "settings":
        return "\n".join(f"- {part}: `{what}`" for part, what in report.settings.items())
    if name not in TABLES:
        raise ValueError(f"No table is called {name!r}; there are {', '.join(TABLES)}.")
    part, make = TABLES[name]
    return markdown(make(report)) if report.of(part) else ""


def pictures(report: Report) -> str:
    """Say how many pictures of each kind there are, and how many of all were inverted."""
    said = [f"{count} {_SAID[kind]}" for kind, count in report.available.items() if count]
    text = (
        f"{sum(report.available.values())} pictures: {', '.join(said)}. "
        f"{len(report.of('stages'))} of them, of all kinds in turn, are in the first table."
    )
    if not report.available.get("photograph"):
        text += " Photographs are left out, as scikit-image was not there."
    return text


def headlines(report: Report) -> Iterator[str]:
    """Say in sentences what the tables come to."""
    critters = [trial for trial in report.of("stages") if trial.kind == "critter"]
    by_method: dict[str, list[float]] = {}
    for trial in critters:
        for one in trial.inverted:
            by_method.setdefault(one.method, []).append(one.psnr)
    own_db = by_method.pop("own", [])
    if by_method:
        said = ", ".join(
            f"{statistics.median(found):.1f} dB {_in(method)}"
            for method, found in by_method.items()
        )
        yield f"{len(critters)} held-out critters come to a median PSNR of {said}."
    if own_db:
        yield f"The generator's own latents draw them at {statistics.median(own_db):.1f} dB."
    recovered = [trial.inverted[-1].psnr for trial in report.of("recovery")]
    if recovered:
        reached = sum(psnr >= WANTED_DB for psnr in recovered)
        yield (
            f"Of {len(recovered)} pictures that the generator made, {reached} are recovered to "
            f"{WANTED_DB:.0f} dB; the median is {statistics.median(recovered):.1f} dB."
        )
    dragged = [one for trial in critters for one in trial.dragged if one.points == "5"]
    ends = {
        start: statistics.fmean(one.distance_px for one in dragged if one.start == start)
        for start in dict.fromkeys(one.start for one in dragged)
    }
    own = ends.pop("own", None)
    if own is not None and ends:
        said = ", ".join(f"{px:.2f} px {_in(start)}" for start, px in ends.items())
        yield (
            f"Five landmarks, dragged from the generator's own latent, end {own:.2f} px from where "
            f"they should be; after inversion {said}."
        )


def _in(method: str) -> str:
    return method if method == "tuned" else f"in {method}"
