"""What a docker or dialog and its desk say to each other: plain values, no toolkit, no editor.

The desk makes a ``ViewState`` whenever something changed; the docker draws it and calls the desk's
methods (``Deeds``). Neither reaches into the other.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from tugline_protocol.values import InversionQuality


class Busy(Enum):
    """What is under way on the active layer's edit."""

    NOTHING = "nothing"
    GENERATING = "generating"
    INVERTING = "inverting"
    DRAGGING = "dragging"
    STOPPING = "stopping"
    WRITING = "writing"


@dataclass(frozen=True)
class ModelChoice:
    """One line of the model list: ``description`` is its tooltip, ``broken`` disables it."""

    name: str
    description: str
    thumbnail: bytes
    thumbnail_size: tuple[int, int]
    broken: bool = False


@dataclass(frozen=True)
class HistoryItem:
    """One picture of the edit's history; ``thumbnail`` is RGB, 64 pixels a side, or empty.

    ``branch`` is the column of the branch that it lies on, 0 = the line to the current picture;
    ``parent`` is the id of the picture that it was pulled from, "" for the first one.
    """

    id: str
    label: str
    thumbnail: bytes
    current: bool
    branch: int = 0
    parent: str = ""


@dataclass(frozen=True)
class ViewState:
    """Everything that a docker or dialog shows.

    ``connection`` is the daemon's state in words. ``message`` is the one line about what happened
    last; ``warning`` says that it is a refusal or a fault. ``progress`` is from 0 to 1, None where
    nothing can be measured. ``frozen_handles`` counts the handles outside the selection.
    ``has_layer`` says that there is an active layer, which could be inverted; ``no_inversion`` why
    this daemon cannot, "" where it can. ``over_photo`` says that the edit lies over the photo that
    it was made from, ``shows_photo`` that it is hidden so that the photo is seen as it was.
    """

    connection: str
    connected: bool = False
    may_start_daemon: bool = False
    models: tuple[ModelChoice, ...] = ()
    busy: Busy = Busy.NOTHING
    message: str = ""
    warning: bool = False
    progress: float | None = None
    has_document: bool = False
    has_edit: bool = False
    edit_model: str = ""
    drag_mode: bool = False
    arrows: int = 0
    frozen_handles: int = 0
    ignores_selection: bool = False
    history: tuple[HistoryItem, ...] = ()
    steps: int = 0
    softness: str = ""
    has_layer: bool = False
    may_align: bool = False
    no_inversion: str = ""
    over_photo: bool = False
    shows_photo: bool = False

    @property
    def stops(self) -> bool:
        """Whether the button that pulls is one that stops."""
        return self.busy in (Busy.DRAGGING, Busy.INVERTING, Busy.STOPPING)

    @property
    def may_pull_or_stop(self) -> bool:
        """Whether that button can be pressed."""
        ready = self.connected and self.has_edit and self.arrows > 0
        return self.may_stop or (ready and self.busy is Busy.NOTHING)

    @property
    def may_stop(self) -> bool:
        """Whether there is something that stops when it is told to."""
        return self.busy in (Busy.DRAGGING, Busy.INVERTING)

    @property
    def may_invert(self) -> bool:
        """Whether the active layer can be inverted now."""
        able = self.connected and self.has_layer and not self.no_inversion
        return able and bool(self.models) and self.busy is Busy.NOTHING


@dataclass(frozen=True)
class Settings:
    """What the artist set in the docker or dialog; kept between sessions of the editor.

    ``step_limit`` and ``radius`` None are the model's own ("automatic"); ``radius`` is r1 in image
    pixels. ``true_composite`` streams into the layer in large documents too, slowly. ``quality`` is
    an inversion's. ``feather`` is how far into a picture that lies over a photo its border is soft,
    as a part of its shorter side. ``align`` looks for a face before an inversion. ``address`` and
    ``server_key`` name a remote daemon; empty for the one on this computer.
    """

    model: str = ""
    seed: int = 0
    truncation: float = 0.7
    live: bool = True
    keep_rest: bool = False
    step_limit: int | None = None
    radius: float | None = None
    true_composite: bool = False
    quality: InversionQuality = "minute"
    feather: float = 0.02
    align: bool = False
    address: str = ""
    server_key: str = ""


class Deeds(Protocol):
    """What a docker, a dialog and actions may ask the desk to do; none of them waits.

    ``watch`` calls back with the newest ViewState, at once and whenever it or the settings
    changed, until ``unwatch`` is called with the same callable (a window was closed).
    """

    settings: Settings

    def watch(self, changed: Callable[[ViewState], None]) -> None: ...  # noqa: D102
    def unwatch(self, changed: Callable[[ViewState], None]) -> None: ...  # noqa: D102
    def change_settings(self, settings: Settings) -> None: ...  # noqa: D102
    def start_daemon(self) -> None: ...  # noqa: D102
    def run(self) -> None: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102
    def take_back(self) -> None: ...  # noqa: D102
    def go_to(self, state: str) -> None: ...  # noqa: D102
    def delete_arrow(self) -> None: ...  # noqa: D102
    def clear_arrows(self) -> None: ...  # noqa: D102
    def ignore_selection(self, on: bool) -> None: ...  # noqa: D102
    def invert_chosen(self) -> None: ...  # noqa: D102
    def show_photo(self, on: bool) -> None: ...  # noqa: D102
