"""What the dialogs need of the desk behind them: ``tugline_gimp.desk.GimpDesk`` gives it."""

from collections.abc import Callable
from typing import Protocol

from tugline_edit.bench import Bench
from tugline_edit.geometry import Placement
from tugline_edit.view import Deeds, Settings, ViewState
from tugline_protocol.values import ModelCard


class Picture(Protocol):
    """``width`` x ``height`` pixels of RGBA: ``placement.box`` as it looks, in any resolution."""

    @property
    def width(self) -> int: ...  # noqa: D102
    @property
    def height(self) -> int: ...  # noqa: D102
    @property
    def rgba(self) -> bytes: ...  # noqa: D102
    @property
    def placement(self) -> Placement: ...  # noqa: D102


class Care(Protocol):
    """What is known of the daemon."""

    @property
    def models(self) -> tuple[ModelCard, ...]: ...  # noqa: D102


class Desk(Protocol):
    """What both dialogs ask for; none of it waits.

    ``watch`` calls back with the newest ViewState, at once and whenever it or the settings
    changed, until ``unwatch`` is called with the same callable.
    """

    settings: Settings

    def watch(self, changed: Callable[[ViewState], None]) -> None: ...  # noqa: D102
    def unwatch(self, changed: Callable[[ViewState], None]) -> None: ...  # noqa: D102
    def start_daemon(self) -> None: ...  # noqa: D102


class DragDesk(Deeds, Protocol):
    """What the Drag dialog asks for, besides what any editor's controls do.

    ``picture`` is the newest frame while a pull runs, else the layer's own picture; the same object
    as long as nothing changed, None where there is none. ``follow`` calls back whenever it or the
    arrows may have moved.
    """

    @property
    def bench(self) -> Bench: ...  # noqa: D102
    def picture(self) -> Picture | None: ...  # noqa: D102
    def follow(self, moved: Callable[[], None]) -> None: ...  # noqa: D102
    def unfollow(self, moved: Callable[[], None]) -> None: ...  # noqa: D102
    def finish(self) -> None: ...  # noqa: D102


class InvertDesk(Desk, Protocol):
    """What the Invert dialog asks for: ``follow`` calls back whenever the picture may be another.

    ``stop`` keeps the best picture so far, ``take_back`` none; ``show_photo`` hides the layer that
    came, so that the photo beneath it is seen.
    """

    @property
    def care(self) -> Care: ...  # noqa: D102
    def follow(self, moved: Callable[[], None]) -> None: ...  # noqa: D102
    def unfollow(self, moved: Callable[[], None]) -> None: ...  # noqa: D102
    def stop(self) -> None: ...  # noqa: D102
    def take_back(self) -> None: ...  # noqa: D102
    def show_photo(self, on: bool) -> None: ...  # noqa: D102


class GenerateDesk(Desk, Protocol):
    """What the Generate dialog asks for: ``sample`` draws a small picture, the newest call wins."""

    @property
    def care(self) -> Care: ...  # noqa: D102
    def sample(  # noqa: D102
        self,
        model: str,
        seed: int,
        truncation: float,
        side: int,
        *,
        done: Callable[[Picture], None],
        failed: Callable[[str], None],
    ) -> None: ...
