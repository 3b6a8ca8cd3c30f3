"""``python -m tugline_daemon.cli`` is the command ``tugline``."""

from . import main

if __name__ == "__main__":
    main()
