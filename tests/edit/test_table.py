"""Which edit lies before the artist, while layers come and get what is kept of them."""

from pathlib import Path

from tests.edit.host import Layer, PlainDocument, PlainEditor
from tests.edit.samples import MODEL
from tugline_edit.edits import Made, begin, find
from tugline_edit.geometry import Box, Placement
from tugline_edit.table import PATIENCE_LOOKS, Table
from tugline_protocol.values import Latent

PLACE = Placement.upright_at(16, 16, Box(4, 4, 16, 16))


def table_of(editor: PlainEditor) -> tuple[Table, list[str]]:
    said: list[str] = []
    return Table(editor, lambda sentence, **_: said.append(sentence)), said


def picture() -> Layer:
    layer = Layer()
    layer.write(PLACE.box, bytes((1, 2, 3, 255)) * 256)
    return layer


def give_edit(document: PlainDocument, layer_id: str) -> None:
    begin(document, layer_id, Made(MODEL, Latent(2, 3, bytes(24)), "Seed 0"), PLACE)


def test_a_layer_that_is_seen_before_its_record_is_written_gets_its_edit(tmp_path: Path) -> None:
    editor = PlainEditor(tmp_path)
    document = editor.open()
    table, _ = table_of(editor)
    document.active = document.insert(picture())
    assert table.look()
    assert not table.look()
    assert table.edit is None
    give_edit(document, document.active)
    assert table.look()
    assert table.edit is not None
    assert table.edit.layer_id == document.active
    assert not table.look()


def test_an_edit_stays_until_its_layer_is_the_active_one_or_the_artist_chose_another(
    tmp_path: Path,
) -> None:
    editor = PlainEditor(tmp_path)
    document = editor.open()
    table, _ = table_of(editor)
    document.active = before = document.insert(picture())
    table.look()
    layer_id = document.insert(picture())
    give_edit(document, layer_id)
    edit = find(document, layer_id)
    assert edit is not None
    document.active = before
    table.stay(edit)
    table.edit = edit
    for _ in range(PATIENCE_LOOKS):
        assert not table.look()
        assert table.edit is edit
    assert table.look()
    assert table.edit is None


def test_a_record_that_cannot_be_read_is_told_of_once(tmp_path: Path) -> None:
    editor = PlainEditor(tmp_path)
    document = editor.open()
    table, said = table_of(editor)
    document.active = document.insert(picture())
    give_edit(document, document.active)
    document.store(document.active).write(f"tugline/layer/{document.active}", "torn", b"torn")
    for _ in range(3):
        table.look()
    assert len(said) == 1
