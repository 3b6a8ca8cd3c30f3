"""An artist at a desk in the plain editor, with a real daemon behind it."""

from collections.abc import Callable

from tests.edit.host import PlainDocument, PlainEditor
from tugline_edit.arrows import Arrows
from tugline_edit.desk import Desk
from tugline_edit.edits import OpenEdit
from tugline_edit.geometry import XY, Box, Placement
from tugline_edit.view import Settings, ViewState

# Where the picture of 32 pixels of the model "tiny" lies in the documents of 48.
PLACE = Placement.upright_at(32, 32, Box(8, 8, 32, 32))
# Of "tiny", which is random: the handle moves there, but does not come near soon.
NOSE = ((12.0, 12.0), (20.0, 12.0))
EYE = ((24.0, 24.0), (24.0, 16.0))


def picture(artist: "Artist", document: PlainDocument) -> bytes:
    """Return what the artist sees where the picture of their edit lies."""
    return document.pixels(artist.edit.layer_id, PLACE.box)


class TextShelf:
    """Settings by their names."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}

    def read(self, name: str) -> str:
        return self.texts.get(name, "")

    def write(self, name: str, text: str) -> None:
        self.texts[name] = text


class Artist:
    """Somebody at a desk; ``said`` is what stood in the message line, ``states`` what was told."""

    def __init__(self, editor: PlainEditor) -> None:
        self.editor = editor
        self.shelf = TextShelf()
        self.desk = Desk(editor, self.shelf)
        self.bench = self.desk.bench
        self.states: list[ViewState] = []
        self.desk.watch(self.states.append)
        self.settings(model="tiny", live=False)

    @property
    def said(self) -> list[str]:
        return [state.message for state in self.states if state.message]

    @property
    def edit(self) -> OpenEdit:
        assert self.bench.edit is not None
        return self.bench.edit

    def settings(self, **changes: object) -> None:
        kept = {name: getattr(self.desk.settings, name) for name in Settings.__dataclass_fields__}
        self.desk.change_settings(Settings(**{**kept, **changes}))

    def until(self, condition: Callable[[], object], what: str) -> None:
        self.editor.loop.until(condition, f"{what}; said: {self.said[-3:]}")

    def connect(self) -> None:
        self.until(lambda: self.desk.care.connected and self.desk.care.models, "the daemon")

    def generate(self, document: PlainDocument, seed: int = 1) -> OpenEdit:
        """Generate a picture into a new layer of ``document``."""
        self.connect()
        self.settings(seed=seed)
        made: list[OpenEdit] = []
        self.desk.generate(document, lambda _card: PLACE, "", made.append)
        self.until(lambda: made, "a picture")
        self.until(lambda: document.chosen() == made[0].layer_id, "the layer is the active one")
        return made[0]

    def arrows(self, *ends: tuple[XY, XY]) -> Arrows:
        """Return new arrows from handles to targets, set in the picture that is seen."""
        arrows = Arrows()
        for handle, target in ends:
            arrows, _ = arrows.add(handle, target, self.bench.reference())
        return arrows

    def runs(self) -> None:
        """Wait until a pull has made a step."""
        self.until(lambda: self.bench.pull is not None and self.bench.pull.steps, "a step")

    def begins(self) -> None:
        """Begin a pull that does not end by itself: the hand is held."""
        self.settings(live=True)
        self.bench.pull_to(self.arrows(NOSE), hold=True)
        self.runs()

    def rests(self) -> None:
        """Wait until nothing is under way."""
        self.until(lambda: self.bench.idle, "the end of what is under way")

    def pull(self, *ends: tuple[XY, XY], steps: int = 2) -> None:
        """Pull so many steps and wait until the layer shows it."""
        self.settings(step_limit=steps)
        self.bench.put(self.arrows(*ends or (NOSE,)))
        self.desk.run()
        self.until(lambda: self.bench.pull is not None, "a pull")
        self.rests()
        self.settings(step_limit=None)
