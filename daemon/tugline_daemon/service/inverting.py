"""An inversion as the worker does it: the engine's steps, and frames as the client takes them."""

import logging
import math
import time
from dataclasses import replace
from typing import Final

from tugline_daemon.checkpoint.errors import BadTuning
from tugline_daemon.inversion import Inversion, InversionStep, Start, settings_for
from tugline_daemon.inversion.perceptual import make_distance
from tugline_daemon.library.auxiliary import auxiliary_weights
from tugline_daemon.library.errors import LibraryError
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.messages import Invert, Inverted, Progress, Terminal
from tugline_protocol.values import Image, InversionReason

from .errors import Refused
from .inversion_frames import InversionFrames, on_the_wire
from .jobs import Job, Reason
from .keeping import Keeping
from .mouth import Mouth
from .pictures import to_latent, to_tensor
from .rendering import Renderer
from .residents import Resident, Residents
from .taking import take
from .translation import is_out_of_memory
from .tuning_bytes import tuning_for

_log = logging.getLogger(__name__)

# Where W comes no nearer, the picture is probably none of the model's kind. In 44 steps held-out
# critters came to 0.78 and more, five photographs to 0, 0.09, 0.33, 0.44 and 0.58. W+ and tuned
# weights come nearer to anything.
LEAST_LIKENESS: Final = 0.5
_PROGRESS_SECONDS: Final = 0.2
# From so many seconds on they are told in minutes.
_LONG_SECONDS: Final = 100.0

_STAGES: Final = {
    "w": "Looking for the picture",
    "w+": "Coming nearer to it",
    "tuning": "Fitting the model to it",
}
_TEXTS: Final = {
    "done": "",
    "stopped": "The inversion was stopped; this is the best so far.",
    "diverged": "The numbers fell apart; this is the best before that.",
    "client_gone": "The inversion was stopped because nobody was there to see it.",
}
_NO_ROOM: Final = (
    "The device has no room to go on; this is the best so far. Close other programs that use it, "
    "or choose a quality that takes less."
)


class InvertJob(Job):
    """Invert: a step a turn, a frame for a credit; whatever ends it, the best so far is kept."""

    def __init__(
        self,
        key: bytes,
        request: Invert,
        residents: Residents,
        mouth: Mouth,
        renderer: Renderer,
        tunings: Tunings,
    ) -> None:
        """Prepare ``request``."""
        super().__init__(key, replace(request.model, tuned=""), residents, mouth)
        self._request = request
        self._tunings = tunings
        self._frames = InversionFrames(request.frames, renderer)
        self._inversion: Inversion | None = None
        self._keeping: Keeping | None = None
        self._best: InversionStep | None = None
        self._likeness_in_w: float | None = None
        self._reason: Reason | None = None
        self._told = 0.0

    @property
    def is_patient(self) -> bool:
        """Whether others may have as much time as this one: its steps may take long.

        One that is to end has but its last turn to take, and somebody waits for it.
        """
        return self._reason is None

    def work(self, resident: Resident) -> None:
        """Begin, show what a credit is there for, or do one step."""
        inversion, keeping = self._inversion, self._keeping
        if inversion is None or keeping is None:
            self._begin(resident)
        elif self._best is None:
            self._step(inversion, keeping, resident)
        elif self._reason is not None:
            self._finish(inversion, keeping, resident, self._best, self._reason)
        elif self._frames.due(self._best):
            self._show(keeping, resident, self._best)
        else:
            self._go_on(inversion, keeping, resident, self._best)

    def credit(self) -> None:
        """Owe the client one frame; it has the one before."""
        self._frames.credit()
        if self._keeping:
            self._keeping.seen()

    def cancel(self, reason: Reason) -> None:
        """End with the next turn, with the best so far; at once if nothing was done yet."""
        if self._best is None:
            super().cancel(reason)
        else:
            self._reason = reason

    def end(self, terminal: Terminal) -> None:
        """Send the terminal reply; the request is over, and has no more memory."""
        self._let_go()
        super().end(terminal)

    def _let_go(self) -> None:
        if self._inversion is not None:
            self._inversion.close()
            self._inversion = None

    def _begin(self, resident: Resident) -> None:
        request, device = self._request, self._residents.device
        generator = resident.generator
        taken = take(request.picture, request.place, generator.width, generator.height)
        if not taken.weight.any():
            raise Refused(
                "There is nothing to see where the picture is taken: it is transparent there; "
                "choose another place.",
                field="picture",
            )
        options = request.options
        self._keeping = Keeping(
            self._tunings,
            resident.ref,
            request.picture,
            request.model.tuned,
            lambda: self._residents.tuned,
        )
        self._inversion = Inversion(
            generator,
            taken.picture.to(device),
            settings_for(
                options.quality,
                w_steps=options.w_steps,
                wplus_steps=options.wplus_steps,
                tuning_steps=options.tuning_steps,
                editability=options.editability,
            ),
            weight=taken.weight.to(device),
            distance=make_distance(auxiliary_weights("features"), auxiliary_weights("lpips")),
            start=self._start(resident),
        )

    def _start(self, resident: Resident) -> Start | None:
        """Return what the request goes on from; raises UnknownTuning where that is not here."""
        request = self._request
        if request.latent is None:
            return None
        tuning = None
        if request.model.tuned:
            tuning = tuning_for(resident.card, self._tunings.find(request.model.tuned))
        return Start(to_tensor(request.latent, self._residents.device), request.stage, tuning)

    def _go_on(
        self, inversion: Inversion, keeping: Keeping, resident: Resident, best: InversionStep
    ) -> None:
        """Do a step; where the device has no room for it, end with what there is."""
        has_room = True
        try:
            self._step(inversion, keeping, resident)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            has_room = False
        if not has_room:  # not before: the error holds on to all that the step had
            self._finish(inversion, keeping, resident, best, "stopped", _NO_ROOM)

    def _step(self, inversion: Inversion, keeping: Keeping, resident: Resident) -> None:
        """Do one step, and tell how far it is."""
        before, step = self._best, inversion.step()
        self._best = step
        searched_w = (
            self._request.options.w_steps != 0
        )  # without any the mean of W was all there was
        if searched_w and before is not None and before.stage == "w" != step.stage:
            self._likeness_in_w = inversion.likeness
        self._mouth.step_taken(self.key, step.number, 0, step.done)
        if step.ended is not None:
            self._finish(inversion, keeping, resident, step, step.ended)
            return
        if step.tuning is not None and keeping.is_due:
            _keep(keeping, step)
        if time.monotonic() >= self._told + _PROGRESS_SECONDS:
            self._told = time.monotonic()
            self._mouth.event(self.key, Progress(_how_far(step), step.done))

    def _show(self, keeping: Keeping, resident: Resident, step: InversionStep) -> None:
        """Go on with the frame that is due, and send it if it is there."""
        model = replace(resident.ref, tuned=keeping.tuned)
        frame = self._frames.frame(resident.generator, model, step)
        if frame is not None:
            self._mouth.frame(self.key, frame)
            keeping.show(frame.model.tuned)

    def _finish(
        self,
        inversion: Inversion,
        keeping: Keeping,
        resident: Resident,
        step: InversionStep,
        reason: InversionReason,
        text: str = "",
    ) -> None:
        """Tell the end and its reason, with the best so far and its picture."""
        likeness = self._likeness(inversion)
        self._let_go()  # what the picture takes may be what that has
        if trouble := _keep(keeping, step):
            text = trouble
            if not keeping.tuned:
                step = replace(step, tuning=None)
        keeping.conclude(seen=reason != "client_gone")
        self.end(
            Inverted(
                reason=reason,
                step=step.number,
                model=replace(resident.ref, tuned=keeping.tuned),
                latent=to_latent(step.latent),
                likeness=likeness,
                psnr=on_the_wire(step.psnr),
                image=self._last_picture(resident, step),
                text=text or self._said(reason, likeness, resident.card.name),
            )
        )

    def _said(self, reason: InversionReason, likeness: float, name: str) -> str:
        """Return the sentence for the artist; of a picture that came out well there is none."""
        ended, in_w = _TEXTS[reason], self._likeness_in_w
        if in_w is None and reason == "done":
            in_w = likeness
        if in_w is None or in_w >= LEAST_LIKENESS:
            return ended
        return f"{ended} {_of_another_kind(name, in_w, likeness)}".strip()

    def _likeness(self, inversion: Inversion) -> float:
        """Return how like the best is; where there is no room to measure it, as it was in W."""
        try:
            return inversion.likeness
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return self._likeness_in_w or 0.0

    def _last_picture(self, resident: Resident, step: InversionStep) -> Image | None:
        try:
            return self._frames.last_picture(resident.generator, step)
        except (MemoryError, RuntimeError) as error:
            if not is_out_of_memory(error):
                raise
            return None


def _keep(keeping: Keeping, step: InversionStep) -> str:
    """Keep the tuning of ``step``; return "", or the sentence that says why that cannot be."""
    try:
        keeping.keep(step)
    except (LibraryError, BadTuning) as error:
        _log.error("a tuning is not kept: %s", error)
        return f"The tuned weights could not be kept: {error}"
    return ""


def _of_another_kind(name: str, in_w: float, likeness: float) -> str:
    """Say that a model does not draw such pictures; ``likeness`` is that of the end."""
    in_the_end = f", what was found in the end {100 * likeness:.0f} %" if likeness > in_w else ""
    return (
        f"The picture is probably none of the kind that {name} draws: the nearest that {name} "
        f"draws by itself is {100 * in_w:.0f} % like it{in_the_end}. Choose a model of such "
        "pictures, or expect little of drags."
    )


def _how_far(step: InversionStep) -> str:
    """Say how far an inversion is, and how long it still takes."""
    said = f"{_STAGES[step.stage]}: {100 * step.done:.0f} % of the whole is done"
    if step.seconds_left < 0:
        return f"{said}."
    if step.seconds_left < _LONG_SECONDS:
        return f"{said}, about {math.ceil(step.seconds_left)} s left."
    return f"{said}, about {math.ceil(step.seconds_left / 60)} min left."
