from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.accuracy.bench import newest_packaged
from benchmarks.inversion.drawings import INK, outline
from benchmarks.inversion.photographs import PHOTOGRAPHS, photographs
from benchmarks.inversion.pictures import SHARES, Pictures, kind_of
from benchmarks.ruler import find
from tools.critters.landmarks import Landmark
from tugline_daemon.generator import Generator
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.store import Store, packaged_folder


@pytest.fixture(scope="module")
def generator() -> Generator:
    model = Store([packaged_folder()]).find(newest_packaged())
    return load_model(model, torch.device("cpu"))


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A scikit-image of two pictures, which nobody may import."""
    folder = tmp_path / "skimage" / "data"
    folder.mkdir(parents=True)
    (tmp_path / "skimage" / "__init__.py").write_text("raise ImportError\n")
    grey = np.zeros((40, 80), np.uint8)
    grey[:, 20:60] = 200  # the middle square
    Image.fromarray(grey).save(folder / PHOTOGRAPHS[0])
    Image.new("RGB", (64, 64), (255, 0, 0)).save(folder / PHOTOGRAPHS[1])
    monkeypatch.syspath_prepend(tmp_path)
    return folder


def test_photographs_are_the_middle_squares_of_what_is_shipped(shipped: Path) -> None:
    found = photographs(32)
    assert list(found) == [Path(name).stem for name in PHOTOGRAPHS[:2]]
    grey, red = found.values()
    assert (grey.mode, grey.size) == ("RGB", (32, 32))
    assert grey.getextrema() == ((200, 200),) * 3
    assert red.getpixel((5, 5)) == (255, 0, 0)


def test_every_stretch_of_names_has_every_kind(generator: Generator, shipped: Path) -> None:
    pictures = Pictures(generator)
    names = pictures.names(100)
    assert Counter(map(kind_of, names)) == {**SHARES, "photograph": 2}
    assert len(set(names)) == len(names)
    assert set(map(kind_of, names[:12])) >= {"critter", "flat", "outline", "stripes"}
    assert pictures.names(5) == names[:5]


@pytest.mark.parametrize("kind", ["critter", "flat", "outline", "stripes"])
def test_it_is_known_where_a_critters_landmarks_are(generator: Generator, kind: str) -> None:
    subject = Pictures(generator).subject(f"{kind}-40000004")
    assert subject.picture.shape == (3, 128, 128)
    assert subject.picture.abs().max() <= 1
    assert subject.picture.std() > 0.05
    assert subject.pair is not None
    with torch.no_grad():
        own = generator.synthesize(torch.stack([subject.pair.start, subject.pair.goal]))
    places = [Landmark[name.upper()] for name in subject.pair.names]
    seen = find(own)[:, places]
    wanted = torch.stack([subject.pair.handles, subject.pair.targets])
    assert float((seen - wanted).norm(dim=2).mean()) < 2


def test_the_styles_are_not_the_renderers(generator: Generator) -> None:
    pictures = Pictures(generator)
    drawn = [pictures.subject(f"{kind}-40000004").picture for kind in list(SHARES)[:4]]
    for place, some in enumerate(drawn):
        for other in drawn[:place]:
            assert float((some - other).square().mean()) > 0.01


def test_a_drawing_has_its_nose_where_the_landmark_is() -> None:
    points = np.random.default_rng(0).uniform(30, 90, (len(Landmark), 2)).astype(np.float32)
    x, y = points[Landmark.NOSE_TIP]
    assert outline(points, 128).getpixel((int(x), int(y))) == INK


def test_the_generators_own_pictures_are_its_own(generator: Generator) -> None:
    pictures = Pictures(generator)
    first, second = pictures.generated(2)
    assert pictures.subject(first).pair is None
    assert not torch.equal(pictures.subject(first).picture, pictures.subject(second).picture)


def test_a_picture_of_no_kind_is_not_there(generator: Generator) -> None:
    with pytest.raises(KeyError, match="dog-1"):
        Pictures(generator).subject("dog-1")
