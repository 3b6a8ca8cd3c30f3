"""What a daemon is started with."""

import ipaddress
from dataclasses import dataclass, field
from pathlib import Path

from tugline_daemon.library.store import packaged_folder
from tugline_daemon.library.tunings import Tunings
from tugline_daemon.settings import PrecisionSetting
from tugline_protocol.endpoint import configuration_folder, state_folder


@dataclass(frozen=True)
class ServeOptions:
    """What a daemon is started with.

    ``bind`` is HOST:PORT, port 0 takes a free one. ``device`` is "auto", "cpu", "mps", "cuda" or
    "cuda:N"; drags compute there in ``precision``, "auto" is what suits it. ``idle_timeout`` is in
    seconds without a client and without a request; 0 means never. ``models`` are folders of the
    user's models, searched beside the packaged ones. ``threads`` bounds the worker's CPU threads; 0
    leaves that to torch. ``keep_models`` is how many seconds a model stays on the device that
    nobody uses, 0 lets it go at once, None never. ``log_level`` is one of ``logging``.
    """

    bind: str = "127.0.0.1:0"
    device: str = "auto"
    precision: PrecisionSetting = "auto"
    idle_timeout: float = 30 * 60.0
    models: tuple[Path, ...] = ()
    configuration: Path = field(default_factory=configuration_folder)
    state: Path = field(default_factory=state_folder)
    threads: int = 0
    keep_models: float | None = 10 * 60.0
    log_level: str = "INFO"

    @property
    def folders(self) -> tuple[Path, ...]:
        """All folders of models: the packaged one, then the user's."""
        return (packaged_folder(), *self.models)

    @property
    def tunings(self) -> Path:
        """The folder of the user's tunings, beside that of the models if there is one."""
        return Tunings.beside(self.models[0] if self.models else self.state / "models").folder

    @property
    def is_private(self) -> bool:
        """Whether nobody on another machine can reach the daemon: ``bind`` is a loopback address.

        A host's name may come to mean another address: only ``localhost`` is taken for loopback.
        """
        host = self.bind.rpartition(":")[0].strip("[]")
        try:
            return ipaddress.ip_address(host).is_loopback
        except ValueError:
            return host == "localhost"
