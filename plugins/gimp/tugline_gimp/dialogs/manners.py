"""How the dialogs' controls look and behave: sizes from the font, colours from the theme."""

from collections.abc import Callable
from functools import cache
from typing import Any, Final

from tugline_edit.drawn import FILLS, Ink
from tugline_edit.guarding import guarded
from tugline_edit.labels import Label
from tugline_gimp.gi_modules import Gdk, Gtk
from tugline_gimp.mnemonics import mnemonic

# What is distinguished in every theme: the blue of the handles. GIMP's themes name no such colour.
ACCENT: Final[Ink] = FILLS["set"]
SPACING: Final = 6

_STYLE: Final = b"""
.tugline-picture { padding: 2px; border: 2px solid transparent; border-radius: 3px; }
.tugline-current, .tugline-current:hover, .tugline-current:backdrop { border-color: rgb(42,130,255);
  background-color: rgba(42,130,255,0.25); background-image: none; }
.tugline-quiet { opacity: 0.75; }
.tugline-frame { border: 1px solid alpha(currentColor, 0.35); }
.tugline-zoom { padding: 2px 4px; }
"""


@cache
def use_style() -> None:
    """Let the classes that begin with ``tugline-`` look as they shall, on this screen."""
    provider = Gtk.CssProvider()
    provider.load_from_data(_STYLE)
    Gtk.StyleContext.add_provider_for_screen(
        Gdk.Screen.get_default(), provider, Gtk.STYLE_PROVIDER_PRIORITY_APPLICATION
    )


def with_class(widget: Any, *names: str) -> Any:
    """Return ``widget``, styled by these classes."""
    for name in names:
        widget.get_style_context().add_class(name)
    return widget


def set_class(widget: Any, name: str, *, on: bool) -> None:
    """Let ``widget`` be styled by a class or no more."""
    context = widget.get_style_context()
    (context.add_class if on else context.remove_class)(name)


def column(*children: Any, spacing: int = SPACING) -> Any:
    """Return children below each other."""
    return _box(Gtk.Orientation.VERTICAL, spacing, children)


def row(*children: Any, spacing: int = SPACING) -> Any:
    """Return children beside each other."""
    return _box(Gtk.Orientation.HORIZONTAL, spacing, children)


def button(label: Label, letter: str, pressed: Callable[[], object]) -> Any:
    """Return a push button, which Alt and ``letter`` press as well."""
    made = Gtk.Button(use_underline=True)
    show_label(made, label, letter)
    made.connect("clicked", guarded(lambda _button: pressed()))
    return made


def show_label(button: Any, label: Label, letter: str) -> None:
    """Say on a button what a click does now."""
    button.set_label(mnemonic(label.text, letter))
    button.set_tooltip_text(label.tooltip)


def icon_button(icon: str, name: str, tooltip: str, pressed: Callable[[], object]) -> Any:
    """Return a flat button with an icon of the theme; ``name`` is what a screen reader says."""
    made = Gtk.Button(tooltip_text=tooltip, relief=Gtk.ReliefStyle.NONE)
    made.add(Gtk.Image.new_from_icon_name(icon, Gtk.IconSize.MENU))
    made.get_accessible().set_name(name)
    made.connect("clicked", guarded(lambda _button: pressed()))
    return with_class(made, "tugline-zoom")


class Check(Gtk.CheckButton):
    """A check box that tells of the artist's ticks alone, never of a program's."""

    def __init__(self, label: Label, letter: str, ticked: Callable[[bool], object]) -> None:
        super().__init__(
            label=mnemonic(label.text, letter), use_underline=True, tooltip_text=label.tooltip
        )
        self._telling = self.connect("toggled", guarded(lambda _box: ticked(self.get_active())))

    def show_ticked(self, ticked: bool) -> None:
        """Show whether it is ticked, without a word to anybody."""
        with self.handler_block(self._telling):
            self.set_active(ticked)


def sentence(lines: int, tooltip: str = "") -> Any:
    """Return a label for a sentence of any length: wrapped, and elided after so many lines."""
    made = Gtk.Label(xalign=0.0, wrap=True, lines=lines, hexpand=True)
    made.set_property("ellipsize", "end")
    made.set_width_chars(24)
    made.set_max_width_chars(44)
    if tooltip:
        made.set_tooltip_text(tooltip)
    return made


def text_height(widget: Any) -> int:
    """Return how high a line of the widget's text is, in logical pixels."""
    height: int = widget.create_pango_layout("X").get_pixel_size().height
    return height


def quiet_ink(widget: Any) -> Ink:
    """Return the theme's colour for what stands back on ``widget``, opaque."""
    colour = widget.get_style_context().get_color(Gtk.StateFlags.INSENSITIVE)
    red, green, blue = (round(part * 255) for part in (colour.red, colour.green, colour.blue))
    return red, green, blue, 255


def text_ink(widget: Any) -> Ink:
    """Return the theme's colour for text on ``widget``."""
    context = widget.get_style_context()
    colour = context.get_color(context.get_state())
    red, green, blue = (round(part * 255) for part in (colour.red, colour.green, colour.blue))
    return red, green, blue, round(colour.alpha * 255)


def show_if(widget: Any, wanted: bool) -> None:
    """Have a widget seen or not, whatever ``show_all`` says of its parents."""
    widget.set_no_show_all(True)
    widget.set_visible(wanted)


def attach(form: Any, cell: tuple[int, int], label: str, field: Any, *, columns: int = 1) -> None:
    """Put a label into the ``cell`` (column, row) of a grid and its field beside it.

    The letter after the underscore in ``label``, with Alt, goes to the field.
    """
    named = Gtk.Label(label=label, use_underline=True, xalign=0.0)
    named.set_mnemonic_widget(field)
    form.attach(named, *cell, 1, 1)
    form.attach(field, cell[0] + 1, cell[1], columns, 1)


def _box(orientation: Any, spacing: int, children: tuple[Any, ...]) -> Any:
    box = Gtk.Box(orientation=orientation, spacing=spacing)
    for child in children:
        box.add(child)
    return box
