"""The harness itself: what the other tests in the real Krita stand on."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.editors.conftest import OpenKrita
from tests.editors.ending import programs_of
from tests.editors.judging import judge, judged_krita
from tests.editors.opening import Wish, krita_session
from tests.editors.session import KritaSession
from tests.editors.wire import EditorError
from tests.service.running import Daemon, wait_for
from tugline_protocol.endpoint import Endpoint

WHITE = [255, 255, 255, 255]
BARE = Wish(plugin=False)
HOLD = """
import sys, time
from pathlib import Path
from tests.editors.opening import Wish, krita_session
folder = Path(sys.argv[1])
with krita_session(folder, folder / "artifacts", Wish(plugin=False)):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KritaSession]:
    """A Krita without the plugin that several tests share."""
    with judged_krita(tmp_path_factory.mktemp("bare"), "test_harness-bare", BARE) as session:
        yield session


def test_a_hand_paints_on_the_canvas_and_the_screen_shows_it(bare: KritaSession) -> None:
    bare.new_document(512, 512)
    middle = bare.on_screen(256, 256)
    assert bare.value("pixel(256, 256)") == WHITE
    assert brightness(bare.picture("white"), *middle) == 255
    bare.stroke(bare.on_screen(200, 256), bare.on_screen(300, 256))
    assert bare.value("pixel(256, 256)") != WHITE
    bare.mouse.move(*bare.on_screen(400, 400))
    bare.wait_until(
        lambda: brightness(bare.picture("painted"), *middle) < 100, "a stroke on the screen"
    )
    bare.undo("pixel(256, 256) == [255, 255, 255, 255]")


def test_the_newest_document_is_the_one_in_view(bare: KritaSession) -> None:
    bare.close_documents()
    for width in (100, 200, 300):
        bare.new_document(width, 100)
        assert bare.value("app.activeDocument().width()") == width
        left, right = bare.on_screen(0, 0)[0], bare.on_screen(width, 0)[0]
        assert right - left > 700
    bare.close_documents()


def test_snippets_answer_fail_and_wait_in_the_event_loop(bare: KritaSession) -> None:
    assert bare.value("6 * 7") == 42
    with pytest.raises(EditorError, match="ZeroDivisionError"):
        bare.run("1 / 0")
    with pytest.raises(EditorError, match="no JSON"):
        bare.value("set()")
    assert bare.run("def wait():\n    yield 20\n    return 'waited'\nresult = wait()") == "waited"


def test_a_blocked_event_loop_is_noticed_and_whose_fault_it_is(bare: KritaSession) -> None:
    bare.mark()
    bare.run("import time; time.sleep(0.3)")
    slept = bare.longest_block()
    assert slept.wall >= 300
    assert slept.busy < 200
    bare.mark()
    bare.run(
        """
        end = time.thread_time() + 0.3
        while time.thread_time() < end:
            pass
        """
    )
    assert bare.longest_block().busy >= 300


def test_a_dialog_that_nobody_closes_is_named(bare: KritaSession) -> None:
    bare.post(
        "from PyQt5.QtWidgets import QMessageBox; QMessageBox.information(None, 'Look', 'here')"
    )
    bare.wait_until(lambda: "Look" in str(bare.screen.windows()), "the dialog")
    bare.run("from PyQt5.QtWidgets import QApplication")
    bare.wait_for("QApplication.activeWindow() is QApplication.activeModalWidget()")
    bare.key("Escape")
    bare.wait_until(lambda: "Look" not in str(bare.screen.windows()), "no dialog")


def test_krita_quits_in_order_and_starts_again_with_what_was_saved(krita: KritaSession) -> None:
    saved = krita.home / "picture.kra"
    krita.new_document(64, 48)
    krita.run(f"app.activeDocument().saveAs({str(saved)!r})")
    krita.run("app.activeDocument().setModified(True)")
    assert krita.quit() == 0
    krita.start(str(saved))
    krita.wait_for("app.activeDocument() is not None")
    assert krita.value("[app.activeDocument().width(), app.activeDocument().height()]") == [64, 48]


def test_a_krita_sees_the_daemon_beside_it(daemon: Daemon, krita: KritaSession) -> None:
    krita.run("import os, pathlib")
    said = krita.value("pathlib.Path(os.environ['TUGLINE_STATE_DIR'], 'endpoint.json').read_text()")
    assert Endpoint(**json.loads(said)) == daemon.endpoint
    key = "pathlib.Path(os.environ['TUGLINE_CONFIG_DIR'], 'keys', 'client.key_secret')"
    assert krita.value(f"{key}.read_text()") == daemon.key_file.read_text()


def test_a_second_krita_and_one_without_opengl_run_beside_the_first(
    bare: KritaSession, open_krita: OpenKrita
) -> None:
    other = open_krita(Wish(name="other", opengl=False, plugin=False))
    other.new_document(64, 64)
    assert other.value("canvas().metaObject().className()") == "KisQPainterCanvas"
    assert other.screen.environment["DISPLAY"] != bare.screen.environment["DISPLAY"]
    assert bare.value("app.version()") == other.value("app.version()")


def test_each_fault_is_found_at_the_end_of_its_session(bare: KritaSession, tmp_path: Path) -> None:
    with krita_session(tmp_path, tmp_path / "artifacts", BARE) as krita:
        krita.run("import sys; sys.stderr.write('SAFE ASSERT (krita)\\n'); sys.stderr.flush()")
        with pytest.raises(AssertionError, match="SAFE ASSERT"):
            judge(krita)
        assert krita.status == 0
        krita.start()
        krita.post("raise ValueError('in a slot')")
        krita.wait_for("exceptions")
        with pytest.raises(AssertionError, match="in a slot"):
            judge(krita)
        krita.start()
        os.kill(krita.pid, signal.SIGKILL)
        krita.wait_until(lambda: not krita.running, "a dead Krita")
        with pytest.raises(AssertionError, match="ended by itself: -9"):
            judge(krita)


def test_a_session_takes_all_with_it_also_when_its_test_is_killed(
    bare: KritaSession, tmp_path: Path
) -> None:
    tester = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with tester:
        assert tester.stdout is not None
        assert tester.stdout.readline() == "open\n"
        assert {"krita", "Xvfb", "openbox"} <= programs_of(tmp_path / "home")
        tester.send_signal(signal.SIGKILL)
    wait_for(lambda: not programs_of(tmp_path / "home"), "everything ends")


def brightness(picture: Path, x: int, y: int) -> int:
    with Image.open(picture) as image:
        return int(np.asarray(image.convert("L"))[y, x])
