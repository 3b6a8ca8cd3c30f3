"""The models that are loaded on the device, and the thread that loads them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from tugline_daemon.generator import Generator
from tugline_daemon.library.cards import Card
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.loading import load_model
from tugline_daemon.library.principal import load_components
from tugline_daemon.library.store import Model, Store
from tugline_protocol.values import ModelRef, Readiness

MOST_LOADED: Final = 4


@dataclass(frozen=True)
class Resident:
    """A model on the device: its card and its network.

    ``components`` [w_dim, w_dim] are the principal directions of W, strongest first, on the CPU.
    """

    card: Card
    generator: Generator
    components: Tensor

    @property
    def ref(self) -> ModelRef:
        """How the wire names it, with the hash of its weights."""
        return ModelRef(self.card.name, self.card.weights)


class Residents:
    """Loads models one at a time on a thread of its own; drags go on meanwhile.

    The most recently wanted stay loaded, ``MOST_LOADED`` of them. A request that uses one that was
    let go keeps it until it ends. All methods belong to the worker's own thread.
    """

    def __init__(
        self,
        store: Store,
        device: torch.device,
        wake: Callable[[], None],
        tell: Callable[[ModelRef, Readiness, str], None],
    ) -> None:
        """Load from ``store`` to ``device``; ``wake`` is called on another thread after a load.

        ``tell`` hears, on the worker's own thread, how each model is.
        """
        self._store = store
        self.device = device
        self._wake = wake
        self._tell = tell
        self._loading: dict[str, tuple[ModelRef, Future[Resident]]] = {}
        self._loaded: dict[str, tuple[ModelRef, Future[Resident]]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="load")

    def want(self, model: ModelRef) -> "Future[Resident]":
        """Return the model, loaded or on its way; raises LibraryError where there is none such."""
        found = self._store.find(model.name, model.weights)
        weights = found.card.weights
        if weights in self._loading:
            return self._loading[weights][1]
        if weights in self._loaded:
            self._loaded[weights] = self._loaded.pop(weights)
            return self._loaded[weights][1]
        ref = ModelRef(found.card.name, weights)
        self._tell(ref, "loading", "")
        future = self._thread.submit(_load, found, self.device)
        future.add_done_callback(lambda _: self._wake())
        self._loading[weights] = (ref, future)
        return future

    def settle(self) -> None:
        """Take over what has been loaded since, and let go of what is too many."""
        for weights, (ref, future) in list(self._loading.items()):
            if not future.done():
                continue
            del self._loading[weights]
            error = future.exception()
            if error is None:
                self._loaded[weights] = (ref, future)
                self._tell(ref, "ready", "")
            elif isinstance(error, LibraryError):
                self._tell(ref, "broken", str(error))
            else:
                self._tell(ref, "available", "")
        while len(self._loaded) > MOST_LOADED:
            ref, _ = self._loaded.pop(next(iter(self._loaded)))
            self._tell(ref, "available", "")


def _load(model: Model, device: torch.device) -> Resident:
    generator = load_model(model, device)
    return Resident(model.card, generator, load_components(model, generator))
