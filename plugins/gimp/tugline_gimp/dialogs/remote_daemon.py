"""The address and the key of a daemon on another computer, taken together or not at all."""

from dataclasses import replace
from typing import Any

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.labels import Label
from tugline_edit.preferences import TEXT_LENGTH, is_whole
from tugline_edit.view import Settings
from tugline_gimp.gi_modules import Gtk

from .asked import DragDesk
from .manners import button


class RemoteDaemon:
    """Two fields and the button that makes them count; both empty is the daemon here."""

    def __init__(self, desk: DragDesk) -> None:
        """Show the settings as they are."""
        self._desk = desk
        self._shown: tuple[str, str] | None = None
        self.address = _field(labels.ADDRESS, labels.ADDRESS_INVITATION)
        self.key = _field(labels.KEY, labels.KEY_INVITATION)
        self.use = button(labels.USE_DAEMON, "h", self._apply)
        for field in (self.address, self.key):
            field.connect("changed", guarded(self._edited))
            field.connect("activate", guarded(self._apply))
        self.show_settings(desk.settings)

    def show_settings(self, settings: Settings) -> None:
        """Show the address and the key that count; what is being written over them stays."""
        counting = (settings.address, settings.server_key)
        if counting != self._shown:
            self._shown = counting
            self.address.set_text(settings.address)
            self.key.set_text(settings.server_key)
        self._edited()

    def _written(self) -> tuple[str, str]:
        return self.address.get_text().strip(), self.key.get_text().strip()

    def _edited(self) -> None:
        self.use.set_sensitive(self._written() != self._shown and is_whole(*self._written()))

    def _apply(self) -> None:
        if self.use.get_sensitive():
            address, key = self._written()
            self._desk.change_settings(
                replace(self._desk.settings, address=address, server_key=key)
            )


def _field(label: Label, invitation: str) -> Any:
    field = Gtk.Entry(
        placeholder_text=invitation,
        max_length=TEXT_LENGTH,
        tooltip_text=label.tooltip,
        hexpand=True,
        width_chars=8,
    )
    field.get_accessible().set_name(label.text)
    return field
