"""Names for the tests of layers in a real GIMP: an image with an edit's layer, and pulls of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish
from tests.editors.gimp.version import GimpVersion

# Names of the tests' side in GIMP.
SCENE = """
import random
from dataclasses import replace
from tugline_edit.arrows import Arrow, Arrows
from tugline_edit.geometry import Affine, Box, Placement
from tugline_edit.host import Change, LayerFault
from tugline_edit.masks import SelectionMask
from tugline_edit.records import LayerRecord
from tugline_edit.storage import EditStore
from tugline_gimp import pixels, previewing
from tugline_gimp.document import GimpDocument
from tugline_gimp.layers import layer_id
from tugline_protocol.values import Image as Frame

BOX = Box(100, 90, 256, 192)
PLACE = Placement.upright_at(128, 96, BOX)
NOTHING = Arrows()
steps = 0
refusals = []

def plain(rgba, box=BOX):
    return bytes(rgba) * (box.width * box.height)

def noise(seed, size=(BOX.width, BOX.height), opaque=True):
    data = bytearray(random.Random(seed).randbytes(4 * size[0] * size[1]))
    if opaque:
        data[3::4] = bytes([255]) * (size[0] * size[1])
    return bytes(data)

def frame(rgba):
    size = (PLACE.width, PLACE.height)
    return Frame(*size, "RGBA", bytes(rgba) * (size[0] * size[1]))

def ramp(box=BOX):
    \"\"\"A mask with a soft edge: 0 at the left and at the right, 255 in the middle.\"\"\"
    row = [min(255, max(0, 3 * min(x, box.width - 1 - x) - 40)) for x in range(box.width)]
    return bytes(row) * box.height

def begin(width=512, height=512, precision=Gimp.Precision.U8_NON_LINEAR, profile=None):
    \"\"\"Have a new image with an edit's layer over its background.\"\"\"
    global image, doc, other
    image = new_image(width, height, precision)
    if profile is not None:
        image.set_color_profile(profile)
    doc = GimpDocument(image)
    other = image.get_layers()[0]
    refusals.clear()
    make()

def written(identity, place=PLACE):
    \"\"\"Keep a record, as an edit does: each has a state of its own.\"\"\"
    global steps
    steps += 1
    state = f"state{steps}"
    record = LayerRecord("theedit", state, place, doc.digest(identity, place.box))
    EditStore(doc.store(identity)).keep_layer(identity, record)
    doc.store(identity).write("tugline/edit/theedit", "", state.encode())

def make(data=None, place=PLACE, above=""):
    doc.add_layer(place, data or plain((10, 20, 30, 255), place.box), above,
                  lambda identity: written(identity, place))
    return doc.layer(doc.chosen())

def edit():
    return next(one for one in everything() if one.get_name() == "Tugline")

def identity():
    return layer_id(edit())

def record(layer=None):
    known = layer_id(layer or edit())
    return EditStore(doc.store(known)).layer(known)

def everything(group=None):
    for layer in (group or image).get_children() if group else image.get_layers():
        yield layer
        if layer.is_group():
            yield from everything(layer)

def names():
    return [layer.get_name() for layer in everything()]

def at(x, y, layer=None):
    return list(pixels.read(layer or edit(), Box(x, y, 1, 1)))

def shown(box=BOX, layer=None):
    return pixels.read(layer or edit(), box)

def start(layer=None):
    place = (record(layer) or record()).placement
    return doc.begin_pull(layer_id(layer or edit()), place, true_composite=False)

def commit(preview, data, place=PLACE, arrows=NOTHING):
    preview.commit(place, data, arrows, lambda one: written(one, place), refusals.append)

def drag(*pictures, place=PLACE, arrows=NOTHING):
    preview = start()
    for data in pictures:
        assert preview.show(Frame(place.box.width, place.box.height, "RGBA", data))
    commit(preview, pictures[-1], place, arrows)

def once(data, place=PLACE, arrows=NOTHING):
    doc.write(identity(), place, data, arrows, lambda one: written(one, place), refusals.append)

def fault(call):
    try:
        call()
    except LayerFault as said:
        return str(said)
    return ""

def said():
    return [str(one) for one in refusals]
"""


@contextmanager
def layering_console(
    folder: Path, name: str, version: GimpVersion = GimpVersion.FIRST
) -> Iterator[GimpConsole]:
    """Yield a gimp-console for all tests of a file, with the names of ``SCENE``."""
    wish = GimpWish(plugin=False, version=version)
    with judged_console(folder, f"gimp-{name}-{version}", wish) as console:
        console.run(SCENE)
        yield console
