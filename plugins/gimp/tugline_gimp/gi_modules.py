"""GIMP's libraries through gi: the only file that says which versions, all others import from here.

``Gimp``, ``Gegl``, ``Babl``, ``GdkPixbuf``, ``Gio``, ``GLib`` and ``GObject`` are there at once.
``Gdk``, ``Gtk`` and ``GimpUi`` look for a screen when they are loaded, so they are loaded when a
dialog asks for them first: ``from .gi_modules import GimpUi, Gtk`` in a module that only dialogs
import.
"""

import importlib
from typing import Any, Final

import gi

gi.require_version("Babl", "0.1")
gi.require_version("GdkPixbuf", "2.0")
gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")

from gi.repository import Babl, GdkPixbuf, Gegl, Gimp, Gio, GLib, GObject  # noqa: E402

_FOR_DIALOGS: Final = {"Gdk": "3.0", "Gtk": "3.0", "GimpUi": "3.0"}

__all__ = ["Babl", "GLib", "GObject", "GdkPixbuf", "Gegl", "Gimp", "Gio"]


def __getattr__(name: str) -> Any:
    """Return a library that needs a screen. Raises AttributeError for what is none of them."""
    if name not in _FOR_DIALOGS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    for library, version in _FOR_DIALOGS.items():
        gi.require_version(library, version)
    return importlib.import_module(f"gi.repository.{name}")
