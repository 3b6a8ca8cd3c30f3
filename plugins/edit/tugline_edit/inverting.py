"""An inversion on its way from a layer into a new one above it."""

from collections.abc import Callable
from dataclasses import dataclass

from tugline_protocol.errors import ProtocolError
from tugline_protocol.messages import (
    Align,
    Aligned,
    Error,
    InversionFrame,
    Invert,
    Progress,
)
from tugline_protocol.values import (
    Image,
    InversionOptions,
    Latent,
    Limits,
    ModelCard,
    ModelRef,
    PictureFormat,
)

from . import regions, wording
from .blending import Blend
from .edits import Made, OpenEdit, begin
from .geometry import Placement
from .host import Document, LayerFault, Loop, NewLayer, Size
from .link import Link
from .patience import Patience
from .pictures import PictureOrder, Sheet, drawn_size, frame_size
from .pull import Phase
from .seeking import Found, LiveInversion, Sought
from .tuning_order import TuningOrder


@dataclass(frozen=True)
class Wanted:
    """Which layer is to be inverted, into which model, and how.

    ``align`` places the picture by a face in the layer. ``feather`` is the soft border's width as a
    part of the picture's shorter side. ``true_composite`` is that of ``Document.begin_layer``.
    """

    document: Document
    layer_id: str
    card: ModelCard
    options: InversionOptions
    align: bool = False
    feather: float = 0.0
    true_composite: bool = False

    @property
    def model(self) -> ModelRef:
        """The model as requests name it."""
        return ModelRef(self.card.name, self.card.weights)


@dataclass(frozen=True)
class Told:
    """How far it is: ``done`` from 0 to 1 or None, a sentence."""

    done: float | None
    text: str


class Inverting:
    """One inversion from its first word to the new layer's edit; nothing of it waits.

    ``told`` is called with how far it is, ``moved`` with each frame. ``over`` is called once, with
    the edit that the new layer has (None where there is none), a sentence and whether it is a
    warning.
    """

    def __init__(
        self,
        link: Link,
        loop: Loop,
        wanted: Wanted,
        *,
        told: Callable[[Told], None],
        moved: Callable[[], None],
        over: Callable[[OpenEdit | None, str, bool], None],
    ) -> None:
        """Begin. Raises LayerFault, or DaemonUnreachable unless the link is ready."""
        self.phase = Phase.RUNNING
        self.root = wanted.document.root
        self._link = link
        self._loop = loop
        self._wanted = wanted
        self._told = told
        self._moved = moved
        self._over = over
        self._patience = Patience()
        self._layer: NewLayer | None = None
        self._live: LiveInversion | None = None
        self._order: PictureOrder | TuningOrder | None = None
        self._ending: tuple[str, bool] = ("", False)
        self._unanswered = False
        if wanted.align:
            self._align()
        else:
            self._begin(self._upright())

    @property
    def image(self) -> Image | None:
        """The newest frame, None before the first."""
        seen = self._live.seen if self._live is not None else None
        return seen.image if seen is not None else None

    def look(self, *, connected: bool) -> None:
        """See whether the new layer was removed, and go on where the daemon is back."""
        if self.phase is not Phase.RUNNING:
            return
        if self._layer is not None and self._layer.gone:
            self.take_back(wording.INVERSION_GONE, warning=True)
        elif self._live is not None and self._live.interrupted and connected:
            self._live.resume()
        elif self._live is not None and self._live.interrupted:
            self._told(Told(None, wording.INTERRUPTED_INVERSION))

    def stop(self) -> None:
        """Keep the best so far; the picture seen last where the daemon does not answer."""
        if self.phase is not Phase.RUNNING:
            return
        if self._live is None:
            self.take_back(wording.NOTHING_FOUND)
            return
        self.phase = Phase.STOPPING
        self._loop.later(self._patience.milliseconds, self._wait_no_longer)
        self._moved()
        self._live.stop()

    def take_back(self, sentence: str, *, warning: bool = False) -> None:
        """Have everything as it was before; too late for that while the picture is written."""
        if self.phase in {Phase.RUNNING, Phase.STOPPING}:
            self._let_go()
            self._discard()
            self._finish(None, sentence, warning=warning)

    def forget(self) -> None:
        """Let go of everything: the document is closed."""
        self._let_go()
        self.phase = Phase.OVER

    # Where the picture goes, and the layer in which it comes.

    def _limits(self) -> Limits:
        return self._link.welcome.limits if self._link.welcome is not None else Limits()

    def _upright(self) -> Placement:
        document, layer_id = self._wanted.document, self._wanted.layer_id
        return regions.place(self._wanted.card, document.extent(layer_id), document.selected())

    def _align(self) -> None:
        """Ask where the face is."""
        document, layer_id = self._wanted.document, self._wanted.layer_id
        area = regions.area(document.extent(layer_id), document.selected())
        self._placement = self._upright()
        shown = regions.sample(document, layer_id, area, self._wanted.card, self._limits())

        def aligned(answer: Aligned) -> None:
            if self.phase is not Phase.RUNNING:
                return
            if answer.place is None:
                self._finish(None, wording.NO_FACE, warning=True)
                return
            placement = shown.placement(answer.place, self._wanted.card)
            try:
                self._begin(placement)
            except (LayerFault, ProtocolError) as fault:
                self._finish(None, str(fault), warning=True)

        self._link.ask(
            Align(self._wanted.model, shown.image),
            on_reply=aligned,
            on_error=self._not_aligned,
        )

    def _not_aligned(self, error: Error) -> None:
        if self.phase is Phase.RUNNING:
            self._finish(None, error.text, warning=True)

    def _begin(self, placement: Placement) -> None:
        """Put the new layer there, and send for its picture."""
        wanted = self._wanted
        document, painter = wanted.document, wanted.document.painter
        self._placement = placement
        shown = regions.sample(
            document, wanted.layer_id, placement.box, wanted.card, self._limits()
        )
        size = frame_size(placement)
        request = Invert(
            wanted.model,
            shown.image,
            place=shown.place(placement),
            options=wanted.options,
            frames=PictureFormat(*size, order=painter.order),
        )
        self._layer = document.begin_layer(
            placement, wanted.layer_id, true_composite=wanted.true_composite
        )
        try:
            self._live = LiveInversion(
                self._link,
                request,
                on_frame=self._take,
                on_progress=self._take_progress,
                on_end=self._ended,
            )
        except BaseException:
            self._discard()
            raise

    # While it runs.

    def _take(self, frame: InversionFrame) -> None:
        self._patience.take_step(full=True)
        if self._layer is None or self.phase is not Phase.RUNNING:
            return
        if frame.image is not None and not self._layer.show(frame.image):
            self.take_back(wording.INVERSION_GONE, warning=True)
            return
        self._told(Told(frame.done, wording.time_left(frame.seconds_left)))
        self._moved()

    def _take_progress(self, progress: Progress) -> None:
        # From the first frame on those say more.
        if self.phase is Phase.RUNNING and self._live is not None and self._live.seen is None:
            self._told(Told(progress.done, progress.text))

    def _wait_no_longer(self) -> None:
        if self.phase is Phase.STOPPING and self._live is not None:
            self._unanswered = True
            self._live.give_up()

    # Its end.

    def _ended(self, sought: Sought) -> None:
        """Write what was found into the layer."""
        found = sought.found
        if found is None:
            self._discard()
            stopped = sought.reason == "stopped" and not sought.text
            sentence = wording.NOTHING_FOUND if stopped else sought.text
            if self._unanswered:
                sentence = wording.UNANSWERED
            self._finish(None, sentence, warning=not stopped or self._unanswered)
            return
        asked, self.phase = self.phase is Phase.STOPPING, Phase.WRITING
        sentence = wording.sentence_for_inversion(sought.reason, sought.text, found.likeness)
        # Unless the artist stopped it, the daemon says what is not as it should be.
        self._ending = (sentence, not asked and (bool(sought.text) or sought.reason != "done"))
        if self._unanswered:
            self._ending = (wording.UNANSWERED_STOP, True)
        self._moved()
        if found.model.tuned and not self._unanswered:
            self._order = TuningOrder(
                self._link,
                self._loop,
                found.model,
                lambda data: self._draw(found, data),
            )
        else:
            self._draw(found, b"")

    def _draw(self, found: Found, tuning: bytes) -> None:
        """Get the picture in full size, with its soft border."""
        if found.model.tuned and not tuning:
            self._ending = (f"{self._ending[0]} {wording.TUNING_NOT_CARRIED}".strip(), True)
        size = drawn_size(self._placement)

        def undrawn(sentence: str) -> None:
            if found.image is None:
                self._discard()
                self._finish(None, sentence, warning=True)
            else:
                image = found.image
                self._write(found, tuning, bytes(image.data), (image.width, image.height))

        if self._unanswered:
            undrawn(wording.UNANSWERED)
            return
        self._order = PictureOrder(
            self._link,
            self._loop,
            self._wanted.document.painter,
            [Sheet(found.model, found.latent, blend=self._blend)],
            size,
            lambda data: self._write(found, tuning, data, size),
            undrawn,
        )

    @property
    def _blend(self) -> Blend:
        return Blend(None, self._wanted.feather)

    def _write(self, found: Found, tuning: bytes, picture: bytes, size: Size) -> None:
        """Let the new layer have the picture, and an edit."""
        document, placement, layer = self._wanted.document, self._placement, self._layer
        if self.phase is Phase.OVER or layer is None:
            return
        if layer.gone:
            self._discard()
            self._finish(None, wording.INVERSION_GONE, warning=True)
            return
        data = document.painter.warp(picture, size, placement)
        made = self._made(found.model, found.latent, data)

        def written(layer_id: str) -> None:
            edit = begin(document, layer_id, made, placement, tuning)
            # What follows is none of the undo step that this call is within.
            self._loop.later(0, lambda: self._finish(edit, *self._ending))

        def refused(fault: LayerFault) -> None:
            self._finish(None, str(fault), warning=True)

        layer.commit(data, written, refused)

    def _made(self, model: ModelRef, latent: Latent, data: bytes) -> Made:
        box = self._placement.box
        painter = self._wanted.document.painter
        return Made(
            model,
            latent,
            label=wording.inversion_label(),
            thumbnail=painter.thumbnail(data, (box.width, box.height)),
            blend=self._blend,
        )

    def _discard(self) -> None:
        if self._layer is not None:
            self._layer.discard()

    def _let_go(self) -> None:
        if self._live is not None:
            self._live.abandon()
        if self._order is not None:
            self._order.cancel()

    def _finish(self, edit: OpenEdit | None, sentence: str, warning: bool) -> None:
        if self.phase is not Phase.OVER:
            self.phase = Phase.OVER
            self._over(edit, sentence, warning)
