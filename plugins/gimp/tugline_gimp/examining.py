"""What happened to an edit's layer since Tugline wrote it: moved, scaled, painted on?"""

from typing import Any, Final

from tugline_edit.geometry import Box, Placement
from tugline_edit.host import Change, Standing
from tugline_edit.planes import alpha_of
from tugline_edit.records import LayerRecord

from .painting import alike, stretched
from .pixels import as_kept, digest, extents, read
from .planes import content

# A scaled layer beyond this many pixels is not compared: it would hold the dialog up.
_MOST_PIXELS: Final = 4096 * 4096


def examine(layer: Any, record: LayerRecord, picture: bytes | None = None) -> Standing:
    """Return what the artist did to ``layer`` since ``record`` was written.

    ``picture`` is what was written last: RGBA, ``record.placement.drawn_size`` pixels. Without it a
    layer that was scaled counts as painted; one that was turned or mirrored always does.
    """
    old = record.placement
    if digest(layer, old.box) == record.digest:
        return Standing(Change.SAME, old)
    now = _filled(layer)
    if now is None:
        return Standing(Change.PAINTED, old)
    if (now.width, now.height) == (old.box.width, old.box.height):
        if now != old.box and digest(layer, now) == record.digest:
            moved = old.moved(now.x - old.box.x, now.y - old.box.y)
            return Standing(Change.MOVED, moved)
    elif picture is not None and _shows(layer, now, picture, old.drawn_size):
        scaled = Placement.upright_at(old.width, old.height, now)
        return Standing(Change.TRANSFORMED, scaled)
    return Standing(Change.PAINTED, old)


def _filled(layer: Any) -> Box | None:
    """Return the box around what the layer has: it may have been enlarged since. None: nothing."""
    whole = extents(layer)
    if not layer.has_alpha():
        return whole
    inside = content(alpha_of(read(layer, whole)), whole.width)
    if inside is None:
        return None
    return Box(whole.x + inside.x, whole.y + inside.y, inside.width, inside.height)


def _shows(layer: Any, box: Box, picture: bytes, size: tuple[int, int]) -> bool:
    """Whether the layer shows ``picture``, of ``size`` pixels, over all of ``box``."""
    if box.width * box.height > _MOST_PIXELS:
        return False
    shape = (box.width, box.height)
    return alike(read(layer, box), as_kept(layer, box, stretched(picture, size, shape)), shape)
