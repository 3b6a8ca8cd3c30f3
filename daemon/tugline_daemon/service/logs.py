"""How broker and worker log: to standard error, one line an event."""

import logging
import sys


class OneLine(logging.Formatter):
    """Keeps a record on one line, whatever strangers put into the texts that it quotes."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        return super().format(record).replace("\r", "\\r").replace("\n", "\\n")


def start_log(level: str) -> None:
    """Log what is at least of ``level`` to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    logging.basicConfig(level=level, handlers=[handler], force=True)
