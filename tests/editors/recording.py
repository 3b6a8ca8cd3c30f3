"""Runs inside Krita: a second window whose docker and actions ask a controller that writes it down.

The tests send this file's text to Krita. Everything that the artist sees is the plugin's own; only
the controller behind it is this one, so that a click can be seen to ask for one thing and no other.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from krita import Krita
from PyQt5.QtCore import QPoint, QRect, Qt
from PyQt5.QtWidgets import QAbstractButton, QApplication, QCheckBox, QScrollArea, QWidget
from tugline_driver.recorder import ABSENT, EDITING, Recorder  # type: ignore[import-not-found]

import tugline
from tugline.actions import DOCKER_ID, ENTRIES
from tugline.shelf import KritaShelf
from tugline_edit import preferences
from tugline_edit.view import Busy, Settings


class Controller(Recorder):
    """A controller (``deeds.Deeds``) that does nothing but write down what it is asked for."""

    def __init__(self) -> None:
        super().__init__(ABSENT, preferences.load(shelf))

    def change_settings(self, settings: Settings) -> None:
        preferences.save(settings, shelf)
        super().change_settings(settings)

    def generate_here(self) -> None:
        self.note("generate_here")
        if self.breaks:
            raise ValueError("a fault of the controller's")

    def set_drag_mode(self, on: bool) -> None:
        self.note("set_drag_mode", on)
        self.tell(replace(self.state, drag_mode=on))

    def invert_chosen(self) -> None:
        self.note("invert_chosen")

    def show_photo(self, on: bool) -> None:
        self.note("show_photo", on)
        self.tell(replace(self.state, shows_photo=on))

    def take_vector_arrows(self) -> None:
        self.note("take_vector_arrows")

    def commit_below(self) -> None:
        self.note("commit_below")


def open_recorded_window() -> Any:
    """Open a Krita window whose docker and actions ask the recorder instead of the desk."""
    desks: list[Any] = tugline._desks
    desks[:] = [recorder]
    return Krita.instance().openWindow()


def bring_forward() -> Iterator[int]:
    """Have the window before all others and the docker in it; a new one takes its time."""
    main = window.qwindow()
    main.showMaximized()
    while not (main.isActiveWindow() and panel.isVisible()):
        docker.show()
        main.raise_()
        main.activateWindow()
        yield 100


def control(name: str) -> Any:
    """Return the docker's visible control with this text or accessible name."""
    for widget in panel.findChildren(QWidget):
        text = widget.text() if isinstance(widget, QAbstractButton) else ""
        if widget.isVisible() and name in {text, widget.accessibleName()}:
            return widget
    raise LookupError(f"no control {name!r} is to be seen")


def seen(name: str) -> bool:
    """Whether a control with this text or accessible name is visible."""
    try:
        return control(name) is not None
    except LookupError:
        return False


def place_of(name: str) -> list[int]:
    """Scroll the docker to a control, and return where its middle is on the screen."""
    widget = control(name)
    for area in panel.findChildren(QScrollArea):
        if area.isAncestorOf(widget):
            area.ensureWidgetVisible(widget)
    # A check box is as wide as its column, but only its box and text can be clicked.
    ticked = isinstance(widget, QCheckBox)
    across = widget.fontMetrics().height() if ticked else widget.width() // 2
    middle = widget.mapToGlobal(QPoint(across, widget.height() // 2))
    return [middle.x(), middle.y()]


def place_in_history(number: int) -> list[int]:
    """Return where the middle of a picture of the history is on the screen."""
    strip = control("History")
    strip.scrollToItem(strip.item(number))
    middle = strip.viewport().mapToGlobal(strip.visualItemRect(strip.item(number)).center())
    return [middle.x(), middle.y()]


def without_tooltip() -> list[str]:
    """Return what the artist can click, turn or type into and no tooltip tells of."""
    return [
        type(widget).__name__
        for widget in panel.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and not widget.toolTip()
        and not widget.parentWidget().toolTip()
    ]


def cut_off() -> list[str]:
    """Return the controls that are not wholly inside the docker's width."""
    room = QRect(panel.mapToGlobal(QPoint(0, 0)), panel.size())
    found = []
    for widget in panel.findChildren(QWidget):
        place = QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())
        inside = room.left() <= place.left() and place.right() <= room.right()
        if widget.isVisible() and not inside and widget.parentWidget() is not strip_viewport():
            found.append(f"{type(widget).__name__} {widget.accessibleName()}")
    return found


def strip_viewport() -> Any:
    return control("History").viewport()


def choose_theme(name: str) -> None:
    """Choose one of Krita's themes as the artist does, in the menu under Settings."""
    themes = Krita.instance().action("theme_menu").menu().actions()
    next(theme for theme in themes if theme.text() == name).trigger()


def focused() -> str:
    """Return the accessible name or the text of the control with the keyboard."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QAbstractButton):
        return str(widget.text() or widget.accessibleName())
    return str(widget.accessibleName()) if widget else ""


PHOTO = replace(
    EDITING,
    has_layer=True,
    over_photo=True,
    message="The picture is 83 % like the layer.",
)
INVERTING = replace(
    PHOTO, busy=Busy.INVERTING, progress=0.4, message="About 40 s left.", over_photo=False
)
OLD = replace(PHOTO, no_inversion="This daemon is older than inversion.")

shelf = KritaShelf(Krita.instance())
recorder = Controller()
window = open_recorded_window()
docker = next(dock for dock in window.dockers() if dock.objectName() == DOCKER_ID)
panel = docker.widget()
action_ids = [entry.id for entry in ENTRIES]
