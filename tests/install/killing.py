"""An installation or a removal that is killed in its midst."""

import subprocess
import sys

from tests.install.conftest import Gimp, Krita

# Kills itself at the n-th time that it does a thing to a file in the home.
_KILLED = """
import os, signal, sys
from pathlib import Path
from tests.install.conftest import Gimp, Krita
from tugline_daemon.install import gimp_places, places

editor, folder, act, thing, last = sys.argv[1], Path(sys.argv[2]), *sys.argv[3:5], int(sys.argv[5])
seen = 0

def watch(event, arguments):
    global seen
    if event != thing or not str(arguments[0]).startswith(str(folder.parents[2])):
        return
    if event == "open" and arguments[1] in (None, "r", "rb"):
        return
    seen += 1
    if seen == last:
        os.kill(os.getpid(), signal.SIGKILL)

at = Krita(places.place_at(folder)) if editor == "Krita" else Gimp(gimp_places.place_at(folder))
sys.addaudithook(watch)
getattr(at, act)()
"""


def kill(editor: Krita | Gimp, act: str, thing: str, moment: int) -> None:
    """Do ``act`` in a process that dies at the ``moment``-th ``thing`` (an audit event)."""
    arguments = [type(editor).__name__, str(editor.place.folder), act, thing, str(moment)]
    run = subprocess.run(
        [sys.executable, "-c", _KILLED, *arguments], check=False, capture_output=True, text=True
    )
    assert run.returncode == -9, run.stderr or "it was not killed"
