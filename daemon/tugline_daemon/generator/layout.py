"""Where an activation's channels lie: behind, as a drag keeps them, or second, as torch wants."""

from torch import Tensor


def channels_second(x: Tensor) -> Tensor:
    """[N, rows, columns, C] to [N, C, rows, columns], the same memory."""
    return x.permute(0, 3, 1, 2)


def channels_behind(x: Tensor) -> Tensor:
    """[N, C, rows, columns] to [N, rows, columns, C], contiguous."""
    return x.permute(0, 2, 3, 1).contiguous()
