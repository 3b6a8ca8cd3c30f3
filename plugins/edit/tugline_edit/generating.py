"""A generated picture on its way from a seed into a new layer."""

from collections.abc import Callable
from dataclasses import dataclass

from tugline_protocol.messages import Error, Event, Generate, Generated, Progress
from tugline_protocol.values import ModelRef

from . import wording
from .edits import Made, OpenEdit, begin
from .geometry import Placement
from .host import Document, LayerFault, Loop
from .link import Link
from .pictures import PictureOrder, Sheet, drawn_size


@dataclass(frozen=True)
class Wanted:
    """Which picture is wanted, and where: above the layer ``above``, "" = on top of all."""

    model: ModelRef
    seed: int
    truncation: float
    document: Document
    placement: Placement
    above: str


class Generating:
    """Makes one picture and its layer; nothing of it waits.

    ``told`` is called with the daemon's progress; then ``done`` with the edit that the new layer
    has, or ``failed`` with a sentence ("" where the document was closed meanwhile).
    """

    def __init__(
        self,
        link: Link,
        loop: Loop,
        wanted: Wanted,
        *,
        told: Callable[[Progress], None],
        done: Callable[[OpenEdit], None],
        failed: Callable[[str], None],
    ) -> None:
        """Send for it. Raises DaemonUnreachable unless the link is ready."""
        self._link = link
        self._loop = loop
        self._wanted = wanted
        self._told = told
        self._done = done
        self._failed = failed
        link.ask(
            Generate(wanted.model, seed=wanted.seed, truncation_psi=wanted.truncation),
            on_reply=self._draw,
            on_error=self._refused,
            on_event=self._under_way,
        )

    def _under_way(self, event: Event) -> None:
        if isinstance(event, Progress):
            self._told(event)

    def _refused(self, error: Error) -> None:
        self._failed(error.text)

    def _draw(self, made: Generated) -> None:
        """Get the picture of the latent that was made."""
        PictureOrder(
            self._link,
            self._loop,
            self._wanted.document.painter,
            [Sheet(made.model, made.latent)],
            drawn_size(self._wanted.placement),
            lambda data: self._put(made, data),
            self._failed,
        )

    def _put(self, made: Generated, data: bytes) -> None:
        """Put the picture into a new layer, which has an edit from then on."""
        document, placement = self._wanted.document, self._wanted.placement
        if not document.is_open:
            self._failed("")
            return
        picture = document.painter.warp(data, drawn_size(placement), placement)
        box = placement.box
        shown = Made(
            made.model,
            made.latent,
            label=wording.seed_label(self._wanted.seed),
            thumbnail=document.painter.thumbnail(picture, (box.width, box.height)),
        )
        begun: list[OpenEdit] = []

        def written(layer_id: str) -> None:
            begun.append(begin(document, layer_id, shown, placement))

        try:
            document.add_layer(placement, picture, self._wanted.above, written)
        except LayerFault as fault:
            self._failed(str(fault))
            return
        self._done(begun[0])
