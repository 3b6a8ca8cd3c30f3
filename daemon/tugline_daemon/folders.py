"""Where what Tugline keeps for the user lies."""

import os
from pathlib import Path
from typing import Final

import platformdirs

# As in the protocol, which not every room that keeps something may know.
_NAME: Final = "tugline"


def data_folder() -> Path:
    """Return the user's folder for what Tugline keeps; ``TUGLINE_DATA_DIR`` overrides it."""
    override = os.environ.get("TUGLINE_DATA_DIR")
    return Path(override) if override else platformdirs.user_data_path(_NAME, appauthor=False)


def auxiliary_folder() -> Path:
    """Return the user's folder for weights of networks that are no generators."""
    return data_folder() / "auxiliary"
