"""The daemon itself: one broker for the sockets and sessions, one worker process for the device.

A model is brought in by one more process, which lives as long as that takes.

What lives here: the broker (``broker.py`` and what it is made of: ``gate``, ``door``, ``admission``
with ``checks``, ``inversion_checks`` and ``value_checks``, ``capabilities``, ``sessions``,
``ledger``, ``catalogue``, ``supervision``, ``porter``, ``intake``, ``heap``), the worker
(``worker.py``, ``work``, ``turns``, ``jobs``; ``dragging``, ``showing``, ``drafting``;
``inverting``, ``inversion_frames``, ``keeping``, ``taking``, ``aligning``; ``tuned``,
``tuning_bytes``; ``pictures``, ``rendering``, ``resizing``, ``feathering``, ``residents``,
``rest``), where they meet and what they say to each other (``meeting.py``, ``link.py``), and a
start and an end (``serving``, ``keys``, ``instance``). The broker and all that it is made of import
no torch; what they tell of models comes from the models' cards.
What does not: the mathematics of drags and inversions, the networks, and how files are read.
"""

from .errors import AlreadyRunning, ServiceError
from .options import ServeOptions
from .serving import serve

__all__ = ["AlreadyRunning", "ServeOptions", "ServiceError", "serve"]
