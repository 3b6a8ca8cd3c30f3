"""What was asked of the daemon, and whom to tell what comes of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from tugline_protocol.client import Reply
from tugline_protocol.errors import BAD_MESSAGE
from tugline_protocol.messages import TERMINAL, Error, Event, Request

# The code of the Error in which requests end whose connection was lost; the wire does not have it.
LOST: Final = "lost"


@dataclass
class Asked:
    """A request under way and whom to tell.

    ``refused``: the daemon wants Hello first. ``supplied``: it was given the tuning that the
    request names. ``stopped``: a Stop for it was asked.
    """

    request: Request
    on_reply: Callable[[object], None]
    on_error: Callable[[Error], None]
    on_event: Callable[[Event], None] | None
    refused: bool = False
    supplied: bool = False
    stopped: bool = False


class Requests:
    """The requests under way, by their id. Each is told its end exactly once, or forgotten."""

    def __init__(self) -> None:
        """Begin with none."""
        self._asked: dict[str, Asked] = {}

    def enter(self, request_id: str, asked: Asked) -> None:
        """Note a request that was sent."""
        self._asked[request_id] = asked

    def get(self, request_id: str) -> Asked | None:
        """Return what is under way by that id."""
        return self._asked.get(request_id)

    def forget(self, request_id: str) -> None:
        """Tell nobody what comes of that one."""
        self._asked.pop(request_id, None)

    def clear(self) -> None:
        """Forget all of them."""
        self._asked.clear()

    def tell(self, reply: Reply) -> None:
        """Hand ``reply`` to whom it concerns; its request is over if it is no event."""
        message = reply.message
        asked = self._asked.get(reply.id)
        if asked is None:
            return
        if isinstance(message, Event):
            if asked.on_event is not None:
                asked.on_event(message)
            return
        del self._asked[reply.id]
        if isinstance(message, Error):
            asked.on_error(message)
        elif isinstance(message, TERMINAL[type(asked.request)]):
            asked.on_reply(message)
        else:
            asked.on_error(
                Error(
                    BAD_MESSAGE,
                    "The daemon answered something else than was asked; update Tugline.",
                    detail=type(message).__name__,
                )
            )

    def refuse(self, request_id: str) -> None:
        """Note that the daemon did not take one before Hello."""
        if request_id in self._asked:
            self._asked[request_id].refused = True

    def take_refused(self) -> list[tuple[str, Request]]:
        """Return what has to be sent again, now that Hello was said."""
        refused = [(one, asked) for one, asked in self._asked.items() if asked.refused]
        for _, asked in refused:
            asked.refused = False
        return [(one, asked.request) for one, asked in refused]

    def losses(self, sentence: str) -> list[Reply]:
        """Return the ends of all that is under way, for a connection that was lost."""
        return [Reply(one, Error(LOST, sentence)) for one in self._asked]
