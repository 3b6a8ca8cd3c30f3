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
from tugline_protocol.values import Image, PicturePlace


def picture(*, bright: bool, times: int = 1) -> Image:
    """Return a dark picture of 150 x 100 pixels, with a bright square where a face may be.

    It may be several times as large.
    """
    pixels = np.zeros((100, 150, 3), np.uint8)
    if bright:
        pixels[30:60, 80:110] = 255
    large = pixels.repeat(times, 0).repeat(times, 1)
    return Image(150 * times, 100 * times, "RGB", large.tobytes())


def middle_of(place: PicturePlace | None) -> tuple[float, float]:
    """Return where the middle of the picture of "tiny" would lie."""
    assert place is not None
    return (
        16 * place.a + 16 * place.c + place.e,
        16 * place.b + 16 * place.d + place.f,
    )


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
        large = talk.call(Align(TINY, picture(bright=True, times=25)))
        for place, times in ((found.place, 1), (large.place, 25)):
            across, down = middle_of(place)
            assert 75 * times < across < 115 * times
            assert 25 * times < down < 75 * times
        assert talk.call(Align(TINY, picture(bright=False))) == Aligned(None, 0)
    assert daemon.end() == 0, daemon.log
