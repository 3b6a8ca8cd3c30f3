"""The desk of one image: what GIMP's dialogs and scripts talk to, with pictures to show in them."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from tugline_edit.desk import Desk
from tugline_edit.edits import OpenEdit
from tugline_edit.host import Size
from tugline_edit.pictures import frame_size
from tugline_edit.preferences import Shelf
from tugline_edit.pull import Pull
from tugline_edit.records import LayerRecord
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.values import Image

from .document import GimpDocument
from .editor import GimpEditor
from .painting import over, stretched
from .sampling import Picture, Sampling

LOOK_AGAIN_MS: Final = 500
# Looking whether the artist painted may take this part of the time: layers can be large.
_SHARE: Final = 0.05


@dataclass(frozen=True)
class _Shown:
    """The picture that was shown last, and what it was made from."""

    layer_id: str
    record: LayerRecord
    shown: bool
    frame: Image | None
    picture: Picture

    def is_of(self, edit: OpenEdit, frame: Image | None) -> bool:
        """Whether it still is what is to be seen."""
        shown = edit.document.is_shown(edit.layer_id)
        known = (self.layer_id, self.record, self.shown)
        return known == (edit.layer_id, edit.record, shown) and self.frame is frame


class GimpDesk(Desk):
    """A desk for one image, whose document is ``document``."""

    def __init__(self, editor: GimpEditor, document: GimpDocument, shelf: Shelf) -> None:
        """Look for the daemon and at the chosen layer at once; ``shelf`` keeps the settings."""
        super().__init__(editor, shelf)
        self.document = document
        self._shown: _Shown | None = None
        self._base: tuple[Pull | None, bytes] | None = None
        self._sampling: Sampling | None = None
        self._look_again_at = 0.0
        self._looking_again = editor.loop.every(LOOK_AGAIN_MS, self._look_again)
        # A daemon that runs is known now, before anything asks for one to be started.
        self.care.link.tick()
        self.bench.look()

    def close(self) -> None:
        """Look at nothing any more, leave nothing under way, and let go of the daemon."""
        self._looking_again.stop()
        super().close()

    def picture(self) -> Picture | None:
        """Return what the edit on the table looks like now, None without one.

        That is the newest frame while a pull runs, else the layer's own pixels; an edit that lies
        over a photo is seen over it. It is the same object as long as nothing changed.
        """
        edit = self.bench.edit
        if edit is None or not self.document.has(edit.layer_id):
            return None
        frame = self.bench.pull.image if self.bench.pull is not None else None
        if self._shown is None or not self._shown.is_of(edit, frame):
            picture = self._of_layer(edit) if frame is None else self._of_frame(edit, frame)
            shown = edit.document.is_shown(edit.layer_id)
            self._shown = _Shown(edit.layer_id, edit.record, shown, frame, picture)
        return self._shown.picture

    def sample(
        self,
        model: str,
        seed: int,
        truncation: float,
        side: int,
        *,
        done: Callable[[Picture], None],
        failed: Callable[[str], None],
    ) -> None:
        """Make a picture that goes into no layer, at most ``side`` pixels a side.

        The newest call wins: ``done`` and ``failed`` of those before are not called any more. The
        daemon is started where it does not run; ``failed`` gets a sentence.
        """
        if self._sampling is not None:
            self._sampling.cancel()
        sampling = self._sampling = Sampling(seed, truncation, side, done, failed)

        def begin() -> None:
            card = next((one for one in self.care.models if one.name == model), None)
            sampling.begin(
                self.care.link, self._editor.loop, self.document.painter, card or self._card()
            )

        try:
            self.care.once_connected(begin)
        except DaemonUnreachable as error:
            failed(str(error))

    def _look_again(self) -> None:
        """See whether the layer that is shown was painted on, or that was undone, at rest."""
        shown, edit, began = self._shown, self.bench.edit, time.monotonic()
        if shown is None or edit is None or began < self._look_again_at or not self.bench.idle:
            return
        if not self.document.has(edit.layer_id) or not shown.is_of(edit, None):
            return
        picture = self._of_layer(edit)
        self._look_again_at = began + (time.monotonic() - began) / _SHARE
        if picture != shown.picture:
            self._shown = replace(shown, picture=picture)
            self._changed()

    def _of_layer(self, edit: OpenEdit) -> Picture:
        """Return the layer's own pixels, over its photo, in as many as a frame has."""
        placement = edit.record.placement
        box, size = placement.box, frame_size(placement)
        if edit.state.seam is not None and not self.document.is_shown(edit.layer_id):
            return Picture(*size, self.document.beneath(edit.layer_id, box, size), placement)
        pixels = self.document.pixels(edit.layer_id, box)
        rgba = stretched(pixels, (box.width, box.height), size)
        if edit.state.seam is not None:
            rgba = over(self.document.beneath(edit.layer_id, box, size), rgba, size)
        return Picture(*size, rgba, placement)

    def _of_frame(self, edit: OpenEdit, frame: Image) -> Picture:
        """Return a frame, over the layer's picture from before it where it is seen through."""
        placement = edit.record.placement
        size = (frame.width, frame.height)
        rgba = bytes(frame.data)
        if self.bench.mask is not None or edit.state.seam is not None:
            rgba = over(self._before(edit, size), rgba, size)
        return Picture(*size, rgba, placement)

    def _before(self, edit: OpenEdit, size: Size) -> bytes:
        """Return what is seen through frames: the layer from before the pull, or its photo."""
        if self._base is None or self._base[0] is not self.bench.pull:
            if edit.state.seam is not None:
                rgba = self.document.beneath(edit.layer_id, edit.record.placement.box, size)
            else:
                picture = self._of_layer(edit)
                rgba = stretched(picture.rgba, (picture.width, picture.height), size)
            self._base = (self.bench.pull, rgba)
        return self._base[1]
