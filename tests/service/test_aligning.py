"""Where a model of faces would have its picture: told where what finds faces is installed."""

from pathlib import Path

import numpy as np
import pytest

from tests.inversion.faces.weights import bright_is_a_face
from tests.service.drags import TINY
from tests.service.running import Daemon
from tugline_daemon.checkpoint.weights import write_weights
from tugline_protocol.blocking import Conversation
from tugline_protocol.errors import RequestFailed
from tugline_protocol.messages import Align, Aligned
from tugline_protocol.values import Image


def picture(*, bright: bool) -> Image:
    """Return a dark picture of 150 x 100 pixels, with a bright square where a face may be."""
    pixels = np.zeros((100, 150, 3), np.uint8)
    if bright:
        pixels[30:60, 80:110] = 255
    return Image(150, 100, "RGB", pixels.tobytes())


def test_a_daemon_that_finds_no_faces_says_so(talk: Conversation) -> None:
    assert "alignment" not in talk.welcome.capabilities
    with pytest.raises(RequestFailed) as failed:
        talk.call(Align(TINY, picture(bright=True)))
    assert failed.value.code == "unsupported"
    assert "tugline models get faces" in str(failed.value)


def test_the_place_of_the_largest_face_is_told(tmp_path: Path, models: Path) -> None:
    """By networks that take what is bright for a face; installed while the daemon runs."""
    daemon = Daemon(tmp_path, models).start()
    folder = daemon.data / "auxiliary"
    folder.mkdir(parents=True)
    write_weights(folder / "faces.safetensors", bright_is_a_face())
    with daemon.conversation() as talk:
        assert "alignment" in talk.welcome.capabilities
        found = talk.call(Align(TINY, picture(bright=True)))
        assert found.faces >= 1
        assert found.place is not None
        middle = 16.0
        across = found.place.a * middle + found.place.c * middle + found.place.e
        down = found.place.b * middle + found.place.d * middle + found.place.f
        assert 75 < across < 115
        assert 25 < down < 75
        assert talk.call(Align(TINY, picture(bright=False))) == Aligned(None, 0)
    assert daemon.end() == 0, daemon.log
