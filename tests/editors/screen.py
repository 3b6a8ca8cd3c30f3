"""A virtual screen with a window manager, and the hand and the eye of a person before it."""

import re
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from tests.service.running import wait_for
from tools.editors.room import Room, RoomFailed

SIZE = (1600, 1000)


class Screen:
    """An X server, openbox and a D-Bus session in ``room``; they end with it.

    ``environment`` is what programs that appear on the screen need.
    """

    def __init__(self, room: Room, home: Path, artifacts: Path) -> None:
        self._room = room
        runtime = home / "runtime"
        runtime.mkdir(mode=0o700, exist_ok=True)
        self.environment = {
            "HOME": str(home),
            "PATH": "/usr/bin:/bin",
            "LANG": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(runtime),
            "LIBGL_ALWAYS_SOFTWARE": "1",
        }
        width, height = SIZE
        log = artifacts / "screen.log"
        with log.open("ab") as stderr:
            server = room.start(
                # Without -r a key that is let go of late counts as pressed again and again.
                [
                    "Xvfb",
                    "-displayfd",
                    "1",
                    "-screen",
                    "0",
                    f"{width}x{height}x24",
                    "-noreset",
                    "-r",
                ],
                self.environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
            self.environment["DISPLAY"] = f":{_first_line(server, log)}"
            bus = room.start(
                ["dbus-daemon", "--session", "--nofork", "--print-address=1"],
                self.environment,
                stdout=subprocess.PIPE,
                stderr=stderr,
            )
            self.environment["DBUS_SESSION_BUS_ADDRESS"] = _first_line(bus, log)
            room.start(["openbox"], self.environment, stdout=stderr, stderr=stderr)
        wait_for(lambda: self._window("_NET_SUPPORTING_WM_CHECK"), "the window manager")

    def picture(self, path: Path) -> Path:
        """Save what the screen shows as a PNG at ``path``, which lies in a shared folder."""
        self._room.run(["import", "-window", "root", f"png:{path}"], self.environment)
        return path

    def xdotool(self, *arguments: "str | float") -> str:
        """Run xdotool's commands in one go, and return what it printed."""
        words = [str(word) for word in arguments]
        return self._room.run(["xdotool", *words], self.environment)

    def windows(self) -> list[str]:
        """Return the titles of the windows that the screen shows: a dialog betrays itself here."""
        said = self._room.run(["xprop", "-root", "-notype", "_NET_CLIENT_LIST"], self.environment)
        titles = []
        for number in re.findall("0x[0-9a-f]+", said):
            with suppress(RoomFailed):  # it was closed meanwhile
                titles.append(self.xdotool("getwindowname", number).strip())
        return titles

    def active(self) -> int:
        """Return the number of the window that has the keyboard, 0 where none has."""
        return self._window("_NET_ACTIVE_WINDOW")

    def _window(self, name: str) -> int:
        """Return the number of the window that the screen names so, 0 for none."""
        said = self._room.run(["xprop", "-root", "-notype", name], self.environment)
        found = re.search("0x[0-9a-f]+", said)
        return int(found[0], 16) if found else 0


class Mouse:
    """The pointer, in global screen pixels."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def move(self, x: float, y: float) -> None:
        self._screen.xdotool("mousemove", round(x), round(y))

    def down(self, button: int = 1) -> None:
        self._screen.xdotool("mousedown", button)

    def up(self, button: int = 1) -> None:
        self._screen.xdotool("mouseup", button)

    def click(self, x: float, y: float, button: int = 1) -> None:
        self._screen.xdotool("mousemove", round(x), round(y), "click", button)

    def path(self, points: Sequence[tuple[float, float]], pace: float = 0.01) -> None:
        """Move through ``points``, ``pace`` seconds apart, as a hand does."""
        words: list[str | float] = []
        for x, y in points:
            words += ["mousemove", round(x), round(y), "sleep", pace]
        self._screen.xdotool(*words)

    def pull(self, start: tuple[float, float], end: tuple[float, float], steps: int = 20) -> None:
        """Press at ``start`` and move to ``end`` in ``steps`` moves; the button stays down."""
        self.move(*start)
        self.down()
        self.path(
            [
                (
                    start[0] + (end[0] - start[0]) * step / steps,
                    start[1] + (end[1] - start[1]) * step / steps,
                )
                for step in range(1, steps + 1)
            ]
        )

    def drag(self, start: tuple[float, float], end: tuple[float, float], steps: int = 20) -> None:
        """Press at ``start``, move to ``end`` and let go."""
        self.pull(start, end, steps)
        self.up()


def _first_line(process: "subprocess.Popen[bytes]", log: Path) -> str:
    assert process.stdout is not None
    line = process.stdout.readline().decode().strip()
    assert line, f"{process.args!r} did not start; see {log}"
    return line
