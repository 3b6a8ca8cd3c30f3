"""The tunings that an inversion keeps on its way: the newest, and those a client may still name."""

import hashlib
import logging
import math
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from tugline_daemon.checkpoint.tuning_card import TuningCard
from tugline_daemon.checkpoint.tuning_file import write_tuning
from tugline_daemon.inversion import InversionStep
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.values import Image, ModelRef

_log = logging.getLogger(__name__)

# A worker that dies takes so many seconds of tuning with it.
EVERY_SECONDS: Final = 10.0


class Keeping:
    """Keeps the tunings of one request, each in place of the one before.

    ``tuned`` names the last one, at first what the request began with, "" = none.
    """

    def __init__(
        self,
        tunings: Tunings,
        model: ModelRef,
        picture: Image,
        tuned: str,
        in_use: Callable[[], set[str]],
    ) -> None:
        """Keep among ``tunings`` what was made of ``model`` for ``picture``.

        Cleaning up spares what ``in_use`` names.
        """
        self.tuned = tuned
        self._tunings = tunings
        self._model = model
        self._picture = picture
        self._picture_hash = ""
        self._in_use = in_use
        self._mine: list[str] = []
        self._shown = tuned
        self._due = -math.inf

    @property
    def is_due(self) -> bool:
        """Whether it is time to keep another one."""
        return time.monotonic() >= self._due

    def keep(self, step: InversionStep) -> None:
        """Keep the tuning of ``step``, if it has one.

        Raises LibraryError where the folder takes no file, BadTuning where no file can hold it.
        """
        self._due = time.monotonic() + EVERY_SECONDS
        if step.tuning is None:
            return
        self._picture_hash = self._picture_hash or hashlib.sha256(self._picture.data).hexdigest()
        card = TuningCard(
            model=self._model.name,
            weights=self._model.weights,
            picture=self._picture_hash,
            made=datetime.now(UTC),
            psnr=step.psnr,
        )
        self.tuned = self._tunings.keep(
            write_tuning(step.tuning, card), {*self._in_use(), *self._mine, self._shown}
        )
        if self.tuned not in self._mine:
            self._mine.append(self.tuned)

    def show(self, tuned: str) -> None:
        """Note that a frame was sent that names ``tuned``."""
        self._shown = tuned

    def seen(self) -> None:
        """Note that the client has what it was shown last: older ones are named by nobody."""
        self._remove_all_but({self._shown, self.tuned})

    def conclude(self, *, seen: bool) -> None:
        """Remove all but the last; where that is not ``seen``, what the client knows stays too."""
        self._remove_all_but({self.tuned} if seen else {self._shown, self.tuned})

    def _remove_all_but(self, needed: set[str]) -> None:
        for tuned in [one for one in self._mine if one not in needed]:
            self._mine.remove(tuned)
            try:
                self._tunings.remove(tuned)
            except LibraryError as error:
                _log.warning("%s", error)
