"""How broker and worker log: to standard error, one line an event."""

import logging
import sys


class OneLine(logging.Formatter):
    """Keeps a record on one line that a terminal only shows, whatever strangers put into it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; what cannot be printed stands there as its escape."""
        line = super().format(record)
        return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in line)


def start_log(level: str) -> None:
    """Log what is at least of ``level`` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
