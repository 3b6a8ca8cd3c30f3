"""The address and the key of a daemon on another computer, taken together or not at all."""

from dataclasses import replace
from typing import Any, Final

from tugline.deeds import Deeds
from tugline.qt import QtWidgets
from tugline_edit.guarding import guarded
from tugline_edit.preferences import TEXT_LENGTH
from tugline_edit.view import Settings

from .buttons import Button
from .manners import narrow_form, plain

KEY_LENGTH: Final = 40  # a CURVE public key in Z85


class RemoteDaemon(QtWidgets.QWidget):
    """Two fields and the button that makes them count; both empty is the daemon here."""

    def __init__(self, deeds: Deeds) -> None:
        """Show the settings as they are."""
        super().__init__()
        self._deeds = deeds
        self._shown: tuple[str, str] | None = None
        self._address = _field(
            "tcp://host:port", "Address", "Where a daemon on another computer listens"
        )
        self._key = _field(
            "its public key", "Key", f"That daemon's public key: {KEY_LENGTH} characters"
        )
        self._use = Button(
            "Use this daemon",
            "Leave both fields empty for the daemon on this computer",
            self._apply,
        )
        for field in (self._address, self._key):
            field.textEdited.connect(self._edited)
            field.returnPressed.connect(self._apply)
        form = narrow_form(self)
        form.addRow("Address", self._address)
        form.addRow("Key", self._key)
        form.addRow(self._use)
        self.show_settings(deeds.settings)

    def show_settings(self, settings: Settings) -> None:
        """Show the address and the key that count; what is being written over them stays."""
        counting = (settings.address, settings.server_key)
        if counting != self._shown:
            self._shown = counting
            self._address.setText(settings.address)
            self._key.setText(settings.server_key)
        self._edited()

    def _written(self) -> tuple[str, str]:
        return self._address.text().strip(), self._key.text().strip()

    @guarded
    def _edited(self) -> None:
        self._use.setEnabled(self._written() != self._shown and is_whole(*self._written()))

    @guarded
    def _apply(self) -> None:
        if self._use.isEnabled():
            address, key = self._written()
            self._deeds.change_settings(
                replace(self._deeds.settings, address=address, server_key=key)
            )


def is_whole(address: str, key: str) -> bool:
    """Whether the two name a daemon: an address with a key of the right length, or nothing."""
    return (not address and not key) or (bool(address) and len(key) == KEY_LENGTH)


def _field(invitation: str, name: str, tooltip: str) -> Any:
    field = QtWidgets.QLineEdit()
    field.setPlaceholderText(invitation)
    field.setMaxLength(TEXT_LENGTH)
    field.setAccessibleName(name)
    field.setToolTip(plain(tooltip))
    return field
