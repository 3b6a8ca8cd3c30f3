"""The door: what a drag is given fits its network, or InvalidDragError says what does not."""

import math
from collections.abc import Collection, Sequence

import torch
from torch import Tensor

from tugline_daemon.generator import Generator

from .errors import InvalidDragError
from .points import DragPoint, Position

# How far products of components in float32 may be from 0 and 1.
_ORTHONORMAL = 1e-3


def check_latent(name: str, latent: Tensor, generator: Generator) -> None:
    """A latent is [num_ws, w_dim] of this network, of finite numbers."""
    wanted = [generator.num_ws, generator.w_dim]
    if list(latent.shape) != wanted:
        raise InvalidDragError(
            f"{name} has shape {list(latent.shape)}; this network's latents are {wanted}."
        )
    if not bool(latent.isfinite().all()):
        raise InvalidDragError(f"{name} holds numbers that are not finite.")


def check_references(name: str, references: Sequence[Tensor], generator: Generator) -> None:
    """References are latents of this network."""
    for index, reference in enumerate(references):
        check_latent(f"{name}[{index}]", reference, generator)


def check_mask(mask: Tensor | None, generator: Generator) -> None:
    """A mask is [height, width] of numbers from 0 to 1."""
    if mask is None:
        return
    height, width = generator.height, generator.width
    if list(mask.shape) != [height, width]:
        raise InvalidDragError(
            f"mask has shape {list(mask.shape)}; the picture's is [{height}, {width}]."
        )
    if not bool(((mask >= 0) & (mask <= 1)).all()):
        raise InvalidDragError("mask holds numbers outside 0 (stays) to 1 (may move).")


def check_components(components: Tensor | None, principal: int | None, w_dim: int) -> None:
    """Components are orthonormal rows [k, w_dim], and as many as a drag is to keep to."""
    if components is not None:
        if components.ndim != 2 or components.shape[1] != w_dim:
            raise InvalidDragError(
                f"components has shape {list(components.shape)}; this network's are [k, {w_dim}]."
            )
        rows = components.detach().double()
        one = torch.eye(len(rows), dtype=rows.dtype, device=rows.device)
        if not bool(((rows @ rows.T - one).abs() < _ORTHONORMAL).all()):
            raise InvalidDragError("components must be rows of length 1 at right angles.")
    known = 0 if components is None else len(components)
    if principal is not None and principal > known:
        raise InvalidDragError(
            f"principal is {principal}; this drag was given {known} principal directions."
        )


def check_points(points: Sequence[DragPoint], references: int, generator: Generator) -> None:
    """Points have ids of their own, lie in the picture and refer to a reference that is there."""
    seen: set[str] = set()
    for point in points:
        if point.id in seen:
            raise InvalidDragError(f"points: the id {point.id!r} is there twice.")
        seen.add(point.id)
        named = (("handle", point.handle), ("target", point.target), ("origin", point.origin))
        for name, position in named:
            check_position(f"{name} of point {point.id!r}", position, generator)
        if not 0 <= point.reference < references:
            raise InvalidDragError(
                f"reference of point {point.id!r} is {point.reference}; "
                f"there are {references}, counted from 0."
            )


def check_position(name: str, position: Position, generator: Generator) -> None:
    """A position is finite and in the picture, its border included."""
    x, y = position
    if not (math.isfinite(x) and math.isfinite(y)):
        raise InvalidDragError(f"{name} is ({x}, {y}); both numbers must be finite.")
    if not (0 <= x <= generator.width and 0 <= y <= generator.height):
        raise InvalidDragError(
            f"{name} is ({x:g}, {y:g}); it must lie in the picture of "
            f"{generator.width} x {generator.height}."
        )


def check_known(name: str, point: str, points: Collection[str]) -> None:
    """An id is one of the drag's points."""
    if point not in points:
        raise InvalidDragError(f"{name}: the drag has no point {point!r}.")
