"""A desk that does nothing but write down what a dialog asks of it; it runs where GTK does.

Everything that the artist sees is the dialog's own, and the arrows are real ones under a real hand;
only what would follow from it is missing, so that a click can be seen to ask for one thing.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tugline_driver.recorder import EDITING, Recorder  # type: ignore[import-not-found]

from tugline_edit.arrows import Arrows
from tugline_edit.geometry import Box, Placement
from tugline_edit.gestures import Change, Gestures, Part
from tugline_edit.host import LayerFault
from tugline_edit.selected import Selected
from tugline_edit.view import Settings, ViewState
from tugline_gimp.choice import InvertChoice
from tugline_protocol.values import ModelCard

SIDE = 512


@dataclass(frozen=True)
class Picture:
    width: int
    height: int
    rgba: bytes
    placement: Placement


def picture(side: int = SIDE, tint: int = 90) -> Picture:
    """Return a picture whose colours say where one is: red grows to the right, green downwards."""
    row = b"".join(bytes((x * 255 // side, 0, tint, 255)) for x in range(side))
    rows = bytearray(row * side)
    for y in range(side):
        start = y * side * 4
        rows[start + 1 : start + side * 4 : 4] = bytes((y * 255 // side,)) * side
    return Picture(side, side, bytes(rows), Placement.upright_at(side, side, Box(0, 0, side, side)))


class Bench:
    """Arrows and a selection, and what the hand and the keys did to them."""

    def __init__(self, note: Callable[..., None]) -> None:
        self.edit: object = "an edit"
        self.gestures = Gestures((SIDE, SIDE))
        self.table = self
        self.selection = Selected()
        self.pulls = False
        self.changed: Callable[[], None] = lambda: None
        self._note = note

    def reference(self) -> str:
        return "latent-0"

    def hand(self, change: Change | None, part: Part | None) -> None:
        if change is not None:
            self._note("hand", change.value, part.value if part else None)
        self.changed()

    def wants_key(self, key: str) -> bool:
        selected = self.gestures.selected is not None
        return selected if key == "delete" else selected or self.pulls or self.gestures.busy

    def key(self, key: str) -> None:
        self._note("key", key)
        if key == "delete":
            self.gestures.delete_selected()
        elif self.pulls and not self.gestures.busy:
            self.pulls = False
        else:
            self.gestures.escape()
        self.changed()


CARDS = tuple(
    ModelCard(name, "0" * 64, "stylegan2", SIDE, SIDE, 512, 16, 512)
    for name in ("critters-2", "<b>faces</b>")
)


@dataclass
class Care:
    models: tuple[ModelCard, ...] = CARDS


@dataclass(frozen=True)
class GimpImage:
    """As much of a Gimp.Image as the Generate dialog asks for."""

    width: int = 1024
    height: int = 768

    def get_width(self) -> int:
        return self.width

    def get_height(self) -> int:
        return self.height


@dataclass
class Shelf:
    """Settings for the length of a test."""

    texts: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> str:
        return self.texts.get(name, "")

    def write(self, name: str, text: str) -> None:
        self.texts[name] = text


class RecordedDesk(Recorder):
    """A desk with a picture, arrows and samples that a dialog can show."""

    def __init__(self, state: ViewState = EDITING, shown: Picture | None = None) -> None:
        super().__init__(state, Settings())
        self.followers: list[Callable[[], None]] = []
        self.bench = Bench(self.note)
        self.bench.changed = self.moved
        self.care = Care()
        self.shown = shown or picture()
        self.samples: list[tuple[Any, ...]] = []

    def picture(self) -> Picture:
        return self.shown

    def follow(self, moved: Callable[[], None]) -> None:
        self.followers.append(moved)

    def unfollow(self, moved: Callable[[], None]) -> None:
        self.followers.remove(moved)

    def finish(self) -> None:
        self.note("finish")

    def show_photo(self, on: bool) -> None:
        self.note("show_photo", on)
        self.tell(replace(self.state, shows_photo=on))

    def moved(self) -> None:
        """Let the dialog know that arrows or the picture moved."""
        for follower in tuple(self.followers):
            follower()

    def set_arrows(self, *ends: tuple[float, float, float, float], condition: str = "set") -> None:
        """Have these arrows: x and y of the handle, x and y of the target."""
        arrows = Arrows()
        for x, y, to_x, to_y in ends:
            arrows, _ = arrows.add((x, y), (to_x, to_y), "latent-0")
        self.bench.gestures.arrows = Arrows(
            tuple(replace(arrow, condition=condition) for arrow in arrows)
        )
        self.moved()

    def run(self) -> None:
        super().run()
        if self.breaks:
            raise ValueError("a fault of the desk's")

    def sample(
        self,
        model: str,
        seed: int,
        truncation: float,
        side: int,
        *,
        done: Callable[[Picture], None],
        failed: Callable[[str], None],
    ) -> None:
        self.note("sample", model, seed, round(truncation, 3))
        self.samples.append((side, done, failed))


class RecordedInversion:
    """A layer of 640 x 480 pixels whose inversion is written down; ``came`` says that it is over.

    ``selection`` is what is selected in its image.
    """

    def __init__(self, desk: RecordedDesk, selection: Box | None = None) -> None:
        self.edit: object | None = None
        self.selection = selection
        self.fault = ""
        self._desk = desk
        self._done: Callable[[], None] = lambda: None

    def placement(self, card: ModelCard, *, selected: bool) -> Placement:
        if self.fault:
            raise LayerFault(self.fault)
        box = self.selection if selected and self.selection else Box(80, 0, 480, 480)
        return Placement.upright_at(card.width, card.height, box)

    def photo(self, placement: Placement, side: int) -> Picture:
        self._desk.note("photo")
        return replace(picture(side, tint=0), placement=placement)

    def picture(self, placement: Placement, side: int) -> Picture:
        return replace(picture(side, tint=200), placement=placement)

    def begin(self, choice: InvertChoice, done: Callable[[], None]) -> None:
        self._desk.note("invert", choice.model, choice.quality, choice.selected)
        self._done = done

    def came(self, state: ViewState) -> None:
        """Let the layer be there, in this state of the desk."""
        self._desk.tell(state)
        self.edit = "an edit"
        self._done()
