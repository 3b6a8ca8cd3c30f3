"""Runs without anybody before them: a desk like a dialog's, in a main loop until the end."""

import time
from collections.abc import Callable
from typing import Final

from tugline_edit import wording
from tugline_edit.host import LayerFault
from tugline_edit.link import LinkState
from tugline_edit.view import ViewState
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.values import ModelCard

from .desk import GimpDesk
from .gi_modules import GLib
from .glib_loop import GLibLoop

LOOK_MS: Final = 20
# So long a daemon that answers may take to say which models it has.
MODELS_SECONDS: Final = 10.0
# How often a daemon is started that ends again before it answers.
STARTS: Final = 2

IMAGE_CLOSED: Final = "The image was closed while Tugline worked on it."


class Script:
    """Somebody at a desk who does one thing after the other and waits for each.

    Where the desk warns of something, the waiting ends in a LayerFault with that sentence.
    """

    def __init__(self, desk: GimpDesk) -> None:
        """Sit down at ``desk``; its loop runs only while something is waited for."""
        self._desk = desk
        self._loop = GLibLoop()
        self._warned = ""
        self._starts = 0
        desk.watch(self._told)

    def connect(self) -> tuple[ModelCard, ...]:
        """Wait for the daemon, which is started if need be, and return its models.

        Raises DaemonUnreachable where it does not come, LayerFault where it has no model.
        """
        care = self._desk.care
        care.link.tick()
        answered: list[float] = []

        def reached() -> bool:
            if care.connected and not answered:
                answered.append(time.monotonic())
            late = bool(answered) and time.monotonic() - answered[0] > MODELS_SECONDS
            return (care.connected and (bool(care.models) or late)) or self._is_hopeless()

        self._wait(reached)
        if not care.connected:
            raise DaemonUnreachable(care.sentence)
        if not care.models:
            raise LayerFault(wording.NO_MODELS)
        return care.models

    def do(self, act: Callable[[], None], until: Callable[[], bool]) -> None:
        """Do something at the desk, and wait ``until`` it is done.

        Raises what the act raises, and LayerFault with the desk's warning.
        """
        self._warned = ""
        act()
        self._wait(lambda: until() or bool(self._warned) or not self._desk.document.is_open)
        if until():
            return
        raise LayerFault(self._warned or IMAGE_CLOSED)

    def _wait(self, over: Callable[[], bool]) -> None:
        """Let the main loop run until ``over`` says so, or fails."""
        main = GLib.MainLoop()
        faults: list[Exception] = []

        def look() -> None:
            try:
                if over():
                    main.quit()
            except Exception as fault:  # noqa: BLE001 - raised again outside of the main loop
                faults.append(fault)
                main.quit()

        looking = self._loop.every(LOOK_MS, look)
        try:
            main.run()
        finally:
            looking.stop()
        if faults:
            raise faults[0]

    def _told(self, state: ViewState) -> None:
        if state.warning:
            self._warned = state.message

    def _is_hopeless(self) -> bool:
        """Whether no daemon will come; one that is not there is started here."""
        care = self._desk.care
        if care.link.state in {LinkState.REFUSED, LinkState.VERSION}:
            return True
        if care.link.state not in {LinkState.ABSENT, LinkState.LOST}:
            return False
        if care.may_start and self._starts < STARTS:
            self._starts += 1
            care.start()
        return care.sentence != wording.STARTING
