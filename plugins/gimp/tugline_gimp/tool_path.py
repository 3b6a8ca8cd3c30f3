"""Which path GIMP's Paths tool goes on in: that of the edit on the table, never another edit's.

The tool leaves a path only for another one; that none is selected it does not hear of. So where the
edit has no path yet and another's is selected there is an empty one for it, a single one in the
image, and only as long as it is needed.
"""

from typing import Any

from .paths import add, give, owner, paths_of, strokes_of
from .undo_steps import no_step


class ToolPath:
    """Selects paths, and keeps the empty one; nothing of it is a step of undo."""

    def __init__(self, image: Any) -> None:
        """Select nothing yet."""
        self._image = image
        self._spare: Any | None = None

    def be_of(self, edit: str) -> None:
        """Let the tool go on in the path of ``edit``, unless it is in one of the artist's own."""
        image = self._image
        chosen = image.get_selected_paths()
        if not all(owner(path) for path in chosen):
            return
        if chosen and not paths_of(image, edit):
            self._hand_spare(edit)
        paths = paths_of(image, edit)
        if paths and not any(path in paths for path in chosen):
            image.set_selected_paths(list(paths[:1]))
        if self._spare not in paths:
            self.close()

    def close(self) -> None:
        """Remove the empty path, if nobody has drawn in it."""
        spare, self._spare = self._spare, None
        if spare is not None and _is_empty(spare):
            with no_step(self._image):
                self._image.remove_path(spare)

    def _hand_spare(self, edit: str) -> None:
        if self._spare is not None and _is_empty(self._spare):
            give(self._spare, edit)
            return
        with no_step(self._image):
            self._spare = add(self._image, edit)


def _is_empty(path: Any) -> bool:
    return path.is_valid() and not strokes_of(path)
