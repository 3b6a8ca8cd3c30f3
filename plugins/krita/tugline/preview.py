"""A drag's picture on its way into the edit's layer, without harm to what the artist can undo.

``setPixelData`` makes no undo step and corrupts the steps of a layer that has some. So a drag never
writes into the edit's layer: it writes into a *preview*, a duplicate of that layer (same opacity,
blending, style, masks, place in its group) that no step knows pixels of. The preview lies below
the edit's layer, which is hidden meanwhile. In the end the edit's layer is removed and the preview
is the edit's layer from then on. That makes two steps, "Add Layer" and "Remove Layer": an undo of
the second brings the old layer back over the new one, with its old uniqueId and all its pixels, and
``undoing`` takes the first back at once with it, so that the artist presses Ctrl+Z once.
"""

import time
from collections.abc import Callable
from typing import Any, Final

from tugline_edit import wording
from tugline_edit.geometry import Box, Placement
from tugline_edit.guarding import guarded, tell
from tugline_edit.host import LayerFault

from . import undoing
from .choosing import choose
from .nodes import (
    ARRIVING_NAME,
    PREVIEW_NAME,
    is_editable,
    is_open,
    layer_id,
    layer_with,
    pixels,
    write,
)
from .painting import over
from .qt import QtCore

Written = Callable[[Any], None]
Failed = Callable[[LayerFault], None]

# Krita composites anew all of a document for each frame: up to so much work it does so without
# being felt. One is a million pixels of 8 bit; other depths are weighed by what they took there.
_MOST_WORK: Final = 3.0
_MOST_PIXELS: Final = 1024 * 1024
_WORK: Final = {"U8": 1.0, "U16": 8.0, "F16": 50.0, "F32": 50.0}
# A refresh that takes longer than this is felt; from then on refreshes get a share of the time.
_FELT_SECONDS: Final = 0.04
_SHARE: Final = 0.3


def streams_into_layer(document: Any) -> bool:
    """Whether frames can be shown in a layer of ``document`` at the pace at which they come."""
    pixels_in_all = document.width() * document.height()
    work = pixels_in_all / _MOST_PIXELS * _WORK.get(document.colorDepth(), 50.0)
    return pixels_in_all <= _MOST_PIXELS and work <= _MOST_WORK


class Preview:
    """The layer that a drag's frames are seen in. Made at its start, ended by one of two methods.

    Every method may be called whatever the artist did meanwhile: a layer that was removed, undone,
    moved in its group, or whose document was closed is noticed and left alone.
    """

    def __init__(
        self, document: Any, edit_layer: Any, placement: Placement, *, replaces: bool = False
    ) -> None:
        """Put the preview into the document. Raises LayerFault where the layer cannot be pulled.

        ``replaces``: where frames are transparent the layer is so too; else its picture before
        stays there.
        """
        self._document = document
        self._box = placement.box
        self._base = pixels(edit_layer, self._box)
        self._replaces = replaces
        self._swap = _Swap(document, edit_layer, self._box, self._base, shown=True)
        self._pace = Pace(self._refresh)

    @property
    def slow(self) -> bool:
        """Whether this document is composited too slowly for every frame to be seen in it."""
        return self._pace.slow

    @property
    def gone(self) -> bool:
        """Whether the artist removed one of the layers, or an undo did; see ``discard``."""
        return self._swap.preview() is None or self._swap.edit_layer() is None

    def show(self, bgra: bytes) -> bool:
        """Show a frame over the placement's box.

        False: the preview or the edit's layer is gone; what is left of them is as before the drag.
        """
        preview = self._swap.preview()
        if preview is None or self.gone:
            self.discard()
            return False
        write(preview, self._box, self._over_base(bgra))
        self._pace.wish()
        return True

    def commit(self, bgra: bytes, on_done: Written, on_fault: Failed = tell) -> None:
        """Let the edit's layer have ``bgra``; ``on_done`` gets the layer that it now is.

        ``on_fault`` is called instead where that layer is gone by then.
        Raises LayerFault where the artist has removed one of the layers meanwhile.
        """
        self._pace.close()
        preview = self._swap.preview()
        if preview is not None:
            write(preview, self._box, self._over_base(bgra))
        self._swap.complete(on_done, on_fault)

    def discard(self) -> None:
        """Have everything as it was before the drag."""
        self._pace.close()
        self._swap.take_back()

    def _over_base(self, bgra: bytes) -> bytes:
        if self._replaces:
            return bgra
        return over(self._base, bgra, (self._box.width, self._box.height))

    @guarded
    def _refresh(self) -> None:
        if self._swap.preview() is not None:
            self._document.refreshProjection()


def commit_once(
    document: Any,
    edit_layer: Any,
    placement: Placement,
    bgra: bytes,
    on_done: Written,
    on_fault: Failed = tell,
    *,
    replaces: bool = False,
) -> None:
    """Write ``bgra`` over the placement's box of the edit's layer, without frames before it.

    Where it is transparent the picture before stays, unless it ``replaces`` that.
    ``on_done`` gets the layer that it now is, from the event loop, or ``on_fault`` why there is
    none. Raises LayerFault where the layer cannot be pulled.
    """
    if edit_layer is None:
        raise LayerFault(wording.LAYER_GONE)
    box = placement.box
    data = bgra
    if not replaces:
        data = over(pixels(edit_layer, box), bgra, (box.width, box.height))
    swap = _Swap(document, edit_layer, box, data, shown=False)

    @guarded
    def complete() -> None:
        try:
            swap.complete(on_done, on_fault)
        except LayerFault as fault:
            on_fault(fault)

    QtCore.QTimer.singleShot(0, complete)


def restore_interrupted(document: Any) -> int:
    """Undo what drags and inversions left in a document saved in their midst; return of how many.

    A preview lies directly below the hidden layer of its edit: that one is shown, the preview goes.
    So does a layer that an inversion had not finished.
    """
    restored = 0
    for arriving in _locked(document.rootNode(), ARRIVING_NAME):
        arriving.remove()
        restored += 1
    for preview in _locked(document.rootNode(), PREVIEW_NAME):
        siblings = preview.parentNode().childNodes()
        identities = [layer_id(sibling) for sibling in siblings]
        at = identities.index(layer_id(preview))
        neighbours = siblings[at + 1 : at + 2] + siblings[max(0, at - 1) : at]
        hidden = next((other for other in neighbours if not other.visible()), None)
        if hidden is not None:
            hidden.setVisible(True)
        preview.remove()
        restored += 1
    return restored


def _locked(group: Any, name: str) -> list[Any]:
    """Return the layers that Tugline gave ``name`` and locked, wherever they are in a group."""
    found = []
    for node in group.childNodes():
        if node.name() == name and node.type() == "paintlayer" and node.locked():
            found.append(node)
        found.extend(_locked(node, name))
    return found


class _Swap:
    """The edit's layer and the duplicate that is to take its place."""

    def __init__(
        self, document: Any, edit_layer: Any, box: Box, data: bytes, *, shown: bool
    ) -> None:
        """Put the duplicate, which has ``data`` over ``box``, below the edit's layer.

        ``shown``: it is seen instead of the edit's layer; else it is hidden until ``complete``.
        """
        why_not = is_editable(edit_layer)
        if why_not:
            raise LayerFault(why_not)
        self._document = document
        self._name = edit_layer.name()
        self._edit_id = layer_id(edit_layer)
        self._edit_layer = edit_layer
        self._completed = False
        preview = edit_layer.duplicate()
        preview.setName(PREVIEW_NAME)
        preview.setLocked(True)
        write(preview, box, data)
        preview.setVisible(shown)
        edit_layer.setVisible(not shown)
        self._preview_id = layer_id(preview)
        chosen = document.activeNode()
        self._chosen_id = layer_id(chosen) if chosen is not None else self._edit_id
        edit_layer.parentNode().addChildNode(preview, _below(edit_layer))
        self._steps = undoing.Steps(document, self._edit_id, self._preview_id)
        QtCore.QTimer.singleShot(0, guarded(lambda: self._choose(self._edit_id)))

    def preview(self) -> Any | None:
        """Return the duplicate, None where it is gone."""
        return layer_with(self._document, self._preview_id)

    def edit_layer(self) -> Any | None:
        """Return the edit's layer, None where it is gone."""
        return layer_with(self._document, self._edit_id)

    def complete(self, on_done: Written, on_fault: Failed) -> None:
        """Remove the edit's layer; the duplicate is it from now on, under its name.

        Raises LayerFault where the artist has removed one of them.
        """
        preview, edit_layer = self.preview(), self.edit_layer()
        if preview is None or edit_layer is None:
            self.take_back()
            raise LayerFault(wording.LAYER_GONE)
        preview.setName(self._name)
        preview.setLocked(False)
        preview.setVisible(True)
        self._completed = True
        edit_layer.remove()
        edit_layer.setVisible(True)  # as the undo is to bring it back

        @guarded
        def done() -> None:
            layer = self.preview()
            if layer is None:
                on_fault(LayerFault(wording.LAYER_GONE))
                return
            self._steps.done()
            self._choose(self._preview_id)
            on_done(layer)

        QtCore.QTimer.singleShot(0, done)

    def _choose(self, shown_id: str) -> None:
        """Make active what was active before: Krita chooses what was added, or a neighbour.

        Where that was the edit's layer it is now ``shown_id``.
        """
        if not is_open(self._document):
            return
        if self._unchosen():
            wanted = shown_id if self._chosen_id == self._edit_id else self._chosen_id
            choose(self._document, wanted, self._unchosen)

    def _unchosen(self) -> bool:
        """Whether the artist has not chosen another layer since the drag began."""
        chosen = self._document.activeNode()
        return chosen is None or layer_id(chosen) in {self._edit_id, self._preview_id}

    def take_back(self) -> None:
        """Show the edit's layer again and take the duplicate away, with no step if it can."""
        if not is_open(self._document) or self._completed:
            return
        edit_layer, preview = self.edit_layer(), self.preview()
        if edit_layer is None:
            self._edit_layer.setVisible(True)  # as an undo of its removal is to bring it back
        if preview is not None:
            preview.setVisible(False)
        if edit_layer is not None and not edit_layer.visible():
            edit_layer.setVisible(True)
            self._document.refreshProjection()
        self._steps.take_back(last=edit_layer is not None)


class Pace:
    """Refreshes as often as wished where that is not felt, else in a ``share`` of the time.

    Krita lets events come while it refreshes: what is wished then is for the next time. ``slow``
    says that the last one was felt.
    """

    def __init__(self, refresh: Callable[[], object], share: float = _SHARE) -> None:
        """Refresh nothing before the first ``wish``."""
        self._refresh = refresh
        self._share = share
        self._refreshing = False
        self._wished = False
        self._free_at = 0.0
        self._timer = QtCore.QTimer()
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._now)
        self.slow = False

    def wish(self) -> None:
        """Refresh now or as soon as it is due."""
        if self._refreshing:
            self._wished = True
        elif time.monotonic() >= self._free_at:
            self._now()
        elif not self._timer.isActive():
            self._later()

    def close(self) -> None:
        """Refresh no more."""
        self._wished = False
        self._timer.stop()

    def _later(self) -> None:
        wait = self._free_at - time.monotonic()
        self._timer.start(max(0, int(wait * 1000) + 1))

    def _now(self) -> None:
        self._timer.stop()
        self._refreshing = True
        began = time.monotonic()
        try:
            self._refresh()
        finally:
            self._refreshing = False
        ended = time.monotonic()
        self.slow = ended - began > _FELT_SECONDS
        if self.slow:
            self._free_at = ended + (ended - began) * (1 / self._share - 1)
        if self._wished:
            self._wished = False
            self._later()


def _below(layer: Any) -> Any | None:
    """Return the sibling below ``layer``; the layer itself where it is the lowest one.

    Krita puts a new layer above a given one, and has no way to put one below all others.
    """
    siblings = layer.parentNode().childNodes()
    identities = [layer_id(sibling) for sibling in siblings]
    at = identities.index(layer_id(layer))
    return siblings[at - 1] if at else layer
