"""What a request must fulfil beyond the ranges of its fields: to be judged with the model's card.

Each function raises Refused with the field and the limit, and returns nothing otherwise. The values
themselves were checked at the door.
"""

from collections.abc import Iterable, Sequence

from tugline_daemon.library.cards import Card
from tugline_protocol.errors import TOO_LARGE
from tugline_protocol.messages import Generate, Mix, Render, Retarget, StartDrag
from tugline_protocol.values import (
    XY,
    DragOptions,
    DragPoint,
    Latent,
    Limits,
    Mask,
    PictureFormat,
    Row,
    Vector,
)

from .errors import Refused
from .ledger import DragState
from .value_checks import (
    check_alpha,
    check_bytes,
    check_latent,
    check_mask,
    check_numbers,
    check_picture,
    frame_size,
)


def check_generate(message: Generate, card: Card, limits: Limits) -> None:
    """Check seed or z, the label, and the picture's format."""
    if (message.seed is None) == (message.z is None):
        raise Refused("Generate needs either seed or z, and one of them only.", field="seed")
    if message.z is not None:
        _check_vector(message.z, card)
    _check_label(message.label, card)
    if message.picture:
        check_picture(message.picture, card, limits)


def check_render(message: Render, card: Card, limits: Limits) -> None:
    """Check the latent, the format, and that a mask has a size that fits and an alpha to go to."""
    check_latent(message.latent, "latent", card)
    check_picture(message.picture, card, limits)
    if message.mask:
        check_mask(message.mask, card, frame_size(message.picture, card))
        check_alpha(message.picture, "mask")


def check_mix(message: Mix, card: Card, limits: Limits) -> None:
    """Check both latents, the rows, and the picture's format."""
    check_latent(message.latent, "latent", card)
    if message.other:
        check_latent(message.other, "other", card)
    elif message.rows:
        raise Refused("Mix names rows, but no other latent to take them from.", field="other")
    _check_rows(message.rows, "rows", card)
    if message.picture:
        check_picture(message.picture, card, limits)


def check_start(message: StartDrag, card: Card, limits: Limits) -> None:
    """Check latents, points, mask, options and the format of a drag that is to begin."""
    check_latent(message.latent, "latent", card)
    _check_references(message.references, card, limits)
    _check_points(message.points, "points", card, max(1, len(message.references)))
    _check_options(message.options, card)
    if message.mask:
        check_mask(message.mask, card, frame_size(message.frames, card))
    if message.frames:
        check_picture(message.frames, card, limits, "frames")
        if message.options.composite:
            check_alpha(message.frames, "options.composite", "frames.order")
    if message.alpha:
        _check_own_alpha(message.alpha, message.frames)
    if message.options.composite and message.mask is None:
        raise Refused(
            "options.composite needs a mask, which says what is kept exactly.", field="mask"
        )


def check_retarget(message: Retarget, drag: DragState, limits: Limits) -> None:
    """Check a Retarget against the drag that it changes: number, ids, points, mask, options."""
    card = drag.card
    if message.number <= drag.retarget:
        raise Refused(
            f"The field number has to grow: the drag has followed {drag.retarget} already.",
            field="number",
        )
    for index, target in enumerate(message.targets):
        _check_known(target.id, drag.points - set(message.removed), f"targets[{index}].id")
        _check_place(target.target, f"targets[{index}].target", card)
    for index, name in enumerate(message.removed):
        _check_known(name, drag.points, f"removed[{index}]")
    _check_references(message.references, card, limits)
    _check_points(message.added, "added", card, len(message.references))
    _check_left(message, drag, limits)
    if message.mask:
        check_mask(message.mask, card, frame_size(drag.frames, card))
    if message.alpha:
        _check_own_alpha(message.alpha, drag.frames)
    if message.options:
        _check_options(message.options, card)
        if message.options.composite != drag.composite:
            raise Refused(
                "The field options.composite cannot change in a running drag; start it again.",
                field="options.composite",
            )
    if message.clear_mask and (drag.composite or message.mask):
        raise Refused(
            "The field clear_mask cannot go with a mask, nor with a drag that composites.",
            field="clear_mask",
        )


def _check_left(message: Retarget, drag: DragState, limits: Limits) -> None:
    """Check that the points after the Retarget are neither none, nor too many, nor twice there."""
    kept = drag.points - set(message.removed)
    for index, point in enumerate(message.added):
        if point.id in kept:
            raise Refused(
                f"The drag has a point {point.id} already; choose another id.",
                field=f"added[{index}].id",
            )
    left = len(kept) + len(message.added)
    if left == 0:
        raise Refused(
            "A drag needs a point; stop it instead of removing them all.", field="removed"
        )
    if left > limits.points:
        raise Refused(
            f"A drag may have {limits.points} points and would have {left}.",
            field="added",
            code=TOO_LARGE,
        )


def _check_own_alpha(alpha: Mask, frames: PictureFormat | None) -> None:
    """Check an alpha, which may have any size, and that the frames have room for it."""
    check_bytes(alpha.data, alpha.width * alpha.height, "alpha.data")
    if frames:
        check_alpha(frames, "alpha", "frames.order")


def _check_vector(z: Vector, card: Card) -> None:
    if z.dim != card.z_dim:
        raise Refused(f"z has {z.dim} numbers, {card.name} takes {card.z_dim}.", field="z.dim")
    check_numbers(z.data, z.dim, "z.data")


def _check_label(label: int | None, card: Card) -> None:
    classes = len(card.labels)
    if label is not None and label >= classes:
        limit = f"has labels from 0 to {classes - 1}" if classes else "has no classes"
        raise Refused(f"The label {label} does not exist: {card.name} {limit}.", field="label")


def _check_references(references: Sequence[Latent], card: Card, limits: Limits) -> None:
    if len(references) > limits.references:
        raise Refused(
            f"There may be {limits.references} references, not {len(references)}.",
            field="references",
            code=TOO_LARGE,
        )
    for index, reference in enumerate(references):
        check_latent(reference, f"references[{index}]", card)


def _check_points(points: Sequence[DragPoint], field: str, card: Card, references: int) -> None:
    seen: set[str] = set()
    for index, point in enumerate(points):
        here = f"{field}[{index}]"
        if point.id in seen:
            raise Refused(f"Two points have the id {point.id}; ids differ.", field=f"{here}.id")
        seen.add(point.id)
        _check_place(point.handle, f"{here}.handle", card)
        _check_place(point.target, f"{here}.target", card)
        if point.origin is not None:
            _check_place(point.origin, f"{here}.origin", card)
        if point.reference >= references:
            raise Refused(
                f"The point {point.id} names reference {point.reference}, and the message has "
                f"{references}.",
                field=f"{here}.reference",
            )


def _check_place(place: XY, field: str, card: Card) -> None:
    for axis, (value, limit) in enumerate(zip(place, (card.width, card.height), strict=True)):
        if not 0 <= value <= limit:
            here = f"{field}[{axis}]"
            raise Refused(
                f"The field {here} is {value:g}, outside the picture; it has to be from 0 to "
                f"{limit}.",
                field=here,
            )


def _check_known(name: str, known: Iterable[str], field: str) -> None:
    if name not in known:
        raise Refused(f"The drag has no point {name}.", field=field)


def _check_options(options: DragOptions, card: Card) -> None:
    if options.feature_layer is not None and options.feature_layer not in card.feature_layers:
        raise Refused(
            f"{card.name} has no feature layer {options.feature_layer}; it has "
            f"{', '.join(card.feature_layers)}.",
            field="options.feature_layer",
        )
    _check_rows(options.movable_rows or (), "options.movable_rows", card)
    if options.principal is not None and options.principal > card.w_dim:
        raise Refused(
            f"There are {card.w_dim} principal directions in {card.name}, not {options.principal}; "
            f"options.principal has to be from 1 to {card.w_dim}.",
            field="options.principal",
        )


def _check_rows(rows: Sequence[Row], field: str, card: Card) -> None:
    for index, row in enumerate(rows):
        if row >= card.num_ws:
            raise Refused(
                f"The row {row} does not exist: {card.name} has rows 0 to {card.num_ws - 1}.",
                field=f"{field}[{index}]",
            )
    if len(set(rows)) != len(rows):
        raise Refused(f"The field {field} names a row twice; rows differ.", field=field)
