"""The list of models, with thumbnails."""

from collections.abc import Callable
from typing import Any, Final

from tugline_edit import labels
from tugline_edit.guarding import guarded
from tugline_edit.telling import usable_model
from tugline_edit.view import ModelChoice
from tugline_gimp.gi_modules import GdkPixbuf, Gtk

from .composing import rgb_pixbuf

_SIDE: Final = 32
_NAME, _ICON, _WORKS = range(3)


class ModelList(Gtk.ComboBox):
    """Shows the daemon's models; ``chosen`` is called when the artist picks one that works.

    Its tooltip tells of the model that it shows: size, licence, what it draws.
    """

    def __init__(self, chosen: Callable[[], object]) -> None:
        super().__init__(hexpand=True)
        self._models: tuple[ModelChoice, ...] | None = None
        self._store = Gtk.ListStore(str, GdkPixbuf.Pixbuf, bool)
        self.set_model(self._store)
        self.get_accessible().set_name(labels.MODEL.text)
        for cell, column, attribute in (
            (Gtk.CellRendererPixbuf(), _ICON, "pixbuf"),
            (Gtk.CellRendererText(ellipsize="end", width_chars=16, xpad=4), _NAME, "text"),
        ):
            self.pack_start(cell, attribute == "text")
            self.add_attribute(cell, attribute, column)
            self.add_attribute(cell, "sensitive", _WORKS)
        self._telling = self.connect("changed", guarded(self._changed))
        self._chosen = chosen
        self.show_models((), "")

    def shown(self) -> str:
        """Return the name of the model that the list shows, "" when there is none."""
        row = self.get_active()
        return self._models[row].name if self._models and row >= 0 else ""

    def show_models(self, models: tuple[ModelChoice, ...], wanted: str) -> None:
        """List ``models`` and show ``wanted``, or the first that works if it is not among them."""
        name = usable_model(models, wanted)
        with self.handler_block(self._telling):
            if models != self._models:
                self._models = models
                self._fill(models)
            names = [choice.name for choice in models]
            self.set_active(names.index(name) if name is not None else 0 if not models else -1)
        self._describe()

    def _fill(self, models: tuple[ModelChoice, ...]) -> None:
        self._store.clear()
        self.set_sensitive(bool(models))
        for choice in models:
            self._store.append([choice.name, thumbnail(choice), not choice.broken])
        if not models:
            self._store.append([labels.NO_MODEL, None, False])

    def _changed(self, _list: Any) -> None:
        self._describe()
        self._chosen()

    def _describe(self) -> None:
        shown = self.shown()
        told = next((one.description for one in self._models or () if one.name == shown), "")
        self.set_tooltip_text(told or labels.MODEL.tooltip)


def thumbnail(choice: ModelChoice) -> Any | None:
    """Return a model's thumbnail as it is listed, None where its bytes are no RGB picture."""
    width, height = choice.thumbnail_size
    picture = rgb_pixbuf(choice.thumbnail, width, height)
    if picture is None:
        return None
    largest = max(width, height)
    across, down = (max(1, round(_SIDE * side / largest)) for side in (width, height))
    return picture.scale_simple(across, down, GdkPixbuf.InterpType.BILINEAR)
