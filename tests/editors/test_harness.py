"""The harness itself: what the other tests in the real Krita stand on."""

from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.editors.conftest import OpenKrita, judge
from tests.editors.opening import Wish, krita_session
from tests.editors.session import KritaError, KritaSession
from tests.service.running import is_alive

WHITE = [255, 255, 255, 255]


def brightness(picture: Path, x: int, y: int) -> int:
    with Image.open(picture) as image:
        return np.asarray(image.convert("L"))[y, x].item()


def test_a_hand_paints_on_the_canvas_and_the_screen_shows_it(krita: KritaSession) -> None:
    krita.new_document(512, 512)
    middle = krita.on_screen(256, 256)
    assert krita.value("pixel(256, 256)") == WHITE
    assert brightness(krita.picture("white"), *middle) == 255
    krita.mouse.drag(krita.on_screen(200, 256), krita.on_screen(300, 256))
    krita.wait_for("pixel(256, 256) != [255, 255, 255, 255]")
    krita.settle()
    krita.mouse.move(*krita.on_screen(400, 400))
    krita.wait_until(
        lambda: brightness(krita.picture("painted"), *middle) < 100, "a stroke on the screen"
    )
    krita.key("ctrl+z")
    krita.wait_for("pixel(256, 256) == [255, 255, 255, 255]")


def test_krita_quits_in_order_and_starts_again_with_what_was_saved(krita: KritaSession) -> None:
    saved = krita.home / "picture.kra"
    krita.new_document(64, 48)
    krita.run(f"app.activeDocument().saveAs({str(saved)!r})")
    krita.run("app.activeDocument().setModified(True)")
    assert krita.quit() == 0
    krita.start(str(saved))
    krita.wait_for("app.activeDocument() is not None")
    assert krita.value("[app.activeDocument().width(), app.activeDocument().height()]") == [64, 48]


def test_a_canvas_without_opengl_is_had_on_demand(open_krita: OpenKrita) -> None:
    krita = open_krita(Wish(opengl=False, plugin=False))
    krita.new_document(64, 64)
    assert krita.value("canvas().metaObject().className()") == "KisQPainterCanvas"


def test_snippets_answer_fail_and_wait_in_the_event_loop(open_krita: OpenKrita) -> None:
    krita = open_krita(Wish(plugin=False))
    assert krita.value("6 * 7") == 42
    with pytest.raises(KritaError, match="ZeroDivisionError"):
        krita.run("1 / 0")
    with pytest.raises(KritaError, match="no JSON"):
        krita.value("set()")
    assert krita.run("def wait():\n    yield 20\n    return 'waited'\nresult = wait()") == "waited"


def test_a_blocked_event_loop_is_noticed_and_whose_fault_it_is(open_krita: OpenKrita) -> None:
    krita = open_krita(Wish(plugin=False))
    krita.mark()
    krita.run("import time; time.sleep(0.3)")
    slept = krita.longest_block()
    assert slept.wall >= 300
    assert slept.busy < 200
    krita.mark()
    krita.run(
        """
        end = time.thread_time() + 0.3
        while time.thread_time() < end:
            pass
        """
    )
    assert krita.longest_block().busy >= 300


def test_a_dialog_that_nobody_closes_is_named(open_krita: OpenKrita) -> None:
    krita = open_krita(Wish(plugin=False))
    krita.post(
        "from PyQt5.QtWidgets import QMessageBox; QMessageBox.information(None, 'Look', 'here')"
    )
    krita.wait_until(lambda: "Look" in str(krita.screen.windows()), "the dialog")
    krita.key("Escape")
    krita.wait_until(lambda: krita.screen.windows() == ["Krita"], "no dialog")


def test_what_a_bad_session_leaves_behind_is_found(tmp_path: Path) -> None:
    with krita_session(tmp_path, tmp_path / "artifacts", Wish(plugin=False)) as krita:
        krita.kill()
        judge(krita)
        krita.start()
        krita.post("raise ValueError('in a slot')")
        krita.wait_for("exceptions")
        with pytest.raises(AssertionError, match="in a slot"):
            judge(krita)
        assert krita.status == 0


def test_a_session_ends_with_all_that_it_started(tmp_path: Path) -> None:
    with krita_session(tmp_path, tmp_path / "artifacts", Wish(plugin=False)) as krita:
        pid = krita.pid
        assert programs_with(tmp_path)
    assert not is_alive(pid)
    assert programs_with(tmp_path) == []


def programs_with(home: Path) -> list[str]:
    """Return the programs that run with a HOME below ``home``."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if f"HOME={home}".encode() in (process / "environ").read_bytes():
                found.append((process / "comm").read_text().strip())
    return found
