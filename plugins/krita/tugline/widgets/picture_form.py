"""What a new picture is made of: model, seed and truncation, and the button that makes it."""

from dataclasses import replace
from typing import Any, Final

from tugline.deeds import Deeds
from tugline.qt import QtCore, QtGui, QtWidgets
from tugline_edit import dice, labels
from tugline_edit.guarding import guarded
from tugline_edit.preferences import SEED_MOST, TRUNCATION_STEP
from tugline_edit.view import Busy, ViewState

from .buttons import Button
from .manners import Undisturbed, narrow_form, plain, shrinkable
from .model_list import ModelList

Qt = QtCore.Qt

TRUNCATION_STEPS: Final = round(1 / TRUNCATION_STEP)


class PictureForm(QtWidgets.QWidget):
    """The docker's upper part; what is set in it goes to the settings at once."""

    def __init__(self, deeds: Deeds) -> None:
        """Show the settings as they are."""
        super().__init__()
        self._deeds = deeds
        self._models = ModelList()
        self._seed = SeedBox()
        self._truncation = Truncation()
        self._generate = Button(labels.GENERATE, self._make)
        self._models.chosen.connect(self._model_chosen)
        self._seed.valueChanged.connect(self._seed_changed)
        self._truncation.changed.connect(self._truncation_changed)
        die = DiceButton()
        die.clicked.connect(self._throw)
        manners = Undisturbed(self)
        manners.watch(self._models, self._seed, *self._truncation.controls)
        form = narrow_form(self)
        form.addRow(labels.MODEL.text, self._models)
        form.addRow(labels.SEED.text, _row(self._seed, die))
        form.addRow(labels.TRUNCATION.text, self._truncation)
        form.addRow(self._generate)

    def show_state(self, state: ViewState) -> None:
        """Show the models and the settings, and whether a picture can be made now."""
        settings = self._deeds.settings
        self._models.show_models(state.models, settings.model)
        self._seed.show_value(settings.seed)
        self._truncation.show_value(settings.truncation)
        ready = state.connected and state.has_document and bool(self._models.shown())
        self._generate.setEnabled(ready and state.busy is Busy.NOTHING)

    def _make(self) -> None:
        # The list shows a model that works; the settings may still name one that is gone.
        self._model_chosen(self._models.shown())
        self._deeds.generate_here()

    @guarded
    def _throw(self) -> None:
        self._seed.setValue(dice.thrown())

    @guarded
    def _model_chosen(self, name: str) -> None:
        if name and name != self._deeds.settings.model:
            self._deeds.change_settings(replace(self._deeds.settings, model=name))

    @guarded
    def _seed_changed(self, seed: float) -> None:
        if int(seed) != self._deeds.settings.seed:
            self._deeds.change_settings(replace(self._deeds.settings, seed=int(seed)))

    @guarded
    def _truncation_changed(self, truncation: float) -> None:
        if truncation != self._deeds.settings.truncation:
            self._deeds.change_settings(replace(self._deeds.settings, truncation=truncation))


class SeedBox(QtWidgets.QDoubleSpinBox):
    """A whole number from 0 to 2^32 - 1: more than QSpinBox holds, no trouble for a double."""

    def __init__(self) -> None:
        """Begin at 0."""
        super().__init__()
        self.setDecimals(0)
        self.setRange(0, SEED_MOST)
        self.setAccessibleName(labels.SEED.text)
        shrinkable(self)
        self.setToolTip(plain(labels.SEED.tooltip))

    def show_value(self, seed: int) -> None:
        """Show ``seed``, without a word to anybody."""
        if int(self.value()) != seed:
            blocker = QtCore.QSignalBlocker(self)
            self.setValue(seed)
            blocker.unblock()

    def minimumSizeHint(self) -> Any:  # noqa: N802 - Qt's name
        """Return the width of the longest number, without the room that Qt adds for more."""
        hint = super().minimumSizeHint()
        hint.setWidth(min(hint.width(), self.fontMetrics().horizontalAdvance("0" * 14)))
        return hint


class DiceButton(QtWidgets.QToolButton):
    """A button with five pips, drawn in the palette's colour for button texts."""

    def __init__(self) -> None:
        """Say what it does."""
        super().__init__()
        self.setToolTip(plain(labels.ANOTHER_SEED.tooltip))
        self.setAccessibleName(labels.ANOTHER_SEED.text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: Any) -> None:  # noqa: N802 - Qt's name
        """Draw the style's button, then the dice on it."""
        super().paintEvent(event)
        side = min(self.width(), self.height()) * 0.55
        group = QtGui.QPalette.ColorGroup
        colour = self.palette().color(
            group.Normal if self.isEnabled() else group.Disabled,
            QtGui.QPalette.ColorRole.ButtonText,
        )
        painter = QtGui.QPainter(self)
        painter.setRenderHint(QtGui.QPainter.RenderHint.Antialiasing)
        painter.translate((self.width() - side) / 2, (self.height() - side) / 2)
        painter.setPen(QtGui.QPen(colour, side / 12))
        painter.drawRoundedRect(QtCore.QRectF(0, 0, side, side), side / 6, side / 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for x, y in dice.PIPS:
            painter.drawEllipse(QtCore.QPointF(x * side, y * side), side / 12, side / 12)
        painter.end()


class Truncation(QtWidgets.QWidget):
    """A slider and a number from 0 to 1; ``changed`` says the number that the artist set."""

    changed = QtCore.pyqtSignal(float)

    def __init__(self) -> None:
        """Begin at 1: nothing truncated."""
        super().__init__()
        tooltip = plain(labels.TRUNCATION.tooltip)
        self._slider = QtWidgets.QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, TRUNCATION_STEPS)
        self._slider.setPageStep(TRUNCATION_STEPS // 5)
        self._slider.setMinimumWidth(self.fontMetrics().horizontalAdvance("0" * 6))
        self._number = QtWidgets.QDoubleSpinBox()
        self._number.setRange(0.0, 1.0)
        self._number.setSingleStep(1 / TRUNCATION_STEPS)
        self._slider.setAccessibleName(labels.TRUNCATION.text)
        self._number.setAccessibleName(labels.TRUNCATION_NUMBER)
        self.controls = (self._slider, self._number)
        for control in self.controls:
            control.setToolTip(tooltip)
        self.setToolTip(tooltip)
        self._slider.valueChanged.connect(self._slid)
        self._number.valueChanged.connect(self._typed)
        row = _fill_row(QtWidgets.QHBoxLayout(self), self._slider, self._number)
        row.setStretch(0, 1)

    def show_value(self, truncation: float) -> None:
        """Show ``truncation``, without a word to anybody."""
        if self._number.value() != truncation:
            blocker = QtCore.QSignalBlocker(self._number)
            self._number.setValue(truncation)
            blocker.unblock()
        self._follow(truncation)

    def _follow(self, truncation: float) -> None:
        blocker = QtCore.QSignalBlocker(self._slider)
        self._slider.setValue(round(truncation * TRUNCATION_STEPS))
        blocker.unblock()

    @guarded
    def _slid(self, ticks: int) -> None:
        self._number.setValue(ticks / TRUNCATION_STEPS)

    @guarded
    def _typed(self, truncation: float) -> None:
        self._follow(truncation)
        self.changed.emit(truncation)


def _row(*controls: Any) -> Any:
    return _fill_row(QtWidgets.QHBoxLayout(), *controls)


def _fill_row(row: Any, *controls: Any) -> Any:
    row.setContentsMargins(0, 0, 0, 0)
    for control in controls:
        row.addWidget(control)
    return row
