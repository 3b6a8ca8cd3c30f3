"""A user with a home of their own: the real command in a process, a real daemon behind it."""

import contextlib
import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from tests.models import add_random_model
from tests.service.running import PATIENCE
from tugline_daemon.cli import main
from tugline_protocol.blocking import Conversation
from tugline_protocol.endpoint import read_endpoint
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import NextFrame, Ping, StartDrag


@dataclass(frozen=True)
class User:
    """Runs ``tugline`` in folders of its own below ``home``, by default as a process.

    ``in_process`` runs it in this one instead, which saves the start of a Python.
    """

    home: Path
    in_process: bool = False

    @property
    def environment(self) -> dict[str, str]:
        outside = {key: value for key, value in os.environ.items() if "TUGLINE" not in key}
        return outside | {
            "TUGLINE_CONFIG_DIR": str(self.home / "config"),
            "TUGLINE_STATE_DIR": str(self.home / "state"),
            "TUGLINE_DATA_DIR": str(self.home / "data"),
            "TUGLINE_MODEL": "tiny",
            "OMP_NUM_THREADS": "1",
            "COLUMNS": "200",
        }

    @property
    def models(self) -> Path:
        return self.home / "data" / "models"

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start ``tugline`` and return its process."""
        return subprocess.Popen(
            [sys.executable, "-m", "tugline_daemon.cli", *arguments],
            cwd=self.home,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run ``tugline`` to its end."""
        if self.in_process:
            return self._run_here(arguments)
        with self.start(*arguments) as process:
            output, messages = process.communicate(timeout=PATIENCE)
        return subprocess.CompletedProcess(arguments, process.returncode, output, messages)

    def _run_here(self, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        output, messages = io.StringIO(), io.StringIO()
        with (
            patch.dict(os.environ, self.environment, clear=True),
            contextlib.chdir(self.home),
            contextlib.redirect_stdout(output),
            contextlib.redirect_stderr(messages),
            pytest.raises(SystemExit) as end,
        ):
            main(arguments)
        code = end.value.code
        assert isinstance(code, int)
        return subprocess.CompletedProcess(arguments, code, output.getvalue(), messages.getvalue())

    def succeed(self, *arguments: str) -> str:
        """Run ``tugline``, which has to succeed, and return its standard output."""
        done = self.run(*arguments)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fail(self, *arguments: str, code: int = 1) -> str:
        """Run ``tugline``, which has to fail in one sentence, and return that."""
        done = self.run(*arguments)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr

    def daemon(self) -> int | None:
        """Return the process id of this user's daemon, if one has announced itself."""
        try:
            return read_endpoint(self.home / "state" / "endpoint.json").pid
        except DaemonUnreachable:
            return None

    @contextlib.contextmanager
    def seeing_each_drag(self) -> Iterator[None]:
        """Let drags begun in this process be asked for a frame before their first step.

        Otherwise one of few steps may be over before the command has asked to see it.
        """
        begin = Conversation.begin

        def held(talk: Conversation, request: Any) -> Any:
            if not isinstance(request, StartDrag):
                return begin(talk, request)
            worker = self._worker()
            os.kill(worker, signal.SIGSTOP)
            try:
                pending = begin(talk, request)
                talk.notify(NextFrame(pending.id))
                begin(talk, Ping()).result()
            finally:
                os.kill(worker, signal.SIGCONT)
            return pending

        with patch.object(Conversation, "begin", held):
            yield

    def _worker(self) -> int:
        """Return the process id of the worker of this user's daemon."""
        daemon = self.daemon()
        (worker,) = Path(f"/proc/{daemon}/task/{daemon}/children").read_text().split()
        return int(worker)

    def close(self) -> None:
        """End this user's daemon; one that does not end by itself is a failure."""
        if self.daemon() is None:
            return
        try:
            self.succeed("stop")
        finally:
            if (pid := self.daemon()) is not None:
                os.kill(pid, signal.SIGKILL)


def pixels(path: Path) -> npt.NDArray[np.int64]:
    """Return a picture's values."""
    with Image.open(path) as picture:
        return np.asarray(picture).astype(np.int64)


def add_slow_model(folder: Path) -> None:
    """Add "slow": its steps take so long that some thirty of them take many seconds."""
    add_random_model(folder, "slow", resolution=128, channels=256)


@pytest.fixture(scope="session")
def user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[User]:
    """Return a user with a tiny model, a conditional and a slow one, and one daemon for all."""
    newcomer = User(tmp_path_factory.mktemp("user"))
    user = replace(newcomer, in_process=True)
    add_random_model(user.models)
    add_random_model(user.models, "classes", classes=2)
    add_slow_model(user.models)
    newcomer.succeed("models")
    yield user
    user.close()


@pytest.fixture
def newcomer(tmp_path: Path) -> Iterator[User]:
    """Return a user who has never started anything."""
    user = User(tmp_path / "newcomer")
    user.models.mkdir(parents=True)
    yield user
    user.close()
