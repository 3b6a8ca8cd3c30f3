"""A drag as the worker does it: the engine's steps, and frames as fast as the client takes them."""

import logging
import time
from typing import TypeVar

from torch import Tensor

from tugline_daemon.drag import Drag, DragError, DragPoint, DragSettings, DragStep
from tugline_daemon.generator import Generator
from tugline_daemon.library.cards import DragDefaults
from tugline_protocol import values as wire
from tugline_protocol.messages import DragEnded, Retarget, StartDrag

from .drafting import Drafting, Draftings
from .failures import one_line
from .jobs import Job, Reason
from .mouth import Mouth
from .pictures import movable, to_latent, to_tensor
from .rendering import Renderer
from .residents import Resident, Residents
from .showing import Showing, states
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

    def __init__(
        self,
        key: bytes,
        request: StartDrag,
        residents: Residents,
        mouth: Mouth,
        draftings: Draftings,
        renderer: Renderer,
    ) -> None:
        """Prepare ``request``."""
        super().__init__(key, request.model, residents, mouth)
        self._request = request
        self._drag: Drag | None = None
        self._newest: DragStep | None = None
        self._retargets: list[Retarget] = []
        self._followed = 0
        self._reason: Reason | None = None
        self._draftings = draftings
        self._showing = Showing(request, renderer)
        self._leg_began = 0
        self._step_limit = 1

    @property
    def has_work(self) -> bool:
        """Whether a step is to be done, a frame to be shown, or the end to be told."""
        if self._drag is None or not self._drag.idle:
            return True
        return self._showing.due or self._reason is not None

    @property
    def wakes_in(self) -> float:
        """Seconds until a drag that rests may have something to show."""
        return self._showing.wakes_in

    def work(self, resident: Resident) -> None:
        """Begin, show what a credit is there for, or do one step and whatever it is followed by."""
        drag, showing = self._drag or self._begin(resident), self._showing
        if self._reason is not None:
            drag.stop()
        elif showing.due and not showing.is_outdated(self._followed):
            self._show(resident)
            return
        step = self._step(drag)
        if step.ended is not None:
            self._finish(resident, step)
        elif showing.due:
            self._show(resident)

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
        self._showing.credit()

    def cancel(self, reason: Reason) -> None:
        """End with the next turn, with the best latent so far; at once if nothing was done yet."""
        if self._drag is None:
            super().cancel(reason)
        else:
            self._reason = reason

    def _begin(self, resident: Resident) -> Drag:
        self._drag = drag = self._engine(resident)
        for retarget in self._retargets:
            self._follow(drag, retarget, resident)
        return drag

    def _engine(self, resident: Resident) -> Drag:
        request, device = self._request, self._residents.device
        latent = to_tensor(request.latent, device)
        settings = settings_of(request.options, resident.card.drag)
        self._step_limit = settings.step_limit
        if request.drafts:
            self._showing.drafting = self._drafting(resident.generator, latent, settings)
        return Drag(
            resident.generator,
            latent,
            [to_tensor(one, device) for one in request.references] or [latent],
            [_point(point) for point in request.points],
            movable(request.mask, resident.generator, device) if request.mask else None,
            settings,
            components=resident.components,
        )

    def _drafting(self, generator: Generator, latent: Tensor, settings: DragSettings) -> Drafting:
        rows = settings.movable_rows
        stays = latent.clone()
        stays[list(generator.default_movable_rows if rows is None else rows)] = 0
        layer = settings.feature_layer or generator.default_feature_layer
        return self._draftings.of(generator, layer, stays)

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
            self._showing.take_mask(retarget.mask)
        self._showing.take_alpha(retarget.alpha)
        self._showing.go_on()
        self._followed = retarget.number
        self._leg_began = self._newest.number if self._newest else 0

    def _step(self, drag: Drag) -> DragStep:
        """Do one step, and tell the broker how far the drag is."""
        begun = time.monotonic()
        step = drag.step()
        self._newest = step
        self._showing.note(step, self._followed, time.monotonic() - begun, idle=drag.idle)
        done = (step.number - self._leg_began) / self._step_limit
        self._mouth.step_taken(self.key, step.number, self._followed, min(1.0, done))
        return step

    def _show(self, resident: Resident) -> None:
        """Go on with the frame that is due, and send it if it is there."""
        frame = self._showing.frame(resident.generator)
        if frame is not None:
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
                points=states(step),
                image=self._showing.last_picture(resident.generator, step),
                text=_stuck(step) if reason == "stuck" else text,
            )
        )


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


def _stuck(step: DragStep) -> str:
    """Name the points that cannot get nearer."""
    names = ", ".join(one.id for one in step.points if one.state in ("stuck", "lost"))
    return f"The drag got no nearer (points {names}); pull somewhere else, or less far."
