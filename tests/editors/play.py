"""A Krita that stays open, for trying things out.

    python -m tests.editors.play open [--daemon] [NAME]        stays in the foreground
    python -m tests.editors.play do [NAME] <<< 'Python'        as often as wanted
    python -m tests.editors.play close [NAME]

The Python runs in the process of ``open``, with ``session`` (a KritaSession) and ``daemon``; names
stay, and what it prints comes back. Logs and pictures go to ``out/editors/NAME``.
"""

import argparse
import ast
import contextlib
import io
import json
import shutil
import socket
import sys
import tempfile
import time
import traceback
from pathlib import Path

from tests.editors.opening import krita_session
from tests.editors.session import PATIENCE
from tests.service.running import Daemon

_OUT = Path(__file__).parents[2] / "out" / "editors"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("deed", choices=("open", "do", "close"))
    parser.add_argument("name", nargs="?", default="play")
    parser.add_argument("--daemon", action="store_true", help="start a real daemon too")
    given = parser.parse_intermixed_args()
    if given.deed == "open":
        return _open(given.name, with_daemon=given.daemon)
    code = "raise SystemExit" if given.deed == "close" else sys.stdin.read()
    return _send(given.name, code)


def _open(name: str, *, with_daemon: bool) -> int:
    folder = Path(tempfile.mkdtemp(prefix="tugline-play-"))
    daemon = Daemon(home=folder, models=folder / "models")
    try:
        if with_daemon:
            daemon.start()
        with (
            krita_session(folder, _OUT / name) as session,
            socket.create_server(("127.0.0.1", 0)) as listener,
        ):
            fresh = _port_file(name).with_suffix(".new")
            fresh.write_text(str(listener.getsockname()[1]))
            fresh.rename(_port_file(name))
            print(f"Krita is open; logs and pictures in {_OUT / name}", flush=True)
            _serve(listener, {"session": session, "daemon": daemon, "folder": folder})
            return session.quit()
    finally:
        _port_file(name).unlink(missing_ok=True)
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.end()
        shutil.rmtree(folder)


def _serve(listener: socket.socket, namespace: dict[str, object]) -> None:
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as wire:
            code = json.loads(wire.readline())
            wire.write(json.dumps(_run(code, namespace)))
            if code == "raise SystemExit":
                return


def _run(code: str, namespace: dict[str, object]) -> str:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            tree = ast.parse(code)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<play>", "exec"), namespace)
            if isinstance(last, ast.Expr):
                value = eval(compile(ast.Expression(last.value), "<play>", "eval"), namespace)
                if value is not None:
                    print(value)
        except SystemExit:
            pass
        except BaseException:
            traceback.print_exc(file=printed)
    return printed.getvalue()


def _send(name: str, code: str) -> int:
    until = time.monotonic() + PATIENCE
    while not _port_file(name).exists():
        if time.monotonic() > until:
            sys.exit(f"no session called {name} is open")
        time.sleep(0.05)
    port = int(_port_file(name).read_text())
    with (
        socket.create_connection(("127.0.0.1", port)) as connection,
        connection.makefile("rw", encoding="utf-8") as wire,
    ):
        wire.write(json.dumps(code) + "\n")
        wire.flush()
        print(json.loads(wire.read()), end="")
    return 0


def _port_file(name: str) -> Path:
    (_OUT / name).mkdir(parents=True, exist_ok=True)
    return _OUT / name / "port"


if __name__ == "__main__":
    sys.exit(main())
