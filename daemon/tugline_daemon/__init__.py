"""Tugline's daemon: generators, the drag engine, and the service that offers both to editors.

Rooms, from the inside out: ``generator`` (networks), ``checkpoint`` (files to networks),
``library`` (the user's models), ``drag`` (the engine), ``service`` (sockets and workers), ``cli``
(the command). No room is imported here, so that one costs only what it needs itself.
"""

import os

# Torch asks Linux for pages of 2 MB for its tensors if this is there before it makes the first one.
# A step makes a few hundred megabytes anew, and with pages of 4 kB a tenth of its time went by in
# the faults at which the system hands them out.
os.environ.setdefault("THP_MEM_ALLOC_ENABLE", "1")

__version__ = "0.1.0"
