"""Which layer a procedure was called for, and which model."""

from collections.abc import Sequence
from dataclasses import dataclass

from tugline_edit.host import LayerFault
from tugline_gimp.gi_modules import Gimp
from tugline_gimp.layers import layer_id
from tugline_protocol.values import ModelCard

from .answering import Call


@dataclass(frozen=True)
class Missing:
    """What is said to a script that gave no layer, and to whoever did not select just one."""

    none: str
    not_one: str


def the_layer(call: Call, missing: Missing) -> str:
    """Return the id of the layer that the drawables mean: one layer, or the mask of one.

    Raises LayerFault.
    """
    meant = [
        Gimp.Layer.from_mask(one) if isinstance(one, Gimp.LayerMask) else one
        for one in call.drawables
    ]
    there = [one for one in meant if one is not None and one.is_valid()]
    if not there and call.run_mode == Gimp.RunMode.NONINTERACTIVE:
        raise LayerFault(missing.none)
    if len(meant) != 1 or not isinstance(meant[0], Gimp.Layer):
        raise LayerFault(missing.not_one)
    return layer_id(meant[0])


def require_model(model: str, models: Sequence[ModelCard]) -> None:
    """Raise LayerFault where a model is named that the daemon cannot use."""
    known = {card.name: card for card in models}
    if model and model not in known:
        raise LayerFault(
            f"The daemon has no model {model[:80]!r}; it has {', '.join(sorted(known))}."
        )
    if model and known[model].readiness == "broken":
        raise LayerFault(f"The model {model} cannot be used; `tugline doctor` says why.")
