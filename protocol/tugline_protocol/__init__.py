"""What both sides of the wire say. ``protocol/SPEC.md`` is the authority; this package follows it.

``messages`` (one frozen dataclass a message), ``codec`` (messages to frames and back), ``errors``
(the codes and the exceptions), ``endpoint`` (where the daemon is found), ``client`` (one side of a
conversation), ``zeromq`` and ``streams`` (its transports; ``packets`` is what the latter's bridge
and it say to each other). It runs inside editors: Python 3.10, the standard library and msgpack,
with pyzmq in ``zeromq`` alone; it can be vendored, so its imports are relative.
"""
