"""One Ctrl+Z for a drag, which makes two undo steps: adding a layer and removing another.

Krita's scripting interface has no way to join steps. So the actions Undo and Redo are listened to:
an undo that brings an edit's old layer back beside the new one is followed by the undo that takes
the new one away, and a redo likewise. That is done only when the step that comes next is known by
its name to be the one; where the artist has painted during the drag each step is theirs to undo.
A jump in the Undo History docker passes by here, and both layers may be there until the next undo.
"""

from collections.abc import Callable
from typing import Any, Final

from krita import Krita

from tugline_edit.guarding import guarded

from .choosing import choose
from .nodes import is_open, layer_id, layer_with, node_in, rests, root_id
from .qt import QAction, QtCore, QtGui, alive

UNDO: Final = "edit_undo"
REDO: Final = "edit_redo"

# Krita's steps run in threads of their own; so long it is looked whether one has come through, and
# as much longer as the image works. From its rest on there are some looks more: names come late.
_LOOK_MS: Final = 15
_LOOKS: Final = 120
_LAST_LOOKS: Final = 8
_KEPT: Final = 200


class Steps:
    """The two steps of one drag: how they are named, and whether they may be taken together."""

    def __init__(self, document: Any, edit_id: str, preview_id: str) -> None:
        """Be made right after the preview was added."""
        self.document = document
        self.root = root_id(document)
        self.edit_id = edit_id
        self.preview_id = preview_id
        self.added = _text(UNDO)
        self.removed = ""
        self._later = QtCore.QTimer()
        self._later.setSingleShot(True)
        self._later.timeout.connect(self._name)
        self._later.start(2 * _LOOK_MS)

    def done(self) -> None:
        """The edit's layer was removed: from now on undo and redo take both steps at once."""
        self._later.stop()
        _FOLLOWER.follow(self)

    def take_back(self, *, last: bool) -> None:
        """Take the preview away: out of the undo list where it is the last step, else by a step.

        ``last`` False: the artist has just made a step, which Krita may not name yet.
        """
        self._later.stop()
        if self._there(self.preview_id) is None:
            return
        if not last or not self.shown or not self.added or _text(UNDO) != self.added:
            self._remove()
            return
        _trigger(UNDO)

        def look(looks: int) -> None:
            if self._there(self.preview_id) is None:
                return
            if looks > 0:
                _soon(lambda: look(_looks_left(looks, self.document)))
                return
            _trigger(REDO)  # it was a layer that the artist had added
            self._remove()

        look(_LOOKS)

    def both_in(self, document: Any) -> bool:
        """Whether one of the two steps is undone in ``document``, which is open, the other not."""
        return (
            node_in(document, self.preview_id) is not None
            and node_in(document, self.edit_id) is not None
        )

    @property
    def shown(self) -> bool:
        """Whether the actions Undo and Redo act on the document."""
        return is_open(self.document) and Krita.instance().activeDocument() == self.document

    def activate(self, identity: str) -> None:
        """Let a layer be the active one, if it is there."""
        choose(self.document, identity)

    def _there(self, identity: str) -> Any | None:
        return layer_with(self.document, identity)

    def _name(self) -> None:
        if self._there(self.preview_id) is not None and self._there(self.edit_id) is not None:
            self.added = _text(UNDO)

    def _remove(self) -> None:
        preview = self._there(self.preview_id)
        if preview is not None:
            preview.setLocked(False)
            preview.remove()


class _Follower(QtCore.QObject):
    """Listens to Undo and Redo of every window, and takes a drag's second step with its first."""

    def __init__(self) -> None:
        super().__init__()
        self._steps: list[Steps] = []
        self._actions: list[QAction] = []
        self._listens = False
        self._turn = 0
        self._texts = ("", "")
        self._chosen = ""

    def follow(self, steps: Steps) -> None:
        """Keep the two steps of a drag together from now on."""
        self._steps = [kept for kept in self._steps if is_open(kept.document)][1 - _KEPT :]
        self._steps.append(steps)
        self._listen()
        if not self._listens:
            self._listens = True
            QtGui.QGuiApplication.instance().focusWindowChanged.connect(self._listen)

    @guarded
    def _listen(self) -> None:
        """Listen to the active window's actions too, if they are not listened to yet."""
        self._actions = [action for action in self._actions if alive(action)]
        for name, react in ((UNDO, self._undone), (REDO, self._redone)):
            action = Krita.instance().action(name)
            if action is not None and action not in self._actions:
                action.triggered.connect(react)
                self._actions.append(action)

    @guarded
    def _undone(self) -> None:
        self._look_for(self._second_undo)

    @guarded
    def _redone(self) -> None:
        self._look_for(self._second_redo)

    def _look_for(self, take: Callable[[], bool]) -> None:
        """Try ``take`` until it has taken a step, or the artist takes another one."""
        self._turn += 1
        self._texts = ("", "")
        self._chosen = _active_id()
        self._look(take, self._turn, _LOOKS)

    def _look(self, take: Callable[[], bool], turn: int, looks: int) -> None:
        """Look once; the actions' texts may lag behind, so they have to stand still first."""
        if turn != self._turn or looks == 0:
            return
        before, self._texts = self._texts, (_text(UNDO), _text(REDO))
        if before != self._texts or not take():
            left = _looks_left(looks, Krita.instance().activeDocument())
            _soon(lambda: self._look(take, turn, left))

    def _second_undo(self) -> bool:
        steps = self._parted()
        if steps is None or _text(UNDO) != steps.added:
            return False
        steps.removed = _text(REDO)
        self._take(UNDO, steps, steps.edit_id)
        return True

    def _second_redo(self) -> bool:
        steps = self._parted()
        if steps is None or not steps.removed or _text(REDO) != steps.removed:
            return False
        self._take(REDO, steps, steps.preview_id)
        return True

    def _take(self, name: str, steps: Steps, remains: str) -> None:
        """Take the second step; ``remains`` is active if one of the two layers was, before."""
        chosen = self._chosen
        _trigger(name)
        self._chosen = chosen
        both = {steps.edit_id, steps.preview_id}
        _soon(lambda: steps.activate(remains if chosen in both else chosen))

    def _parted(self) -> Steps | None:
        document = Krita.instance().activeDocument()
        root = root_id(document) if document is not None else ""
        here = (steps for steps in reversed(self._steps) if steps.root == root)
        return next((steps for steps in here if steps.both_in(document)), None)


def _looks_left(looks: int, document: Any | None) -> int:
    """Return how many looks there are after one of ``looks``: not the last while Krita works."""
    if looks > 1 or document is None or rests(document):
        return looks - 1
    return _LAST_LOOKS


def _soon(call: Callable[[], object]) -> None:
    QtCore.QTimer.singleShot(_LOOK_MS, guarded(call))


def _active_id() -> str:
    document = Krita.instance().activeDocument()
    chosen = document.activeNode() if document is not None else None
    return layer_id(chosen) if chosen is not None else ""


def _text(name: str) -> str:
    """Return an action's text, which names the step that it would take."""
    action = Krita.instance().action(name)
    return str(action.text()) if action is not None and action.isEnabled() else ""


def _trigger(name: str) -> None:
    action = Krita.instance().action(name)
    if action is not None:
        action.trigger()


_FOLLOWER: Final = _Follower()
