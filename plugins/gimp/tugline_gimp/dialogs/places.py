"""Where a generated picture goes: into the selection, the image, or a size of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from tugline_edit.geometry import LARGEST_SIDE
from tugline_edit.guarding import guarded
from tugline_edit.labels import Label
from tugline_gimp.choice import GenerateChoice
from tugline_gimp.gi_modules import Gtk
from tugline_gimp.mnemonics import mnemonic
from tugline_gimp.words import HEIGHT, IMAGE, PLACES, SELECTION, SIZE, WIDTH

from .manners import SPACING, row

# Not kept, only shown: GenerateChoice says it as a size of 0 x 0.
MODELS_OWN: Final = "model"
_MODELS_SIZE: Final = Label(
    "The model's own size", "Pixel for pixel as the model draws it: the sharpest"
)
_WORDS: Final = (
    (SELECTION, PLACES[SELECTION], "e"),
    (IMAGE, PLACES[IMAGE], "i"),
    (MODELS_OWN, _MODELS_SIZE, "d"),
    (SIZE, PLACES[SIZE], "w"),
)


class Places(Gtk.Box):
    """One of four places, and the size for the last of them; ``changed`` is called at each change.

    ``selects``: something is selected. Without a selection the image counts in its place, and the
    artist's wish for a selection is kept unless they choose another place.
    """

    def __init__(self, changed: Callable[[], object], *, selects: bool) -> None:
        super().__init__(orientation=Gtk.Orientation.VERTICAL, spacing=SPACING // 2)
        self._changed = changed
        self._selects = selects
        self._silent = False
        self._wishes_selection = False
        self._buttons: dict[str, Any] = {}
        for place, label, letter in _WORDS:
            button = Gtk.RadioButton(
                label=mnemonic(label.text, letter),
                use_underline=True,
                tooltip_text=label.tooltip,
                group=next(iter(self._buttons.values()), None),
            )
            button.connect("toggled", guarded(self._toggled))
            self._buttons[place] = button
        if not selects:
            self._buttons[SELECTION].set_sensitive(False)
            self._buttons[SELECTION].set_tooltip_text("Nothing is selected")
        self.width, self.height = _side(WIDTH), _side(HEIGHT)
        for box in (self.width, self.height):
            box.connect("value-changed", guarded(self._resized))
        self._sizes = row(self.width, Gtk.Label(label="\N{MULTIPLICATION SIGN}"), self.height)
        self._sizes.add(Gtk.Label(label="px"))
        self._sizes.set_margin_start(4 * SPACING)
        for part in (*self._buttons.values(), self._sizes):
            self.add(part)

    def show_choice(self, choice: GenerateChoice, usual: tuple[int, int]) -> None:
        """Show a choice, without a word to anybody; ``usual`` is a size where it says none."""
        own = choice.place == SIZE and not (choice.width or choice.height)
        place = MODELS_OWN if own else choice.place
        self._wishes_selection = place == SELECTION
        if place not in self._buttons or (place == SELECTION and not self._selects):
            place = IMAGE
        self._silent = True
        self._buttons[place].set_active(True)
        self.width.set_value(choice.width or usual[0])
        self.height.set_value(choice.height or usual[1])
        self._silent = False
        self._show_sizes()

    def into(self, choice: GenerateChoice) -> GenerateChoice:
        """Return ``choice`` with the place that is shown."""
        place = self._place()
        if place == SIZE:
            width, height = (int(box.get_value()) for box in (self.width, self.height))
            return replace(choice, place=SIZE, width=width, height=height)
        if place == MODELS_OWN:
            return replace(choice, place=SIZE, width=0, height=0)
        wished = place == IMAGE and self._wishes_selection and not self._selects
        return replace(choice, place=SELECTION if wished else place)

    def _place(self) -> str:
        return next(place for place, button in self._buttons.items() if button.get_active())

    def _toggled(self, button: Any) -> None:
        """Take a choice: each is told of twice, by the button that it leaves as well."""
        self._show_sizes()
        if button.get_active() and not self._silent:
            self._wishes_selection = False
            self._changed()

    def _resized(self, _box: Any) -> None:
        if not self._silent:
            self._changed()

    def _show_sizes(self) -> None:
        self._sizes.set_sensitive(self._place() == SIZE)


def _side(name: str) -> Any:
    box = Gtk.SpinButton(
        adjustment=Gtk.Adjustment(
            value=1, lower=1, upper=LARGEST_SIDE, step_increment=1, page_increment=64
        ),
        numeric=True,
        width_chars=5,
        tooltip_text=f"{name} in pixels; the picture keeps its proportions",
        activates_default=True,
    )
    box.get_accessible().set_name(name)
    return box
