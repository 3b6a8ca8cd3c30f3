"""An editor that stays open, for trying things out.

::

    python -m tests.editors.play open [gimp|krita] [NAME] [--daemon]    stays in the foreground
    python -m tests.editors.play do [NAME] <<< 'Python'                 as often as wanted
    python -m tests.editors.play close [NAME]

The Python runs in the process of ``open``, with ``session`` (a KritaSession or a GimpSession) and
``daemon``; names stay, and what it prints comes back, as does the value of its last line. Logs and
pictures go to ``out/editors/NAME``.
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
from contextlib import AbstractContextManager
from pathlib import Path

from tests.editors.gimp.opening import GimpWish, gimp_session
from tests.editors.gimp.session import GimpSession
from tests.editors.gimp.version import GimpVersion, missing_gimp
from tests.editors.opening import krita_session, missing_editor
from tests.editors.session import KritaSession
from tests.editors.wire import PATIENCE
from tests.service.running import Daemon

_OUT = Path(__file__).parents[2] / "out" / "editors"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    deeds = parser.add_subparsers(dest="deed", required=True)
    opening = deeds.add_parser("open")
    opening.add_argument("editor", choices=("gimp", "krita"))
    opening.add_argument("name", nargs="?", default="play")
    opening.add_argument("--daemon", action="store_true", help="start a real daemon too")
    for deed in ("do", "close"):
        deeds.add_parser(deed).add_argument("name", nargs="?", default="play")
    given = parser.parse_args()
    if given.deed == "open":
        return open_editor(given.editor, given.name, with_daemon=given.daemon)
    return send(given.name, None if given.deed == "close" else sys.stdin.read())


def open_editor(editor: str, name: str, *, with_daemon: bool) -> int:
    """Run an editor and serve ``send`` until it says close; return the editor's exit status."""
    missing = missing_editor() if editor == "krita" else missing_gimp(GimpVersion.FIRST)
    if missing:
        sys.exit(missing)
    folder = Path(tempfile.mkdtemp(prefix="tugline-play-"))
    daemon = Daemon(home=folder, models=folder / "models")
    port_file(name).unlink(missing_ok=True)
    try:
        if with_daemon:
            daemon.start()
        with (
            session_of(editor, folder, _OUT / name) as session,
            socket.create_server(("127.0.0.1", 0)) as listener,
        ):
            fresh = port_file(name).with_suffix(".new")
            fresh.write_text(str(listener.getsockname()[1]))
            fresh.rename(port_file(name))
            sys.stdout.write(f"{session.name} is open; logs and pictures in {_OUT / name}\n")
            sys.stdout.flush()
            serve(listener, {"session": session, "daemon": daemon, "folder": folder})
            return session.quit()
    finally:
        port_file(name).unlink(missing_ok=True)
        if daemon.process is not None and daemon.process.poll() is None:
            daemon.end()
        shutil.rmtree(folder)


def session_of(
    editor: str, folder: Path, artifacts: Path
) -> AbstractContextManager[KritaSession | GimpSession]:
    if editor == "krita":
        return krita_session(folder, artifacts)
    return gimp_session(folder, artifacts, GimpWish())


def serve(listener: socket.socket, namespace: dict[str, object]) -> None:
    """Run what comes, one connection after the other, until null comes."""
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as wire:
            code = json.loads(wire.readline())
            if code is None:
                return
            wire.write(run(code, namespace))


def run(code: str, namespace: dict[str, object]) -> str:
    """Run ``code`` and return what it printed, the value of its last line, or its traceback."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            tree = ast.parse(code)
            last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
            exec(compile(tree, "<play>", "exec"), namespace)  # noqa: S102 - its purpose
            if isinstance(last, ast.Expr):
                expression = compile(ast.Expression(last.value), "<play>", "eval")
                value = eval(expression, namespace)  # noqa: S307 - its purpose
                printed.write("" if value is None else f"{value}\n")
        except Exception:  # noqa: BLE001 - who tries things out shall see what went wrong
            traceback.print_exc(file=printed)
    return printed.getvalue()


def send(name: str, code: str | None) -> int:
    """Let the session called ``name`` run ``code`` as soon as it is open, or close it for None."""
    until = time.monotonic() + (0.0 if code is None else PATIENCE)
    while not port_file(name).exists():
        if time.monotonic() > until:
            sys.exit(f"No session called {name} is open.")
        time.sleep(0.05)
    port = int(port_file(name).read_text())
    with (
        socket.create_connection(("127.0.0.1", port)) as connection,
        connection.makefile("rw", encoding="utf-8") as wire,
    ):
        wire.write(json.dumps(code) + "\n")
        wire.flush()
        sys.stdout.write(wire.read())
    return 0


def port_file(name: str) -> Path:
    """Return the file that says on which port the session called ``name`` listens."""
    (_OUT / name).mkdir(parents=True, exist_ok=True)
    return _OUT / name / "port"


if __name__ == "__main__":
    sys.exit(main())
