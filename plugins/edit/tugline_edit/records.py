"""What a document keeps of an edit, as bytes: JSON with a format number, and packed masks.

A document may come from a stranger: what is read is bounded and checked, field by field, and what
is wrong is a RecordError, whose text is one sentence for the artist. No path, no address and
nothing to download is ever taken from it.
"""

import base64
import binascii
import hashlib
import json
import struct
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from tugline_protocol.values import ModelRef

from .arrows import MOST_ARROWS, SET, Arrow
from .geometry import LARGEST_SIDE, Affine, Box, Placement
from .history import MOST_FEATHER, MOST_STATES, THUMBNAIL_SIDE, History, Seam, State
from .masks import SelectionMask
from .reading import Fields, RecordError, damaged, parse, printable

__all__ = [
    "BLOB_KEY_LENGTH",
    "FORMAT",
    "LayerRecord",
    "RecordError",
    "blob_key",
    "decode_history",
    "decode_layer",
    "encode_history",
    "encode_layer",
    "pack_mask",
    "unpack_mask",
]

FORMAT: Final = 1
HISTORY_BYTES: Final = 32 * 1024 * 1024
LAYER_BYTES: Final = 16 * 1024
LABEL_LENGTH: Final = 120
BLOB_KEY_LENGTH: Final = 32

# The side of the box around a picture of 8192 pixels that is turned by 45 degrees, and some more.
_LARGEST_BOX = 12000
_THUMBNAIL_BYTES = 3 * THUMBNAIL_SIDE**2
_CONDITIONS = (SET, "moving", "reached", "stuck", "lost")
_KEY = "[0-9a-f]{32}"
_DIGEST = "[0-9a-f]{64}"
_MASK_HEADER = struct.Struct("<HH")


@dataclass(frozen=True)
class LayerRecord:
    """What a layer says of itself: its edit, the state that it shows, and where that lies.

    ``digest`` is the sha256 of the layer's BGRA bytes over ``placement.box`` when Tugline wrote it
    last, in hexadecimal: where it differs, the artist has painted there. ``content`` is the box
    around what was not transparent of it, from the box's corner; None where that is all of it.
    """

    edit: str
    state: str
    placement: Placement
    digest: str
    content: Box | None = None

    @property
    def filled(self) -> Box:
        """The box around what was not transparent, from the corner of ``placement.box``."""
        box = self.placement.box
        return self.content or Box(0, 0, box.width, box.height)


def blob_key(data: bytes) -> str:
    """Return the key under which a document keeps these bytes: 32 digits of their sha256."""
    return hashlib.sha256(data).hexdigest()[:BLOB_KEY_LENGTH]


def encode_history(history: History) -> bytes:
    """Return the bytes that ``decode_history`` reads."""
    return _json(
        {
            "format": FORMAT,
            "current": history.current,
            "states": [_state_said(state) for state in history.states],
        }
    )


def decode_history(data: bytes) -> History:
    """Return the history that a document keeps; raises RecordError."""
    said = _record(data, HISTORY_BYTES)
    states: dict[str, State] = {}
    for fields in said.objects("states", MOST_STATES):
        state = _state(fields)
        # Parents stand before their children, so there can be no cycle.
        if state.id in states:
            fields.refuse("id", "is there twice")
        if state.parent and state.parent not in states:
            fields.refuse("parent", "is no state before this one")
        if state.mask and not state.parent:
            fields.refuse("mask", "has no picture to lie over")
        if state.mask and state.seam is not None:
            fields.refuse("seam", "is there beside a mask")
        states[state.id] = state
    if not states:
        said.refuse("states", "is empty")
    current = said.id_in("current")
    if current not in states:
        said.refuse("current", "is none of its states")
    return History(tuple(states.values()), current)


def encode_layer(record: LayerRecord) -> bytes:
    """Return the bytes that ``decode_layer`` reads."""
    at = record.placement.to_document
    return _json(
        {
            "format": FORMAT,
            "edit": record.edit,
            "state": record.state,
            "placement": {
                "width": record.placement.width,
                "height": record.placement.height,
                "to_document": {name: getattr(at, name) for name in "abcdef"},
            },
            "digest": record.digest,
            "content": asdict(record.content) if record.content is not None else None,
        }
    )


def decode_layer(data: bytes) -> LayerRecord:
    """Return what a layer says of itself; raises RecordError."""
    said = _record(data, LAYER_BYTES)
    placement = _placement(said.nested("placement"))
    return LayerRecord(
        edit=said.id_in("edit"),
        state=said.id_in("state"),
        placement=placement,
        digest=said.text("digest", 64, _DIGEST),
        content=_content(said.nested("content"), placement.box) if said.has("content") else None,
    )


def _content(fields: Fields, box: Box) -> Box:
    x, y = fields.whole("x", 0, box.width - 1), fields.whole("y", 0, box.height - 1)
    width = fields.whole("width", 1, box.width - x)
    return Box(x, y, width, fields.whole("height", 1, box.height - y))


def pack_mask(mask: SelectionMask) -> bytes:
    """Return a mask as a blob: width, height (little-endian 16 bit), the bytes deflated."""
    return _MASK_HEADER.pack(mask.width, mask.height) + zlib.compress(mask.data)


def unpack_mask(data: bytes) -> SelectionMask:
    """Return the mask that ``pack_mask`` packed; raises RecordError."""
    if len(data) < _MASK_HEADER.size:
        raise damaged("a mask", "is cut off")
    width, height = _MASK_HEADER.unpack_from(data)
    if not (1 <= width <= LARGEST_SIDE and 1 <= height <= LARGEST_SIDE):
        raise damaged("a mask", f"is {width} x {height} pixels large")
    size = width * height
    try:
        inflated = zlib.decompressobj().decompress(data[_MASK_HEADER.size :], size + 1)
    except zlib.error:
        raise damaged("a mask", "cannot be inflated") from None
    if len(inflated) != size:
        raise damaged("a mask", f"does not have its {width} x {height} bytes")
    return SelectionMask(width, height, inflated)


def _json(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, allow_nan=False, separators=(",", ":")).encode("ascii")


def _record(data: bytes, limit: int) -> Fields:
    said = parse(data, limit)
    if said.whole("format", 1, 2**31) > FORMAT:
        raise RecordError(
            "This document was saved by a newer Tugline; update Tugline to go on with it."
        )
    return said


def _state_said(state: State) -> dict[str, Any]:
    model = state.model
    return {
        "id": state.id,
        "parent": state.parent,
        "model": {"name": model.name, "weights": model.weights, "tuned": model.tuned},
        "latent": state.latent,
        "num_ws": state.num_ws,
        "w_dim": state.w_dim,
        "label": printable(state.label)[:LABEL_LENGTH],
        "arrows": [_arrow_said(arrow) for arrow in state.arrows[:MOST_ARROWS]],
        "thumbnail": base64.b64encode(state.thumbnail).decode("ascii"),
        "mask": state.mask,
        "seam": _seam_said(state.seam),
    }


def _state(fields: Fields) -> State:
    return State(
        id=fields.id_in("id"),
        parent=fields.text("parent", 64, "[A-Za-z0-9_-]*"),
        model=_model(fields.nested("model")),
        latent=fields.text("latent", 32, _KEY),
        num_ws=fields.whole("num_ws", 1, 64),
        w_dim=fields.whole("w_dim", 1, 4096),
        label=fields.text("label", LABEL_LENGTH),
        arrows=_arrows(fields),
        thumbnail=_thumbnail(fields),
        mask=fields.text("mask", 32, f"({_KEY})?"),
        seam=_seam(fields.nested("seam")) if fields.has("seam") else None,
    )


def _seam_said(seam: Seam | None) -> dict[str, Any] | None:
    return None if seam is None else {"cover": seam.cover, "feather": seam.feather}


def _seam(fields: Fields) -> Seam:
    feather = fields.number("feather", MOST_FEATHER)
    if feather < 0:
        fields.refuse("feather", "is less than 0")
    return Seam(fields.text("cover", 32, f"({_KEY})?"), feather)


def _model(fields: Fields) -> ModelRef:
    name = fields.text("name", 128)
    if not name:
        fields.refuse("name", "is empty")
    hexadecimal = "[0-9a-f]{0,64}"
    return ModelRef(
        name, fields.text("weights", 64, hexadecimal), fields.text("tuned", 64, hexadecimal)
    )


def _thumbnail(fields: Fields) -> bytes:
    text = fields.text("thumbnail", 4 * _THUMBNAIL_BYTES // 3 + 4, "[A-Za-z0-9+/=]*")
    try:
        thumbnail = base64.b64decode(text, validate=True)
    except binascii.Error:
        fields.refuse("thumbnail", "is no base64")
    if len(thumbnail) not in {0, _THUMBNAIL_BYTES}:
        fields.refuse("thumbnail", f"has {len(thumbnail)} bytes")
    return thumbnail


def _arrow_said(arrow: Arrow) -> dict[str, Any]:
    return {
        "id": arrow.id,
        "handle": arrow.handle,
        "target": arrow.target,
        "origin": arrow.origin,
        "reference": arrow.reference,
        "condition": arrow.condition,
    }


def _arrows(fields: Fields) -> tuple[Arrow, ...]:
    arrows = tuple(_arrow(arrow) for arrow in fields.objects("arrows", MOST_ARROWS))
    if len({arrow.id for arrow in arrows}) != len(arrows):
        fields.refuse("arrows", "has an id twice")
    return arrows


def _arrow(fields: Fields) -> Arrow:
    condition = fields.text("condition", 32)
    return Arrow(
        id=fields.id_in("id"),
        handle=fields.point("handle"),
        target=fields.point("target"),
        origin=fields.point("origin"),
        reference=fields.text("reference", 32, _KEY),
        # A later daemon may know conditions that this plugin cannot draw.
        condition=condition if condition in _CONDITIONS else SET,
    )


def _placement(fields: Fields) -> Placement:
    width = fields.whole("width", 1, LARGEST_SIDE)
    height = fields.whole("height", 1, LARGEST_SIDE)
    numbers = fields.nested("to_document")
    scales = (numbers.number(name, LARGEST_SIDE) for name in "abcd")
    a, b, c, d = scales
    placement = Placement(
        width, height, Affine(a, b, c, d, numbers.number("e", 1e6), numbers.number("f", 1e6))
    )
    box = placement.box
    if abs(placement.to_document.determinant) < 1e-9:
        fields.refuse("to_document", "flattens the picture")
    if max(box.width, box.height) > _LARGEST_BOX:
        fields.refuse("to_document", f"makes the picture larger than {_LARGEST_BOX} pixels")
    return placement
