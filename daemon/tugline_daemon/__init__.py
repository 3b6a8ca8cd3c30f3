"""Tugline's daemon: generators, the drag engine, and the service that offers both to editors.

Rooms, from the inside out: ``generator`` (networks), ``checkpoint`` (files to networks),
``library`` (the user's models), ``drag`` (the engine), ``service`` (sockets and workers), ``cli``
(the command). Nothing is imported here, so that a room costs only what it needs itself.
"""

__version__ = "0.1.0"
