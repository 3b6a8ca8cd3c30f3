"""The photos of docs/inversion.md are animals as the renderer draws them, larger than a model's."""

import numpy as np

from tools.critters.renderer import render
from tools.gallery.scenes import SCENES, choose, z_of
from tools.inversion_pictures import photo_of


def test_a_photo_is_the_renderers_picture_of_the_drags_animal() -> None:
    drag = choose(128)[SCENES[0].name][0]
    photo = photo_of(drag, 96)
    drawn, _ = render(z_of(drag.seed), 96)
    assert (photo.mode, photo.size) == ("RGB", (96, 96))
    values = np.asarray(photo).astype(float) / 127.5 - 1
    assert np.abs(np.moveaxis(values, -1, 0) - drawn[0].clip(-1, 1)).max() <= 0.5 / 127.5 + 1e-6
