"""An editor on a screen: the hand and the eye of a person before it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.editors.program import Program
from tests.editors.screen import Mouse, Screen
from tools.editors.room import Room


class Shown(Program):
    """A program that appears on ``screen``, started with ``environment`` beside the screen's."""

    def __init__(
        self,
        name: str,
        room: Room,
        screen: Screen,
        artifacts: Path,
        environment: Mapping[str, str],
    ) -> None:
        super().__init__(name, room, artifacts)
        self.screen = screen
        self.mouse = Mouse(screen)
        self.home = Path(screen.environment["HOME"])
        self._environment = {**environment, **screen.environment}

    def key(self, keys: str) -> None:
        """Press a key or a chord in X's names: ``ctrl+z``, ``Escape``, ``Delete``."""
        self.screen.xdotool("key", keys)

    @contextmanager
    def holding(self, key: str) -> Iterator[None]:
        """Hold a key down: ``space``, ``ctrl``."""
        self.screen.xdotool("keydown", key)
        try:
            yield
        finally:
            self.screen.xdotool("keyup", key)

    def type(self, text: str) -> None:
        """Type ``text`` where the focus is."""
        self.screen.xdotool("type", "--delay", 10, text)

    def picture(self, name: str) -> Path:
        """Save what the screen shows among the test's artifacts, as ``name``.png."""
        return self.screen.picture(self.artifacts / f"{name}.png")

    def seen(self, occasion: str) -> str:
        """Keep a picture, and name the windows and the end of what the editor has printed."""
        self.picture(occasion)
        return f"; windows: {self.screen.windows()}{super().seen(occasion)}"
