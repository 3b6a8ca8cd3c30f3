"""Counts what a drag asks of a generator, whatever the drag does inside."""

from collections.abc import Callable, Sequence

from torch import Tensor

from tugline_daemon.generator import FeatureGrid, FeaturePass, Generator, Windows
from tugline_daemon.generator.interface import NoiseMode


class CountedGenerator(Generator):
    """A generator that counts its runs; all else is the inner one's.

    ``passes`` grows by the number of latents at each run up to a layer, and by as many again each
    time a gradient comes back through it, whatever part of the layer that is about. Whole pictures
    are for looking at and do not count.
    """

    def __init__(self, inner: Generator) -> None:
        super().__init__(
            z_dim=inner.z_dim,
            c_dim=inner.c_dim,
            w_dim=inner.w_dim,
            num_ws=inner.num_ws,
            width=inner.width,
            height=inner.height,
            feature_layers=inner.feature_layers,
        )
        self.inner = inner
        self.passes = 0

    @property
    def default_feature_layer(self) -> str:
        """The inner generator's."""
        return self.inner.default_feature_layer

    @property
    def default_movable_rows(self) -> tuple[int, ...]:
        """The inner generator's."""
        return self.inner.default_movable_rows

    @property
    def w_avg(self) -> Tensor:
        """The inner generator's."""
        return self.inner.w_avg

    def map(
        self,
        z: Tensor,
        c: Tensor | None = None,
        *,
        truncation_psi: float = 1.0,
        truncation_cutoff: int | None = None,
    ) -> Tensor:
        """Map as the inner generator does; this does not count."""
        return self.inner.map(
            z, c, truncation_psi=truncation_psi, truncation_cutoff=truncation_cutoff
        )

    def synthesize(
        self, ws: Tensor, *, until: str | None = None, noise_mode: NoiseMode = "const"
    ) -> Tensor:
        """Run the inner generator, counting runs up to a layer and the gradients that come back."""
        result = self.inner.synthesize(ws, until=until, noise_mode=noise_mode)
        if until is not None:
            self.passes += len(ws)
            if result.requires_grad:
                result.register_hook(self._count_backward)  # type: ignore[no-untyped-call]
        return result

    def _count_backward(self, gradient: Tensor) -> None:
        self.count(len(gradient))

    def count(self, passes: int) -> None:
        """Count so many more."""
        self.passes += passes

    def feature_pass(self, layer: str, latent: Tensor, movable_rows: Sequence[int]) -> FeaturePass:
        """Go through the inner generator as a drag does, counting."""
        return _CountedPass(self.inner.feature_pass(layer, latent, movable_rows), self.count)

    def feature_grid(self, layer: str) -> FeatureGrid:
        """The inner generator's."""
        return self.inner.feature_grid(layer)

    def rows_until(self, layer: str) -> int:
        """The inner generator's."""
        return self.inner.rows_until(layer)


class _CountedPass(FeaturePass):
    """A pass that counts its ways forward and back."""

    def __init__(self, inner: FeaturePass, count: Callable[[int], None]) -> None:
        self._inner = inner
        self._count = count

    def worth(self, windows: Windows) -> Windows | None:
        return self._inner.worth(windows)

    def forward(self, rows: Tensor, windows: Windows | None = None) -> Tensor:
        self._count(1)
        return self._inner.forward(rows, windows)

    def back(self, gradients: Tensor) -> Tensor:
        self._count(len(gradients))
        return self._inner.back(gradients)

    def rest(self) -> None:
        self._inner.rest()
