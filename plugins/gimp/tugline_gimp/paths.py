"""The paths of an image in which an edit's arrows lie, read and written through GIMP.

A path belongs to an edit by a parasite that names the edit and the path's own tattoo, so that a
copy of it is the artist's. An edit may have several, one for each time that the artist took up the
Paths tool anew; when Tugline writes its arrows they come together in the first, "Tugline arrows".
"""

import re
from collections.abc import Sequence
from typing import Any, Final

from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Placement

from .gi_modules import Gimp
from .parasites import attach, parasite
from .strokes import Stroke, same, with_arrows
from .undo_steps import no_step

PATH_NAME: Final = "Tugline arrows"
_MARK: Final = "tugline/arrows"
# The edit, and the tattoo of the path that was marked.
_MARKED: Final = re.compile(rb"(\w{1,64}) (\d{1,10})", re.ASCII)


def paths_of(image: Any, edit: str) -> tuple[Any, ...]:
    """Return the paths with the arrows of ``edit``, oldest first.

    Where none is marked as its own, that is one called "Tugline arrows" that is no other edit's.
    """
    paths = sorted(image.get_paths(), key=lambda path: path.get_tattoo())
    own = tuple(path for path in paths if owner(path) == edit)
    named = (path for path in paths if not owner(path) and path.get_name() == PATH_NAME)
    return own or tuple(named)[:1]


def owner(path: Any) -> str:
    """Return the edit that a path belongs to, "" where it is the artist's own."""
    found = _MARKED.fullmatch(parasite(path, _MARK))
    return found[1].decode() if found and int(found[2]) == path.get_tattoo() else ""


def strokes_of(path: Any) -> tuple[Stroke, ...]:
    """Return the strokes of a path, in document pixels; none where it is gone."""
    if not path.is_valid():
        return ()
    got = (path.stroke_get_points(number) for number in path.get_strokes())
    return tuple(Stroke(tuple(stroke.controlpoints), bool(stroke.closed)) for stroke in got)


def read(paths: Sequence[Any]) -> tuple[Stroke, ...]:
    """Return the strokes of all ``paths``."""
    return tuple(stroke for path in paths for stroke in strokes_of(path))


def is_anew(path: Any, tattoo: int) -> bool:
    """Whether a path came after the item with that tattoo, and may become somebody's arrows.

    A copy of a path with arrows may not, nor what has closed strokes: that is an outline.
    """
    if path.get_tattoo() <= tattoo or path.get_parasite(_MARK) is not None:
        return False
    strokes = strokes_of(path)
    return bool(strokes) and not any(stroke.closed for stroke in strokes)


def locked(paths: Sequence[Any]) -> bool:
    """Whether the artist has locked the content of one of them."""
    return any(path.get_lock_content() for path in paths)


def give(path: Any, edit: str) -> None:
    """Let ``path`` be the arrows of ``edit``, under Tugline's name. It is no step of undo."""
    with no_step(path.get_image()):
        _mark(path, edit)


def add(image: Any, edit: str) -> Any:
    """Return a new path without strokes for ``edit``, on top of the others."""
    path = Gimp.Path.new(image, PATH_NAME)
    image.insert_path(path, None, 0)
    _mark(path, edit)
    return path


def hand_over(image: Any, before: str, after: str) -> None:
    """Let the paths of the edit ``before`` be those of ``after``. Call it within a step of undo."""
    for path in paths_of(image, before):
        _mark(path, after)


def write_arrows(image: Any, placement: Placement, arrows: Arrows, edit: str) -> None:
    """Let the path of ``edit`` show ``arrows``, whose picture lies at ``placement``.

    Nothing is written where it does already, or where the path's content is locked. Several undo
    steps: call it within ``one_step`` or ``no_step``. Strokes that are no arrows stay, and where a
    path of the artist's own is selected it stays so.
    """
    paths = paths_of(image, edit)
    if same(read(paths), arrows, placement) or locked(paths):
        return
    strokes = with_arrows(read(paths), arrows, placement)
    chosen = image.get_selected_paths()
    path = paths[0] if paths else add(image, edit)
    if not owner(path):
        _mark(path, edit)
    for number in path.get_strokes():
        path.remove_stroke(number)
    for stroke in strokes:
        kind = Gimp.PathStrokeType.BEZIER
        path.stroke_new_from_points(kind, list(stroke.points), stroke.closed)
    for other in paths[1:]:
        image.remove_path(other)
    left = [other for other in chosen if other not in paths[1:]]
    if not paths or len(left) < len(chosen):
        image.set_selected_paths([path] if all(owner(other) for other in left) else left)


def _mark(path: Any, edit: str) -> None:
    """Let ``path`` be the edit's, and if it is that for the first time, be seen and named so."""
    if not owner(path):
        path.set_visible(True)
        if not path.get_name().startswith(PATH_NAME):
            path.set_name(PATH_NAME)
    attach(path, _MARK, f"{edit} {path.get_tattoo()}".encode("ascii"))
