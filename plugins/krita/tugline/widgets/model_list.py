"""The list of models, with thumbnails."""

from typing import Any

from tugline.qt import QtCore, QtGui, QtWidgets
from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.telling import usable_model
from tugline_edit.view import ModelChoice

from .manners import plain

Qt = QtCore.Qt


class ModelList(QtWidgets.QComboBox):
    """Shows the daemon's models; ``chosen`` says the name that the artist picked."""

    chosen = QtCore.pyqtSignal(str)

    def __init__(self) -> None:
        """Begin with no model: nobody has told of one yet."""
        super().__init__()
        self._models: tuple[ModelChoice, ...] | None = None
        for part in (self, self.view()):
            part.setToolTip(plain(labels.MODEL.tooltip))
        self.setAccessibleName(labels.MODEL.text)
        self.setSizeAdjustPolicy(
            QtWidgets.QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.setMinimumContentsLength(6)
        self.activated.connect(self._activated)
        self.show_models((), "")

    def shown(self) -> str:
        """Return the name of the model that the list shows, "" when there is none."""
        return self.currentData() or ""

    def show_models(self, models: tuple[ModelChoice, ...], wanted: str) -> None:
        """List ``models`` and show ``wanted``, or the first that works if it is not among them."""
        if models != self._models:
            self._models = models
            self._fill(models)
        name = usable_model(models, wanted)
        if name is not None and name != self.shown():
            self.setCurrentIndex(self.findData(name))

    def _fill(self, models: tuple[ModelChoice, ...]) -> None:
        self.clear()
        self.setEnabled(bool(models))
        side = 2 * self.fontMetrics().height()
        self.view().setIconSize(QtCore.QSize(side, side))
        for row, choice in enumerate(models):
            self.addItem(icon(choice), choice.name, choice.name)
            self.setItemData(row, plain(choice.description), Qt.ItemDataRole.ToolTipRole)
            self.model().item(row).setEnabled(not choice.broken)
        if not models:
            self.addItem(labels.NO_MODEL, "")

    @guarded
    def _activated(self, _row: int) -> None:
        self.chosen.emit(self.shown())


def icon(choice: ModelChoice) -> Any:
    """Return a model's thumbnail as an icon, an empty one where its bytes are no RGB picture."""
    width, height = choice.thumbnail_size
    picture = picture_of(choice.thumbnail, width, height)
    return QtGui.QIcon() if picture is None else QtGui.QIcon(QtGui.QPixmap.fromImage(picture))


def picture_of(rgb: bytes, width: int, height: int) -> Any:
    """Return RGB bytes as a QImage with its own memory; None where they are not width x height."""
    if width < 1 or height < 1 or len(rgb) != width * height * 3:
        return None
    format_ = QtGui.QImage.Format.Format_RGB888
    return QtGui.QImage(rgb, width, height, 3 * width, format_).copy()
