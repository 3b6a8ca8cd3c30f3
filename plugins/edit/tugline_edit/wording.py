"""Sentences for the artist: what happened, and what to do about it. One place for both editors."""

from typing import Final

from .geometry import Placement

NO_DOCUMENT: Final = "Open or create a document first."
NO_EDIT: Final = "Choose a layer that Tugline has made, or generate a picture first."
NO_MODELS: Final = "The daemon has no model that can be used; `tugline doctor` says why."
NO_ARROWS: Final = "Set an arrow first: press on the picture and pull."
TOO_MANY_ARROWS: Final = "There are as many arrows as a drag can have; delete one first."
STARTING: Final = "Starting the Tugline daemon."
START_BY_HAND: Final = "The Tugline daemon is not running; run `tugline serve` in a terminal."
STILL_PULLING: Final = "Wait for the picture, or stop it first."
TAKEN_BACK: Final = "The picture from before the drag is back."
LAYER_GONE: Final = "The picture's layer is gone; undo its removal or generate a new picture."
UNANSWERED: Final = "The daemon does not answer; end it and start it again."
UNANSWERED_STOP: Final = (
    "The daemon did not answer, so this is the last picture that it sent; if that happens again, "
    "end it and start it again."
)
PREVIEW_GONE: Final = (
    "The layer in which the picture moved was removed, so the drag was taken back."
)
PAINTED: Final = (
    "You painted on Tugline's layer: it stays as it is, and the drag goes on in a new layer above."
)
PAINTED_MEANWHILE: Final = (
    "Tugline's layer was changed meanwhile: it stays as it is, and the picture is in a new layer "
    "above."
)
ON_CANVAS: Final = (
    "This document is slow to composite, so the moving picture is drawn over the canvas; what lies "
    "above it is seen again at the end."
)
NOT_THERE: Final = (
    "The picture that this layer is said to have is not in it; undo what cut it off, or generate a "
    "new one."
)
INTERRUPTED: Final = (
    "This document was left in the midst of a drag or an inversion; the picture from before it is "
    "back."
)
SELECTION_IGNORED: Final = "The selection is ignored: everything may move."
LATENT_LOST: Final = (
    "The document has lost what this picture was made from; go on from another one of the history."
)

NO_LAYER: Final = "Choose the layer that is to be inverted first."
INVERTED_ALREADY: Final = (
    "This layer is the picture that was found; choose the layer with the photo to invert it again."
)
NOTHING_TO_INVERT: Final = (
    "There is nothing in this layer that could be inverted; choose the layer with the photo."
)
NOTHING_SELECTED_THERE: Final = (
    "The selection lies outside of what this layer shows; select a part of it, or nothing."
)
NO_PHOTO: Final = "This picture was made from no photo; invert a layer first."
NO_INVERSION: Final = (
    "This daemon is older than inversion; update Tugline where the daemon runs, and start it again."
)
NO_BLENDING: Final = (
    "This picture lies over a photo, which the daemon is too old for; update Tugline where the "
    "daemon runs, and start it again."
)
NO_ALIGNMENT: Final = (
    "This daemon cannot find faces; run `tugline models get faces` where it runs, or switch "
    "“Align to the face” off."
)
NO_FACE: Final = (
    "No face was found in the layer; select where it is, or switch “Align to the face” off."
)
INVERTING: Final = "Wait for the inversion, or stop it first."
INVERSION_TAKEN_BACK: Final = "The inversion was taken back."
INVERSION_GONE: Final = (
    "The layer in which the picture came was removed, so the inversion was stopped."
)
INTERRUPTED_INVERSION: Final = (
    "The daemon is gone; the inversion goes on from the last picture as soon as it is back."
)
NOTHING_FOUND: Final = "The inversion was stopped before it had found anything."
TUNING_LOST: Final = (
    "What fits the model to this picture is neither with the daemon nor in the document; use the "
    "daemon that made it, or go back to a picture of the history that was made without it."
)
TUNING_NOT_CARRIED: Final = (
    "The document could not be given what fits the model to this picture: it is pulled on with "
    "this daemon alone."
)

# From so many times its own size on a picture is noticeably soft.
_SOFT_FROM = 1.5

_ENDS: Final = {
    "arrived": "Every handle has arrived.",
    "stuck": "The handles got no nearer; pull somewhere else, or less far.",
    "step_limit": "The drag has used up its steps; run it again to go on.",
    "stopped": "Stopped; the picture stays as it is.",
    "diverged": "The picture fell apart and is back at its best state; pull less far at once.",
    "client_gone": "The connection to the daemon broke; run the drag again to go on.",
}


_INVERSION_ENDS: Final = {
    "stopped": "Stopped; the best picture so far stays.",
    "diverged": "The search fell apart; this is its best picture.",
    "client_gone": "The connection to the daemon broke; this is the best picture so far.",
}
_MINUTE: Final = 60


def sentence_for_end(reason: str, text: str) -> str:
    """Return why a drag ended: DragEnded's ``reason`` in words, else the daemon's own ``text``."""
    return _ENDS.get(reason) or text or "The drag has ended."


def sentence_for_inversion(reason: str, text: str, likeness: float | None) -> str:
    """Return how an inversion ended: the daemon's own ``text``, else why, and how near it came.

    What the daemon has to say of one that is done says how near by itself.
    """
    if text and reason == "done":
        return text
    parts = [text or _INVERSION_ENDS.get(reason, "")]
    if likeness is not None:
        parts.append(f"The picture is {100 * max(0.0, likeness):.0f} % like the layer.")
    return " ".join(parts).strip()


def time_left(seconds: float) -> str:
    """Return how long something still takes, in words; "" where that is not known (less than 0)."""
    if seconds < 0:
        return ""
    if seconds < _MINUTE:
        return f"About {max(1, round(seconds))} s left."
    return f"About {round(seconds / _MINUTE)} min left."


def too_small_to_invert(least: int) -> str:
    """Return that a part of a layer is too small; ``least`` is the least side, document pixels."""
    return f"What is to be inverted is less than {least} pixels across; select a larger part."


def missing_model(name: str, *, other_weights: bool = False) -> str:
    """Return that a picture's model is not there, or, with ``other_weights``, only its namesake."""
    made = f"This picture was made with the model {name}"
    if other_weights:
        made = f"This picture was made with another version of the model {name}"
    return f"{made}, which the daemon does not have; add its file with `tugline models add`."


def softness(placement: Placement) -> str:
    """Return that a picture will look soft, "" where it is not drawn much above its own size."""
    across, down = placement.drawn_size
    times = max(across / placement.width, down / placement.height)
    if times < _SOFT_FROM:
        return ""
    return f"The picture is drawn {times:.1f} times its own size and will be soft."


def outside_selection(handles: int) -> str:
    """Return that so many handles lie where the selection holds the picture, "" for none."""
    if handles == 0:
        return ""
    if handles == 1:
        return "1 handle lies outside the selection: it stays."
    return f"{handles} handles lie outside the selection: they stay."


def settings_not_kept(why: str) -> str:
    """Return that settings hold for now alone; ``why`` is what the system says."""
    return f"The settings hold, but cannot be kept for the next time ({why})."


def hidden_layer(name: str) -> str:
    """Return that a layer cannot be pulled because it is not seen."""
    return f"“{name}” is hidden; show it to pull."


def held_by_group(name: str, *, locked: bool) -> str:
    """Return that a layer cannot be pulled because a group around it is locked, or else hidden."""
    if locked:
        return f"The group “{name}” is locked; unlock it to pull."
    return f"The group “{name}” is hidden; show it to pull."


def closed_group(name: str) -> str:
    """Return that no layer can be added because the group that it would be in is locked."""
    return f"The group “{name}” is locked; unlock it to add a picture."


def inversion_label() -> str:
    """Return the name of the picture that an inversion found in the history."""
    return "Inverted"


def seed_label(seed: int) -> str:
    """Return the name of a generated picture in the history."""
    return f"Seed {seed}"


def drag_label(steps: int) -> str:
    """Return the name of a drag's picture in the history."""
    return "1 step" if steps == 1 else f"{steps} steps"
