"""How broker and worker log: to standard error, one line an event."""

import logging
import sys


def start_log(level: str) -> None:
    """Log what is at least of ``level`` to standard error."""
    logging.basicConfig(
        level=level,
        stream=sys.stderr,
        format="%(asctime)s %(levelname)-7s %(name)s: %(message)s",
        force=True,
    )
