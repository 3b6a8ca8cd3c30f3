"""Pictures for a dialog, which go into no layer."""

from collections.abc import Callable
from dataclasses import dataclass

from tugline_edit.geometry import Box, Placement
from tugline_edit.host import Loop, Painter
from tugline_edit.link import Link
from tugline_edit.pictures import PictureOrder, Sheet
from tugline_protocol.errors import DaemonUnreachable
from tugline_protocol.messages import Generate, Generated
from tugline_protocol.values import ModelCard, ModelRef


@dataclass(frozen=True)
class Picture:
    """Pixels to be shown: RGBA rows from the top, straight alpha, ``width`` x ``height``.

    They show the whole of the picture that lies at ``placement``, in whatever resolution.
    """

    width: int
    height: int
    rgba: bytes
    placement: Placement


class Sampling:
    """One picture of a seed, made for a dialog; ``done`` or ``failed`` is called once at most."""

    def __init__(
        self,
        seed: int,
        truncation: float,
        side: int,
        done: Callable[[Picture], None],
        failed: Callable[[str], None],
    ) -> None:
        """Want the picture; ``begin`` sends for it."""
        self._seed = seed
        self._truncation = truncation
        self._side = side
        self._done = done
        self._failed = failed
        self._cancelled = False
        self._order: PictureOrder | None = None

    def cancel(self) -> None:
        """Call nobody back any more."""
        self._cancelled = True
        if self._order is not None:
            self._order.cancel()

    def begin(self, link: Link, loop: Loop, painter: Painter, card: ModelCard) -> None:
        """Send for it: the latent, then its picture, no larger than the model's own."""
        if self._cancelled:
            return
        factor = min(1.0, self._side / max(card.width, card.height))
        width, height = max(1, round(card.width * factor)), max(1, round(card.height * factor))
        request = Generate(
            ModelRef(card.name, card.weights), seed=self._seed, truncation_psi=self._truncation
        )
        placement = Placement.upright_at(card.width, card.height, Box(0, 0, width, height))

        def drawn(data: bytes) -> None:
            self._done(Picture(width, height, data, placement))

        def made(made: Generated) -> None:
            if not self._cancelled:
                sheets = [Sheet(made.model, made.latent)]
                self._order = PictureOrder(
                    link, loop, painter, sheets, (width, height), drawn, self._fail
                )

        try:
            link.ask(request, on_reply=made, on_error=lambda error: self._fail(error.text))
        except DaemonUnreachable as error:
            self._fail(str(error))

    def _fail(self, sentence: str) -> None:
        if not self._cancelled:
            self._failed(sentence)
