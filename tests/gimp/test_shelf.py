"""The artist's settings, kept in a file of GIMP's folder."""

from pathlib import Path

import pytest

from tugline_edit.preferences import load, save
from tugline_edit.view import Settings
from tugline_gimp.shelf import FileShelf, RunShelf

CHANGED = Settings(
    model="critters",
    seed=2**32 - 1,
    truncation=0.25,
    live=False,
    keep_rest=True,
    step_limit=40,
    radius=3.5,
    address="studio:7380",
    server_key="k" * 40,
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "tugline.json"


def test_what_was_kept_is_there_for_the_next_process(file: Path) -> None:
    save(CHANGED, FileShelf(file))
    assert load(FileShelf(file)) == CHANGED


def test_nothing_is_kept_at_first(file: Path) -> None:
    assert load(FileShelf(file)) == Settings()
    assert not file.exists()


def test_a_process_that_writes_leaves_what_another_wrote(file: Path) -> None:
    one, other = FileShelf(file), FileShelf(file)
    one.write("model", "critters")
    other.write("seed", "5")
    assert (one.read("model"), one.read("seed")) == ("critters", "5")


@pytest.mark.parametrize(
    "damaged", [b"", b"{", b"[]", b'{"model": 5, "seed": {}}', b"\xff\xfe", b"[" * 60000]
)
def test_a_damaged_file_is_none_and_can_be_written_again(file: Path, damaged: bytes) -> None:
    file.write_bytes(damaged)
    assert load(FileShelf(file)) == Settings()
    FileShelf(file).write("model", "critters")
    assert FileShelf(file).read("model") == "critters"


def test_what_is_as_it_was_is_not_written_again(file: Path) -> None:
    FileShelf(file).write("model", "critters")
    before = file.stat().st_mtime_ns
    FileShelf(file).write("model", "critters")
    assert file.stat().st_mtime_ns == before


def test_a_runs_settings_are_its_own(file: Path) -> None:
    save(CHANGED, RunShelf())
    shelf = RunShelf()
    save(CHANGED, shelf)
    assert load(shelf) == CHANGED
    assert load(FileShelf(file)) == Settings()
