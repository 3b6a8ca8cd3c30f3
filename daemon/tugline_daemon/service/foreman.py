"""The foreman: hands requests to the worker, passes on what it says, replaces it when it dies."""

import logging
from collections.abc import Sequence

import zmq

from tugline_protocol.errors import BAD_FIELD, DRAG_OVER, STOPPED, WORKER_DIED
from tugline_protocol.messages import Error, ModelsChanged, Progress, Retargeted
from tugline_protocol.values import Buffer, Device

from . import link
from .bell import Bell
from .catalogue import Catalogue
from .keys import OneKey
from .ledger import DRAG_IS_OVER, DragState, Ledger, RunningRequest
from .options import ServeOptions
from .post import Post
from .supervision import Supervisor

_log = logging.getLogger(__name__)

MOST_FALSE_STARTS = 3


class Foreman:
    """Stands between the ledger and the worker.

    ``refusal`` is the sentence of a worker that cannot work on this machine at all, "" otherwise.
    """

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        options: ServeOptions,
        guard: OneKey,
        bell: Bell,
        ledger: Ledger,
        post: Post,
        catalogue: Catalogue,
    ) -> None:
        """Prepare; ``check`` starts the first worker."""
        self._ledger = ledger
        self._post = post
        self._catalogue = catalogue
        self._supervisor = Supervisor(context, options, guard, bell)
        self.refusal = ""

    @property
    def device(self) -> Device:
        """The device and how its worker is."""
        return Device(self._supervisor.device, self._supervisor.state)

    @property
    def socket(self) -> "zmq.Socket[bytes] | None":
        """The worker's socket, for the broker's poller; None while there is no worker."""
        return self._supervisor.worker.socket if self._supervisor.worker else None

    def begin(self, request: RunningRequest) -> None:
        """Hand over a request as soon as there is a worker for it."""
        if self._supervisor.ready:
            self._forward(request)

    def follow(self, request: RunningRequest, frames: Sequence[Buffer]) -> None:
        """Hand over a message that belongs to ``request``: header and buffers, without the id."""
        if not request.begun:
            request.messages.append(frames)
        if request.forwarded:
            self._send(request, frames)

    def end(self, request: RunningRequest, reason: str) -> None:
        """See to it that ``request`` ends, for ``reason`` "stopped" or "client_gone"."""
        if request.ending:
            return
        request.ending = reason
        if request.forwarded:
            cancel = link.Cancel("client_gone" if reason == "client_gone" else "stopped")
            self._send(request, link.pack(cancel, request.key)[1:])
        else:
            self.close(
                request, Error(STOPPED, "The request was stopped before it began; nothing is lost.")
            )

    def attend(self) -> None:
        """Take all that the worker has said."""
        worker = self._supervisor.worker
        while worker is not None and (frames := worker.receive()) is not None:
            self._take(frames)

    def check(self) -> None:
        """Notice a worker that ended, and start one where there is none."""
        worker = self._supervisor.worker
        if worker is not None and (end := worker.end):
            self.attend()
            self._mourn(end)
        if not self.refusal and self._supervisor.due():
            self._supervisor.start()

    @property
    def waiting(self) -> bool:
        """Whether a new worker is to be started, now or in a while."""
        return self._supervisor.worker is None

    def stop(self) -> None:
        """End the worker for good."""
        self._supervisor.stop()

    def _forward(self, request: RunningRequest) -> None:
        request.forwarded = True
        for frames in request.messages:
            self._send(request, frames)

    def _send(self, request: RunningRequest, frames: Sequence[Buffer]) -> None:
        if self._supervisor.worker is not None:
            self._supervisor.worker.send([request.key, *frames])

    def _take(self, frames: list[memoryview]) -> None:
        flag, key, *rest = frames
        request = self._ledger.get(bytes(key))
        if bytes(flag) == link.REPORT:
            self._note(link.read_report(frames[1:]), request)
        elif request is None:
            return
        elif bytes(flag) == link.TERMINAL:
            self._strike(request, "is done")
            self._post.pass_on(request, rest)
        elif bytes(flag) == link.FRAME:
            request.credit = False
            self._post.pass_on(request, rest)
        else:
            request.progress = link.read_progress(frames[1:])
            self._post.pass_on(request, rest, droppable=True)

    def _note(self, report: link.Report, request: RunningRequest | None) -> None:
        match report:
            case link.WorkerReady(device):
                self._supervisor.greet(device)
                _log.info("the worker is ready on %s", device)
                for waiting in self._ledger.done_by(self):
                    self._forward(waiting)
            case link.WorkerRefused(text):
                self.refusal = text
            case link.ModelState(model, readiness, text):
                _log.info("model %s is %s %s", model.name, readiness, text)
                if self._catalogue.note(model, readiness, text):
                    self._post.tell_all(ModelsChanged())
            case link.Begun() if request:
                request.begun = True
                request.messages.clear()
            case link.StepTaken(step, _, done) if request:
                request.told = report
                if request.drag:  # an inversion says more of itself
                    request.progress = Progress(f"step {step}", done)
            case link.Followed(number, text) if request and request.drag:
                self._answer_retarget(request, request.drag, number, text)

    def _mourn(self, end: str) -> None:
        """End what the dead worker had begun; what it had not goes to the next one."""
        _log.error("the worker ended unexpectedly (%s) and is started again", end)
        self._supervisor.bury()
        self._catalogue.forget_readiness()
        hopeless = self._supervisor.false_starts >= MOST_FALSE_STARTS
        for request in self._ledger.done_by(self):
            request.forwarded = False
            if request.begun or request.ending or hopeless:
                self.close(request, _death(request, end, hopeless=hopeless))
        self._post.tell_all(ModelsChanged())

    def _answer_retarget(
        self, request: RunningRequest, drag: DragState, number: int, text: str
    ) -> None:
        """Pass on that the worker took a Retarget over, or why it did not."""
        while drag.pending and drag.pending[0].number <= number:
            one = drag.pending.popleft()
            if text:
                drag.points = set(one.before)
            answer = Error(BAD_FIELD, text) if text else Retargeted(one.number)
            self._post.answer(request.session, one.connection, one.id, answer)

    def close(self, request: RunningRequest, error: Error) -> None:
        """End ``request``, and the Retargets that wait for it, whatever the worker does."""
        self._strike(request, error.code)
        self._post.tell(request, error)

    def _strike(self, request: RunningRequest, how: str) -> None:
        """Take a request out of the ledger; Retargets that crossed its end are told so."""
        self._ledger.strike(request)
        _log.info("%s %s %s", request.kind, request.id, how)
        while request.drag and request.drag.pending:
            one = request.drag.pending.popleft()
            error = Error(DRAG_OVER, DRAG_IS_OVER, "drag")
            self._post.answer(request.session, one.connection, one.id, error)


def _death(request: RunningRequest, end: str, *, hopeless: bool) -> Error:
    if hopeless:
        text = "The worker process cannot be started; see the daemon's log for the reason."
    elif request.has_frames:
        text = (
            "The worker process ended unexpectedly and is started again; the last picture you saw "
            "can be resumed."
        )
    else:
        text = "The worker process ended unexpectedly and is started again; try once more."
    return Error(WORKER_DIED, text, detail=end)
