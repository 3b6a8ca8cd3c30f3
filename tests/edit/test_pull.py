"""A pull whose daemon hangs: a real worker that stands still."""

from pathlib import Path

import pytest

from tests.edit.artist import EYE, Artist, picture
from tests.edit.host import PlainEditor
from tests.service.running import Daemon
from tugline_edit import patience, wording


def test_a_stop_that_is_not_answered_keeps_the_last_frame(
    fragile: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    artist = Artist(PlainEditor(tmp_path))
    document = artist.editor.open()
    artist.generate(document)
    before = picture(artist, document)
    artist.begins()
    monkeypatch.setattr(patience, "STOP_MS", 200)
    with fragile.worker_held():
        artist.desk.stop()
        artist.rests()
        assert artist.said[-1] == wording.UNANSWERED_STOP
        assert picture(artist, document) != before
        assert picture(artist, document)[::4] == bytes(document.shown[-1].data)[::4]
    artist.bench.pull_to(artist.bench.gestures.arrows, hold=False)
    artist.pull(EYE)
    assert len(artist.edit.history.states) == 3, "it goes on when the worker does"
    artist.desk.close()


def test_slow_steps_are_waited_for(artist: Artist, monkeypatch: pytest.MonkeyPatch) -> None:
    artist.generate(artist.editor.open())
    artist.begins()
    monkeypatch.setattr(patience, "STOP_MS", 0)
    monkeypatch.setattr(patience, "STOP_STEPS", 1000)
    artist.desk.stop()
    artist.rests()
    assert artist.said[-1] == wording.sentence_for_end("stopped", "")


def test_a_stop_before_the_first_frame_that_is_not_answered_leaves_the_picture(
    fragile: Daemon, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fragile.start()
    artist = Artist(PlainEditor(tmp_path))
    document = artist.editor.open()
    artist.generate(document)
    before = picture(artist, document)
    artist.bench.put(artist.arrows(EYE))
    monkeypatch.setattr(patience, "STOP_MS", 200)
    with fragile.worker_held():
        artist.desk.run()
        artist.until(lambda: artist.bench.pull is not None, "a pull")
        artist.desk.stop()
        artist.rests()
    assert (picture(artist, document), artist.said[-1]) == (before, wording.UNANSWERED)
    artist.desk.close()
