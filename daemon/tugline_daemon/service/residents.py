"""The models that are loaded on the device, and the thread that loads them."""

import math
import time
from collections.abc import Callable, Collection
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Final

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, Precision, tuned
from tugline_daemon.library.cards import Card
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.principal import load_components
from tugline_daemon.library.store import Model, Store
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.values import ModelRef, Readiness

from .tuning_bytes import tuning_for

MOST_LOADED: Final = 4


@dataclass(frozen=True)
class Resident:
    """A model on the device: its card and its network.

    ``components`` [w_dim, w_dim] are the principal directions of W, strongest first, on the CPU.
    ``tuned`` names the tuning of the network's weights, "" = none.
    """

    card: Card
    generator: Generator
    components: Tensor
    tuned: str = ""

    @property
    def ref(self) -> ModelRef:
        """How the wire names it, with the hash of its weights."""
        return ModelRef(self.card.name, self.card.weights, self.tuned)


@dataclass(frozen=True)
class _Loaded:
    """A model that is there; ``until`` is when it is let go, in the clock's seconds."""

    future: Future[Resident]
    until: float


class Residents:
    """Loads models one at a time on a thread of its own; drags go on meanwhile.

    A model stays loaded as long as a request uses it and for a while longer, unless ``MOST_LOADED``
    others were wanted since. One that is tuned is a model of its own, made from the one that it
    differs from, which stays as long. All methods belong to the worker's own thread.
    """

    def __init__(
        self,
        store: Store,
        tunings: Tunings,
        device: torch.device,
        wake: Callable[[], None],
        tell: Callable[[ModelRef, Readiness, str], None],
        *,
        precision: Precision = "fp32",
        keep: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Load from ``store`` to ``device``; ``wake`` is called on another thread after a load.

        ``tunings`` are those that models may be wanted with.

        ``tell`` hears, on the worker's own thread, how each model is. ``precision`` is what their
        passes compute in. ``keep`` is how long, in seconds of ``clock``, a model stays that nobody
        uses; None is for ever.
        """
        self._store = store
        self._tunings = tunings
        self.device = device
        self._precision = precision
        self._wake = wake
        self._tell = tell
        self._keep = math.inf if keep is None else keep
        self._clock = clock
        self._due = math.inf
        self._used: set[ModelRef] = set()
        self._loading: dict[ModelRef, Future[Resident]] = {}
        self._loaded: dict[ModelRef, _Loaded] = {}  # the longest unwanted first
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="load")

    def want(self, model: ModelRef) -> "Future[Resident]":
        """Return the model, loaded or on its way.

        Raises LibraryError where there is none such, or no such tuning.
        """
        found = self._store.find(model.name, model.weights)
        ref = ModelRef(found.card.name, found.card.weights, model.tuned)
        if ref in self._loading:
            return self._loading[ref]
        if ref in self._loaded:
            self._loaded[ref] = self._loaded.pop(ref)
            return self._loaded[ref].future
        if ref.tuned:
            data = self._tunings.find(ref.tuned)
            base = self.want(_untuned(ref))
            future = self._thread.submit(_tune, base, ref.tuned, data)
        else:
            self._tell(ref, "loading", "")
            future = self._thread.submit(_load, found, self.device, self._precision)
        future.add_done_callback(lambda _: self._wake())
        self._loading[ref] = future
        return future

    @property
    def tuned(self) -> set[str]:
        """The tunings with which some model is loaded or being loaded."""
        return {ref.tuned for ref in (*self._loaded, *self._loading)} - {""}

    def settle(self) -> None:
        """Take over what has been loaded since."""
        for ref, future in list(self._loading.items()):
            if not future.done():
                continue
            del self._loading[ref]
            error = future.exception()
            if error is None:
                self._loaded[ref] = _Loaded(future, self._clock() + self._keep)
            if ref.tuned:  # of the models that are listed none is another now
                continue
            if error is None:
                self._tell(ref, "ready", "")
            elif isinstance(error, LibraryError):
                self._tell(ref, "broken", str(error))
            else:
                self._tell(ref, "available", "")

    def let_go(self, in_use: Collection[Future[Resident]]) -> bool:
        """Let go of models that were not used for long enough; say whether there were any.

        ``in_use`` are those that some request has or waits for: they stay. Of too many that nobody
        uses the longest unwanted go at once.
        """
        now = self._clock()
        used = {ref for ref, loaded in self._loaded.items() if loaded.future in in_use}
        used |= {_untuned(ref) for ref in used}
        for ref in self._loaded.keys() & (used | self._used):  # the last use ended just now
            self._loaded[ref] = replace(self._loaded[ref], until=now + self._keep)
        self._used = used
        unused = [ref for ref in self._loaded if ref not in used]
        surplus = unused[: max(0, len(self._loaded) - MOST_LOADED)]
        for ref in unused:
            if ref in surplus or self._loaded[ref].until <= now:
                del self._loaded[ref]
                if not ref.tuned:
                    self._tell(ref, "available", "")
        left = [self._loaded[ref].until for ref in unused if ref in self._loaded]
        self._due = min(left, default=math.inf)
        return len(left) < len(unused)

    @property
    def wakes_in(self) -> float:
        """Seconds until a model is to be let go that nobody uses, else infinite."""
        return max(0.0, self._due - self._clock())


def _untuned(model: ModelRef) -> ModelRef:
    return replace(model, tuned="")


def _tune(base: "Future[Resident]", name: str, data: bytes) -> Resident:
    """Return the model that ``base`` is, tuned; it was submitted before and is there by now."""
    resident = base.result()
    tuning = tuning_for(resident.card, data)
    return replace(resident, generator=tuned(resident.generator, tuning), tuned=name)


def _load(model: Model, device: torch.device, precision: Precision) -> Resident:
    generator = load_model(model, device)
    generator.precision = precision
    return Resident(model.card, generator, load_components(model, generator))
