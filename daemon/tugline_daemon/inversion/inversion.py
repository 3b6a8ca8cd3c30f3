"""The inversion itself: what is looked at first, the stages in their order, and the best so far."""

import time
from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, GeneratorError, SampledLatents, tuned

from .coordinates import Coordinates
from .descent import Descent, Found, InW, InWPlus
from .distance import PerceptualDistance
from .errors import InversionError
from .gains import Gains
from .looking import draw, typical_distance
from .pace import Clock, Pace
from .settings import InversionSettings
from .steps import Ended, InversionStep, Stage, Start
from .subject import Subject
from .tuning_descent import TuningDescent

_STAGES: tuple[Stage, ...] = ("w", "w+", "tuning")
_LOOKING = "looking"
# What a step costs: of looking, a batch of latents that are mapped; of tuning, twice a picture.
# Measured on critters-2; what is measured meanwhile takes their place.
_COSTS = {_LOOKING: 0.5, "w": 1.0, "w+": 1.0, "tuning": 2.5}
# A stage ends when so many steps gained less than that share.
_WINDOWS = {"w": 20, "w+": 40, "tuning": 40}
_LEAST_GAINS = {"w": 0.04, "w+": 0.02, "tuning": 0.02}
# Until what part of the time there is each stage goes on where others follow it.
_SHARES = {"w": 0.2, "w+": 0.5, "tuning": 1.0}
# So many steps of a stage are made whatever time they take.
_FEWEST_STEPS = 20
# Nearer than that nobody sees a difference, and 8 bits hold none of twice as much.
_SAME_DB = 50.0


class Inversion:
    """Looks for the latent that draws a picture, one step at a time.

    Not before the first step anything takes long. In a conditional network all classes together are
    the space that is searched: nobody has to know the picture's class.
    """

    def __init__(
        self,
        generator: Generator,
        picture: Tensor,
        settings: InversionSettings,
        *,
        weight: Tensor | None,
        distance: PerceptualDistance,
        start: Start | None = None,
        clock: Clock = time.monotonic,
    ) -> None:
        """Prepare to invert `picture` [3, height, width], of values from -1 to 1.

        `weight` [height, width], 0 to 1, says how much each pixel counts; None means that all do.
        `start` is gone on from, in its stage. `clock` returns seconds.
        Raises InversionError, naming what it is, where something does not fit the generator or no
        pixel counts.
        """
        self._generator = generator
        self._settings = settings
        self._device = next(generator.parameters()).device
        self._weight = self._checked_weight(weight)
        self._distance = distance
        self._subject = Subject(self._checked_picture(picture), self._weight, distance)
        self._start = None if start is None else self._checked_start(start)
        self._drawn = self._with_its_tuning()
        self._typical: float | None = None
        self._pace = Pace(_COSTS, clock)
        self._stage: Stage = "w" if start is None else start.stage
        self._left: dict[str, int] = {}
        self._ended: Ended | None = None
        self._number = 0
        self._best: Found | None = None
        self._psnr = 0.0
        self._course = self._all()

    def step(self) -> InversionStep:
        """Make one update, or a short part of what has to be prepared; say what is the best so far.

        Raises InversionError once it has ended.
        """
        if self.ended is not None:
            raise InversionError("The inversion has ended; begin another.")
        phase = next(self._course)
        self._number += 1
        self._pace.tick(phase)
        ended = self._ended
        left = 0.0 if ended is not None else self._pace.seconds_left(self._left)
        best = self._best
        latent = self._nothing() if best is None else best.latent
        return InversionStep(
            number=self._number,
            stage=self._stage,
            done=1.0 if ended is not None else self._pace.done(left),
            seconds_left=left,
            latent=latent,
            tuning=None if best is None else best.tuning,
            psnr=self._psnr,
            ended=ended,
        )

    @property
    def ended(self) -> Ended | None:
        """Why there are no more steps, None while there are."""
        return self._ended

    @property
    def likeness(self) -> float:
        """How like the picture the best so far is, 0 to 1.

        1 is the same picture, 0 one no nearer than random pictures of the model are to each other:
        1 - d / typical, where d is the distance in use to the best, and typical its mean over 8
        pairs of random pictures of the model. The first time, those are drawn.
        """
        if self._best is None:
            return 0.0
        if self._typical is None:
            self._typical = typical_distance(self._generator, self._weight, self._distance)
        if not self._typical > 0:
            return 0.0
        return min(1.0, max(0.0, 1 - self._best.distance / self._typical))

    def _all(self) -> Iterator[str]:
        """Make all steps; yield after each of them what it was."""
        stages = self._stages()
        samples = SampledLatents(self._generator)
        self._left = {_LOOKING: samples.batches_left}
        self._left |= {stage: self._limit(stage) for stage in stages}
        yield from self._look(samples, anything_follows=bool(stages))
        if self._ended is not None:
            return
        coordinates = Coordinates(samples.spread(), self._device)
        for stage in stages:
            self._stage = stage
            descent = self._begun(stage, coordinates)
            yield from self._go_down(stage, descent, is_last=stage == stages[-1])
            if self._ended is not None:
                return

    def _with_its_tuning(self) -> Generator:
        """Return the generator, tuned as the start says."""
        if self._start is None or self._start.tuning is None:
            return self._generator
        try:
            return tuned(self._generator, self._start.tuning)
        except GeneratorError as error:
            raise InversionError(str(error)) from error

    def _stages(self) -> tuple[Stage, ...]:
        """Name the stages that are gone through."""
        first = _STAGES.index(self._stage)
        return tuple(stage for stage in _STAGES[first:] if self._limit(stage))

    def _limit(self, stage: Stage) -> int:
        settings = self._settings
        return {
            "w": settings.w_steps,
            "w+": settings.wplus_steps,
            "tuning": settings.tuning_steps,
        }[stage]

    def _look(self, samples: SampledLatents, *, anything_follows: bool) -> Iterator[str]:
        """Draw what is begun with, and learn how W is spread."""
        rows = samples.look()
        if self._start is None:
            mean = rows.mean(0).to(self._device).expand(self._generator.num_ws, -1)
            self._keep(draw(self._generator, mean, self._subject))
        else:
            self._keep(draw(self._drawn, self._start.latent, self._subject, self._start.tuning))
        if self._best is None:
            self._ended = "diverged"
        elif self._psnr >= _SAME_DB or not anything_follows:
            self._ended = "done"
        self._left[_LOOKING] = samples.batches_left
        yield _LOOKING
        while samples.batches_left:
            samples.look()
            self._left[_LOOKING] = samples.batches_left
            yield _LOOKING

    def _begun(self, stage: Stage, coordinates: Coordinates) -> Descent:
        """Return the way down of a stage, from the best so far."""
        best = self._best
        if best is None:
            raise InversionError("There is nothing to begin with.")
        if stage == "tuning":
            return TuningDescent(
                self._generator,
                self._subject,
                self._distance,
                best.latent,
                best.tuning,
                rank=self._settings.rank,
                seed=self._settings.seed,
            )
        at = coordinates.of(best.latent)
        if stage == "w":
            return InW(self._drawn, self._subject, coordinates, at.mean(0), best.tuning)
        editability = self._settings.editability
        return InWPlus(self._drawn, self._subject, coordinates, at, best.tuning, editability)

    def _go_down(self, stage: Stage, descent: Descent, *, is_last: bool) -> Iterator[str]:
        """Make the steps of a stage, until they gain nothing more."""
        gains = Gains(_WINDOWS[stage], _LEAST_GAINS[stage])
        limit = self._limit(stage)
        for number in range(1, limit + 1):
            found = descent.step()
            self._keep(found)
            gains.add(found.loss)
            left = min(gains.steps_left(limit), self._steps_in_time(stage, number, is_last))
            if gains.are_over or descent.is_exhausted:
                left = 0
            if descent.has_diverged:
                self._ended = "diverged"
            elif self._psnr >= _SAME_DB or (left == 0 and is_last):
                self._ended = "done"
            self._left[stage] = left
            yield stage
            if left == 0 or self._ended is not None:
                return

    def _steps_in_time(self, stage: Stage, number: int, is_last: bool) -> int:
        """Return how many more steps there is time for."""
        whole, pace = self._settings.seconds, self._pace.seconds_a_step(stage)
        if whole is None or not pace:
            return self._limit(stage)
        share = 1.0 if is_last else _SHARES[stage]
        in_time = int((share * whole - self._pace.spent) / pace)
        return max(_FEWEST_STEPS - number, in_time, 0)

    def _keep(self, found: Found) -> None:
        """Take what is nearer than all before."""
        if found.is_finite and (self._best is None or found.loss < self._best.loss):
            self._best = found
            self._psnr = self._subject.psnr(found.picture)

    def _nothing(self) -> Tensor:
        """Return the latent where not even the first picture could be drawn."""
        generator = self._generator
        return torch.zeros(generator.num_ws, generator.w_dim, device=self._device)

    def _checked_picture(self, picture: Tensor) -> Tensor:
        wanted = [3, self._generator.height, self._generator.width]
        if list(picture.shape) != wanted:
            raise InversionError(
                f"The picture has the shape {list(picture.shape)}; this model needs {wanted}."
            )
        return picture.detach().to(self._device, torch.float32)

    def _checked_weight(self, weight: Tensor | None) -> Tensor:
        wanted = [self._generator.height, self._generator.width]
        if weight is None:
            return torch.ones(wanted, device=self._device)
        if list(weight.shape) != wanted:
            raise InversionError(
                f"The weight has the shape {list(weight.shape)}; this model needs {wanted}."
            )
        return weight.detach().to(self._device, torch.float32)

    def _checked_start(self, start: Start) -> Start:
        wanted = [self._generator.num_ws, self._generator.w_dim]
        if list(start.latent.shape) != wanted or not bool(start.latent.isfinite().all()):
            raise InversionError(
                f"The latent to go on from has the shape {list(start.latent.shape)}, or numbers "
                f"that are not finite; this model needs {wanted}."
            )
        if start.stage not in _STAGES:
            raise InversionError(
                f"stage is {str(start.stage)[:40]!r}; it must be one of {', '.join(_STAGES)}."
            )
        return replace(start, latent=start.latent.detach().to(self._device, torch.float32))
