"""The docker's lower part, folded away: what few artists need, and those not every day."""

from dataclasses import replace
from typing import Any, Final

from tugline.deeds import Deeds
from tugline.qt import QtCore, QtWidgets
from tugline_edit.guarding import guarded
from tugline_edit.preferences import RADIUS_LEAST, RADIUS_MOST, STEP_LIMIT_MOST
from tugline_edit.view import Busy, Settings, ViewState

from .buttons import Button, Check
from .manners import Undisturbed, narrow_form, plain, shrinkable
from .remote_daemon import RemoteDaemon

Qt = QtCore.Qt

AUTOMATIC: Final = "automatic"
RADIUS_STEP: Final = 0.25
RADIUS_AUTOMATIC: Final = RADIUS_LEAST - RADIUS_STEP


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
        self._true = Check(
            "True picture in large documents",
            "Write every frame into the layer, with all that is blended above it; "
            "in documents beyond 1024 pixels a side that is slow",
            self._true_changed,
        )
        self._vectors = Button(
            "Arrows from lines",
            'Take the lines of the vector layer "Tugline arrows" as handles and targets',
            deeds.take_vector_arrows,
        )
        self._delete = Button("Delete arrow", "Delete the selected arrow", deeds.delete_arrow)
        self._clear = Button("Clear arrows", "Delete all arrows of this layer", deeds.clear_arrows)
        self._commit = Button(
            "Commit to layer below",
            "Merge the picture into the layer below; this edit ends there",
            deeds.commit_below,
        )
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
        _show(self._steps, settings.step_limit or 0)
        _show(self._radius, RADIUS_AUTOMATIC if settings.radius is None else settings.radius)
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
        form.addRow("Step limit", self._steps)
        form.addRow("Radius", self._radius)
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
        self._change(replace(self._deeds.settings, step_limit=steps or None))

    @guarded
    def _radius_changed(self, radius: float) -> None:
        chosen = radius if radius >= RADIUS_LEAST else None
        self._change(replace(self._deeds.settings, radius=chosen))

    def _true_changed(self, on: bool) -> None:
        self._change(replace(self._deeds.settings, true_composite=on))

    def _change(self, settings: Settings) -> None:
        if settings != self._deeds.settings:
            self._deeds.change_settings(settings)


def _fold_button() -> Any:
    fold = QtWidgets.QToolButton()
    fold.setText("More")
    fold.setToolTip(plain("Step limit, radius, arrows from lines, a daemon on another computer"))
    fold.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    fold.setAutoRaise(True)
    fold.setCheckable(True)
    fold.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return fold


def _step_limit_box() -> Any:
    box = QtWidgets.QSpinBox()
    box.setRange(0, STEP_LIMIT_MOST)
    box.setSingleStep(10)
    box.setSpecialValueText(AUTOMATIC)
    shrinkable(box)
    box.setAccessibleName("Step limit")
    box.setToolTip(plain("How many steps a pull takes at most; automatic is the model's own"))
    return box


def _radius_box() -> Any:
    box = QtWidgets.QDoubleSpinBox()
    box.setRange(RADIUS_AUTOMATIC, RADIUS_MOST)
    box.setSingleStep(RADIUS_STEP)
    box.setSpecialValueText(AUTOMATIC)
    shrinkable(box)
    box.setAccessibleName("Radius")
    box.setToolTip(
        plain(
            "How much around a handle is pulled, in the picture's pixels; automatic is the model's"
        )
    )
    return box


def _show(box: Any, value: float) -> None:
    """Show ``value`` without a word to anybody."""
    if box.value() != value:
        blocker = QtCore.QSignalBlocker(box)
        box.setValue(value)
        blocker.unblock()
