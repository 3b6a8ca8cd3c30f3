"""The strip of the edit's pictures, in the order of their making, its branches joined by lines."""

from typing import Any, Final

from tugline.qt import QtCore, QtGui, QtWidgets
from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.history import THUMBNAIL_SIDE
from tugline_edit.lanes import Join, Lanes, lane_count
from tugline_edit.view import HistoryItem

from .manners import claims, flag_bits, plain
from .model_list import picture_of

Qt = QtCore.Qt

ID_ROLE: Final = Qt.ItemDataRole.UserRole
PICTURE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
GOING_KEYS: Final = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
MOVING_KEYS: Final = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)


class HistoryStrip(QtWidgets.QListWidget):
    """Thumbnails in a row; ``wanted`` says the id of the picture that the artist goes back to.

    Below them, where the edit has branches, each picture is a dot on its branch's line, joined to
    the picture that it was pulled from. Arrow keys walk, Enter or Space goes.
    """

    wanted = QtCore.pyqtSignal(str)

    def __init__(self) -> None:
        """Begin with no pictures."""
        super().__init__()
        self._items: tuple[HistoryItem, ...] = ()
        self.setFlow(QtWidgets.QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollMode(QtWidgets.QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QtWidgets.QAbstractItemView.SelectionMode.SingleSelection)
        self.setSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Fixed
        )
        self.setItemDelegate(ThumbnailDelegate(self))
        self.setAccessibleName(labels.HISTORY.text)
        self.setToolTip(plain(labels.HISTORY.tooltip))
        self.itemClicked.connect(self._clicked)

    def show_items(self, items: tuple[HistoryItem, ...]) -> None:
        """Show these pictures; the strip stays where it is unless another one is current."""
        if items == self._items:
            return
        before, self._items = self._items, items
        if [(item.id, item.label) for item in before] != [(item.id, item.label) for item in items]:
            self._fill()
        current = next((place for place, item in enumerate(items) if item.current), -1)
        self.setCurrentRow(current)
        self.scrollToItem(self.currentItem())
        self.updateGeometry()
        self.viewport().update()

    def side(self) -> int:
        """Return the side of a thumbnail in logical pixels: three lines of text."""
        return int(3 * self.fontMetrics().height())

    def margin(self) -> int:
        """Return the space around a thumbnail in logical pixels."""
        return max(2, self.side() // 16)

    def is_current(self, place: int) -> bool:
        """Whether the picture at ``place`` is the one on the layer."""
        return self._items[place].current

    def sizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return the height of one row with its lines, and of the scroll bar that it may need."""
        style = self.style()
        bar = style.pixelMetric(QtWidgets.QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        height = self.column().height() + 2 * self.frameWidth()
        overflows = len(self._items) * self.column().width() > self.viewport().width()
        return QtCore.QSize(4 * self.side(), height + (bar if overflows else 0))

    def minimumSizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return the size at which one picture is seen."""
        return QtCore.QSize(2 * self.side(), self.sizeHint().height())

    def column(self) -> Any:
        """Return the size of one picture with its margins and its part of the lines."""
        whole = self.side() + 2 * self.margin()
        return QtCore.QSize(whole, whole + self._lanes_height())

    def resizeEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Ask for the height anew: the scroll bar comes and goes with the width."""
        super().resizeEvent(event)
        self.updateGeometry()
        self.scrollToItem(self.currentItem())

    def event(self, event: Any) -> bool:
        """Keep the strip's own keys from Krita's shortcuts while it has the keyboard."""
        if claims(event, (*GOING_KEYS, *MOVING_KEYS)):
            event.accept()
            return True
        return bool(super().event(event))

    def keyPressEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Go to the picture under the cursor with Enter or Space; else walk as lists do."""
        if event.key() in GOING_KEYS and self.currentItem() is not None:
            self._clicked(self.currentItem())
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the thumbnails, then the lines below them."""
        super().paintEvent(event)
        painter = QtGui.QPainter(self.viewport())
        if not self._items:
            self._paint_invitation(painter)
        elif lane_count(self._items):
            painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
            self._paint_lanes(painter)
        painter.end()

    @guarded
    def _clicked(self, item: Any) -> None:
        if not self._items[self.row(item)].current:
            self.wanted.emit(item.data(ID_ROLE))

    def _fill(self) -> None:
        self.clear()
        for shown in self._items:
            item = QtWidgets.QListWidgetItem()
            item.setData(ID_ROLE, shown.id)
            item.setToolTip(plain(shown.label))
            item.setData(Qt.ItemDataRole.AccessibleTextRole, shown.label)
            picture = picture_of(shown.thumbnail, THUMBNAIL_SIDE, THUMBNAIL_SIDE)
            item.setData(PICTURE_ROLE, picture)
            self.addItem(item)

    def _pitch(self) -> int:
        return int(self.fontMetrics().height() // 2)

    def _lanes_height(self) -> int:
        return lane_count(self._items) * self._pitch()

    def _paint_invitation(self, painter: Any) -> None:
        painter.setPen(
            self.palette().color(QtGui.QPalette.ColorGroup.Disabled, QtGui.QPalette.ColorRole.Text)
        )
        flags = flag_bits(Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap)
        painter.drawText(self.viewport().rect(), flags, labels.NO_HISTORY)

    def _paint_lanes(self, painter: Any) -> None:
        role, group = QtGui.QPalette.ColorRole, QtGui.QPalette.ColorGroup
        quiet = self.palette().color(group.Disabled, role.Text)
        marked = self.palette().color(group.Active, role.Highlight)
        pitch = self._pitch()
        lanes = Lanes(self._items, self.column().width(), pitch)
        first = self.visualItemRect(self.item(0))
        painter.translate(first.left(), first.top() + self.side() + 2 * self.margin())
        painter.setPen(QtGui.QPen(quiet, pitch / 5))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for join in lanes.joins():
            painter.drawPath(_path(join))
        painter.setPen(Qt.PenStyle.NoPen)
        for place, item in enumerate(self._items):
            painter.setBrush(marked if item.current else quiet)
            painter.drawEllipse(QtCore.QPointF(*lanes.dot(place)), pitch / 3, pitch / 3)


class ThumbnailDelegate(QtWidgets.QStyledItemDelegate):
    """Draws one picture of the strip, framed where it is the current one or has the cursor."""

    def __init__(self, strip: HistoryStrip) -> None:
        """Draw for ``strip``."""
        super().__init__(strip)
        self._strip = strip

    def sizeHint(self, _option: Any, _index: Any) -> Any:  # noqa: N802 - Qt's name
        """Return the size of a column."""
        return self._strip.column()

    def paint(self, painter: Any, option: Any, index: Any) -> None:
        """Draw the thumbnail, or an empty square where there is none."""
        side, margin = self._strip.side(), self._strip.margin()
        column = option.rect
        place = QtCore.QRect(column.left() + margin, column.top() + margin, side, side)
        role, group = QtGui.QPalette.ColorRole, QtGui.QPalette.ColorGroup
        palette = option.palette
        if self._strip.is_current(index.row()):
            rim = place.adjusted(-margin, -margin, margin, margin)
            painter.fillRect(rim, palette.color(group.Active, role.Highlight))
        painter.fillRect(place, palette.color(group.Active, role.AlternateBase))
        picture = index.data(PICTURE_ROLE)
        if picture is not None:
            painter.drawImage(
                place, _at_scale(picture, side * painter.device().devicePixelRatioF())
            )
        if option.state & QtWidgets.QStyle.StateFlag.State_HasFocus:
            self._draw_cursor(painter, option, place)

    def _draw_cursor(self, painter: Any, option: Any, place: Any) -> None:
        focus = QtWidgets.QStyleOptionFocusRect()
        focus.rect = place
        focus.palette = option.palette
        focus.state = option.state | QtWidgets.QStyle.StateFlag.State_KeyboardFocusChange
        focus.backgroundColor = option.palette.color(QtGui.QPalette.ColorRole.Base)
        self._strip.style().drawPrimitive(
            QtWidgets.QStyle.PrimitiveElement.PE_FrameFocusRect, focus, painter, self._strip
        )


def _path(join: Join) -> Any:
    """Return the line from a picture to one that was pulled from it."""
    path = QtGui.QPainterPath(QtCore.QPointF(*join.start))
    if join.bends:
        path.quadTo(QtCore.QPointF(*join.corner), QtCore.QPointF(*join.turn))
    path.lineTo(QtCore.QPointF(*join.end))
    return path


def _at_scale(picture: Any, side: float) -> Any:
    """Return ``picture`` at the device's pixels, smoothly: a painter drops rows when shrinking."""
    return picture.scaled(
        round(side),
        round(side),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
