"""The loop: supervise, update the latent, find the handles again, and see whether that is all.

It knows nothing of frames per second, sockets or threads; whoever owns a drag calls `step`.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace

import torch
from torch import Tensor

from tugline_daemon.generator import Generator

from .adaptive import AdaptivePace
from .checks import (
    check_components,
    check_known,
    check_latent,
    check_mask,
    check_points,
    check_position,
    check_references,
)
from .descent import Descent
from .errors import DragOverError, InvalidDragError
from .firsts import FirstPictures
from .glancing import Glances, glanced
from .legs import Leg
from .pace import Pace
from .paper import PaperPace
from .points import DragPoint, PointState, PointStatus, Position
from .progress import Progress
from .settings import DragSettings, Resolved, resolve
from .sight import Sight
from .spread import spread_of_w
from .steps import DragStep, EndReason, Moment
from .supervision import stays
from .tracking import NearestFeature, Tracker


class Drag:
    """One drag of one latent, from the first step to its end.

    `latent` [num_ws, w_dim] is where to go on from. `references` are the latents of the pictures
    in which the points were set; the first one is also the picture that the mask holds. `mask`
    [height, width] goes from 0, stays, to 1, may move; None lets everything move. The arguments
    are never changed. A generator whose weights require no gradient saves time and memory; inside
    `torch.inference_mode` there are no gradients to follow.

    What a pace has learnt stays over a retarget that moves targets; it starts anew with another
    layer, pace or `principal`, with other movable rows, and where a held drag goes back to its best
    latent. The adaptive pace also does with other points or another mask.

    `components` [k, w_dim] are orthonormal rows, the principal directions of W with the strongest
    first; with `settings.principal` the movable rows move along the first so many of them alone.
    `tracker` finds the handles again; None takes the paper's, which looks between the pixels unless
    the pace is the paper's too.

    Raises InvalidDragError, in one sentence that names the field, for what does not fit.
    """

    _now: Moment
    _best: Moment
    _progress: Progress
    _updates: int
    _idle: bool

    def __init__(
        self,
        generator: Generator,
        latent: Tensor,
        references: Sequence[Tensor],
        points: Sequence[DragPoint],
        mask: Tensor | None,
        settings: DragSettings,
        *,
        components: Tensor | None = None,
        tracker: Tracker | None = None,
    ) -> None:
        """Check everything; the synthesis network first runs at the first step."""
        check_latent("latent", latent, generator)
        check_references("references", references, generator)
        if not references:
            raise InvalidDragError("references is empty; give the latent that points were set in.")
        if not points:
            raise InvalidDragError("points is empty; a drag needs at least one.")
        check_points(points, len(references), generator)
        check_mask(mask, generator)
        check_components(components, settings.principal, generator.w_dim)

        self._generator = generator
        self._components = None if components is None else components.detach().clone()
        self._tracker = tracker
        self._references = tuple(reference.detach().clone() for reference in references)
        self._points = {point.id: point for point in points}
        self._mask = None if mask is None else mask.detach().clone()
        self._settings = resolve(settings, generator)
        self._number = 0
        self._loss = 0.0
        self._stopping = False
        self._ended: EndReason | None = None
        self._begin_descent(latent)
        self._begin_leg(self._descent.latent(), dict.fromkeys(self._points, 0.0))

    @property
    def idle(self) -> bool:
        """Whether a held drag waits: steps compute nothing until a retarget or stop."""
        return self._idle and not self._stopping

    @property
    def ended(self) -> EndReason | None:
        """Why the drag is over, None while it is not."""
        return self._ended

    def __iter__(self) -> Iterator[DragStep]:
        """Yield steps until the drag ends, or idles if it is held."""
        while self._ended is None and not self.idle:
            yield self.step()

    def stop(self) -> None:
        """Let the next step be the last one; it updates nothing and holds the best latent."""
        self._stopping = True

    def step(self) -> DragStep:
        """Do one update; an idle drag returns its last state again without computing anything.

        Raises DragOverError once the drag has ended.
        """
        self._refuse_when_over()
        if self._stopping:
            return self._end("stopped")
        if self._idle:
            return self._report()
        if self._has_arrived():
            return self._finish("arrived")
        updated = self._pace.update(self._now)
        if updated is None:
            return self._end("diverged")
        self._now, self._loss = updated.moment, updated.loss
        self._number += 1
        self._updates += 1
        self._progress.note(self._distances())
        if self._progress.is_best:
            self._best = self._now
        reason = self._reason_to_finish()
        return self._report() if reason is None else self._finish(reason)

    def retarget(
        self,
        *,
        targets: Mapping[str, Position] | None = None,
        added: Sequence[DragPoint] = (),
        added_references: Sequence[Tensor] = (),
        removed: Sequence[str] = (),
        mask: Tensor | None = None,
        clear_mask: bool = False,
        settings: DragSettings | None = None,
        components: Tensor | None = None,
    ) -> None:
        """Change what the drag is after, from the next step on: all of it or, on an error, nothing.

        `removed` go first, then `targets` move (by id), then points are `added`, whose `reference`
        counts within `added_references`. A `mask` of None leaves it as it was unless `clear_mask`;
        `settings` and `components` of None leave those. Steps, progress and the best latent count
        anew.

        Raises InvalidDragError for what does not fit, DragOverError once the drag has ended.
        """
        self._refuse_when_over()
        check_references("added_references", added_references, self._generator)
        check_points(added, len(added_references), self._generator)
        check_mask(mask, self._generator)
        points = self._retargeted(targets or {}, added, removed)
        resolved = self._settings if settings is None else resolve(settings, self._generator)
        known = self._components if components is None else components.detach().clone()
        check_components(known, resolved.principal, self._generator.w_dim)

        other_descent = components is not None or _made_for(resolved) != _made_for(self._settings)
        self._settings = resolved
        self._components = known
        self._points = points
        self._references = self._references_of(points.values(), added_references)
        self._firsts.change(forget=removed, references=self._references)
        if clear_mask:
            self._mask = None
        elif mask is not None:
            self._mask = mask.detach().clone()
        if other_descent:
            self._begin_descent(self._now.latent)
        else:
            self._stays = self._what_stays()
        fresh = dict.fromkeys((point.id for point in added), 0.0)
        self._begin_leg(self._now.latent, {**self._now.unlikeness, **fresh})

    def _retargeted(
        self,
        targets: Mapping[str, Position],
        added: Sequence[DragPoint],
        removed: Sequence[str],
    ) -> dict[str, DragPoint]:
        points = {
            point_id: replace(point, handle=self._now.handles[point_id])
            for point_id, point in self._points.items()
        }
        for point_id in removed:
            check_known("removed", point_id, points)
            del points[point_id]
        for point_id, target in targets.items():
            check_known("targets", point_id, points)
            check_position(f"target of point {point_id!r}", target, self._generator)
            points[point_id] = replace(points[point_id], target=target)
        for point in added:
            if point.id in points:
                raise InvalidDragError(f"added: the drag has a point {point.id!r} already.")
            points[point.id] = replace(point, reference=point.reference + len(self._references))
        if not points:
            raise InvalidDragError("removed: no point would be left; stop the drag instead.")
        return points

    def _references_of(
        self, points: Collection[DragPoint], added: Sequence[Tensor]
    ) -> tuple[Tensor, ...]:
        """Append references; those that no point needs any more give their place to the first."""
        needed = {0, *(point.reference for point in points)}
        extra = tuple(reference.detach().clone() for reference in added)
        return tuple(
            reference if number in needed else self._references[0]
            for number, reference in enumerate(self._references + extra)
        )

    def _begin_descent(self, latent: Tensor) -> None:
        settings = self._settings
        self._descent = Descent(
            self._generator, settings.feature_layer, settings.movable_rows, latent
        )
        self._firsts = FirstPictures(
            self._descent.features_of, self._descent.whole_grid, self._references
        )
        self._pace = self._new_pace()
        self._stays = self._what_stays()

    def _new_pace(self) -> Pace:
        kept = self._settings.principal
        directions = None
        if self._components is not None and kept is not None:
            directions = self._components[:kept].to(self._descent.device, torch.float32)
        adaptive = self._settings.pace == "adaptive"
        tracker = self._tracker or NearestFeature(subpixel=adaptive)
        sight = Sight(self._descent, self._firsts, tracker)
        if adaptive:
            spread = spread_of_w(self._generator, directions)
            layer = glanced(self._generator, self._descent.layer, self._settings.movable_rows)
            return AdaptivePace(self._descent, sight, Glances(self._descent, layer, spread))
        return PaperPace(self._descent, sight, directions)

    def _what_stays(self) -> Tensor | None:
        if self._mask is None or self._settings.lambda_mask == 0 or bool((self._mask == 1).all()):
            return None
        return stays(self._descent.whole_grid, self._mask)

    def _begin_leg(self, latent: Tensor, unlikeness: Mapping[str, float]) -> None:
        points = tuple(self._points.values())
        size = self._generator.width, self._generator.height
        self._leg = Leg(points, self._settings, self._stays, *size)
        self._pace.begin(self._leg)
        self._now = Moment(latent, {point.id: point.handle for point in points}, unlikeness)
        self._best = self._now
        self._progress = Progress(self._distances())
        self._updates = 0
        self._idle = False

    def _distances(self) -> dict[str, float]:
        return self._leg.distances(self._now.handles)

    def _has_arrived(self) -> bool:
        return all(self._is_near(distance) for distance in self._distances().values())

    def _reason_to_finish(self) -> EndReason | None:
        if self._has_arrived():
            return "arrived"
        if self._is_stuck():
            return "stuck"
        return "step_limit" if self._updates >= self._settings.step_limit else None

    def _is_stuck(self) -> bool:
        still = self._progress.updates_without()
        return self._pace.is_exhausted or still >= self._settings.stuck_after

    def _finish(self, reason: EndReason) -> DragStep:
        if not self._settings.hold:
            return self._end(reason)
        self._idle = True
        if reason == "arrived":
            self._best = self._now  # what the artist sees is what a stop leaves them with
            self._pace.rest()
        else:
            self._now = self._best
            self._pace.go_back(self._best.latent)
        return self._report()

    def _end(self, reason: EndReason) -> DragStep:
        self._ended = reason
        if reason != "arrived":
            self._now = self._best
        self._pace.rest()
        return self._report()

    def _refuse_when_over(self) -> None:
        if self._ended is not None:
            raise DragOverError(f"The drag has ended ({self._ended}); start another.")

    def _report(self) -> DragStep:
        return DragStep(
            number=self._number,
            latent=self._now.latent.clone(),
            points=self._states(),
            loss=self._loss,
            ended=self._ended,
        )

    def _states(self) -> tuple[PointState, ...]:
        distances = self._distances()
        return tuple(
            PointState(
                id=point.id,
                handle=self._now.handles[point.id],
                target=point.target,
                distance=distances[point.id],
                state=self._status(point.id, distances[point.id]),
            )
            for point in self._points.values()
        )

    def _status(self, point_id: str, distance: float) -> PointStatus:
        if self._firsts.is_lost(point_id, self._now.unlikeness[point_id]):
            return "lost"
        if self._is_near(distance):
            return "reached"
        still = self._progress.updates_without(point_id)
        return "stuck" if self._is_stuck() or still >= self._settings.stuck_after else "moving"

    def _is_near(self, distance: float) -> bool:
        return distance <= self._settings.stop_distance


def _made_for(settings: Resolved) -> tuple[object, ...]:
    """Say which settings a descent is made for."""
    return settings.feature_layer, settings.movable_rows, settings.principal, settings.pace
