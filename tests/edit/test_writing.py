"""The last picture of a pull on its way into the layer, in a plain editor with a real daemon."""

import pytest

from tests.edit.artist import PLACE, Artist, picture
from tests.edit.host import PlainDocument
from tugline_edit.arrows import Arrows
from tugline_edit.live import Seen
from tugline_edit.pictures import drawn_size
from tugline_edit.writing import Writing
from tugline_protocol.values import Image


@pytest.mark.parametrize("full", [True, False])
def test_a_frame_is_the_picture_unless_it_is_a_draft(
    artist: Artist, document: PlainDocument, *, full: bool
) -> None:
    edit = artist.generate(document)
    before, latent = picture(artist, document), edit.latent()
    assert latent is not None
    width, height = drawn_size(PLACE)
    red = Image(width, height, "RGBA", bytes([255, 0, 0, 255]) * (width * height))
    written: list[str] = []
    Writing(
        artist.desk.care.link,
        artist.editor.loop,
        edit,
        document.begin_pull(edit.layer_id, PLACE, true_composite=False),
        Seen(1, latent, (), red, full=full),
        Arrows,
        None,
        lambda _edit, notice: written.append(notice),
        written.append,
    )
    artist.until(lambda: written, "a picture in the layer")
    assert written == [""]
    assert picture(artist, document) == (bytes(red.data) if full else before)
