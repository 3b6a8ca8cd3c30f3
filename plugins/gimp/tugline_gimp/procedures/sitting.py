"""Sitting down at a desk: the settings, the editor and the link to the daemon of one procedure."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from tugline_edit import preferences
from tugline_edit.view import Settings
from tugline_gimp.desk import GimpDesk
from tugline_gimp.document import GimpDocument
from tugline_gimp.editor import GimpEditor
from tugline_gimp.gi_modules import Gimp
from tugline_gimp.shelf import FILE_NAME, FileShelf, RunShelf
from tugline_protocol.endpoint import state_folder

from .claiming import Claim

# Where start.py and what the installer wrote for it lie.
_FOLDER = Path(__file__).resolve().parents[2]


@contextmanager
def artists_desk(document: GimpDocument) -> Iterator[GimpDesk]:
    """Yield a desk with the artist's own settings, which it keeps where they are changed."""
    yield from _desk(document, _artists_shelf())


@contextmanager
def scripts_desk(document: GimpDocument, settings: Settings) -> Iterator[GimpDesk]:
    """Yield a desk with ``settings`` for this run; the daemon is the artist's."""
    own = preferences.load(_artists_shelf())
    shelf = RunShelf()
    preferences.save(replace(settings, address=own.address, server_key=own.server_key), shelf)
    yield from _desk(document, shelf)


@contextmanager
def claimed(image: Any) -> Iterator[None]:
    """Keep other processes from working in an image; raises LayerFault where one does."""
    claim = Claim(state_folder(), Gimp.getpid(), image.get_id())
    try:
        yield
    finally:
        claim.release()


def _desk(document: GimpDocument, shelf: preferences.Shelf) -> Iterator[GimpDesk]:
    desk = GimpDesk(GimpEditor(document, _FOLDER), document, shelf)
    try:
        yield desk
    finally:
        desk.close()


def _artists_shelf() -> FileShelf:
    return FileShelf(Path(Gimp.directory()) / FILE_NAME)
