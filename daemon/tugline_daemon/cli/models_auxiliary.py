"""Weights that are no models, for ``tugline models``: fetched by its ``get``, removed."""

from pathlib import Path

from tugline_daemon.folders import auxiliary_folder
from tugline_daemon.library.available import AvailableWeights

from .adding_bar import AddingBar
from .terminal import MESSAGES, CommandFailed, confirmed, print_json


def weights_file(weights: AvailableWeights) -> Path:
    """Return where the user's weights of that name lie, or would."""
    return auxiliary_folder() / f"{weights.name}.safetensors"


def bring_weights(weights: AvailableWeights, *, yes: bool, json: bool) -> None:
    """Show the licence, ask, download and install; raises CommandFailed where it is declined."""
    # It takes seconds: torch.
    from tugline_daemon.library.auxiliary_bringing import bring_auxiliary  # noqa: PLC0415

    MESSAGES.print(
        f"{weights.name} is under the licence {weights.licence.text} (the whole of it: "
        f"{weights.licence.address})."
    )
    if not (yes or confirmed("Do you accept this licence?")):
        raise CommandFailed("Nothing was downloaded.")
    with AddingBar() as bar:
        path = bring_auxiliary(weights, auxiliary_folder(), report=bar.show)
    if json:
        print_json({"name": weights.name, "file": str(path)})
    MESSAGES.print(f"{weights.name} is installed: {weights.shows}")


def remove_weights(weights: AvailableWeights, *, yes: bool) -> None:
    """Delete installed weights; raises CommandFailed where there are none or they cannot go."""
    path = weights_file(weights)
    if not path.is_file():
        raise CommandFailed(
            f"{weights.name} is not installed; `tugline models get {weights.name}` brings it."
        )
    if not (yes or confirmed(f"Delete the weights {weights.name}?")):
        MESSAGES.print(f"The weights {weights.name} stay.")
        return
    try:
        path.unlink()
    except OSError as error:
        raise CommandFailed(
            f"{path} cannot be deleted ({error.strerror}); see whether you may write there."
        ) from error
    MESSAGES.print(f"The weights {weights.name} are gone.")
