"""The inversion itself: what is looked at first, the stages in their order, and the best so far."""

import time
from collections.abc import Generator as Course
from collections.abc import Iterator
from dataclasses import replace

import torch
from torch import Tensor

from tugline_daemon.generator import Generator, GeneratorError, SampledLatents, tuned

from .coordinates import Coordinates
from .descent import Descent, Found, InW, InWPlus
from .distance import PerceptualDistance
from .errors import InversionError
from .looking import Glances, draw, typical_distance
from .pace import Clock
from .schedule import STAGES, Schedule
from .settings import InversionSettings
from .several import TRIAL, LowestOf
from .steps import Ended, InversionStep, Stage, Start
from .subject import Subject
from .tuning_descent import TuningDescent

# Nearer than that nobody sees a difference, and 8 bits hold none of twice as much.
_SAME_DB = 50.0
# How many of the latents that were glanced at are begun from, besides the mean.
_OTHERS = 2
# Trying them pays where the whole way is so many times as long.
_TRIALS_WORTH = 3


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
        self._stage: Stage = "w" if start is None else start.stage
        self._schedule = Schedule(settings, self._stage, clock)
        self._ended: Ended | None = None
        self._number = 0
        self._best: Found | None = None
        self._psnr = 0.0
        self._others = torch.empty(0, generator.w_dim, device=self._device)
        self._course = self._all()

    def step(self) -> InversionStep:
        """Make one update, or a short part of what has to be prepared; say what is the best so far.

        Raises InversionError once it has ended.
        """
        if self.ended is not None:
            raise InversionError("The inversion has ended; begin another.")
        try:
            next(self._course)
        except StopIteration:
            raise InversionError(
                "The inversion was broken off by an error; begin another from its last step."
            ) from None
        self._number += 1
        ended, best = self._ended, self._best
        return InversionStep(
            number=self._number,
            stage=self._stage,
            done=self._schedule.done if ended is None else 1.0,
            seconds_left=self._schedule.seconds_left if ended is None else 0.0,
            latent=self._nothing() if best is None else best.latent,
            tuning=None if best is None else best.tuning,
            psnr=self._psnr,
            ended=ended,
        )

    def close(self) -> None:
        """Take no more steps, and let go of what they need; what was found stays.

        Without it that memory stays until Python looks for what refers to itself.
        """
        self._course.close()

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

    def _all(self) -> Course[None, None, None]:
        """Make all steps; yield after each of them."""
        coordinates = yield from self._look()
        if coordinates is None:
            return
        for stage in self._schedule.stages:
            self._stage = stage
            yield from self._go_down(stage, self._begun(stage, coordinates))

    def _look(self) -> Course[None, None, Coordinates | None]:
        """Draw what is begun with, learn how W is spread, and look for other places to begin at."""
        samples = SampledLatents(self._generator)
        rows = samples.look()
        self._keep(self._begin(rows))
        if self._best is None:
            self._ended = "diverged"
        elif self._psnr >= _SAME_DB or not self._schedule.stages:
            self._ended = "done"
        self._schedule.looked(samples.batches_left)
        yield
        while samples.batches_left > 1:
            samples.look()
            self._schedule.looked(samples.batches_left)
            yield
        samples.look()
        coordinates = None
        try:
            coordinates = Coordinates(samples.spread(), self._device)
        except GeneratorError:
            self._ended = "diverged"
        self._schedule.looked(0)
        yield
        if coordinates is not None and self._tries_others:
            yield from self._glance(rows, coordinates)
        return coordinates

    @property
    def _tries_others(self) -> bool:
        """Whether there are steps and time enough to begin at several places."""
        trials = TRIAL * (_OTHERS + 1)
        return self._start is None and self._schedule.steps_in_time("w") >= _TRIALS_WORTH * trials

    def _glance(self, rows: Tensor, coordinates: Coordinates) -> Iterator[None]:
        """Look for latents that are near to the picture as they are."""
        glances = Glances(self._generator, self._subject, rows, coordinates.mean)
        while glances.left:
            glances.look()
            self._schedule.looked(glances.left)
            yield
        self._others = coordinates.of(glances.nearest(_OTHERS))

    def _begin(self, rows: Tensor) -> Found:
        """Draw the start, or without one the mean of some `rows` [N, w_dim]."""
        if self._start is not None:
            return draw(self._drawn, self._start.latent, self._subject, self._start.tuning)
        mean = rows.mean(0).to(self._device).expand(self._generator.num_ws, -1)
        return draw(self._drawn, mean, self._subject)

    def _with_its_tuning(self) -> Generator:
        """Return the generator, tuned as the start says."""
        if self._start is None or self._start.tuning is None:
            return self._generator
        try:
            return tuned(self._generator, self._start.tuning)
        except GeneratorError as error:
            raise InversionError(str(error)) from error

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
        at, editability = coordinates.of(best.latent), self._settings.editability
        if stage == "w":
            middle = at.mean(0) if self._start is not None else torch.zeros_like(at[0])
            starts = torch.cat([middle[None], self._others])
            return LowestOf(
                [
                    InW(self._drawn, self._subject, coordinates, one, best.tuning, editability)
                    for one in starts
                ]
            )
        return InWPlus(self._drawn, self._subject, coordinates, at, best.tuning, editability)

    def _go_down(self, stage: Stage, descent: Descent) -> Iterator[None]:
        """Make the steps of a stage, until they gain nothing more."""
        is_over = False
        while not is_over:
            found = descent.step()
            self._keep(found)
            is_over = (
                self._schedule.stepped(stage, found.loss, is_settled=descent.is_settled)
                or descent.is_exhausted
            )
            if descent.has_diverged:
                self._ended = "diverged"
            elif self._psnr >= _SAME_DB or (is_over and stage == self._schedule.stages[-1]):
                self._ended = "done"
            yield

    def _keep(self, found: Found) -> None:
        """Take what is nearer than all before."""
        if found.is_finite and (self._best is None or found.loss < self._best.loss):
            self._best = found
            self._psnr = self._subject.psnr(found.picture)

    def _nothing(self) -> Tensor:
        """Return the latent where not even the first picture could be drawn."""
        if self._start is not None:
            return self._start.latent
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
        if start.stage not in STAGES:
            raise InversionError(
                f"stage is {str(start.stage)[:40]!r}; it must be one of {', '.join(STAGES)}."
            )
        return replace(start, latent=start.latent.detach().to(self._device, torch.float32))
