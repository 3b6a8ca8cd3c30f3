"""Pictures from a real daemon: whole, in strips, one through a mask over the other."""

import pytest

from tests.edit.editor import Editor
from tests.edit.loop import PlainLoop
from tests.edit.painter import PlainPainter
from tests.service.running import Daemon
from tugline_edit import pictures, wording
from tugline_edit.geometry import Affine, Box, Placement
from tugline_edit.masks import SelectionMask
from tugline_edit.pictures import (
    DRAWN_SIDE,
    FRAME_SIDE,
    PictureOrder,
    Sheet,
    drawn_size,
    frame_size,
    strips,
)
from tugline_protocol.messages import Generate, Generated
from tugline_protocol.values import Latent, ModelRef

TINY = ModelRef("tiny")
SIZE = (32, 32)


def latent_of(editor: Editor, seed: int) -> Latent:
    made = editor.connected().call(Generate(TINY, seed=seed))
    assert isinstance(made, Generated)
    return made.latent


def drawn(editor: Editor, *sheets: Sheet) -> bytes:
    done: list[bytes] = []
    failed: list[str] = []
    loop = PlainLoop()
    PictureOrder(editor.link, loop, PlainPainter(), sheets, SIZE, done.append, failed.append)
    editor.until(lambda: done or failed, "a picture")
    assert not failed
    return done[0]


def order_of(
    editor: Editor, sheet: Sheet, told: list[object], loop: PlainLoop | None = None
) -> PictureOrder:
    """Order a picture; ``told`` gets its bytes or the sentence that says why there are none."""
    return PictureOrder(
        editor.link, loop or PlainLoop(), PlainPainter(), [sheet], SIZE, told.append, told.append
    )


def test_a_picture_in_strips_is_the_one_in_a_piece(
    daemon: Daemon, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    sheet = Sheet(TINY, latent_of(editor, 1))
    whole = drawn(editor, sheet)
    assert len(whole) == 4 * 32 * 32
    monkeypatch.setattr(pictures, "STRIP_PIXELS", 32 * 5)
    assert drawn(editor, sheet) == whole


def test_a_sheet_with_a_mask_lies_over_the_one_before(daemon: Daemon, editor: Editor) -> None:
    first, second = (Sheet(TINY, latent_of(editor, seed)) for seed in (1, 2))
    left = SelectionMask(*SIZE, (b"\xff" * 16 + bytes(16)) * 32)
    one, other = drawn(editor, first), drawn(editor, second)
    both = drawn(editor, first, Sheet(TINY, second.latent, left))
    rows = range(0, len(both), 4 * 32)
    assert all(both[row : row + 64] == other[row : row + 64] for row in rows)
    assert all(both[row + 64 : row + 128] == one[row + 64 : row + 128] for row in rows)


def test_one_that_was_cancelled_calls_nobody(daemon: Daemon, editor: Editor) -> None:
    sheet = Sheet(TINY, latent_of(editor, 1))
    called: list[object] = []
    order = order_of(editor, sheet, called)
    order.cancel()
    drawn(editor, sheet)
    assert not called


def test_what_the_daemon_refuses_and_its_absence_are_told(daemon: Daemon, editor: Editor) -> None:
    lost = Sheet(ModelRef("nowhere"), latent_of(editor, 1))
    failed: list[object] = []
    order_of(editor, lost, failed)
    editor.until(lambda: failed, "a refusal")
    editor.link.close()
    order_of(editor, lost, failed)
    assert "nowhere" in str(failed[0])
    assert failed[1] == editor.link.sentence


def test_a_worker_that_hangs_is_waited_for_no_longer_than_some_time(
    fragile: Daemon, editor: Editor, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    sheet, loop = Sheet(TINY, latent_of(editor, 1)), PlainLoop()
    told: list[object] = []
    monkeypatch.setattr(pictures, "ANSWER_MS", 200)
    with fragile.worker_held():
        order_of(editor, sheet, told, loop)
        loop.until(lambda: told, "a sentence")
        assert told == [wording.UNANSWERED]
    drawn(editor, sheet)
    assert len(told) == 1, "what comes after all is nobody's"


def test_strips_cover_a_picture_once() -> None:
    for size in ((1, 1), (4096, 4096), (8192, 3), (1 << 21, 2)):
        rects = list(strips(size))
        assert sum(rect.width * rect.height for rect in rects) == size[0] * size[1]
        assert [rect.y for rect in rects][1:] == [rect.y + rect.height for rect in rects][:-1]
        assert all(rect.height == 1 or rect.width * rect.height <= 1 << 20 for rect in rects)


def test_frames_and_pictures_are_drawn_no_larger_than_is_seen() -> None:
    large = Placement.upright_at(256, 128, Box(0, 0, 8000, 4000))
    assert frame_size(large) == (FRAME_SIDE, FRAME_SIDE // 2)
    assert drawn_size(large) == (DRAWN_SIDE, DRAWN_SIDE // 2)
    turned = Placement(100, 50, Affine(0, 2, -2, 0, 300, 100))
    assert frame_size(turned) == drawn_size(turned) == (200, 100)
