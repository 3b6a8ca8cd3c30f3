"""States that are shown to a docker or dialog, and a desk that only writes down what it is asked.

For tests of what the artist sees: everything but the desk is the plugin's own, so that a click can
be seen to ask for one thing and no other. It knows no editor and no toolkit.
"""

from collections.abc import Callable
from dataclasses import replace

from tugline_edit.view import Busy, HistoryItem, ModelChoice, Settings, ViewState

IDLE = ViewState(
    "Ready.",
    connected=True,
    has_document=True,
    models=(
        ModelChoice(
            "critters-2",
            "critters-2: 512 x 512 pixels\nSmall animals\nLicence: MIT",
            bytes(range(192)) * 16,
            (32, 32),
        ),
        ModelChoice("torn", "Its file is damaged", b"", (0, 0), broken=True),
        ModelChoice("<b>faces</b>", "A stranger's <i>words</i>", b"short", (64, 64)),
    ),
)
PICTURES = (("", 0), ("s0", 0), ("s1", 1), ("s2", 1), ("s1", 0))
HISTORY = tuple(
    HistoryItem(
        f"s{number}",
        f"Pull {number} of <b>them</b>",
        bytes((40 * number, 120, 200 - 30 * number)) * 64 * 64,
        current=number == 4,
        branch=branch,
        parent=parent,
    )
    for number, (parent, branch) in enumerate(PICTURES)
)
EDITING = replace(IDLE, has_edit=True, history=HISTORY, arrows=2, edit_model="critters-2")
DRAGGING = replace(EDITING, busy=Busy.DRAGGING, drag_mode=True, steps=34)
FAULT = replace(
    EDITING,
    warning=True,
    message="The layer is locked: unlock it among the layers, or choose another one.",
)
FROZEN = replace(
    EDITING,
    frozen_handles=2,
    softness="The picture is drawn 4.0 times its own size and will be soft.",
)
ABSENT = ViewState("No daemon runs on this computer.", may_start_daemon=True)


class Recorder:
    """``asked`` is what was asked for since ``asked_since`` was called last, by name."""

    def __init__(self, state: ViewState, settings: Settings) -> None:
        self.settings = settings
        self.state = state
        self.asked: list[list[object]] = []
        self.watchers: list[Callable[[ViewState], None]] = []
        self.breaks = False

    def watch(self, changed: Callable[[ViewState], None]) -> None:
        self.watchers.append(changed)
        changed(self.state)

    def unwatch(self, changed: Callable[[ViewState], None]) -> None:
        self.watchers.remove(changed)

    def tell(self, state: ViewState) -> None:
        self.state = state
        for watcher in tuple(self.watchers):
            watcher(state)

    def asked_since(self) -> list[list[object]]:
        asked, self.asked = self.asked, []
        return asked

    def note(self, *deed: object) -> None:
        self.asked.append(list(deed))

    def change_settings(self, settings: Settings) -> None:
        self.settings = settings
        self.tell(self.state)

    def start_daemon(self) -> None:
        self.note("start_daemon")

    def run(self) -> None:
        self.note("run")

    def stop(self) -> None:
        self.note("stop")

    def take_back(self) -> None:
        self.note("take_back")

    def go_to(self, state: str) -> None:
        self.note("go_to", state)

    def delete_arrow(self) -> None:
        self.note("delete_arrow")

    def clear_arrows(self) -> None:
        self.note("clear_arrows")

    def ignore_selection(self, on: bool) -> None:
        self.note("ignore_selection", on)
        self.tell(replace(self.state, ignores_selection=on))
