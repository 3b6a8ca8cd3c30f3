"""The two networks that measure drags, and how they were trained: ``python -m benchmarks.ruler``.

The *ruler* finds a critter's landmarks in a picture; the *judge* turns pictures into features for a
Frechet distance. Both learned from the renderer's pictures, and nothing but the benchmarks and the
model's score looks through them: no loss, no inversion, no drag.
"""

from benchmarks.ruler.reading import Reading, find, held_out_error, read

__all__ = ["Reading", "find", "held_out_error", "read"]
