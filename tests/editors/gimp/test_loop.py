"""GLib's main loop as the plugin uses it, in the real GIMP's Python: calls, faults, descriptors."""

from collections.abc import Iterator

import pytest

from tests.editors.gimp.console import GimpConsole
from tests.editors.gimp.judging import judged_console
from tests.editors.gimp.opening import GimpWish

NAMES = """
import os, socket
from tugline_edit.guarding import listen, open_log
from tugline_gimp import glib_loop
from tugline_gimp.glib_loop import GLibLoop

open_log("gimp.log")
told = []
listen(told.append)
loop = GLibLoop()

def until(condition, turns=500):
    for _ in range(turns):
        if condition():
            return True
        yield 10
    return False
"""


@pytest.fixture(scope="module")
def gimp(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GimpConsole]:
    """One gimp-console for all tests of this file."""
    folder = tmp_path_factory.mktemp("loop")
    with judged_console(folder, "gimp-test_loop", GimpWish(plugin=False)) as console:
        console.run(NAMES)
        yield console


def test_later_calls_once_and_not_at_once(gimp: GimpConsole) -> None:
    gimp.run("calls = []; loop.later(0, lambda: calls.append(1)); at_once = len(calls)")
    assert gimp.run("result = until(lambda: calls)")
    assert gimp.run("def wait():\n  yield 50\n  return [at_once, len(calls)]\nresult = wait()") == [
        0,
        1,
    ]


def test_every_calls_again_until_it_is_stopped(gimp: GimpConsole) -> None:
    gimp.run("calls = []; ticking = loop.every(1, lambda: calls.append(1))")
    assert gimp.run("result = until(lambda: len(calls) >= 3)")
    gimp.run("ticking.stop(); ticking.stop(); calls.clear()")
    assert gimp.run("def wait():\n  yield 50\n  return len(calls)\nresult = wait()") == 0


def test_a_call_may_stop_itself(gimp: GimpConsole) -> None:
    gimp.run("""
calls = []
def once():
    calls.append(1)
    itself.stop()
itself = loop.every(1, once)
""")
    assert gimp.run("def wait():\n  yield 60\n  return len(calls)\nresult = wait()") == 1


@pytest.mark.parametrize("polled", [False, True], ids=["watched", "polled"])
def test_a_descriptor_is_called_for_when_it_can_be_read(gimp: GimpConsole, polled: bool) -> None:
    gimp.run(f"""
def no_channel(_descriptor):
    raise TypeError("no such channel")
usual = glib_loop._channel
if {polled}:
    glib_loop._channel = no_channel
here, there = socket.socketpair()
here.setblocking(False)
read = []
def take():
    try:
        read.append(here.recv(100))
    except BlockingIOError:
        pass
watching = loop.watch(here.fileno(), take)
glib_loop._channel = usual
there.send(b"one")
""")
    assert gimp.run("result = until(lambda: read)")
    gimp.run("watching.stop(); there.send(b'two')")
    assert gimp.run("def wait():\n  yield 60\n  return len(read)\nresult = wait()") == 1
    gimp.run("here.close(); there.close()")


def test_a_call_that_fails_is_told_and_goes_on(gimp: GimpConsole) -> None:
    gimp.run("""
calls = []
def fail():
    calls.append(1)
    raise RuntimeError("oh")
ticking = loop.every(1, fail)
""")
    assert gimp.run("result = until(lambda: len(calls) >= 3)")
    gimp.run("ticking.stop()")
    assert "RuntimeError" in gimp.value("told[-1]")
