"""The docker's inside: draws the controller's state, and asks it for deeds."""

from typing import Any

from tugline_edit.guarding import guarded, listen, unlisten
from tugline_edit.telling import history_title
from tugline_edit.view import ViewState

from .deeds import Deeds
from .qt import QtCore, QtWidgets
from .widgets.connection_line import ConnectionLine
from .widgets.history_strip import HistoryStrip
from .widgets.inversion_form import InversionForm
from .widgets.manners import rule
from .widgets.message_line import MessageLine
from .widgets.more_options import MoreOptions
from .widgets.picture_form import PictureForm
from .widgets.pulling import PullButtons, PullSettings
from .widgets.selection_note import SelectionNote
from .widgets.sentence import Sentence

Qt = QtCore.Qt


class Panel(QtWidgets.QWidget):
    """Everything in the docker; several panels may watch the same ``deeds``, one a window.

    What is set scrolls where the docker is low; below it stay in sight the buttons that pull, what
    is under way and what happened last.
    """

    def __init__(self, deeds: Deeds) -> None:
        """Watch ``deeds`` until Qt destroys the panel."""
        super().__init__()
        self._connection = ConnectionLine(deeds)
        self._form = PictureForm(deeds)
        self._inversion = InversionForm(deeds)
        self._history_title = Sentence(1)
        self._history = HistoryStrip()
        self._history.wanted.connect(guarded(deeds.go_to))
        self._pull_settings = PullSettings(deeds)
        self._more = MoreOptions(deeds)
        self._pull = PullButtons(deeds)
        self._selection = SelectionNote(deeds)
        self._message = MessageLine()
        column = QtWidgets.QVBoxLayout(self)
        column.addWidget(self._connection)
        column.addWidget(self._scrolled(), 1)
        column.addWidget(self._pull)
        column.addWidget(self._selection)
        column.addWidget(self._message)
        self._watch(deeds)

    @guarded
    def show_state(self, state: ViewState) -> None:
        """Show ``state`` and the settings as they are now."""
        self._history_title.set_text(history_title(state))
        self._history.show_items(state.history)
        for part in (
            self._connection,
            self._form,
            self._inversion,
            self._pull_settings,
            self._more,
            self._pull,
            self._selection,
            self._message,
        ):
            part.show_state(state)

    def _scrolled(self) -> Any:
        inside = QtWidgets.QWidget()
        column = QtWidgets.QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (
            self._form,
            rule(),
            self._inversion,
            rule(),
            self._history_title,
            self._history,
            self._pull_settings,
            rule(),
            self._more,
        ):
            column.addWidget(part)
        column.addStretch(1)
        area = QtWidgets.QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QtWidgets.QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        return area

    def _watch(self, deeds: Deeds) -> None:
        shown, warned = self.show_state, self._message.warn

        def leave() -> None:
            deeds.unwatch(shown)
            unlisten(warned)

        self.destroyed.connect(leave)
        listen(warned)
        deeds.watch(shown)
