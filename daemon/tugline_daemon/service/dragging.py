"""A drag as the worker does it: the engine's steps, and frames as fast as the client takes them."""

import logging
from typing import TypeVar

from tugline_daemon.drag import Drag, DragError, DragPoint, DragSettings, DragStep
from tugline_daemon.library.cards import DragDefaults
from tugline_protocol import values as wire
from tugline_protocol.messages import DragEnded, DragFrame, Retarget, StartDrag

from .failures import one_line
from .jobs import Job, Reason
from .mouth import Mouth
from .pictures import draw, mask_pixels, movable, to_latent, to_tensor
from .residents import Resident, Residents
from .resizing import Pixels
from .translation import to_error

_log = logging.getLogger(__name__)

T = TypeVar("T")
S = TypeVar("S")

_TEXTS: dict[str, str] = {
    "arrived": "Every point has arrived.",
    "step_limit": "The drag used up its steps; go on from here, or move the targets nearer.",
    "stopped": "The drag was stopped.",
    "diverged": "The picture fell apart and is back at its best state; pull less far at once.",
    "client_gone": "The drag was stopped because nobody was there to see it.",
}


class DragJob(Job):
    """StartDrag: a step a turn, a frame for a credit, the newest wins.

    A Retarget or a credit that comes while the model still loads waits for it here.
    """

    def __init__(self, key: bytes, request: StartDrag, residents: Residents, mouth: Mouth) -> None:
        """Prepare ``request``."""
        super().__init__(key, request.model, residents, mouth)
        self._request = request
        self._drag: Drag | None = None
        self._newest: DragStep | None = None
        self._retargets: list[Retarget] = []
        self._followed = 0
        self._credit = False
        self._shown = (-1, 0)
        self._reason: Reason | None = None
        self._mask = self._alpha(request.mask)
        self._leg_began = 0
        self._step_limit = 1

    @property
    def has_work(self) -> bool:
        """Whether a step is to be done, a frame to be shown, or the end to be told."""
        if self._drag is None or not self._drag.idle:
            return True
        return self._frame_due or self._reason is not None

    def work(self, resident: Resident) -> None:
        """Begin, or do one step and whatever it is followed by."""
        if self._drag is None:
            self._drag = self._engine(resident)
            for retarget in self._retargets:
                self._follow(self._drag, retarget, resident)
        if self._reason is not None:
            self._drag.stop()
        step = self._newest
        if step is None or not self._drag.idle:
            step = self._step(self._drag)
        if step.ended is not None:
            self._finish(resident, step)
        elif self._frame_due:
            self._show(resident, step)

    def retarget(self, retarget: Retarget) -> None:
        """Take over a Retarget, for the next step; one that does not fit changes nothing.

        Where the device fails at it (it may have no room for another layer) the drag ends: it may
        have been taken over in part.
        """
        text = ""
        if self._drag is None or self._resident is None:
            self._retargets.append(retarget)
        else:
            try:
                self._follow(self._drag, retarget, self._resident)
            except DragError as error:
                text = str(error)
            except Exception as error:  # noqa: BLE001 (told to the client and the log; others go on)
                _log.error("a drag failed at a Retarget: %s", one_line(error))
                self.end(to_error(error))
                return
        self._mouth.followed(self.key, retarget.number, text)

    def credit(self) -> None:
        """Owe the client one frame; credits do not add up."""
        self._credit = True

    def cancel(self, reason: Reason) -> None:
        """End with the next turn, with the best latent so far; at once if nothing was done yet."""
        if self._drag is None:
            super().cancel(reason)
        else:
            self._reason = reason

    @property
    def _frame_due(self) -> bool:
        step = self._newest
        return self._credit and step is not None and self._state_of(step) != self._shown

    def _engine(self, resident: Resident) -> Drag:
        request, device = self._request, self._residents.device
        latent = to_tensor(request.latent, device)
        settings = settings_of(request.options, resident.card.drag)
        self._step_limit = settings.step_limit
        return Drag(
            resident.generator,
            latent,
            [to_tensor(one, device) for one in request.references] or [latent],
            [_point(point) for point in request.points],
            movable(request.mask, resident.generator, device) if request.mask else None,
            settings,
            components=resident.components,
        )

    def _follow(self, drag: Drag, retarget: Retarget, resident: Resident) -> None:
        """Hand a Retarget to the engine, whole."""
        device = self._residents.device
        settings = None
        if retarget.options:
            settings = settings_of(retarget.options, resident.card.drag)
            self._step_limit = settings.step_limit
        drag.retarget(
            targets={one.id: one.target for one in retarget.targets},
            added=[_point(point) for point in retarget.added],
            added_references=[to_tensor(one, device) for one in retarget.references],
            removed=retarget.removed,
            mask=movable(retarget.mask, resident.generator, device) if retarget.mask else None,
            clear_mask=retarget.clear_mask,
            settings=settings,
        )
        if retarget.mask:
            self._mask = self._alpha(retarget.mask)
        self._followed = retarget.number
        self._leg_began = self._newest.number if self._newest else 0

    def _step(self, drag: Drag) -> DragStep:
        """Do one step, and tell the broker how far the drag is."""
        step = drag.step()
        self._newest = step
        done = (step.number - self._leg_began) / self._step_limit
        self._mouth.step_taken(self.key, step.number, self._followed, min(1.0, done))
        return step

    def _show(self, resident: Resident, step: DragStep) -> None:
        """Send the frame that is owed: picture, latent and handles of the same step."""
        self._credit = False
        self._shown = self._state_of(step)
        frame = DragFrame(
            step=step.number,
            retarget=self._followed,
            latent=to_latent(step.latent),
            points=_states(step),
            image=self._picture(resident, step),
        )
        self._mouth.frame(self.key, frame)

    def _finish(self, resident: Resident, step: DragStep) -> None:
        """Tell the end and its reason, with the best latent and its picture."""
        reason = self._reason or step.ended or "stopped"
        text = _TEXTS.get(reason, "")
        self.end(
            DragEnded(
                reason=reason,
                step=step.number,
                retarget=self._followed,
                latent=to_latent(step.latent),
                points=_states(step),
                image=self._picture(resident, step),
                text=_stuck(step) if reason == "stuck" else text,
            )
        )

    def _picture(self, resident: Resident, step: DragStep) -> wire.Image | None:
        wanted = self._request.frames
        if wanted is None:
            return None
        return draw(resident.generator, step.latent, wanted, self._mask)

    def _state_of(self, step: DragStep) -> tuple[int, int]:
        """Return what tells one frame of this drag from another."""
        return step.number, self._followed

    def _alpha(self, mask: wire.Mask | None) -> Pixels | None:
        return mask_pixels(mask) if mask and self._request.options.composite else None


def settings_of(options: wire.DragOptions, defaults: DragDefaults) -> DragSettings:
    """Return the engine's settings: the options', else the model's, else the engine's own.

    Who names a learning rate gets the pace that has one; a model's rate alone asks for none.
    """
    engine = DragSettings()
    return DragSettings(
        r1=_first(options.r1, defaults.r1, engine.r1),
        r2=_first(options.r2, defaults.r2, engine.r2),
        stop_distance=_first(options.stop_distance, defaults.stop_distance, engine.stop_distance),
        lambda_mask=_first(options.lambda_mask, defaults.lambda_mask, engine.lambda_mask),
        step_limit=_first(options.step_limit, defaults.step_limit, engine.step_limit),
        feature_layer=_first(options.feature_layer, defaults.feature_layer, engine.feature_layer),
        movable_rows=_first(options.movable_rows, defaults.movable_rows, engine.movable_rows),
        learning_rate=_first(options.learning_rate, defaults.learning_rate, engine.learning_rate),
        hold=options.hold,
        principal=_first(options.principal, defaults.principal, engine.principal),
        pace=engine.pace if options.learning_rate is None else "paper",
    )


def _first(option: T | None, default: T | None, engine: S) -> T | S:
    """Return the first of the three that is given."""
    if option is not None:
        return option
    return engine if default is None else default


def _point(point: wire.DragPoint) -> DragPoint:
    origin = point.handle if point.origin is None else point.origin
    return DragPoint(point.id, point.handle, point.target, origin, point.reference)


def _states(step: DragStep) -> tuple[wire.PointState, ...]:
    return tuple(
        wire.PointState(one.id, one.handle, one.target, one.distance, one.state)
        for one in step.points
    )


def _stuck(step: DragStep) -> str:
    """Name the points that cannot get nearer."""
    names = ", ".join(one.id for one in step.points if one.state in ("stuck", "lost"))
    return f"The drag got no nearer (points {names}); pull somewhere else, or less far."
