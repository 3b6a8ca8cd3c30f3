"""What one run of ``make bench-inversion`` found: as JSON it is what ``--json`` writes."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from benchmarks.inversion.bench import Part
from benchmarks.inversion.pictures import Kind
from benchmarks.inversion.trial import Trial


@dataclass(frozen=True)
class Report:
    """Every picture's figures, and what they were measured with.

    Attributes:
        date: the day, ISO 8601.
        machine: of which kind it is.
        model: the model's name.
        weights: its hash.
        engine: a hash of the sources of inversion.
        distance: what inversions minimised.
        settings: what the parts inverted with, as text.
        floor_px: the ruler's own mean error, image pixels.
        available: how many pictures of each kind there are to invert.
        parts: each part's pictures.
    """

    date: str
    machine: dict[str, Any]
    model: str
    weights: str
    engine: str
    distance: str
    settings: dict[Part, str]
    floor_px: float
    available: dict[Kind, int]
    parts: dict[Part, tuple[Trial, ...]]

    def of(self, part: Part) -> tuple[Trial, ...]:
        """A part's pictures; none where it was not measured."""
        return self.parts.get(part, ())

    def write(self, path: Path) -> None:
        """Write it as JSON."""
        path.write_bytes(_REPORT.dump_json(self, indent=1) + b"\n")

    @staticmethod
    def read(path: Path) -> "Report":
        """Read what :meth:`write` wrote; pydantic's ValidationError for anything else."""
        return _REPORT.validate_json(path.read_bytes())

    @property
    def measured_on(self) -> str:
        """Day, machine and engine in a sentence."""
        known = ", ".join(f"{name} {value}" for name, value in self.machine.items() if value)
        return (
            f"Measured on {self.date}: {known}; engine {self.engine}, weights {self.weights[:12]}, "
            f"distance {self.distance}."
        )


_REPORT = TypeAdapter(Report)
