"""The picture of docs/speed.md: seconds a step, drawn as SVG.

Plain SVG stays sharp, git can compare it, and it needs no library.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import Self

from benchmarks.report import Row

_WIDTH, _LEFT, _RIGHT = 860, 84, 64
_HEAD, _PANEL_HEAD, _LINE, _FOOT = 76, 48, 50, 40
_INK, _PALE, _GRID, _PAPER = "#1f2328", "#656d76", "#e4e8ec", "#ffffff"
_ORACLE, _ENGINE, _ADAPTIVE = "#8c959f", "#d9480f", "#1971c2"
_BESIDE = 1.35
_LEGEND = (
    (_ORACLE, "oracle"),
    (_ENGINE, "engine, the paper's pace: the same work"),
    (_ADAPTIVE, "engine, the adaptive pace: fewer, longer steps"),
)


@dataclass(frozen=True)
class Axis:
    """Seconds along x, on a logarithmic scale between two of ``marks``."""

    marks: tuple[float, ...]

    @classmethod
    def around(cls, values: Sequence[float]) -> Self:
        """Mark 1, 2 and 5 of each decade around values above 0, with room for figures beside."""
        least, most = min(values) / _BESIDE, max(values) * _BESIDE
        decades = range(math.floor(math.log10(least)), math.floor(math.log10(most)) + 2)
        marks = [factor * 10.0**decade for decade in decades for factor in (1, 2, 5)]
        first = max(mark for mark in marks if mark <= least)
        last = min(mark for mark in marks if mark >= most)
        return cls(tuple(mark for mark in marks if first <= mark <= last))

    def x(self, value: float) -> float:
        """Where ``value`` stands, in the picture's units."""
        first, last = self.marks[0], self.marks[-1]
        part = math.log(value / first) / math.log(last / first)
        return _LEFT + part * (_WIDTH - _LEFT - _RIGHT)


def plot(shown: Sequence[Row]) -> str:
    """Draw rows of steps: the oracle's, the engine's, and how many times less that takes.

    There is a panel without a mask and one with, and in each a line a row, by size of picture.
    """
    panels = [[row for row in shown if row["mask"] is mask] for mask in (False, True)]
    axis = Axis.around(
        [row[key] for row in shown for key in ("oracle_s", "engine_s", "adaptive_s")]
    )
    height = _HEAD + _FOOT + sum(_PANEL_HEAD + _LINE * len(panel) for panel in panels)
    parts = [*_frame(axis, height), *_limit(axis, shown, height)]
    top = float(_HEAD)
    for name, panel in zip(("without a mask", "with a mask"), panels, strict=True):
        parts.append(_text(_LEFT, top + 26, name, weight="bold"))
        top += _PANEL_HEAD
        for row in panel:
            parts.extend(_dumbbell(axis, row, top + _LINE / 2))
            top += _LINE
    body = "\n".join(f"  {part}" for part in parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" '
        f'font-family="system-ui, -apple-system, Segoe UI, Helvetica, Arial, sans-serif" '
        f'font-size="13">\n{body}\n</svg>\n'
    )


def _frame(axis: Axis, height: float) -> Iterator[str]:
    """Paper, title, legend, and the scale's lines."""
    yield f'<rect width="{_WIDTH}" height="{height}" rx="8" fill="{_PAPER}"/>'
    yield _text(_LEFT, 30, "Seconds a step, one point", weight="bold", size=16)
    x = float(_LEFT)
    for colour, name in _LEGEND:
        yield _dot(x + 6, 54, colour)
        yield _text(x + 18, 58, name, colour=_PALE)
        x += 42 + 6.4 * len(name)
    bottom = height - _FOOT
    for mark in axis.marks:
        x = axis.x(mark)
        yield _line(x, _HEAD + 36, x, bottom, _GRID)
        yield _text(x, bottom + 20, f"{mark:g} s", colour=_PALE, anchor="middle")


def _limit(axis: Axis, rows: Sequence[Row], height: float) -> Iterator[str]:
    """The seconds of a step's nominal work at the machine's peak, where it is in the picture."""
    limits = [row["peak_share"] * row["engine_s"] for row in rows if row["peak_share"] is not None]
    if not limits or not axis.marks[0] <= max(limits) <= axis.marks[-1]:
        return
    x = axis.x(max(limits))
    yield _line(x, _HEAD + 14, x, height - _FOOT, _INK, dashes="3 4")
    beside, anchor = (x + 6, "start") if x < _WIDTH / 2 else (x - 6, "end")
    words = "the network's work at the machine's peak"
    yield _text(beside, _HEAD + 26, words, colour=_PALE, anchor=anchor)


def _dumbbell(axis: Axis, row: Row, y: float) -> Iterator[str]:
    oracle, engine, adaptive = (row[key] for key in ("oracle_s", "engine_s", "adaptive_s"))
    left, right = axis.x(engine), axis.x(oracle)
    yield _text(_LEFT - 14, y + 4, f"{row['resolution']} px", anchor="end")
    yield _line(left, y, right, y, _GRID, width=6)
    yield _text((left + right) / 2, y - 8, f"{row['ratio']:.1f} times", anchor="middle")
    yield _dot(right, y, _ORACLE)
    yield _text(right + 11, y + 4, f"{oracle:.2g}", colour=_PALE)
    yield _dot(axis.x(adaptive), y, _ADAPTIVE)
    yield _text(
        axis.x(adaptive), y + 21, f"{adaptive:.2g}", colour=_ADAPTIVE, anchor="middle", size=11
    )
    yield _dot(left, y, _ENGINE)
    yield _text(left - 11, y + 4, f"{engine:.2g}", colour=_ENGINE, anchor="end")


def _dot(x: float, y: float, colour: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6.5" fill="{colour}"/>'


def _line(
    x1: float, y1: float, x2: float, y2: float, colour: str, *, width: int = 1, dashes: str = ""
) -> str:
    dashed = f' stroke-dasharray="{dashes}"' if dashes else ""
    return (
        f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}" '
        f'stroke-width="{width}" stroke-linecap="round"{dashed}/>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    *,
    colour: str = _INK,
    anchor: str = "start",
    weight: str = "normal",
    size: int = 13,
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}" text-anchor="{anchor}" '
        f'font-weight="{weight}" font-size="{size}" stroke="{_PAPER}" stroke-width="4" '
        f'paint-order="stroke">{escape(words, quote=False)}</text>'
    )
