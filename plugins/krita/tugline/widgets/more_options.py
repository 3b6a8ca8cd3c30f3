"""The docker's lower part, folded away: what few artists need, and those not every day."""

from dataclasses import replace
from typing import Any, Final

from tugline.deeds import Deeds
from tugline.qt import QtCore, QtWidgets
from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.history import MOST_FEATHER
from tugline_edit.labels import Label, models_own
from tugline_edit.preferences import (
    FEATHER_STEP,
    RADIUS_AUTOMATIC,
    RADIUS_LEAST,
    RADIUS_MOST,
    RADIUS_STEP,
    STEP_LIMIT_AUTOMATIC,
    STEP_LIMIT_MOST,
    STEP_LIMIT_STEP,
)
from tugline_edit.view import Busy, Settings, ViewState

from .buttons import Button, Check
from .manners import Undisturbed, narrow_form, plain, shrinkable
from .remote_daemon import RemoteDaemon

Qt = QtCore.Qt
_PERCENT: Final = 100

FOLD: Final = Label(
    labels.MORE, "Step limit, radius, soft border, arrows from lines, a daemon on another computer"
)
TRUE_PICTURE: Final = Label(
    "True picture in large documents",
    "Write every frame into the layer, with all that is blended above it; "
    "in documents beyond 1024 pixels a side that is slow",
)
FROM_LINES: Final = Label(
    "Arrows from lines",
    'Take the lines of the vector layer "Tugline arrows" as handles and targets',
)
COMMIT: Final = Label(
    "Commit to layer below", "Merge the picture into the layer below; this edit ends there"
)


class MoreOptions(QtWidgets.QWidget):
    """A line that unfolds into step limit, radius, rarer deeds and the remote daemon."""

    def __init__(self, deeds: Deeds) -> None:
        """Begin folded."""
        super().__init__()
        self._deeds = deeds
        self._fold = _fold_button()
        self._fold.toggled.connect(self._unfold)
        self._steps = _step_limit_box()
        self._radius = _radius_box()
        self._steps.valueChanged.connect(self._steps_changed)
        self._radius.valueChanged.connect(self._radius_changed)
        manners = Undisturbed(self)
        manners.watch(self._steps, self._radius)
        self._feather = _feather_box()
        self._feather.valueChanged.connect(self._feather_changed)
        manners.watch(self._feather)
        self._true = Check(TRUE_PICTURE, self._true_changed)
        self._vectors = Button(FROM_LINES, deeds.take_vector_arrows)
        self._delete = Button(labels.DELETE_ARROW, deeds.delete_arrow)
        self._clear = Button(labels.CLEAR_ARROWS, deeds.clear_arrows)
        self._commit = Button(COMMIT, deeds.commit_below)
        self._remote = RemoteDaemon(deeds)
        self._inside = self._lay_out()
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._fold)
        column.addWidget(self._inside)
        self._unfold(False)

    def show_state(self, state: ViewState) -> None:
        """Show the settings, and let only that be asked for which can be done now."""
        settings = self._deeds.settings
        _show(self._steps, settings.step_limit or STEP_LIMIT_AUTOMATIC)
        _show(self._radius, RADIUS_AUTOMATIC if settings.radius is None else settings.radius)
        _show(self._feather, round(_PERCENT * settings.feather, 1))
        self._true.setChecked(settings.true_composite)
        idle = state.has_edit and state.busy is Busy.NOTHING
        self._vectors.setEnabled(state.has_edit)
        self._delete.setEnabled(state.arrows > 0)
        self._clear.setEnabled(state.arrows > 0)
        self._commit.setEnabled(idle)
        self._remote.show_settings(settings)

    def _lay_out(self) -> Any:
        inside = QtWidgets.QWidget()
        form = narrow_form(inside)
        form.addRow(labels.STEP_LIMIT.text, self._steps)
        form.addRow(labels.RADIUS.text, self._radius)
        form.addRow(labels.FEATHER.text, self._feather)
        form.addRow(self._true)
        arrows = QtWidgets.QHBoxLayout()
        arrows.addWidget(self._delete)
        arrows.addWidget(self._clear)
        form.addRow(arrows)
        form.addRow(self._vectors)
        form.addRow(self._commit)
        form.addRow(self._remote)
        return inside

    @guarded
    def _unfold(self, unfolded: bool) -> None:
        self._inside.setVisible(unfolded)
        self._fold.setArrowType(Qt.ArrowType.DownArrow if unfolded else Qt.ArrowType.RightArrow)

    @guarded
    def _steps_changed(self, steps: int) -> None:
        self._change(
            replace(
                self._deeds.settings, step_limit=steps if steps > STEP_LIMIT_AUTOMATIC else None
            )
        )

    @guarded
    def _radius_changed(self, radius: float) -> None:
        chosen = radius if radius >= RADIUS_LEAST else None
        self._change(replace(self._deeds.settings, radius=chosen))

    @guarded
    def _feather_changed(self, percent: float) -> None:
        if percent != round(_PERCENT * self._deeds.settings.feather, 1):
            self._change(replace(self._deeds.settings, feather=percent / _PERCENT))

    def _true_changed(self, on: bool) -> None:
        self._change(replace(self._deeds.settings, true_composite=on))

    def _change(self, settings: Settings) -> None:
        if settings != self._deeds.settings:
            self._deeds.change_settings(settings)


def _fold_button() -> Any:
    fold = QtWidgets.QToolButton()
    fold.setText(FOLD.text)
    fold.setToolTip(plain(FOLD.tooltip))
    fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    fold.setAutoRaise(True)
    fold.setCheckable(True)
    fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return fold


def _step_limit_box() -> Any:
    box = QtWidgets.QSpinBox()
    box.setRange(STEP_LIMIT_AUTOMATIC, STEP_LIMIT_MOST)
    box.setSingleStep(STEP_LIMIT_STEP)
    return _or_automatic(box, labels.STEP_LIMIT)


def _radius_box() -> Any:
    box = QtWidgets.QDoubleSpinBox()
    box.setRange(RADIUS_AUTOMATIC, RADIUS_MOST)
    box.setSingleStep(RADIUS_STEP)
    return _or_automatic(box, labels.RADIUS)


def _feather_box() -> Any:
    box = QtWidgets.QDoubleSpinBox()
    box.setRange(0.0, _PERCENT * MOST_FEATHER)
    box.setSingleStep(_PERCENT * FEATHER_STEP)
    box.setDecimals(1)
    box.setSuffix(" %")
    shrinkable(box)
    box.setAccessibleName(labels.FEATHER.text)
    box.setToolTip(plain(labels.FEATHER.tooltip))
    return box


def _or_automatic(box: Any, label: Label) -> Any:
    """Return a box for a number whose least value is written "automatic"."""
    box.setSpecialValueText(labels.AUTOMATIC)
    shrinkable(box)
    box.setAccessibleName(label.text)
    box.setToolTip(plain(models_own(label, labels.AUTOMATIC)))
    return box


def _show(box: Any, value: float) -> None:
    """Show ``value`` without a word to anybody."""
    if box.value() != value:
        blocker = QtCore.QSignalBlocker(box)
        box.setValue(value)
        blocker.unblock()
