"""What lies before the artist: the edit of the active layer, its arrows, the selection over it."""

from collections.abc import Callable

from . import wording
from .arrows import Arrows
from .edits import OpenEdit, find, is_known, settled
from .gestures import Gestures
from .host import Document, Editor, LayerFault
from .records import RecordError
from .selected import Selected

# So often an editor may still be seen with another layer than the one that it was to make active:
# looks are counted, not seconds, since one that stands still shows nothing new.
PATIENCE_LOOKS = 6

Say = Callable[..., None]


class Table:
    """The edit that arrows are set on at present, None where the active layer has none."""

    def __init__(self, editor: Editor, say: Say) -> None:
        """Look at nothing yet. ``say(sentence, warning=...)`` tells the artist something."""
        self.edit: OpenEdit | None = None
        self.gestures = Gestures((1, 1))
        self.selection = Selected()
        self._editor = editor
        self._say = say
        self._before: OpenEdit | None = None
        self._seen: tuple[str, str] = ("", "")
        self._blank = False
        self._patience = 0

    def look(self) -> bool:
        """See which layer is the active one; return whether another edit lies here now."""
        document = self._editor.active()
        if document is not None:
            self._mend(document)
        layer_id = document.chosen() if document is not None else ""
        seen = (document.root, layer_id) if document is not None and layer_id else ("", "")
        if seen == self._seen:
            self._patience = 0
            return document is not None and self._appears(document, layer_id)
        if seen[0] == self._seen[0] and self._patience > 0:
            self._patience -= 1
            return False
        self.keep_arrows()
        self._seen, self._blank = seen, False
        self._before = self.edit or self._before
        self.edit, self.gestures, self.selection = None, Gestures((1, 1)), Selected()
        if document is not None and layer_id:
            self._open(document, layer_id)
        return True

    def take_up(self, edit: OpenEdit, arrows: Arrows) -> None:
        """Go on with ``edit`` and ``arrows``; its layer is new, and will be the active one.

        What the hand holds it keeps.
        """
        self.edit = edit
        size = (edit.record.placement.width, edit.record.placement.height)
        if self.gestures.size != size:
            self.gestures = Gestures(size)
        self.gestures.arrows = arrows
        self.stay(edit)
        edit.document.choose(edit.layer_id, lambda: self.edit is edit)

    def stay(self, edit: OpenEdit) -> None:
        """Know the layer that ``edit`` is in now: no other edit lies here if it is the active one.

        Until the editor has made it so, which may take a while, the edit stays.
        """
        self._seen = (edit.root, edit.layer_id)
        self._patience = PATIENCE_LOOKS

    def keep_arrows(self) -> None:
        """Let the document keep what is not kept yet of the edit that lies here: its arrows."""
        edit = self.edit
        if edit is not None and edit.document.shows_arrows and edit.there:
            edit.keep_arrows(settled(self.gestures.arrows))

    def the_edit(self) -> OpenEdit:
        """Return the edit; raises LayerFault where there is none."""
        if self.edit is None:
            raise LayerFault(wording.NO_EDIT)
        return self.edit

    def last_edit(self) -> OpenEdit:
        """Return the edit of the active layer, else the one that was there before in its document.

        Raises LayerFault where there is none.
        """
        before, active = self._before, self._editor.active()
        shown = active.root if active is not None else ""
        if self.edit is None and before is not None and before.root == shown and before.there:
            return before
        return self.the_edit()

    def _open(self, document: Document, layer_id: str) -> None:
        try:
            self.edit = find(document, layer_id)
        except (RecordError, LayerFault) as error:
            self._say(str(error), warning=True)
        if self.edit is not None:
            placement = self.edit.record.placement
            self.gestures = Gestures((placement.width, placement.height))
            self.gestures.arrows = settled(self.edit.arrows)
        self._blank = self.edit is None and not is_known(document, layer_id)

    def _appears(self, document: Document, layer_id: str) -> bool:
        """See whether a layer that had no record has one now; return whether it has an edit.

        Where another process adds the layer, it can be seen before its record is written.
        """
        if self.edit is not None or not self._blank or not is_known(document, layer_id):
            return False
        self._open(document, layer_id)
        return self.edit is not None

    def _mend(self, document: Document) -> None:
        """Undo what a drag left in a document, that was saved in its midst for instance."""
        if document.mend():
            self._say(wording.INTERRUPTED, warning=False)
