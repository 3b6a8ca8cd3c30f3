"""The requests about tunings: their bytes for a document, and from one."""

from dataclasses import replace

from tugline_daemon.checkpoint.errors import BadTuning
from tugline_daemon.checkpoint.tuning_factors import tuning_hash
from tugline_daemon.generator import GeneratorError
from tugline_daemon.generator.tuning import tuned_weights
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.messages import FetchTuning, KeepTuning, TuningFetched, TuningKept

from .errors import Refused
from .jobs import Job
from .mouth import Mouth
from .residents import Resident, Residents
from .tuning_bytes import tuning_for


class FetchJob(Job):
    """FetchTuning: the bytes, once it is sure that they belong to the model."""

    def __init__(
        self,
        key: bytes,
        request: FetchTuning,
        residents: Residents,
        mouth: Mouth,
        tunings: Tunings,
    ) -> None:
        """Prepare ``request``."""
        super().__init__(key, replace(request.model, tuned=""), residents, mouth)
        self._tuned = request.model.tuned
        self._tunings = tunings

    def work(self, resident: Resident) -> None:
        """Read them."""
        data = self._tunings.find(self._tuned)
        tuning_for(resident.card, data)
        self.end(TuningFetched(replace(resident.ref, tuned=self._tuned), data))


class KeepJob(Job):
    """KeepTuning: bytes of a stranger's document, kept once all of them was checked."""

    def __init__(
        self,
        key: bytes,
        request: KeepTuning,
        residents: Residents,
        mouth: Mouth,
        tunings: Tunings,
    ) -> None:
        """Prepare ``request``."""
        super().__init__(key, replace(request.model, tuned=""), residents, mouth)
        self._tuned = request.model.tuned
        self._data = bytes(request.data)
        self._tunings = tunings

    def work(self, resident: Resident) -> None:
        """Check that they are the tuning that they are said to be, fit the model, and keep them."""
        if tuning_hash(self._data) != self._tuned:
            raise Refused(
                "The bytes are not those of the tuning that model.tuned names; they were changed, "
                "or cut off.",
                field="data",
            )
        try:
            tuned_weights(resident.generator, tuning_for(resident.card, self._data))
        except (BadTuning, GeneratorError) as error:
            raise Refused(str(error), field="data") from error
        self._tunings.keep(self._data, self._residents.tuned)
        self.end(TuningKept(replace(resident.ref, tuned=self._tuned)))
