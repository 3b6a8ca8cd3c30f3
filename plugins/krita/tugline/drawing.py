"""Arrows drawn over a picture with Qt, as ``tugline_edit.drawn`` says that they look."""

import math

from tugline_edit.drawn import (
    CASING,
    CORE,
    FILLS,
    HANDLE_RADIUS,
    HEAD_HALF_WIDTH,
    HEAD_LENGTH,
    INK,
    LEAVING,
    DrawnArrow,
    beyond,
    direction,
)
from tugline_edit.geometry import XY, Affine

from .qt import QtCore, QtGui

_Qt = QtCore.Qt

_TEXT_PIXELS = 11
# Nothing of an arrow is drawn further from its two ends than this.
REACH = 52

_CASING = QtGui.QColor(*CASING)
_CORE = QtGui.QColor(*CORE)
_INK = QtGui.QColor(*INK)
_FILLS = {condition: QtGui.QColor(*ink) for condition, ink in FILLS.items()}


def bounds(arrow: DrawnArrow, to_view: Affine) -> QtCore.QRect:
    """The view pixels that ``arrow`` may touch."""
    ends = to_view.map(arrow.handle), to_view.map(arrow.target)
    (left, right), (top, bottom) = (sorted(values) for values in zip(*ends, strict=True))
    box = QtCore.QRectF(left, top, right - left, bottom - top)
    return box.adjusted(-REACH, -REACH, REACH, REACH).toAlignedRect()


def draw_outline(painter: QtGui.QPainter, corners: tuple[XY, ...]) -> None:
    """Draw the picture's edge, faintly; ``corners`` in view pixels, in order around it."""
    edge = QtGui.QPolygonF([QtCore.QPointF(x, y) for x, y in corners])
    painter.setBrush(_Qt.BrushStyle.NoBrush)
    for colour, width in ((_faded(_INK, 80), 2.4), (_faded(_CORE, 130), 1.0)):
        painter.setPen(QtGui.QPen(colour, width))
        painter.drawPolygon(edge)


def draw_arrow(painter: QtGui.QPainter, arrow: DrawnArrow, to_view: Affine) -> None:
    """Draw one arrow; ``to_view`` maps image pixels to those of the painter."""
    handle, target = to_view.map(arrow.handle), to_view.map(arrow.target)
    along = direction(handle, target)
    near, far = arrow.handle_radius, arrow.target_radius
    painter.save()
    painter.setOpacity(LEAVING if arrow.leaving else 1.0)
    room = math.dist(handle, target) - near - far
    if room > 3:
        start = beyond(handle, along, near + 1)
        tip = beyond(target, along, -far - 1.5)
        _draw_shaft(painter, start, tip, along, headed=room > HEAD_LENGTH + 2)
    _draw_target(painter, target, far, under_pointer=arrow.hovered == "target")
    _draw_handle(painter, arrow, handle, near, along)
    if arrow.condition == "moving" and not arrow.frozen:
        _draw_number(painter, f"{arrow.distance:.0f}", handle, near, along)
    painter.restore()


def _point(point: XY) -> QtCore.QPointF:
    return QtCore.QPointF(*point)


def _faded(colour: QtGui.QColor, alpha: int) -> QtGui.QColor:
    return QtGui.QColor(colour.red(), colour.green(), colour.blue(), alpha)


def _pen(colour: QtGui.QColor, width: float) -> QtGui.QPen:
    pen = QtGui.QPen(colour, width)
    pen.setCapStyle(_Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(_Qt.PenJoinStyle.RoundJoin)
    return pen


def _stroke(
    painter: QtGui.QPainter, path: QtGui.QPainterPath, width: float, core: QtGui.QColor = _CORE
) -> None:
    """Draw a line of ``width`` in its casing."""
    painter.setBrush(_Qt.BrushStyle.NoBrush)
    for colour, wide in ((_CASING, width + 2.6), (core, width)):
        painter.setPen(_pen(colour, wide))
        painter.drawPath(path)


def _draw_shaft(painter: QtGui.QPainter, start: XY, tip: XY, along: XY, *, headed: bool) -> None:
    """Draw the line and its head: first the casing of both, then both."""
    base = beyond(tip, along, -HEAD_LENGTH)
    notch = beyond(base, along, 2.8)
    across = (-along[1], along[0])
    wings = [beyond(base, across, side * HEAD_HALF_WIDTH) for side in (1, -1)]
    head = [tip, wings[0], notch, wings[1]]
    shape = QtGui.QPolygonF([_point(corner) for corner in head] if headed else [])
    line = QtCore.QLineF(_point(start), _point(notch if headed else tip))
    edges = _pen(_CASING, 2.8), QtGui.QPen(_Qt.PenStyle.NoPen)
    for colour, width, edge in zip((_CASING, _CORE), (5.2, 2.4), edges, strict=True):
        painter.setPen(_pen(colour, width))
        painter.drawLine(line)
        painter.setPen(edge)
        painter.setBrush(colour)
        painter.drawPolygon(shape)


def _draw_target(
    painter: QtGui.QPainter, centre: XY, radius: float, *, under_pointer: bool
) -> None:
    ring = QtGui.QPainterPath()
    ring.addEllipse(_point(centre), radius, radius)
    painter.fillPath(ring, _faded(_CORE, 110) if under_pointer else _faded(_INK, 70))
    _stroke(painter, ring, 2.0)
    painter.setPen(_Qt.PenStyle.NoPen)
    painter.setBrush(_INK if under_pointer else _CORE)
    painter.drawEllipse(_point(centre), 1.8, 1.8)


def _draw_handle(
    painter: QtGui.QPainter, arrow: DrawnArrow, centre: XY, radius: float, along: XY
) -> None:
    painter.save()
    painter.translate(_point(centre))
    if arrow.frozen:
        _draw_hollow(painter, radius, _CORE)
        painter.setPen(_pen(_CORE, 1.9))
        painter.drawPath(_cross(radius - 1.5))
    elif arrow.condition == "lost":
        _draw_hollow(painter, radius, _FILLS["lost"])
        _draw_text(painter, "?", (0.0, 0.0))
    else:
        _draw_filled(painter, arrow.condition, radius, along)
    painter.restore()


def _draw_hollow(painter: QtGui.QPainter, radius: float, colour: QtGui.QColor) -> None:
    ring = QtGui.QPainterPath()
    ring.addEllipse(QtCore.QPointF(), radius, radius)
    painter.fillPath(ring, _faded(_INK, 150))
    _stroke(painter, ring, 2.2, colour)


def _draw_filled(painter: QtGui.QPainter, condition: str, radius: float, along: XY) -> None:
    """Draw the disc (a diamond where it is stuck) with the sign of its condition."""
    painter.setPen(_Qt.PenStyle.NoPen)
    for colour, size in (
        (_CASING, radius + 2.0),
        (_CORE, radius + 0.7),
        (_FILLS.get(condition, _FILLS["set"]), radius - 1.0),
    ):
        painter.setBrush(colour)
        if condition == "stuck":
            painter.drawPolygon(_diamond(size * 1.25))
        else:
            painter.drawEllipse(QtCore.QPointF(), size, size)
    unit = radius / HANDLE_RADIUS
    if condition == "moving":
        painter.setBrush(_CORE)
        painter.rotate(math.degrees(math.atan2(along[1], along[0])))
        painter.drawPolygon(_needle(unit))
    elif condition == "reached":
        painter.setPen(_pen(_CORE, 1.9))
        painter.drawPolyline(_tick(unit))
    elif condition == "stuck":
        painter.setPen(_pen(_INK, 1.9))
        painter.drawLine(QtCore.QPointF(0, -3.6 * unit), QtCore.QPointF(0, 0.4 * unit))
        painter.drawPoint(QtCore.QPointF(0, 3.5 * unit))


def _cross(reach: float) -> QtGui.QPainterPath:
    side = reach * math.sqrt(0.5)
    path = QtGui.QPainterPath(QtCore.QPointF(-side, -side))
    path.lineTo(side, side)
    path.moveTo(-side, side)
    path.lineTo(side, -side)
    return path


def _polygon(unit: float, *points: XY) -> QtGui.QPolygonF:
    return QtGui.QPolygonF([QtCore.QPointF(x * unit, y * unit) for x, y in points])


def _diamond(size: float) -> QtGui.QPolygonF:
    return _polygon(size, (0, -1), (1, 0), (0, 1), (-1, 0))


def _needle(unit: float) -> QtGui.QPolygonF:
    return _polygon(unit, (4.3, 0), (-2.5, 2.4), (-2.5, -2.4))


def _tick(unit: float) -> QtGui.QPolygonF:
    return _polygon(unit, (-2.9, 0.2), (-0.8, 2.4), (3.0, -2.2))


def _draw_number(painter: QtGui.QPainter, text: str, handle: XY, radius: float, along: XY) -> None:
    """Write behind the handle, where its own line does not run."""
    half = _font_metrics().horizontalAdvance(text) / 2
    behind = radius + 6 + abs(along[0]) * half + abs(along[1]) * _TEXT_PIXELS / 2
    _draw_text(painter, text, beyond(handle, along, -behind))


def _draw_text(painter: QtGui.QPainter, text: str, centre: XY) -> None:
    metrics = _font_metrics()
    left = centre[0] - metrics.horizontalAdvance(text) / 2
    baseline = centre[1] + metrics.capHeight() / 2
    letters = QtGui.QPainterPath()
    letters.addText(left, baseline, _font(), text)
    painter.setBrush(_Qt.BrushStyle.NoBrush)
    painter.setPen(_pen(_CASING, 3.0))
    painter.drawPath(letters)
    painter.fillPath(letters, _CORE)


def _font() -> QtGui.QFont:
    font = QtGui.QFont()
    font.setPixelSize(_TEXT_PIXELS)
    font.setBold(True)
    return font


def _font_metrics() -> QtGui.QFontMetricsF:
    return QtGui.QFontMetricsF(_font())
