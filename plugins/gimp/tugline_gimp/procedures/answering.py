"""A procedure's call and its answer: return values, CANCEL, or an error of one sentence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tugline_edit.guarding import open_log, sentence_for, tell
from tugline_gimp.gi_modules import Gimp, GLib, GObject

LOG_NAME: Final = "gimp.log"


class Cancelled(Exception):
    """The artist closed the dialog without wanting anything."""


@dataclass(frozen=True)
class Call:
    """What GIMP hands to a procedure: how it is run, on what, and its arguments.

    ``drawables`` are the selected layers, channels or masks; ``config`` is a Gimp.ProcedureConfig.
    """

    run_mode: Any
    image: Any
    drawables: Sequence[Any]
    config: Any

    @property
    def interactive(self) -> bool:
        """Whether somebody sits before it and expects a dialog."""
        return bool(self.run_mode == Gimp.RunMode.INTERACTIVE)


def answered(work: Callable[[Call], Sequence[object]]) -> Callable[..., Any]:
    """Return what GIMP runs: ``work``, which returns the procedure's values in their order.

    What it raises is logged and becomes the error's sentence; after Cancelled there is none. Only
    scripts are given layers: GIMP 3.0 holds an answer for a while after the procedure's end, and
    crashes where the artist closes the image meanwhile and a layer of it is in the answer.
    """

    def run(
        procedure: Any, run_mode: Any, image: Any, drawables: Sequence[Any], config: Any, _data: Any
    ) -> Any:
        open_log(LOG_NAME)
        try:
            values = work(Call(run_mode, image, tuple(drawables), config))
        except Cancelled:
            return procedure.new_return_values(Gimp.PDBStatusType.CANCEL, None)
        except Exception as fault:  # noqa: BLE001 - the last one before GIMP: told and logged
            tell(fault)
            return _error(procedure, sentence_for(fault))
        if run_mode != Gimp.RunMode.NONINTERACTIVE:
            values = [None if isinstance(value, Gimp.Item) else value for value in values]
        return _success(procedure, values)

    return run


def _success(procedure: Any, values: Sequence[object]) -> Any:
    answer = procedure.new_return_values(Gimp.PDBStatusType.SUCCESS, None)
    declared = procedure.get_return_values()
    for place, (kind, value) in enumerate(zip(declared, values, strict=True), start=1):
        answer.remove(place)
        answer.insert(place, GObject.Value(kind.value_type, value))
    return answer


def _error(procedure: Any, sentence: str) -> Any:
    error = GLib.Error.new_literal(Gimp.PlugIn.error_quark(), sentence, 0)
    return procedure.new_return_values(Gimp.PDBStatusType.EXECUTION_ERROR, error)
