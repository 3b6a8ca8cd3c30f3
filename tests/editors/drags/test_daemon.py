"""The daemon from the docker: started by its button, another version's, one without the model."""

from collections.abc import Iterator

import pytest

from tests.editors.drags.artist import Artist
from tests.editors.drags.conftest import Studio, end_daemon_of
from tests.service import running

_OTHER_VERSION = """
import tugline_protocol.version as spoken
spoken.PROTOCOL_MAJOR = 7
"""


@pytest.fixture(autouse=True)
def _a_daemon_afterwards(studio: Studio) -> Iterator[None]:
    yield
    studio.renew_daemon()


def test_the_dockers_button_starts_the_daemon_and_everything_is_done_by_hand(
    artist: Artist, studio: Studio
) -> None:
    end_daemon_of(studio.daemon)
    artist.krita.wait_for("desk.state().may_start_daemon")
    artist.shot("not-running")
    artist.press("Start")
    artist.connect()
    artist.press("Generate")
    artist.krita.wait_for("bench.edit is not None")
    artist.krita.settle()
    artist.shot("generated")
    artist.press("Drag mode")
    artist.krita.wait_for("desk.state().drag_mode")
    artist.pull((64.0, 70.0), (70.0, 70.0))
    artist.wait_idle()
    assert artist.krita.value("len(bench.edit.history.states)") == 2


def test_a_daemon_of_another_version_is_named_with_the_remedy(
    artist: Artist, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    artist.generate(seed=7)
    end_daemon_of(studio.daemon)
    monkeypatch.setattr(running, "_SERVE", _OTHER_VERSION + running._SERVE)
    studio.daemon.start()
    artist.krita.wait_for("'version' in desk.state().connection")
    artist.shot("version")
    assert "tugline plugins install krita" in artist.krita.value("desk.state().connection")
    assert not artist.krita.value("desk.state().connected")
    artist.krita.run("desk.take_back()")
    end_daemon_of(studio.daemon)


def test_a_picture_whose_model_is_missing_names_it(artist: Artist) -> None:
    artist.generate(seed=7)
    artist.krita.run(
        """
        store, history = bench.edit.store, bench.edit.history
        other = dataclasses.replace(history.states[0].model, name="somebodys-lions")
        states = (dataclasses.replace(history.states[0], model=other),)
        store.keep_history(bench.edit.record.edit, dataclasses.replace(history, states=states))
        layer = edit_layer()
        app.activeDocument().setActiveNode(app.activeDocument().nodeByName("Background"))
        """
    )
    artist.krita.wait_for("bench.edit is None")
    artist.krita.run("app.activeDocument().setActiveNode(layer)")
    artist.krita.wait_for("bench.edit is not None")
    assert "somebodys-lions" in artist.message()
    artist.drag_mode()
    artist.pull((64.0, 70.0), (70.0, 70.0))
    artist.wait_idle()
    assert "somebodys-lions" in artist.message()
    assert artist.krita.value("len(bench.edit.history.states)") == 1
