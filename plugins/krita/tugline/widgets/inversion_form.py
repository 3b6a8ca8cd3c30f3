"""From a photo in a layer to a picture that can be pulled: quality, button, before and after."""

from dataclasses import replace
from typing import Any

from tugline.deeds import Deeds
from tugline.qt import QtCore, QtWidgets
from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.preferences import QUALITIES
from tugline_edit.view import Busy, ViewState

from .buttons import Button, Check
from .manners import Undisturbed, narrow_form, plain, shrinkable


class InversionForm(QtWidgets.QWidget):
    """The docker's part for inversions; what is set in it goes to the settings at once."""

    def __init__(self, deeds: Deeds) -> None:
        """Show the settings as they are."""
        super().__init__()
        self._deeds = deeds
        self._quality = _quality_list()
        self._quality.activated.connect(self._quality_chosen)
        self._align = Check(
            labels.ALIGN, lambda on: deeds.change_settings(replace(deeds.settings, align=on))
        )
        self._invert = Button(labels.INVERT, deeds.invert_chosen)
        self._photo = Button(labels.PHOTO, lambda: deeds.show_photo(self._photo.isChecked()))
        self._photo.setCheckable(True)
        manners = Undisturbed(self)
        manners.watch(self._quality)
        row = QtWidgets.QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._invert, 2)
        row.addWidget(self._photo, 1)
        form = narrow_form(self)
        form.addRow(labels.QUALITY.text, self._quality)
        form.addRow(self._align)
        form.addRow(row)

    def show_state(self, state: ViewState) -> None:
        """Show the settings, and let only that be asked for which can be done now."""
        settings = self._deeds.settings
        self._quality.setCurrentIndex(QUALITIES.index(settings.quality))
        self._quality.setToolTip(plain(labels.QUALITY_NAMES[settings.quality].tooltip))
        self._align.setChecked(settings.align)
        self._align.setVisible(state.may_align or settings.align)
        self._invert.setEnabled(state.may_invert)
        self._invert.setToolTip(plain(state.no_inversion or labels.INVERT.tooltip))
        self._photo.setChecked(state.shows_photo)
        self._photo.setEnabled(state.over_photo and state.busy is Busy.NOTHING)

    @guarded
    def _quality_chosen(self, row: int) -> None:
        self._deeds.change_settings(replace(self._deeds.settings, quality=QUALITIES[row]))


def _quality_list() -> Any:
    """Return a list of the qualities, in the order of what they take."""
    found = QtWidgets.QComboBox()
    for row, quality in enumerate(QUALITIES):
        name = labels.QUALITY_NAMES[quality]
        found.addItem(name.text)
        found.setItemData(row, plain(name.tooltip), QtCore.Qt.ItemDataRole.ToolTipRole)
    found.view().setToolTip(plain(labels.QUALITY.tooltip))
    found.setAccessibleName(labels.QUALITY.text)
    shrinkable(found)
    return found
