"""What ``plug-in-tugline-generate`` does: by a dialog's choice or by its arguments."""

from dataclasses import replace
from typing import Any

from tugline_edit.edits import OpenEdit
from tugline_edit.geometry import Box
from tugline_edit.host import LayerFault
from tugline_edit.view import Settings, ViewState
from tugline_gimp.choice import GenerateChoice, placed
from tugline_gimp.desk import GimpDesk
from tugline_gimp.gi_modules import Gimp
from tugline_gimp.layers import layer_id, why_no_layers
from tugline_gimp.running import Script
from tugline_gimp.selection import selection_bounds
from tugline_gimp.unseen import ScriptDocument

from .answering import Call, Cancelled
from .meaning import require_model
from .progress import progress
from .sitting import artists_desk, scripts_desk

_PROGRESS = "Tugline: generating"


def generate_by_script(call: Call) -> Any:
    """Return the layer with the picture that the arguments say."""
    document = _document(call)
    choice = _choice(call.config)
    with scripts_desk(document, _settings(Settings(), choice)) as desk:
        return _made(desk, call, choice)


def generate_by_dialog(call: Call) -> Any:
    """Return the layer with the picture that the artist chooses; raises Cancelled."""
    from tugline_gimp.dialogs.generate import GenerateDialog  # noqa: PLC0415 - needs a screen

    with artists_desk(_document(call)) as desk:
        choice = GenerateDialog(
            desk, call.image, selection_bounds(call.image), _bounds(call), _choice(call.config)
        ).run()
        if choice is None:
            raise Cancelled
        _keep(choice, call.config)
        desk.change_settings(_settings(desk.settings, choice))
        return _made(desk, call, choice)


def _document(call: Call) -> ScriptDocument:
    """Return the image, in which no layer is meant; raises LayerFault where none can be added."""
    why_not = why_no_layers(call.image)
    if why_not:
        raise LayerFault(why_not)
    return ScriptDocument(call.image, meant="")


def _made(desk: GimpDesk, call: Call, choice: GenerateChoice) -> Any:
    """Make the picture, and wait for its layer."""
    script = Script(desk)
    require_model(choice.model, script.connect())
    image = Box(0, 0, call.image.get_width(), call.image.get_height())
    selection = selection_bounds(call.image)
    layers = [one for one in call.drawables if isinstance(one, Gimp.Layer)]
    above = layer_id(layers[0]) if layers else ""
    made: list[OpenEdit] = []

    def generate() -> None:
        desk.generate(
            desk.document, lambda card: placed(choice, card, image, selection), above, made.append
        )

    with progress(_PROGRESS) as update:

        def told(state: ViewState) -> None:
            update(state.progress or 0.0)

        desk.watch(told)
        script.do(generate, until=lambda: bool(made))
    Gimp.displays_flush()
    return desk.document.layer(made[0].layer_id)


def _bounds(call: Call) -> Box:
    """Return the box of the selected layer, else of the image."""
    for one in call.drawables:
        _, left, top = one.get_offsets()
        return Box(left, top, one.get_width(), one.get_height())
    return Box(0, 0, call.image.get_width(), call.image.get_height())


def _choice(config: Any) -> GenerateChoice:
    return GenerateChoice(
        model=config.get_property("model") or "",
        seed=config.get_property("seed"),
        truncation=config.get_property("truncation"),
        place=config.get_property("place"),
        width=config.get_property("width"),
        height=config.get_property("height"),
    )


def _keep(choice: GenerateChoice, config: Any) -> None:
    """Let GIMP know the choice as the values that were used last."""
    for name in ("model", "seed", "truncation", "place", "width", "height"):
        config.set_property(name, getattr(choice, name))


def _settings(settings: Settings, choice: GenerateChoice) -> Settings:
    return replace(settings, model=choice.model, seed=choice.seed, truncation=choice.truncation)
