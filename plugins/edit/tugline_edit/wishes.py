"""What the artist wants of a drag, as the messages that start one or change the one that runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from tugline_protocol.messages import Retarget, StartDrag
from tugline_protocol.values import (
    DragOptions,
    DragPoint,
    Latent,
    ModelRef,
    PictureFormat,
    PointTarget,
)

from .arrows import Arrow, Arrows
from .geometry import XY
from .masks import SelectionMask


@dataclass(frozen=True)
class Wish:
    """Arrows, the latents of the pictures in which they were set, the mask, and the options.

    ``references`` are by the arrows' ``reference``; raises ValueError where one of them is missing.
    ``mask`` None lets everything move, and then nothing is composited, whatever the options say.
    ``alpha`` becomes the frames' alpha, None leaves them opaque; a drag has one from its start to
    its end, or none.
    """

    arrows: Arrows
    references: Mapping[str, Latent]
    mask: SelectionMask | None
    options: DragOptions
    alpha: SelectionMask | None = None

    def __post_init__(self) -> None:
        missing = [one for one in self.arrows if one.reference not in self.references]
        if missing:
            raise ValueError(
                f"The picture in which {len(missing)} of the handles were set is gone; set them "
                "anew."
            )
        if self.options.composite and self.mask is None:
            object.__setattr__(self, "options", replace(self.options, composite=False))

    def start(
        self,
        model: ModelRef,
        latent: Latent,
        first: Latent,
        handles: Mapping[str, XY],
        frames: PictureFormat,
    ) -> StartDrag:
        """Return the message that starts a drag after this from ``latent``.

        ``first`` is the latent of the picture that the mask holds. ``handles`` says where handles
        are in the picture of ``latent``, by the arrows' ids; the others are where their arrow says.
        """
        pictures = _Pictures([first])
        points = tuple(pictures.point(one, self, handles.get(one.id)) for one in self.arrows)
        return StartDrag(
            model=model,
            latent=latent,
            points=points,
            references=pictures.latents,
            mask=self.mask.wire() if self.mask else None,
            options=self.options,
            frames=frames,
            drafts=True,
            alpha=self.alpha.wire() if self.alpha else None,
        )

    def retarget(self, before: "Wish", drag: str, number: int) -> Retarget | None:
        """Return the message that brings ``drag`` from ``before`` to this, None where it is there.

        Only for a drag that can follow: see ``needs_another_drag``.
        """
        had = {one.id: one for one in before.arrows}
        has = {one.id: one for one in self.arrows}
        kept = [one for one in self.arrows if one.id in had]
        pictures = _Pictures([])
        change = Retarget(
            drag=drag,
            number=number,
            targets=tuple(
                PointTarget(one.id, one.target) for one in kept if one.target != had[one.id].target
            ),
            added=tuple(pictures.point(one, self) for one in self.arrows if one.id not in had),
            removed=tuple(one for one in had if one not in has),
            references=pictures.latents,
            mask=self.mask.wire() if self.mask and self.mask != before.mask else None,
            clear_mask=before.mask is not None and self.mask is None,
            options=self.options if self.options != before.options else None,
            alpha=self.alpha.wire() if self.alpha and self.alpha != before.alpha else None,
        )
        return None if change == Retarget(drag, number) else change

    def needs_another_drag(self, before: "Wish") -> bool:
        """Whether a drag that runs after ``before`` has to end first.

        A drag needs a point, and what is composited is settled when it starts.
        """
        return not self.arrows.items or self.options.composite != before.options.composite

    def goes_beyond(self, ended: "Wish") -> bool:
        """Whether a drag that ended, after ``ended``, left something of this to be done.

        That the artist let go meanwhile is nothing that would need another drag.
        """
        if not self.arrows.items:
            return False
        if ended.options.hold and not self.options.hold:
            ended = replace(ended, options=replace(ended.options, hold=False))
        return self.retarget(ended, "", 0) is not None


class _Pictures:
    """The references of one message: each latent once, points name them by index."""

    def __init__(self, latents: Iterable[Latent]) -> None:
        self._latents = {bytes(one.data): one for one in latents}

    @property
    def latents(self) -> tuple[Latent, ...]:
        return tuple(self._latents.values())

    def point(self, arrow: Arrow, wish: Wish, handle: XY | None = None) -> DragPoint:
        """Return ``arrow`` as a point of the message, at ``handle`` if that is known better."""
        latent = wish.references[arrow.reference]
        key = bytes(latent.data)
        self._latents.setdefault(key, latent)
        return DragPoint(
            id=arrow.id,
            handle=handle or arrow.handle,
            target=arrow.target,
            origin=arrow.origin,
            reference=list(self._latents).index(key),
        )
