"""What ``plug-in-tugline-drag`` does: the dialog, or a drag of the arguments to its end."""

import time
from collections.abc import Sequence
from typing import Any, Final

from tugline_edit.arrows import Arrows
from tugline_edit.edits import OpenEdit
from tugline_edit.host import LayerFault
from tugline_edit.preferences import RADIUS_LEAST
from tugline_edit.pull import Outcome
from tugline_edit.view import Settings
from tugline_gimp.desk import GimpDesk
from tugline_gimp.document import GimpDocument
from tugline_gimp.gi_modules import Gimp, GObject
from tugline_gimp.glib_loop import GLibLoop
from tugline_gimp.paths import paths_of, read, strokes_of
from tugline_gimp.running import Script
from tugline_gimp.strokes import Stroke, drawn, follow
from tugline_gimp.unseen import ScriptDocument

from .answering import Call, Cancelled
from .meaning import Missing, the_layer
from .points import arrows_of
from .progress import progress
from .sitting import artists_desk, claimed, scripts_desk

# What a drag ends in besides errors, in the daemon's words; the last is said for it, once it is
# gone for so many seconds.
_ENDS: Final = frozenset({"arrived", "stuck", "step_limit", "stopped", "diverged"})
_LOST: Final = "client_gone"
_PATIENCE_SECONDS: Final = 90.0

_PROGRESS: Final = "Tugline: pulling"
_MISSING: Final = Missing(
    none="No layer of the image was given; after a drag the picture is in the layer that it "
    "returned.",
    not_one="Select one layer, the one that Tugline is to pull in.",
)
_NOTHING_TO_PULL: Final = (
    "There is nothing to pull; give points or a path, or draw strokes in the path “Tugline arrows”."
)
_TWICE: Final = "Points were given and a path as well; give one of the two."
_NO_STROKES: Final = (
    "No stroke of the path is an arrow; each needs two anchors, its handle and its target."
)


def drag_by_dialog(call: Call) -> Sequence[object]:
    """Open the dialog, and return how the last drag ended when the artist has closed it."""
    from tugline_gimp.dialogs.drag import DragDialog  # noqa: PLC0415 - needs a screen
    from tugline_gimp.following import PathFollower  # noqa: PLC0415 - as the dialog does

    with claimed(call.image), artists_desk(GimpDocument(call.image)) as desk:
        follower = PathFollower(desk.bench, desk.document, GLibLoop())
        try:
            DragDialog(desk, follower).run()
        finally:
            follower.close()
        if not desk.document.is_open:
            # After a success GIMP keeps the arguments with the image, and complains without one.
            raise Cancelled
        _keep(desk.settings, call.config)
        edit, ended = desk.bench.edit, desk.bench.ended
        layer = desk.document.layer(edit.layer_id) if edit is not None else None
        return _values(layer, ended or Outcome("", "", 0.0, 0))


def drag_by_script(call: Call) -> Sequence[object]:
    """Pull to the end, and return how it ended. Raises LayerFault or ProtocolError."""
    document = ScriptDocument(call.image, meant=the_layer(call, _MISSING))
    settings = _settings(call.config)
    with claimed(call.image), scripts_desk(document, settings) as desk:
        return _Drag(desk, call.config).run()


class _Drag:
    """One drag of a script's."""

    def __init__(self, desk: GimpDesk, config: Any) -> None:
        self._desk = desk
        self._bench = desk.bench
        self._config = config
        self._lost_since: float | None = None
        self._lost = False

    def run(self) -> Sequence[object]:
        script = Script(self._desk)
        edit = self._edit()
        arrows = _arrows(self._desk, edit, self._config)
        script.connect()
        with progress(_PROGRESS) as update:

            def moved() -> None:
                update(_part_done(arrows, self._bench.gestures.arrows))

            def pull() -> None:
                self._bench.gestures.arrows = arrows
                self._desk.run()

            self._desk.follow(moved)
            script.do(pull, until=self._is_over)
        Gimp.displays_flush()
        ended, edit = self._bench.ended, self._edit()
        if ended is None or ended.reason not in _ENDS:
            raise LayerFault(ended.text if ended is not None else self._desk.state().message)
        layer = self._desk.document.layer(edit.layer_id)
        return _values(layer, ended, _LOST if self._lost else ended.reason)

    def _edit(self) -> OpenEdit:
        """Return the layer's edit. Raises LayerFault where it has none, with the reason for it."""
        said = self._desk.state()
        if self._bench.edit is None and said.warning:
            raise LayerFault(said.message)
        return self._bench.table.the_edit()

    def _is_over(self) -> bool:
        """Whether the drag is; without a daemon for too long it is brought to its end."""
        pull = self._bench.pull
        if pull is None or not pull.interrupted:
            self._lost_since = None
        elif self._lost_since is None:
            self._lost_since = time.monotonic()
        elif time.monotonic() - self._lost_since > _PATIENCE_SECONDS:
            self._lost = True
            self._desk.stop()
        return self._bench.ended is not None and self._bench.idle


def _settings(config: Any) -> Settings:
    radius = config.get_property("radius")
    if 0 < radius < RADIUS_LEAST:
        raise LayerFault(f"The radius has to be {RADIUS_LEAST} at least, or 0 for the model's own.")
    return Settings(
        live=False,
        keep_rest=config.get_property("keep-rest"),
        step_limit=config.get_property("steps") or None,
        radius=radius or None,
        feather=config.get_property("feather"),
    )


def _keep(settings: Settings, config: Any) -> None:
    """Let GIMP know how the artist pulled as the values that were used last, for its Repeat."""
    config.set_property("keep-rest", settings.keep_rest)
    config.set_property("steps", settings.step_limit or 0)
    config.set_property("radius", settings.radius or 0.0)
    config.set_property("feather", settings.feather)


def _arrows(desk: GimpDesk, edit: OpenEdit, config: Any) -> Arrows:
    """Return what is to be pulled: points, the strokes of a path, or the edit's own arrows."""
    placement, reference = edit.record.placement, edit.state.latent
    points, path = _points(config), config.get_property("path")
    if points and path is not None:
        raise LayerFault(_TWICE)
    if points:
        return arrows_of(points, placement, reference)
    strokes: tuple[Stroke, ...] = ()
    kept = Arrows()
    if path is not None:
        strokes = strokes_of(path)
    else:
        # The edit's path may have been changed since the edit was left.
        kept = desk.bench.gestures.arrows
        paths = paths_of(desk.document.image, edit.record.edit)
        if not paths and not len(kept):
            raise LayerFault(_NOTHING_TO_PULL)
        if not paths:
            return kept
        strokes = read(paths)
    arrows, _ = follow(drawn(kept, placement), strokes, kept, placement, reference)
    if not len(arrows):
        raise LayerFault(_NO_STROKES)
    return arrows


def _points(config: Any) -> list[float]:
    """Return the numbers of the argument: gi has no name for their type, so they need a detour."""
    held = config.get_property("points")
    if held is None:
        return []
    value = GObject.Value(config.find_property("points").value_type)
    value.set_boxed(held)
    return list(Gimp.value_get_double_array(value))


def _part_done(before: Arrows, now: Arrows) -> float:
    """Return how much of the way the farthest handle has made, 0 to 1."""
    whole = max((arrow.distance for arrow in before), default=0.0)
    left = max((arrow.distance for arrow in now), default=0.0)
    return min(max(1.0 - left / whole, 0.0), 1.0) if whole else 1.0


def _values(layer: Any, ended: Outcome, reason: str = "") -> Sequence[object]:
    return layer, ended.distance, reason or ended.reason, ended.steps
