"""What Tugline shows over Krita's canvas: arrows, the picture's edge, and frames on their way.

A widget that is only drawn. It lies over the canvas, lets every event through, and goes with the
canvas when that is panned, zoomed, turned or mirrored.
"""

from dataclasses import dataclass
from typing import Any

from tugline_edit.drawn import DrawnArrow
from tugline_edit.geometry import Affine

from .canvas import document_to_view
from .drawing import bounds, draw_arrow, draw_outline
from .qt import QtCore, QtGui, QtWidgets, alive

__all__ = ["DrawnArrow", "Overlay", "OverlayPicture"]

_Qt = QtCore.Qt
_Type = QtCore.QEvent.Type


@dataclass(frozen=True)
class OverlayPicture:
    """All that is shown at one moment, over a picture of ``size`` = (width, height) image pixels.

    ``frame`` is drawn beneath the arrows over the whole picture, whatever its own size; None where
    the layer itself shows it.
    """

    arrows: tuple[DrawnArrow, ...]
    size: tuple[int, int]
    to_document: Affine
    frame: QtGui.QImage | None = None


class Overlay(QtWidgets.QWidget):
    """Shows one OverlayPicture over ``canvas``, as ``view`` (a ``krita.View``) shows its document.

    It is a child of the canvas's parent and dies with it.
    """

    def __init__(self, canvas: QtWidgets.QWidget, view: Any) -> None:
        super().__init__(canvas.parentWidget())
        self.canvas = canvas
        self._view = view
        self._picture: OverlayPicture | None = None
        self._shown_at = Affine()
        for attribute in (
            _Qt.WidgetAttribute.WA_TransparentForMouseEvents,
            _Qt.WidgetAttribute.WA_TranslucentBackground,
            _Qt.WidgetAttribute.WA_NoSystemBackground,
            _Qt.WidgetAttribute.WA_DeleteOnClose,
        ):
            self.setAttribute(attribute)
        self.setFocusPolicy(_Qt.FocusPolicy.NoFocus)
        self.setGeometry(canvas.geometry())
        canvas.installEventFilter(self)

    def show_picture(self, picture: OverlayPicture | None) -> None:
        """Show ``picture`` from now on; None hides what was shown."""
        before, self._picture = self._picture, picture
        if picture is None:
            self.hide()
        elif before is None or not self.isVisible():
            self._shown_at = document_to_view(self._view)
            self.raise_()
            self.show()
            self.update()
        else:
            self.update(_changed(before, picture, self._shown_at))

    def eventFilter(self, watched: Any, event: Any) -> bool:  # noqa: N802 (Qt's name)
        """Keep to the canvas's place, and to what it shows."""
        kind = event.type()
        if kind == _Type.UpdateRequest:
            self._follow()
        elif watched is self.canvas and kind in {_Type.Resize, _Type.Move}:
            self.setGeometry(self.canvas.geometry())
        return False

    def showEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Hear of each repaint of the window, just before it happens."""
        self.window().installEventFilter(self)
        super().showEvent(event)

    def hideEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Hear no more of the window's repaints."""
        self.window().removeEventFilter(self)
        super().hideEvent(event)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 (Qt's name)
        """Draw the part that is asked for, but never over what Krita pops up on the canvas."""
        if self._picture is None:
            return
        painter = QtGui.QPainter(self)
        painter.setClipRegion(event.region().subtracted(self._popped_up()))
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QtGui.QPainter.RenderHint.SmoothPixmapTransform)
        _draw(painter, self._picture, self._shown_at)
        painter.end()

    def _follow(self) -> None:
        """Draw anew, in the same repaint of the window, where the canvas has moved under it."""
        if self._picture is None or not alive(self.canvas):
            return
        now = document_to_view(self._view)
        if now != self._shown_at:
            self._shown_at = now
            self.update()

    def _popped_up(self) -> QtGui.QRegion:
        region = QtGui.QRegion()
        if alive(self.canvas):
            for child in self.canvas.children():
                if child.isWidgetType() and child.isVisible():
                    region += child.geometry()
        return region


def _draw(painter: QtGui.QPainter, picture: OverlayPicture, document_to_view: Affine) -> None:
    to_view = picture.to_document.then(document_to_view)
    if picture.frame is not None:
        _draw_frame(painter, picture.frame, picture.size, to_view)
    draw_outline(painter, _corners(picture.size, to_view))
    for arrow in sorted(picture.arrows, key=lambda arrow: arrow.selected):
        draw_arrow(painter, arrow, to_view)


def _draw_frame(
    painter: QtGui.QPainter, frame: QtGui.QImage, size: tuple[int, int], to_view: Affine
) -> None:
    painter.save()
    # Its edge lies under the outline, and smooth edges would take twice the time.
    painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing, on=False)
    painter.setTransform(
        QtGui.QTransform(to_view.a, to_view.b, to_view.c, to_view.d, to_view.e, to_view.f),
        combine=True,
    )
    painter.drawImage(QtCore.QRectF(0, 0, *size), frame)
    painter.restore()


def _corners(size: tuple[int, int], to_view: Affine) -> tuple[tuple[float, float], ...]:
    width, height = size
    return tuple(
        to_view.map(corner) for corner in ((0, 0), (width, 0), (width, height), (0, height))
    )


def _changed(
    before: OverlayPicture, after: OverlayPicture, document_to_view: Affine
) -> QtGui.QRegion:
    """Where ``after`` looks other than ``before``, in view pixels."""
    region = QtGui.QRegion()
    pictures = (before, after)
    whole = (before.size, before.to_document) != (after.size, after.to_document)
    if whole or before.frame is not after.frame:
        for picture in pictures:
            region += _picture_box(picture, picture.to_document.then(document_to_view))
    for picture in pictures:
        to_view = picture.to_document.then(document_to_view)
        for arrow in picture.arrows if whole else set(before.arrows) ^ set(after.arrows):
            region += bounds(arrow, to_view)
    return region


def _picture_box(picture: OverlayPicture, to_view: Affine) -> QtCore.QRect:
    corners = [QtCore.QPointF(x, y) for x, y in _corners(picture.size, to_view)]
    return QtGui.QPolygonF(corners).boundingRect().toAlignedRect().adjusted(-3, -3, 3, 3)
