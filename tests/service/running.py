"""Real daemons in processes of their own, and clients that talk to them."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tugline_protocol.blocking import Conversation
from tugline_protocol.codec import decode, encode
from tugline_protocol.endpoint import Endpoint, read_endpoint
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import FROM_DAEMON, Hello, Message, ModelsChanged, Progress
from tugline_protocol.zeromq import ZmqTransport

# How long is waited for what has to come: a busy machine is many times slower than an idle one.
PATIENCE = 120.0

_SERVE = """
import sys
from pathlib import Path
from tugline_daemon.service import ServeOptions, serve
bind, device, precision, idle, threads, models, configuration, state = sys.argv[1:]
sys.exit(serve(ServeOptions(
    bind=bind, device=device, precision=precision, idle_timeout=float(idle), models=(Path(models),),
    configuration=Path(configuration), state=Path(state), threads=int(threads),
)))
"""


def wait_for(condition: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
    """Wait until ``condition`` holds; fail, saying what was waited for, when it never does."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, f"waited {seconds:g} s in vain: {what}"
        time.sleep(0.01)


@dataclass
class Daemon:
    """A daemon in a process of its own, with folders of its own below ``home``.

    ``threads`` are its worker's; 0 leaves their number to torch.
    """

    home: Path
    models: Path
    bind: str = "127.0.0.1:0"
    device: str = "cpu"
    precision: str = "auto"
    idle_timeout: float = 0.0
    threads: int = 1
    process: "subprocess.Popen[str] | None" = field(default=None, init=False)

    @property
    def configuration(self) -> Path:
        return self.home / "config"

    @property
    def state(self) -> Path:
        return self.home / "state"

    @property
    def log(self) -> str:
        return (self.home / "log").read_text()

    @property
    def key_file(self) -> Path:
        return self.configuration / "keys" / "client.key_secret"

    @property
    def endpoint(self) -> Endpoint:
        return read_endpoint(self.state / "endpoint.json")

    def start(self) -> "Daemon":
        """Start, and wait until it listens."""
        self.launch()
        wait_for(self._listens, f"a daemon that listens; its log:\n{self.log}")
        return self

    def launch(self) -> "subprocess.Popen[str]":
        """Start without waiting for anything."""
        self.home.mkdir(parents=True, exist_ok=True)
        where = (self.bind, self.device, self.precision)
        arguments = (*where, str(self.idle_timeout), str(self.threads))
        folders = (self.models, self.configuration, self.state)
        with (self.home / "log").open("a") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _SERVE, *arguments, *map(str, folders)],
                stderr=log,
                text=True,
                env={**os.environ, **self._environment},
            )
        return self.process

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal, and return the exit status."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)

    def worker_pid(self, *, other_than: int = 0) -> int:
        """Return the process number of the worker that was started last, once there is one."""
        wait_for(lambda: self._workers()[-1:] not in ([], [other_than]), "a worker that is started")
        return self._workers()[-1]

    @contextmanager
    def worker_held(self, *, other_than: int = 0) -> Iterator[None]:
        """Let the worker stand still meanwhile, as one does that hangs.

        ``other_than`` is one that died: the next one is held from its start on.
        """
        pid = self.worker_pid(other_than=other_than)
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    def worker_seconds(self) -> float:
        """Return the processor time that the worker has used."""
        fields = Path(f"/proc/{self.worker_pid()}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @contextmanager
    def conversation(self, client_id: str | None = None) -> Iterator[Conversation]:
        """Talk to the daemon as its user."""
        transport = ZmqTransport(self.endpoint, self.key_file)
        with Conversation(transport, name="tests", version="1", client_id=client_id) as talk:
            yield talk

    @property
    def data(self) -> Path:
        """Where it finds what is installed besides models."""
        return self.home / "data"

    @property
    def _environment(self) -> dict[str, str]:
        threads = {"OMP_NUM_THREADS": "1"} if self.threads else {}
        return {"TUGLINE_DATA_DIR": str(self.data), **threads}

    def _workers(self) -> list[int]:
        """Return the process numbers of all workers so far."""
        lines = [line for line in self.log.splitlines() if "started worker" in line]
        return [int(line.rsplit(" ", 1)[1]) for line in lines]

    def _listens(self) -> bool:
        assert self.process is not None
        assert self.process.poll() is None, f"the daemon ended:\n{self.log}"
        try:
            return self.endpoint.pid == self.process.pid
        except DaemonUnreachable:
            return False


def is_alive(pid: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rsplit(")", 1)[1].split()[0] != "Z"


class Bare:
    """A connection without a conversation: whole frames out, what comes back decoded."""

    def __init__(
        self, daemon: Daemon, key_file: Path | None = None, high_water: int = 1000
    ) -> None:
        self.transport = ZmqTransport(
            daemon.endpoint, key_file or daemon.key_file, high_water=high_water
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.transport.close()

    def send(self, message: Message, request_id: str) -> None:
        self.transport.send(encode(message, request_id))

    def receive(self) -> tuple[str, Message]:
        """Return the next message; fail when none comes.

        That models changed is passed over: whatever was done to models before, it may come late.
        """
        until = time.monotonic() + PATIENCE
        while True:
            while (frames := self.transport.receive()) is None:
                assert time.monotonic() < until, "no answer came"
                self.transport.wait(0.1)
            request_id, message = decode(frames, FROM_DAEMON)
            if not isinstance(message, ModelsChanged):
                return request_id, message

    def ask(self, message: Message, request_id: str = "a") -> Message:
        """Send, and return the next message under that id that is no Progress."""
        self.send(message, request_id)
        return self.terminal(request_id)

    def terminal(self, request_id: str) -> Message:
        """Return the next message under that id that is no Progress."""
        while True:
            found, message = self.receive()
            if found == request_id and not isinstance(message, Progress):
                return message

    def hello(self, client_id: str = "bare") -> Message:
        return self.ask(Hello("bare", "1", client_id), "hello")
