"""What the latents of a model can do besides being dragged: truncation, mixing, a walk."""

from dataclasses import dataclass

from PIL import Image

from tools.gallery.running import CommandLine, as_typed
from tugline_daemon.library.cards import Card

PSIS = (1.0, 0.75, 0.5, 0.25, 0.0)
PAIRS = ((21, 22), (23, 24))
"""Two seeds that are mixed; the first two are also the ends of the walk."""

STEPS = 6


@dataclass(frozen=True)
class Strip:
    """A row of pictures: its name (also its file's), what it shows, and the command of each kind.

    ``groups`` are pictures that stand together.
    """

    name: str
    title: str
    says: str
    commands: tuple[str, ...]
    groups: tuple[tuple[Image.Image, ...], ...]


def truncation(line: CommandLine) -> Strip:
    """A seed on its way to the mean latent."""
    seed = str(PAIRS[0][0])
    group = tuple(line.picture("generate", "--seed", seed, "--psi", f"{psi:g}") for psi in PSIS)
    return Strip(
        name="truncation",
        title="Truncation",
        says=f"Seed {seed} with psi {', '.join(f'{psi:g}' for psi in PSIS)}.",
        commands=(as_typed(["generate", "--seed", seed, "--psi", "0.5", "--out", "half.png"]),),
        groups=(group,),
    )


def mixing(line: CommandLine, card: Card) -> Strip:
    """Pairs of seeds, the first with the pose of the second, then with its look."""
    coarse, fine = rows(card)
    groups = [
        (
            line.picture("generate", "--seed", one),
            line.picture("generate", "--seed", other),
            line.picture("mix", one, other, "--rows", coarse),
            line.picture("mix", one, other, "--rows", fine),
        )
        for one, other in (map(str, pair) for pair in PAIRS)
    ]
    one, other = map(str, PAIRS[0])
    return Strip(
        name="mixing",
        title="Style mixing",
        says=f"One, another, one with the rows {coarse} of the other, one with its rows {fine}.",
        commands=tuple(
            as_typed(["mix", one, other, "--rows", taken, "--out", "mixed.png"])
            for taken in (coarse, fine)
        ),
        groups=tuple(groups),
    )


def walk(line: CommandLine, card: Card) -> Strip:
    """A straight way from one latent to another."""
    one, other = map(str, PAIRS[0])
    rows_of_all = f"0-{card.num_ws - 1}"
    amounts = [step / STEPS for step in range(STEPS + 1)]
    group = tuple(
        line.picture("mix", one, other, "--rows", rows_of_all, "--amount", f"{amount:.3g}")
        for amount in amounts
    )
    typed = ["mix", one, other, "--rows", rows_of_all, "--amount", "0.5", "--out", "between.png"]
    return Strip(
        name="walk",
        title="A straight walk",
        says=f"From seed {one} to seed {other} in {STEPS} equal steps of the latent.",
        commands=(as_typed(typed),),
        groups=(group,),
    )


def rows(card: Card) -> tuple[str, str]:
    """Return the rows that a drag moves, which are the pose, and the others, which are the look."""
    movable = card.drag.movable_rows or tuple(range(min(6, card.num_ws - 1)))
    return f"0-{max(movable)}", f"{max(movable) + 1}-{card.num_ws - 1}"
