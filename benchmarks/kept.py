"""What a long run keeps of finished work, so that one that was killed goes on from there."""

import json
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic import TypeAdapter


class OtherRun(Exception):
    """A file of finished work belongs to another run."""


class Keyed(Protocol):
    """A finished piece of work."""

    @property
    def key(self) -> str | int:
        """What tells it from all others of its file."""


Work = TypeVar("Work", bound=Keyed)


class Kept(Generic[Work]):
    """Finished pieces of work, each a line of a file, behind a line that says what they are of."""

    def __init__(
        self, path: Path | None, identity: dict[str, object], adapter: TypeAdapter[Work]
    ) -> None:
        """Read what is there; with None nothing is kept.

        Raises OtherRun where the file is of another plan, model or engine.
        """
        self._path = path
        self._adapter = adapter
        self.works: dict[str | int, Work] = {}
        if path is None:
            return
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(identity) + "\n", encoding="utf-8")
            return
        text = path.read_text(encoding="utf-8")
        whole = text[: text.rfind("\n") + 1]  # a run that was killed may leave half a line
        header, *lines = whole.splitlines()
        if json.loads(header) != identity:
            raise OtherRun(
                f"{path} holds results of another model, engine or plan; remove it or name another "
                "folder."
            )
        path.write_text(whole, encoding="utf-8")
        self.works = {work.key: work for work in map(adapter.validate_json, lines)}

    def add(self, work: Work) -> None:
        """Keep a finished piece."""
        self.works[work.key] = work
        if self._path is not None:
            with self._path.open("ab") as file:
                file.write(self._adapter.dump_json(work) + b"\n")
