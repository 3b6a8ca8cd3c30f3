"""What the tests' Python finds in its namespace in GIMP; it owes nothing to the plugin."""

from collections.abc import Mapping
from typing import Any

import gi

gi.require_version("Gegl", "0.4")
gi.require_version("Gimp", "3.0")
from gi.repository import Gegl, Gimp, Gio, GLib, GObject  # noqa: E402 - after the versions


def names() -> dict[str, Any]:
    """Return the modules and functions that are there from the start."""
    return {
        "Gegl": Gegl,
        "Gimp": Gimp,
        "Gio": Gio,
        "GLib": GLib,
        "call": call,
        "new_image": new_image,
        "pixel": pixel,
    }


def new_image(
    width: int, height: int, precision: Any = Gimp.Precision.U8_NON_LINEAR
) -> "Gimp.Image":
    """Make an RGB image with one opaque white layer, "Background"."""
    image = Gimp.Image.new_with_precision(width, height, Gimp.ImageBaseType.RGB, precision)
    layer = Gimp.Layer.new(
        image,
        "Background",
        width,
        height,
        Gimp.ImageType.RGBA_IMAGE,
        100.0,
        Gimp.LayerMode.NORMAL,
    )
    layer.fill(Gimp.FillType.WHITE)
    image.insert_layer(layer, None, 0)
    image.clean_all()
    return image


def pixel(image: "Gimp.Image", x: int, y: int) -> list[int]:
    """Return R, G, B, A (0 to 255) of the visible picture at the pixel (x, y)."""
    picture = image.duplicate()
    try:
        layer = picture.merge_visible_layers(Gimp.MergeType.CLIP_TO_IMAGE)
        _, left, top = layer.get_offsets()
        area = Gegl.Rectangle.new(x - left, y - top, 1, 1)
        data = layer.get_buffer().get(area, 1.0, "R'G'B'A u8", Gegl.AbyssPolicy.NONE)
        return list(data)
    finally:
        picture.delete()


def call(name: str, arguments: Mapping[str, Any]) -> list[Any]:
    """Run a procedure and return its values; AssertionError says how it failed.

    A list in ``arguments`` goes where the procedure wants an array of GIMP's objects, or a list
    of numbers where it wants one of doubles.
    """
    procedure = Gimp.get_pdb().lookup_procedure(name)
    assert procedure is not None, f"GIMP has no procedure {name}"
    config = procedure.create_config()
    for argument, value in arguments.items():
        if not isinstance(value, list):
            config.set_property(argument, value)
        elif value and isinstance(value[0], (int, float)):
            _set_numbers(config, argument, value)
        else:
            config.set_core_object_array(argument, value)
    values = procedure.run(config)
    status = values.index(0)
    assert status == Gimp.PDBStatusType.SUCCESS, (
        f"{name}: {status.value_nick}: {Gimp.get_pdb().get_last_error()}"
    )
    return [values.index(number) for number in range(1, values.length())]


def _set_numbers(config: Any, argument: str, numbers: list[float]) -> None:
    """Set an array of doubles, a kind of value for which gi has no name of its own."""
    held = GObject.Value(config.find_property(argument).value_type)
    Gimp.value_set_double_array(held, numbers)
    config.set_property(argument, held.get_boxed())
