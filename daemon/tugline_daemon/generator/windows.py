"""Windows into a layer's activations: the few cells that somebody looks at.

Activations are [N, rows, columns, channels] here. Beyond the border of a layer there are zeros, as
the convolutions have them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from torch import Tensor


@dataclass(frozen=True)
class Windows:
    """Windows of one size, `rows` x `columns` cells, each at its start (row, column).

    They may overlap, and reach over the border of the layer, which has `height` x `width` cells.
    """

    starts: tuple[tuple[int, int], ...]
    rows: int
    columns: int
    height: int
    width: int

    @property
    def share(self) -> float:
        """How many cells they have, as a share of the layer's; above 1 where they overlap much."""
        return len(self.starts) * self.rows * self.columns / (self.height * self.width)

    @property
    def inside(self) -> bool:
        """Whether all of them lie within the layer."""
        return all(
            0 <= row <= self.height - self.rows and 0 <= column <= self.width - self.columns
            for row, column in self.starts
        )

    @property
    def origin(self) -> tuple[int, int]:
        """Row and column where the smallest part of the layer begins that has them all."""
        first_row = min(row for row, _ in self.starts)
        first_column = min(column for _, column in self.starts)
        return max(0, min(first_row, self.height - 1)), max(0, min(first_column, self.width - 1))

    def framed(self) -> "Windows":
        """Return the same windows in that part of the layer, as if that were all there is."""
        first_row, first_column = self.origin
        last_row = max(row for row, _ in self.starts) + self.rows
        last_column = max(column for _, column in self.starts) + self.columns
        return replace(
            self,
            starts=tuple((row - first_row, column - first_column) for row, column in self.starts),
            height=max(first_row + 1, min(last_row, self.height)) - first_row,
            width=max(first_column + 1, min(last_column, self.width)) - first_column,
        )

    def cover(self, others: "Windows") -> bool:
        """Whether each of the others lies, within the layer, in one of these."""
        return all(
            any(
                _covers(row, self.rows, other_row, others.rows, self.height)
                and _covers(column, self.columns, other_column, others.columns, self.width)
                for row, column in self.starts
            )
            for other_row, other_column in others.starts
        )

    def convolved(self) -> "Windows":
        """Return the windows that a 3x3 convolution has to see to make these."""
        return replace(
            self,
            starts=tuple((row - 1, column - 1) for row, column in self.starts),
            rows=self.rows + 2,
            columns=self.columns + 2,
        )

    def aligned(self) -> "Windows":
        """Return the windows around these that begin and end at even rows and columns."""
        return replace(
            self,
            starts=tuple((row // 2 * 2, column // 2 * 2) for row, column in self.starts),
            rows=(self.rows + 2) // 2 * 2,
            columns=(self.columns + 2) // 2 * 2,
        )

    def halved(self) -> "Windows":
        """Return the windows of half the resolution that a doubling has to see to make these.

        These are `aligned`.
        """
        return Windows(
            tuple((row // 2 - 1, column // 2 - 1) for row, column in self.starts),
            self.rows // 2 + 2,
            self.columns // 2 + 2,
            self.height // 2,
            self.width // 2,
        )

    def valid(self, like: Tensor) -> Tensor:
        """Return 1 for cells of the layer, 0 for those beyond it: [windows, rows, columns, 1]."""
        return self.cut(like.new_ones(1, self.height, self.width, 1))

    def owned(self, like: Tensor) -> Tensor:
        """Return 1 for cells of the layer that no window before has, as `valid` does."""
        owned = self.valid(like)
        free = like.new_ones(self.height, self.width, 1)
        for window, (there, here) in zip(owned, self._places(), strict=True):
            window[here] = free[there]
            free[there] = 0
        return owned

    def cut(self, x: Tensor) -> Tensor:
        """Cut the windows out of `x` [N, height, width, C]: [N * windows, rows, columns, C]."""
        cut = x.new_zeros(len(x), len(self.starts), self.rows, self.columns, x.shape[-1])
        for number, (there, here) in enumerate(self._places()):
            cut[:, number][:, *here] = x[:, *there]
        return cut.flatten(0, 1)

    def paste(self, windows: Tensor, onto: Tensor) -> Tensor:
        """Return `onto` [N, height, width, C], in which the windows are written; it is changed."""
        for number, (there, here) in enumerate(self._places()):
            onto[:, *there] = windows[number :: len(self.starts)][:, *here]
        return onto

    def add_up(self, windows: Tensor) -> Tensor:
        """Add windows [N * windows, rows, columns, C] up in the layer: [N, height, width, C]."""
        many = len(self.starts)
        shape = len(windows) // many, self.height, self.width, windows.shape[-1]
        whole = windows.new_zeros(shape)
        for number, (there, here) in enumerate(self._places()):
            whole[:, *there] += windows[number::many][:, *here]
        return whole

    def shift_into(self, around: "Windows", windows: Tensor) -> Tensor:
        """Put these windows into those `around` them, zeros beside: [N * windows, ..., C]."""
        shape = (around.rows, around.columns, windows.shape[-1])
        result = windows.new_zeros(len(windows), *shape)
        for number, (row, column) in enumerate(self._within(around)):
            place = slice(row, row + self.rows), slice(column, column + self.columns)
            result[number :: len(self.starts)][:, *place] = windows[number :: len(self.starts)]
        return result

    def shift_out(self, around: "Windows", windows: Tensor) -> Tensor:
        """Take these windows out of those `around` them: [N * windows, rows, columns, C]."""
        result = windows.new_empty(len(windows), self.rows, self.columns, windows.shape[-1])
        for number, (row, column) in enumerate(self._within(around)):
            place = slice(row, row + self.rows), slice(column, column + self.columns)
            result[number :: len(self.starts)] = windows[number :: len(self.starts)][:, *place]
        return result

    def _within(self, around: "Windows") -> Iterator[tuple[int, int]]:
        for (row, column), (outer_row, outer_column) in zip(
            self.starts, around.starts, strict=True
        ):
            yield row - outer_row, column - outer_column

    def _places(self) -> Iterator[tuple[tuple[slice, slice], tuple[slice, slice]]]:
        """Yield, for each window, which cells of the layer are which of its own."""
        for row, column in self.starts:
            rows, own_rows = _overlap(row, self.rows, self.height)
            columns, own_columns = _overlap(column, self.columns, self.width)
            yield (rows, columns), (own_rows, own_columns)


def _covers(start: int, length: int, other: int, other_length: int, limit: int) -> bool:
    """Whether the cells from `other` on that lie within 0 to `limit` are among those of `start`."""
    return start <= max(other, 0) and min(other + other_length, limit) <= start + length


def _overlap(start: int, length: int, limit: int) -> tuple[slice, slice]:
    """Return what cells of 0 to `limit` lie from `start` on, and where they do within `length`."""
    first, end = max(start, 0), min(start + length, limit)
    end = max(first, end)
    return slice(first, end), slice(first - start, end - start)
