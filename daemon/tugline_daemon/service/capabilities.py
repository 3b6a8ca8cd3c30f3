"""What this daemon can do: the words of Welcome."""

from typing import Final

from tugline_daemon.folders import auxiliary_folder

_ALWAYS: Final = (
    "generate", "render", "mix", "drag", "hold", "composite", "attach", "principal", "drafts",
    "models", "inversion", "tuned-weights",
)  # fmt: skip

NO_FACES: Final = (
    "This daemon cannot find faces; `tugline models get faces` installs what it needs for that."
)


def capabilities() -> tuple[str, ...]:
    """Return the capabilities, as they are now."""
    return (*_ALWAYS, "alignment") if finds_faces() else _ALWAYS


def finds_faces() -> bool:
    """Say whether the network that finds faces is installed.

    ``library.auxiliary`` reads it, which the broker cannot ask: that needs torch.
    """
    return (auxiliary_folder() / "faces.safetensors").is_file()
