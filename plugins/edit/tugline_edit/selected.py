"""What the selection holds: the mask as it counts at the moment, and the handles outside of it."""

from .edits import OpenEdit
from .gestures import Gestures
from .masks import SelectionMask


class Selected:
    """The selection over the edit's picture.

    ``frozen`` are the ids of the arrows whose handles lie outside of it. ``ignored`` lets all move
    although something is selected; another selection counts again.
    """

    def __init__(self) -> None:
        """Nothing is selected."""
        self.frozen: frozenset[str] = frozenset()
        self.ignored = False
        self._mask: SelectionMask | None = None

    @property
    def mask(self) -> SelectionMask | None:
        """The selection as it counts now; None where everything may move."""
        if self.ignored or self._mask is None or self._mask.full:
            return None
        return self._mask

    def look(self, edit: OpenEdit, *, fresh: bool = False) -> bool:
        """Read the selection again (all of it: ``fresh``); return whether it is another one."""
        mask = edit.document.selection_over(edit.record.placement, fresh=fresh)
        if mask == self._mask:
            return False
        self._mask, self.ignored = mask, False
        return True

    def sort(self, gestures: Gestures) -> None:
        """See which handles lie outside."""
        mask = self.mask
        self.frozen = frozenset(
            arrow.id
            for arrow in gestures.arrows
            if mask is not None and mask.freezes(arrow.handle, gestures.size)
        )
