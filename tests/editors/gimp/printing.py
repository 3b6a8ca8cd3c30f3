"""What a GIMP prints, and what of it is a fault."""

import re
from collections.abc import Callable

from tests.editors.wire import EditorError

_FAULTS = re.compile(r"CRITICAL|ERROR \*\*|Traceback \(most|crashed|GIMP-Error|Eek!")
_LATE_FAULTS = re.compile(r"ERROR \*\*|Traceback \(most|Plug-in crashed|Eek!")
# GIMP's own, whatever its plug-ins: at the redo of a group of steps in which undo had been frozen
# (nothing is lost), of a docker whose image was deleted while it had something to draw, and in GIMP
# 3.2 at an undo before the pointer of a virtual screen was clicked.
_OWN = re.compile(
    r".*CRITICAL.*(group_count > 0|gimp_container_frozen|GDK_IS_DEVICE|GIMP_IS_DEVICE_INFO).*\n"
)


class Printed:
    """Looks at what ``stderr`` returns bit by bit, as it grows."""

    def __init__(self, stderr: Callable[[], str]) -> None:
        self._stderr = stderr
        self._seen = 0

    def judge_start(self) -> None:
        """Raise EditorError where the plugin failed at GIMP's start: it would be missing silently.

        What GIMP says of its other plug-ins is passed over.
        """
        said = self.take()
        if "Traceback (most" in said and "tugline" in said:
            raise EditorError(said)

    def take(self) -> str:
        """Return what has been printed since the last look."""
        said = self._stderr()[self._seen :]
        self._seen += len(said)
        return said

    def judge(self) -> None:
        """Raise EditorError where a fault has been printed since the last look."""
        said = self.take()
        if _FAULTS.search(_OWN.sub("", said)):
            raise EditorError(said)

    def judge_end(self) -> None:
        """Raise EditorError where a traceback or a crash has been printed by a GIMP that quits.

        What GIMP's own objects complain of when they are taken apart says nothing of the plugin.
        """
        said = self.take()
        if _LATE_FAULTS.search(said):
            raise EditorError(said)

    def forgive(self, pattern: str) -> str:
        """Return what has been printed since the last look, in which ``pattern`` is to be."""
        said = self.take()
        if not re.search(pattern, said):
            raise EditorError(f"GIMP did not say {pattern!r}, but:\n{said}")
        return said
