"""Drag mode: the hand on the canvas moves the arrows of the bench, which are drawn there."""

from typing import Any

from tugline_edit.bench import Bench
from tugline_edit.edits import OpenEdit
from tugline_edit.geometry import XY, Affine
from tugline_edit.guarding import guarded, guarded_returning
from tugline_edit.hand import Hand, Pointer

from .canvas import CanvasWatch, active_canvas, document_to_view
from .document import KritaDocument
from .nodes import root_id
from .overlay import Overlay, OverlayPicture
from .painting import to_image
from .qt import QtCore, alive


class DragMode(QtCore.QObject):
    """The arrows on the active canvas, while drag mode is on."""

    def __init__(self, parent: QtCore.QObject, krita: Any, bench: Bench) -> None:
        """Work on ``bench``; off at first."""
        super().__init__(parent)
        self._krita = krita
        self.on = False
        self._bench = bench
        self._hand = Hand(bench)
        self._overlay: Overlay | None = None
        self._watch = CanvasWatch(self._wants, self._wants_key, self)
        self._watch.pressed.connect(self._pressed)
        self._watch.moved.connect(self._moved)
        self._watch.released.connect(self._released)
        self._watch.hovered.connect(self._hovered)
        self._watch.keyed.connect(self._keyed)
        self._watch.view_changed.connect(self._view_changed)

    def switch(self, *, on: bool) -> None:
        """Turn drag mode on or off."""
        self.on = on
        if on:
            self._watch.start()
        else:
            self._watch.point_with(Pointer.PLAIN)
            self._watch.stop()
        self.draw()

    def view_middle(self) -> XY | None:
        """Return the document pixel in the middle of the active view; None without one."""
        window = self._krita.activeWindow()
        canvas = active_canvas(window) if window is not None else None
        if canvas is None:
            return None
        to_document = document_to_view(window.activeView()).inverted()
        return to_document.map((canvas.width() / 2, canvas.height() / 2))

    def draw(self) -> None:
        """Show the arrows (and a large document's frame) as they are now."""
        canvas = self._watch.canvas if self.on else None
        if self._overlay is not None and (
            not alive(self._overlay) or self._overlay.canvas is not canvas
        ):
            if alive(self._overlay):
                self._overlay.close()
            self._overlay = None
        if canvas is None or self._watch.view is None:
            return
        if self._overlay is None:
            self._overlay = Overlay(canvas, self._watch.view)
        edit = self._bench.edit if self._on_this_view() else None
        self._overlay.show_picture(self._picture(edit) if edit is not None else None)

    def _picture(self, edit: OpenEdit) -> OverlayPicture:
        placement = edit.record.placement
        frame = self._bench.frame
        return OverlayPicture(
            arrows=self._hand.arrows,
            size=(placement.width, placement.height),
            to_document=placement.to_document,
            frame=to_image(frame) if frame is not None else None,
        )

    def _on_this_view(self) -> bool:
        """Whether the active view shows the edit's document."""
        edit, view = self._bench.edit, self._watch.view
        if edit is None or view is None:
            return False
        document = view.document()
        return document is not None and root_id(document) == edit.root

    def _to_view(self) -> Affine:
        edit = self._bench.edit
        to_document = edit.record.placement.to_document if edit is not None else Affine()
        return to_document.then(document_to_view(self._watch.view))

    @guarded_returning(False)
    def _wants(self, place: XY) -> bool:
        if not self._on_this_view():
            view = self._watch.view
            return view is not None and self._bench.refuses(_shown(view))
        return self._bench.gestures.takes(place, self._to_view())

    @guarded_returning(False)
    def _wants_key(self, key: str) -> bool:
        return self._on_this_view() and self._bench.wants_key(key)

    @guarded
    def _pressed(self, place: XY) -> None:
        if self._on_this_view():
            self._hand.press(place, self._to_view())
            self._point(place)

    @guarded
    def _moved(self, place: XY) -> None:
        if self._hand.busy and self._on_this_view():
            self._hand.move(place, self._to_view())

    @guarded
    def _released(self, place: XY) -> None:
        if self._hand.busy and self._on_this_view():
            self._hand.release(place, self._to_view())
            self._point(place)

    @guarded
    def _hovered(self, place: XY) -> None:
        if self._on_this_view() and not self._hand.busy:
            another = self._hand.move(place, self._to_view())
            self._point(place)
            if another:
                self.draw()
        elif not self._on_this_view():
            self._watch.point_with(Pointer.PLAIN)

    @guarded
    def _keyed(self, key: str) -> None:
        self._bench.key(key)

    @guarded
    def _view_changed(self) -> None:
        self._bench.look()
        self.draw()

    def _point(self, place: XY) -> None:
        self._watch.point_with(self._hand.pointer(place, self._to_view()))


def _shown(view: Any) -> KritaDocument | None:
    document = view.document()
    return KritaDocument(document) if document is not None else None
