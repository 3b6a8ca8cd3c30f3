"""The actions of one Krita window: what each of them does, and which of them are ticked."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from tugline_edit import dice, labels
from tugline_edit.guarding import guarded
from tugline_edit.view import ViewState

from .deeds import Deeds
from .qt import QtWidgets, alive

DOCKER_ID: Final = "tugline_docker"
MENU_ID: Final = "tugline_menu"
MENU_PLACE: Final = "tools"
NO_PLACE: Final = ""  # createAction then leaves it to us where the action is shown


@dataclass(frozen=True)
class Entry:
    """An action: its id and text are those of ``tugline.action``, which has its shortcut too."""

    id: str
    text: str
    checkable: bool = False


ENTRIES: Final = (
    Entry("tugline_show_docker", "Show Tugline"),
    Entry("tugline_generate", "Generate"),
    Entry("tugline_generate_new_seed", "Generate from a New Seed"),
    Entry("tugline_invert", "Invert Layer"),
    Entry("tugline_show_photo", "Show the Photo Beneath", checkable=True),
    Entry("tugline_drag_mode", "Drag Mode", checkable=True),
    Entry("tugline_pull", "Pull or Stop"),
    Entry("tugline_take_back", "Take Back"),
    Entry("tugline_live", "Live", checkable=True),
    Entry("tugline_keep_rest", "Keep the Rest Exactly", checkable=True),
    Entry("tugline_ignore_selection", "Ignore the Selection", checkable=True),
    Entry("tugline_delete_arrow", "Delete Arrow"),
    Entry("tugline_clear_arrows", "Clear Arrows"),
    Entry("tugline_vector_arrows", "Arrows from Lines"),
    Entry("tugline_commit_below", "Commit to Layer Below"),
)


class WindowActions:
    """Makes the actions of a krita.Window, and keeps their ticks right while it lives."""

    def __init__(self, window: Any, deeds: Deeds) -> None:
        """Put the actions under Tools > Tugline, and watch ``deeds``."""
        # Krita deletes its krita.Window soon; the main window lives as long as it is open.
        self._main = window.qwindow()
        self._deeds = deeds
        self._stops = False
        self._actions: dict[str, Any] = {}
        self._build_menu(window)
        for action, deed in self._deeds_of_actions().items():
            self._actions[action].triggered.connect(guarded(deed))
        shown = self._show_state
        self._main.destroyed.connect(lambda: deeds.unwatch(shown))
        deeds.watch(shown)

    def _build_menu(self, window: Any) -> None:
        # Both are kept: a menu belongs to the window, its entry in Tools to Krita's collection.
        self._menu = QtWidgets.QMenu("Tugline", self._main)
        window.createAction(MENU_ID, "Tugline", MENU_PLACE).setMenu(self._menu)
        for entry in ENTRIES:
            action = window.createAction(entry.id, entry.text, NO_PLACE)
            action.setCheckable(entry.checkable)
            self._menu.addAction(action)
            self._actions[entry.id] = action

    def _deeds_of_actions(self) -> dict[str, Callable[..., object]]:
        deeds = self._deeds
        return {
            "tugline_show_docker": self._show_docker,
            "tugline_generate": deeds.generate_here,
            "tugline_generate_new_seed": self._generate_new_seed,
            "tugline_invert": deeds.invert_chosen,
            "tugline_show_photo": deeds.show_photo,
            "tugline_drag_mode": deeds.set_drag_mode,
            "tugline_pull": self._pull_or_stop,
            "tugline_take_back": deeds.take_back,
            "tugline_live": self._set_live,
            "tugline_keep_rest": self._set_keep_rest,
            "tugline_ignore_selection": deeds.ignore_selection,
            "tugline_delete_arrow": deeds.delete_arrow,
            "tugline_clear_arrows": deeds.clear_arrows,
            "tugline_vector_arrows": deeds.take_vector_arrows,
            "tugline_commit_below": deeds.commit_below,
        }

    @guarded
    def _show_state(self, state: ViewState) -> None:
        self._stops = state.may_stop
        settings = self._deeds.settings
        ticks = {
            "tugline_drag_mode": state.drag_mode,
            "tugline_live": settings.live,
            "tugline_keep_rest": settings.keep_rest,
            "tugline_ignore_selection": state.ignores_selection,
            "tugline_show_photo": state.shows_photo,
        }
        for action, on in ticks.items():
            if alive(self._actions[action]):
                self._actions[action].setChecked(on)
        # An older daemon cannot; whatever else hinders it is said when it is asked for.
        invert = self._actions["tugline_invert"]
        if alive(invert):
            invert.setEnabled(not state.no_inversion)
            invert.setToolTip(state.no_inversion or labels.INVERT.tooltip)

    def _show_docker(self) -> None:
        docker = self._main.findChild(QtWidgets.QDockWidget, DOCKER_ID)
        if alive(docker):
            docker.show()
            docker.raise_()

    def _generate_new_seed(self) -> None:
        self._deeds.change_settings(replace(self._deeds.settings, seed=dice.thrown()))
        self._deeds.generate_here()

    def _pull_or_stop(self) -> None:
        if self._stops:
            self._deeds.stop()
        else:
            self._deeds.run()

    def _set_live(self, on: bool) -> None:
        self._deeds.change_settings(replace(self._deeds.settings, live=on))

    def _set_keep_rest(self, on: bool) -> None:
        self._deeds.change_settings(replace(self._deeds.settings, keep_rest=on))
