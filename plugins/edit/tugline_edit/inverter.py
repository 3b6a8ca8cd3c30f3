"""The inversion of the desk: at most one runs, and nothing is pulled meanwhile."""

from collections.abc import Callable
from typing import Final

from tugline_protocol.values import Image, InversionOptions, ModelCard

from . import wording
from .arrows import Arrows
from .bench import Bench
from .daemon_care import DaemonCare
from .edits import OpenEdit
from .host import Document, Editor, LayerFault
from .inverting import Inverting, Told, Wanted
from .pull import Phase
from .table import Say
from .view import Settings
from .work import INVERSION

ALIGNMENT: Final = "alignment"

Done = Callable[[OpenEdit], None]


class Inverter:
    """Begins inversions, tells how far they are, and puts the edit that comes of one on the table.

    ``progress`` is from 0 to 1, None where nothing runs or can be measured.
    """

    def __init__(
        self,
        editor: Editor,
        care: DaemonCare,
        bench: Bench,
        settings: Callable[[], Settings],
        *,
        changed: Callable[[], None],
        say: Say,
    ) -> None:
        """Begin with none; ``changed`` and ``say`` are those of the bench."""
        self.progress: float | None = None
        self._editor = editor
        self._care = care
        self._bench = bench
        self._settings = settings
        self._changed = changed
        self._say = say
        self._inverting: Inverting | None = None
        self._done: Done = _nothing

    @property
    def phase(self) -> Phase:
        """How far the inversion is; OVER where there is none."""
        return self._inverting.phase if self._inverting is not None else Phase.OVER

    @property
    def busy(self) -> bool:
        """Whether one runs."""
        return self._inverting is not None

    @property
    def image(self) -> Image | None:
        """The newest frame, None before the first and where nothing runs."""
        return self._inverting.image if self._inverting is not None else None

    @property
    def hindrance(self) -> str:
        """Why the daemon that answers cannot invert, "" where it can, or none answers."""
        if self._care.connected and not self._care.can(INVERSION):
            return wording.NO_INVERSION
        return ""

    @property
    def may_align(self) -> bool:
        """Whether the daemon finds faces."""
        return self._care.can(ALIGNMENT)

    def begin(
        self,
        document: Document,
        layer_id: str,
        card: ModelCard,
        options: InversionOptions,
        done: Done,
    ) -> None:
        """Invert a layer; ``done`` is called with the edit that comes of it, if one does.

        Raises LayerFault or DaemonUnreachable.
        """
        settings = self._settings()
        if self.hindrance:
            raise LayerFault(self.hindrance)
        if settings.align and not self.may_align:
            raise LayerFault(wording.NO_ALIGNMENT)
        if not document.has(layer_id):
            raise LayerFault(wording.NO_LAYER)
        self._done = done
        self._say("", warning=False)
        self._inverting = Inverting(
            self._care.link,
            self._editor.loop,
            Wanted(
                document,
                layer_id,
                card,
                options,
                align=settings.align,
                feather=settings.feather,
                true_composite=settings.true_composite,
            ),
            told=self._tell,
            moved=self._changed,
            over=self._over,
        )
        self._bench.bar(wording.INVERTING)
        self._changed()

    def look(self) -> None:
        """See whether the document or the new layer is gone, or the daemon is back."""
        one = self._inverting
        if one is None:
            return
        if one.root not in self._editor.roots():
            one.forget()
            self._end("", warning=False)
        else:
            one.look(connected=self._care.connected)

    def stop(self) -> None:
        """Keep the best so far."""
        if self._inverting is not None:
            self._inverting.stop()

    def take_back(self) -> None:
        """Have everything as it was before."""
        if self._inverting is not None:
            self._inverting.take_back(wording.INVERSION_TAKEN_BACK)

    def close(self) -> None:
        """Leave none under way."""
        self.look()
        self.take_back()
        if self._inverting is not None:
            self._inverting.forget()

    def _tell(self, told: Told) -> None:
        self.progress = told.done
        self._say(told.text, warning=False)

    def _over(self, edit: OpenEdit | None, sentence: str, warning: bool) -> None:
        self._end(sentence, warning=warning)
        if edit is None:
            return
        if self._bench.idle:
            self._bench.take_up(edit, Arrows())
        self._done(edit)

    def _end(self, sentence: str, *, warning: bool) -> None:
        self._inverting = self.progress = None
        self._bench.bar("")
        self._say(sentence, warning=warning)
        self._changed()


def _nothing(_edit: OpenEdit) -> None:
    """Nobody wants to know."""
