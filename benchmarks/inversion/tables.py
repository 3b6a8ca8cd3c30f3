"""The tables, for a terminal and for the page."""

import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import get_args

from rich.box import SIMPLE_HEAD
from rich.table import Table

from benchmarks.accuracy.summary import interval
from benchmarks.inversion.bench import METHODS, Part
from benchmarks.inversion.pictures import Kind
from benchmarks.inversion.report import Report
from benchmarks.inversion.trial import POINTS, Dragged, Inverted, Trial

WANTED_DB = 35.0
"""What recovering a picture that the generator made is to reach."""

_MEASURES = ("L2", "PSNR dB", "MS-SSIM", "LPIPS", "landmarks px")


def stages(report: Report) -> Table:
    """What W, W+ and tuning come to, for each kind of picture."""
    return _by_kind("What each stage ends with, medians over pictures", report.of("stages"))


def seconds(report: Report) -> Table:
    """What the quickest quality comes to."""
    return _by_kind('The quality "seconds", medians over pictures', report.of("seconds"))


def _by_kind(title: str, trials: Sequence[Trial]) -> Table:
    headings = ("pictures", "method", "number", *_MEASURES, "likeness", "steps", "s")
    table = _table(title, headings, left=2)
    for kind in get_args(Kind):
        of_kind = [trial for trial in trials if trial.kind == kind]
        for method, found in _by_method(of_kind).items():
            table.add_row(
                kind,
                method,
                str(len(found)),
                *_measures(found),
                _median("{:.2f}", (one.likeness for one in found)),
                *_cost(found),
            )
    return table


def drags(report: Report) -> Table:
    """How far dragged landmarks end from where they should, from each latent."""
    headings = ("pictures", "dragged from", "points", "number", "before px", "px", "95 %", "steps")
    table = _table("The same drags, from each latent: means over pictures", headings, left=2)
    known = ("own", *METHODS.values())
    for kind in get_args(Kind):
        drawn = [
            one for trial in report.of("stages") if trial.kind == kind for one in trial.dragged
        ]
        for points in POINTS:
            for start in known:
                found = [one for one in drawn if (one.start, one.points) == (start, points)]
                if found:
                    table.add_row(kind, start, points, *_distances(found))
    return table


def _distances(found: Sequence[Dragged]) -> tuple[str, ...]:
    low, high = interval([one.distance_px for one in found])
    return (
        str(len(found)),
        f"{statistics.fmean(one.before_px for one in found):.2f}",
        f"{(low + high) / 2:.2f}",
        f"±{(high - low) / 2:.2f}",
        f"{statistics.fmean(one.steps for one in found):.0f}",
    )


def recovery(report: Report) -> Table:
    """How near inversion comes to pictures that the generator did make."""
    headings = ("method", "number", "PSNR dB", "least", f"{WANTED_DB:.0f} dB", "MS-SSIM", "s")
    table = _table("Pictures that the generator made, medians", headings, left=1)
    for method, found in _by_method(report.of("recovery")).items():
        reached = sum(one.psnr >= WANTED_DB for one in found)
        table.add_row(
            method,
            str(len(found)),
            _median("{:.1f}", (one.psnr for one in found)),
            f"{min(one.psnr for one in found):.1f}",
            f"{reached} of {len(found)}",
            _median("{:.4f}", (one.ms_ssim for one in found)),
            _cost(found)[1],
        )
    return table


def distances(report: Report) -> Table:
    """What each distance gives when inversion minimises it."""
    headings = ("distance", "number", *_MEASURES, "steps", "s")
    table = _table("What each distance gives in W+, medians over pictures", headings, left=1)
    for method, found in _by_method(report.of("distances")).items():
        table.add_row(method, str(len(found)), *_measures(found), *_cost(found))
    return table


def tuning(report: Report) -> Table:
    """Low-rank differences beside all weights, from the same pivot with as many steps."""
    headings = ("weights", "number", *_MEASURES, "others dB", "size", "steps", "s")
    table = _table("Two ways to tune, from one pivot, medians over pictures", headings, left=1)
    for method, found in _by_method(report.of("tuning")).items():
        table.add_row(
            method,
            str(len(found)),
            *_measures(found),
            _median("{:.1f}", (one.others_db for one in found)),
            _median("{:.1%}", (one.size for one in found)),
            *_cost(found),
        )
    return table


TABLES: Mapping[str, tuple[Part, Callable[[Report], Table]]] = {
    "stages": ("stages", stages),
    "drags": ("stages", drags),
    "recovery": ("recovery", recovery),
    "seconds": ("seconds", seconds),
    "distances": ("distances", distances),
    "tuning": ("tuning", tuning),
}
"""Every table by its name, with the part of the benchmark that it needs."""


def tables(report: Report) -> list[Table]:
    """Those tables of which anything was measured."""
    return [make(report) for part, make in TABLES.values() if report.of(part)]


def _table(title: str, headings: Sequence[str], *, left: int) -> Table:
    """A table whose first columns are words, and whose others are numbers."""
    result = Table(title=title, box=SIMPLE_HEAD, padding=0)
    for place, heading in enumerate(headings):
        result.add_column(heading, justify="left" if place < left else "right", no_wrap=True)
    return result


def _by_method(trials: Iterable[Trial]) -> dict[str, list[Inverted]]:
    """What was inverted, by method, in the order in which methods were tried."""
    found: dict[str, list[Inverted]] = {}
    for trial in trials:
        for one in trial.inverted:
            found.setdefault(one.method, []).append(one)
    return found


def _measures(found: Sequence[Inverted]) -> tuple[str, ...]:
    return (
        _median("{:.4f}", (one.squared for one in found)),
        _median("{:.1f}", (one.psnr for one in found)),
        _median("{:.3f}", (one.ms_ssim for one in found)),
        _median("{:.3f}", (one.lpips for one in found)),
        _median("{:.2f}", (one.landmarks_px for one in found)),
    )


def _cost(found: Sequence[Inverted]) -> tuple[str, str]:
    return (
        _median("{:.0f}", (one.steps for one in found)),
        _median("{:.1f}", (one.seconds for one in found)),
    )


def _median(form: str, values: Iterable[float | None]) -> str:
    """The median of what is known, as text; nothing where nothing is."""
    known = [value for value in values if value is not None]
    return form.format(statistics.median(known)) if known else ""
