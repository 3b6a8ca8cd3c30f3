"""Krita's desk: what the dockers and actions of all its windows ask for, done and told back."""

from typing import Any, cast

from tugline_edit import desk, wording
from tugline_edit.arrows import MOST_ARROWS, Arrows
from tugline_edit.edits import disown
from tugline_edit.geometry import Placement
from tugline_edit.host import Document, LayerFault
from tugline_edit.placing import place
from tugline_protocol.values import ModelCard

from .document import KritaDocument
from .drag_mode import DragMode
from .editor import KritaEditor
from .layers import commit_to_layer_below
from .nodes import layer_id
from .qt import QtCore
from .shelf import KritaShelf
from .vectors import arrows_in


class Desk(desk.Desk):
    """Does what dockers and actions ask for (see ``deeds.Deeds``); nothing here waits."""

    def __init__(self, krita: Any) -> None:
        """Begin to look for the daemon and at the active layer. ``krita`` is Krita.instance()."""
        self._parent = QtCore.QObject()
        super().__init__(KritaEditor(krita, self._parent), KritaShelf(krita))
        self._mode = DragMode(self._parent, krita, self.bench)
        self.follow(self._mode.draw)
        QtCore.QCoreApplication.instance().aboutToQuit.connect(self.close)

    def close(self) -> None:
        """Krita quits: let go of the canvas and of the daemon."""
        self._mode.switch(on=False)
        super().close()

    def generate_here(self) -> None:
        """Make a picture, in a new layer above the active one: in the selection, or in sight."""
        document = self._editor.active()
        if document is None:
            raise LayerFault(wording.NO_DOCUMENT)
        handle = _handle(document)

        def here(card: ModelCard) -> Placement:
            size = (handle.width(), handle.height())
            return place(card, size, document.selected(), self._mode.view_middle())

        self.generate(document, here, document.chosen())

    def set_drag_mode(self, on: bool) -> None:
        """Let the hand pull arrows on the canvas, or give the canvas back to Krita's tools."""
        self.drag_mode = on
        self._mode.switch(on=on)
        if on:
            self.bench.look()
            if self.bench.edit is None:
                self.say(wording.NO_EDIT, warning=False)
        self._changed()

    def take_vector_arrows(self) -> None:
        """Have the lines of the vector layer "Tugline arrows" as arrows."""
        edit = self.bench.table.last_edit()
        to_image = edit.record.placement.to_document.inverted()
        arrows = Arrows()
        size = (edit.record.placement.width, edit.record.placement.height)
        lines = arrows_in(_handle(edit.document))
        if edit is not self.bench.edit:
            self.bench.take_up(edit, arrows)
        for handle, target in lines[:MOST_ARROWS]:
            arrows, _ = arrows.add(
                to_image.map(handle), to_image.map(target), self.bench.reference()
            )
        self.bench.put(arrows.clamped(*size))

    def commit_below(self) -> None:
        """Merge the edit's layer into the one below it: an act of its own, undoable."""
        edit = self.bench.edit
        layer = _krita(edit.document).layer(edit.layer_id) if edit is not None else None
        if edit is None or layer is None:
            raise LayerFault(wording.NO_EDIT)
        if not self.bench.idle:
            raise LayerFault(wording.STILL_PULLING)
        handle = _handle(edit.document)
        commit_to_layer_below(handle, layer)
        merged = handle.activeNode()
        if merged is not None:
            disown(edit, layer_id(merged))


def _krita(document: Document) -> KritaDocument:
    return cast(KritaDocument, document)  # KritaEditor gives no other


def _handle(document: Document) -> Any:
    return _krita(document).handle
