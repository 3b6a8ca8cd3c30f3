"""What an edit is pulled with: drag mode, Pull and Stop, and how a pull is done."""

from dataclasses import replace
from typing import Final

from tugline.deeds import Deeds
from tugline.qt import QtWidgets
from tugline_edit import labels
from tugline_edit.labels import Label
from tugline_edit.view import ViewState

from .buttons import Button, Check
from .sentence import Sentence

DRAG_MODE: Final = Label(
    "Drag mode",
    "Put arrows on the picture: press where the handle is, pull to its target, let go",
)


class PullButtons(QtWidgets.QWidget):
    """Drag mode, Pull or Stop, Take back: what has to be in reach in the lowest docker."""

    def __init__(self, deeds: Deeds) -> None:
        """Lay the buttons out; ``show_state`` says what they can do."""
        super().__init__()
        self._deeds = deeds
        self._stops = False
        self._drag_mode = Button(
            DRAG_MODE,
            lambda: deeds.set_drag_mode(self._drag_mode.isChecked()),
        )
        self._drag_mode.setCheckable(True)
        self._run = Button(labels.PULL, self._run_or_stop)
        self._take_back = Button(labels.TAKE_BACK, deeds.take_back)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._drag_mode)
        row = QtWidgets.QHBoxLayout()
        row.addWidget(self._run)
        row.addWidget(self._take_back)
        column.addLayout(row)

    def show_state(self, state: ViewState) -> None:
        """Show what is on, and let only that be asked for which can be done now."""
        self._drag_mode.setChecked(state.drag_mode)
        self._drag_mode.setEnabled(state.has_edit or state.drag_mode)
        self._stops = state.stops
        self._run.show_label(labels.STOP if self._stops else labels.PULL)
        self._run.setEnabled(state.may_pull_or_stop)
        self._take_back.setEnabled(state.stops)

    def _run_or_stop(self) -> None:
        if self._stops:
            self._deeds.stop()
        else:
            self._deeds.run()


class PullSettings(QtWidgets.QWidget):
    """Live, and what holds the rest."""

    def __init__(self, deeds: Deeds) -> None:
        """Lay the check boxes out; ``show_state`` ticks them."""
        super().__init__()
        self._deeds = deeds
        self._live = Check(
            labels.LIVE,
            lambda on: deeds.change_settings(replace(deeds.settings, live=on)),
        )
        self._keep_rest = Check(
            labels.KEEP_REST,
            lambda on: deeds.change_settings(replace(deeds.settings, keep_rest=on)),
        )
        self._softness = Sentence(2, labels.SOFTNESS_TOOLTIP)
        column = QtWidgets.QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self._live, self._keep_rest, self._softness):
            column.addWidget(part)

    def show_state(self, state: ViewState) -> None:
        """Show the settings, and how soft the picture is where that is worth a line."""
        self._live.setChecked(self._deeds.settings.live)
        # Over a photo it always is.
        self._keep_rest.setChecked(self._deeds.settings.keep_rest or state.over_photo)
        self._keep_rest.setEnabled(not state.over_photo)
        self._softness.set_text(state.softness)
        self._softness.setVisible(bool(state.softness))
