"""A label for sentences of any length: wrapped to a few lines, then elided, the tooltip has all."""

from typing import Any

from tugline.qt import QtCore, QtGui, QtWidgets

from .manners import flag_bits, plain


class Sentence(QtWidgets.QWidget):
    """Shows a text in at most ``lines`` lines of the width that it gets."""

    def __init__(self, lines: int = 3, tooltip: str = "") -> None:
        """Begin empty; ``tooltip`` is shown while the text fits."""
        super().__init__()
        self._lines = lines
        self._usual_tooltip = tooltip
        self._text = ""
        policy = QtWidgets.QSizePolicy(
            QtWidgets.QSizePolicy.Policy.Expanding, QtWidgets.QSizePolicy.Policy.Minimum
        )
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setToolTip(plain(tooltip))

    def text(self) -> str:
        """Return the whole sentence."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another sentence."""
        if text == self._text:
            return
        self._text = text
        self.setToolTip(plain(text or self._usual_tooltip))
        self.setAccessibleName(text)
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's name
        """Say that the height follows from the width."""
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's name
        """Return the height of the lines that the text takes at ``width``."""
        return self.fontMetrics().lineSpacing() * max(1, len(self._broken(width)))

    def sizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return the size of a few words: a long sentence must not widen the docker."""
        metrics = self.fontMetrics()
        return QtCore.QSize(metrics.averageCharWidth() * 24, metrics.lineSpacing())

    def minimumSizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return a size that any docker has."""
        metrics = self.fontMetrics()
        return QtCore.QSize(metrics.averageCharWidth() * 8, metrics.lineSpacing())

    def paintEvent(self, _event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the lines in the palette's colour for text on windows."""
        painter = QtWidgets.QStylePainter(self)
        spacing = self.fontMetrics().lineSpacing()
        for row, line in enumerate(self._broken(self.width())):
            place = QtCore.QRect(0, row * spacing, self.width(), spacing)
            self.style().drawItemText(
                painter,
                place,
                flag_bits(QtCore.Qt.AlignmentFlag.AlignLeft | QtCore.Qt.AlignmentFlag.AlignVCenter),
                self.palette(),
                self.isEnabled(),
                line,
                QtGui.QPalette.ColorRole.WindowText,
            )
        painter.end()

    def _broken(self, width: int) -> list[str]:
        """Return the text in at most ``lines`` lines, the last one elided."""
        layout = QtGui.QTextLayout(self._text, self.font())
        layout.beginLayout()
        starts: list[int] = []
        while len(starts) < self._lines:
            line = layout.createLine()
            if not line.isValid():
                break
            line.setLineWidth(max(1, width))
            starts.append(line.textStart())
        layout.endLayout()
        ends = [*starts[1:], len(self._text)]
        lines = [self._text[start:end].rstrip() for start, end in zip(starts, ends, strict=True)]
        if lines:
            elide = QtCore.Qt.TextElideMode.ElideRight
            lines[-1] = self.fontMetrics().elidedText(lines[-1], elide, max(1, width))
        return lines
