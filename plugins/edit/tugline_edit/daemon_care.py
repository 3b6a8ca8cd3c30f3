"""The daemon as the artist sees it: found if it runs, started if not, started again if it died."""

import time
from collections import deque
from collections.abc import Callable

from tugline_protocol.endpoint import endpoint_file, state_folder
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.values import ModelCard, ModelRef

from . import wording
from .guarding import guarded
from .host import Editor, Ticking
from .launcher import StartFailed, Starting, read_commands, start_daemon
from .link import Link, LinkState
from .places import RemoteAddress
from .pump import Pump
from .supplying import Tunings, no_tunings

POLL_MS = 500
GRACE_MS = 800
RESTARTS = 3
RESTART_SECONDS = 300.0
# So long what the artist asked for waits for a daemon that starts.
PATIENCE_SECONDS = 90.0
LOG_NAME = "daemon.log"


class DaemonCare:
    """Owns the link to the daemon and the daemon's process, where this plugin started it.

    ``changed`` is called whenever ``sentence``, ``connected`` or the models may have.
    """

    def __init__(
        self,
        editor: Editor,
        changed: Callable[[], None],
        tunings: Tunings = no_tunings,
    ) -> None:
        """Look for a daemon at once; nothing is started before ``start``.

        ``tunings`` has those that the document carries which is worked on.
        """
        self._editor = editor
        self._changed = changed
        self._tunings = tunings
        self._remote: RemoteAddress | None = None
        self._commands = read_commands(editor.folder)
        self._starting: Starting | None = None
        self._fault = ""
        self._closed = False
        self._met = False
        self._then: Callable[[], None] | None = None
        self._then_until = 0.0
        self._restarts: deque[float] = deque(maxlen=RESTARTS)
        self._polling: Ticking | None = None
        self._pump = Pump(editor.loop, self._make_link)

    @property
    def link(self) -> Link:
        """The link to the daemon; another one after ``use``."""
        return self._pump.link

    @property
    def connected(self) -> bool:
        """Whether the daemon answers."""
        return self.link.ready

    @property
    def models(self) -> tuple[ModelCard, ...]:
        """The daemon's models, as it told them last; empty before it did."""
        return self.link.models

    @property
    def may_start(self) -> bool:
        """Whether pressing the button can help."""
        return self.link.startable and self._starting is None and self._commands.daemon is not None

    @property
    def sentence(self) -> str:
        """The connection in words."""
        if self._starting is not None and not self.connected:
            return wording.STARTING
        if self._fault and not self.connected:
            return self._fault
        if self.link.startable and self._commands.daemon is None:
            return wording.START_BY_HAND
        return self.link.sentence

    def can(self, capability: str) -> bool:
        """Whether the daemon that answers announces ``capability``; False while none does."""
        welcome = self.link.welcome
        return self.connected and welcome is not None and capability in welcome.capabilities

    def absence(self, model: ModelRef) -> str:
        """Return what is to be said where the daemon is known not to have ``model``, else ""."""
        known = {card.name: card.weights for card in self.models}
        if not known or known.get(model.name) == model.weights:
            return ""
        return wording.missing_model(model.name, other_weights=model.name in known)

    def once_connected(self, then: Callable[[], None]) -> None:
        """Call ``then`` now if the daemon answers, else when it does; it is started if need be.

        Only the newest is kept. Raises DaemonUnreachable where no daemon can be started from here.
        """
        if self.connected and self.models:
            then()
            return
        self.start()
        coming = self.connected or self._starting is not None
        if not coming and self.link.state is not LinkState.CONNECTING:
            raise DaemonUnreachable(self.sentence)
        self._then = then
        self._then_until = time.monotonic() + PATIENCE_SECONDS

    def use(self, address: str, server_key: str) -> None:
        """Talk to the daemon at ``address``, or to this computer's where it is empty."""
        remote = RemoteAddress(address, server_key) if address else None
        if remote != self._remote:
            self._remote = remote
            self._met = False
            self._then = None
            self._pump.close()
            self._pump = Pump(self._editor.loop, self._make_link)
            self._changed()

    def start(self) -> None:
        """Start the daemon of this computer, unless one runs or is being started."""
        if not self.may_start or self._commands.daemon is None:
            return
        self._fault = ""
        try:
            log = state_folder() / LOG_NAME
            process = start_daemon(self._commands.daemon, log, editor=self._editor.name)
            self._starting = Starting(process, log)
        except StartFailed as fault:
            self._fault = str(fault)
        else:
            self._stop_polling()
            self._polling = self._editor.loop.every(POLL_MS, self._look_at_start)
        self._changed()

    def close(self) -> None:
        """Let go of the daemon; it ends by itself when nobody uses it."""
        self._closed = True
        self._stop_polling()
        self._pump.close()

    def _stop_polling(self) -> None:
        if self._polling is not None:
            self._polling.stop()
            self._polling = None

    def _make_link(self, follow: Callable[[], None], soon: Callable[[], None]) -> Link:
        def changed() -> None:
            follow()
            self._link_changed()

        return Link(
            name=self._editor.name,
            version=self._editor.version,
            remote=self._remote,
            bridge=self._commands.bridge,
            tunings=self._tunings,
            on_change=changed,
            on_waiting=soon,
        )

    @guarded
    def _link_changed(self) -> None:
        if self.connected:
            self._met = True
            self._fault = ""
            self._starting = None
            self._stop_polling()
            if self.models and self._then is not None:
                self._editor.loop.later(0, self._go_on)
        elif self.link.state in {LinkState.VERSION, LinkState.REFUSED}:
            self._starting, self._then, self._fault = None, None, ""
            self._stop_polling()
        elif self._met and self.may_start:
            self._met = False
            self._editor.loop.later(GRACE_MS, self._restart)
        self._changed()

    def _go_on(self) -> None:
        then, self._then = self._then, None
        if then is not None and self.connected and time.monotonic() < self._then_until:
            then()

    def _restart(self) -> None:
        """Start the daemon again if it died; in order, it takes its endpoint file along."""
        if self._closed or not self.may_start or not endpoint_file().exists():
            return
        if self._may_restart():
            self._restarts.append(time.monotonic())
            self.start()

    def _may_restart(self) -> bool:
        """Whether a daemon that died is worth another start: not when it dies again and again."""
        if len(self._restarts) < RESTARTS:
            return True
        return time.monotonic() - self._restarts[0] > RESTART_SECONDS

    def _look_at_start(self) -> None:
        fault = self._starting.poll() if self._starting is not None else None
        if fault is not None:
            self._fault = fault
            self._starting = self._then = None
            self._stop_polling()
            self._changed()
