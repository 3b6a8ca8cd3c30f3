"""The address and the key of a daemon on another computer, taken together or not at all."""

from dataclasses import replace
from typing import Any

from tugline.deeds import Deeds
from tugline.qt import QtWidgets
from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.labels import Label
from tugline_edit.preferences import TEXT_LENGTH, is_whole
from tugline_edit.view import Settings

from .buttons import Button
from .manners import narrow_form, plain


class RemoteDaemon(QtWidgets.QWidget):
    """Two fields and the button that makes them count; both empty is the daemon here."""

    def __init__(self, deeds: Deeds) -> None:
        """Show the settings as they are."""
        super().__init__()
        self._deeds = deeds
        self._shown: tuple[str, str] | None = None
        self._address = _field(labels.ADDRESS, labels.ADDRESS_INVITATION)
        self._key = _field(labels.KEY, labels.KEY_INVITATION)
        self._use = Button(labels.USE_DAEMON, self._apply)
        for field in (self._address, self._key):
            field.textEdited.connect(self._edited)
            field.returnPressed.connect(self._apply)
        form = narrow_form(self)
        form.addRow(labels.ADDRESS.text, self._address)
        form.addRow(labels.KEY.text, self._key)
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


def _field(label: Label, invitation: str) -> Any:
    field = QtWidgets.QLineEdit()
    field.setPlaceholderText(invitation)
    field.setMaxLength(TEXT_LENGTH)
    field.setAccessibleName(label.text)
    field.setToolTip(plain(label.tooltip))
    return field
