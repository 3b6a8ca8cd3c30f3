"""What ``plug-in-tugline-invert`` does: by a dialog, or by its arguments to the end."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final, cast

from tugline_edit.view import Settings, ViewState
from tugline_gimp.choice import InvertChoice
from tugline_gimp.desk import GimpDesk
from tugline_gimp.document import GimpDocument
from tugline_gimp.gi_modules import Gimp
from tugline_gimp.inversion import Inversion
from tugline_gimp.running import Script
from tugline_gimp.unseen import ScriptDocument
from tugline_protocol.values import InversionQuality

from .answering import Call, Cancelled
from .meaning import Missing, require_model, the_layer
from .progress import progress
from .sitting import artists_desk, claimed, scripts_desk

_PROGRESS: Final = "Tugline: inverting"
_MISSING: Final = Missing(
    none="No layer of the image was given; give the one that is to be inverted.",
    not_one="Select one layer, the one that is to be inverted.",
)


def invert_by_dialog(call: Call) -> Sequence[object]:
    """Open the dialog, and return when the artist has closed it; raises Cancelled."""
    from tugline_gimp.dialogs.invert import InvertDialog  # noqa: PLC0415 - needs a screen

    layer_id = the_layer(call, _MISSING)
    document = GimpDocument(call.image)
    with claimed(call.image), artists_desk(document) as desk:
        inversion = Inversion(desk, document, layer_id)
        first = replace(_choice(call.config), feather=desk.settings.feather)
        choice = InvertDialog(desk, inversion, first).run()
        if inversion.edit is None or not document.is_open:
            raise Cancelled
        _keep(choice, call.config)
        return _values(desk, document, inversion)


def invert_by_script(call: Call) -> Sequence[object]:
    """Invert to the end, and return what came of it. Raises LayerFault or ProtocolError."""
    layer_id = the_layer(call, _MISSING)
    document = ScriptDocument(call.image, meant="")
    with claimed(call.image), scripts_desk(document, Settings()) as desk:
        choice = _choice(call.config)
        script = Script(desk)
        require_model(choice.model, script.connect())
        inversion = Inversion(desk, document, layer_id)
        with progress(_PROGRESS) as update:

            def told(state: ViewState) -> None:
                update(state.progress or 0.0)

            desk.watch(told)
            script.do(lambda: inversion.begin(choice), until=lambda: inversion.edit is not None)
        Gimp.displays_flush()
        return _values(desk, document, inversion)


def _values(desk: GimpDesk, document: GimpDocument, inversion: Inversion) -> Sequence[object]:
    layer = document.layer(inversion.edit.layer_id) if inversion.edit is not None else None
    return layer, desk.state().message


def _choice(config: Any) -> InvertChoice:
    return InvertChoice(
        model=config.get_property("model") or "",
        quality=cast("InversionQuality", config.get_property("quality")),  # one of its choices
        selected=config.get_property("to-selection"),
        feather=config.get_property("feather"),
        editability=config.get_property("editability"),
        w_steps=config.get_property("w-steps"),
        wplus_steps=config.get_property("wplus-steps"),
        tuning_steps=config.get_property("tuning-steps"),
    )


def _keep(choice: InvertChoice, config: Any) -> None:
    """Let GIMP know the choice as the values that were used last."""
    config.set_property("model", choice.model)
    config.set_property("quality", choice.quality)
    config.set_property("to-selection", choice.selected)
