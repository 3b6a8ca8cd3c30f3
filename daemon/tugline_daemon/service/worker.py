"""The worker process: holds the models on one device, and does what the broker passes on.

Started by the broker as ``python -m tugline_daemon.service.worker``, its assignment on standard
input. One thread computes and talks; another loads models; a third waits for the end of standard
input, which says that the broker is gone.
"""

import gc
import logging
import math
import os
import signal
import sys
import threading
from functools import partial
from pathlib import Path

import torch
import zmq

from tugline_daemon.generator import Precision
from tugline_daemon.library.store import Store
from tugline_daemon.library.tunings import Tunings
from tugline_protocol.messages import (
    Align,
    FetchTuning,
    Generate,
    Invert,
    KeepTuning,
    LoadModel,
    Mix,
    NextFrame,
    Render,
    Retarget,
    StartDrag,
)

from .aligning import AlignJob
from .bell import Bell
from .devices import (
    find_device,
    find_precision,
    give_back_memory,
    still_computes,
    use_precision,
)
from .drafting import Draftings
from .dragging import DragJob
from .errors import DeviceLost, DeviceMissing
from .heap import give_large_blocks_back
from .inverting import InvertJob
from .jobs import GenerateJob, Job, LoadJob, MixJob, RenderJob
from .link import Assignment, Cancel, Order
from .logs import start_log
from .mouth import Mouth
from .rendering import Renderer
from .residents import Residents
from .rest import Rest
from .tuned import FetchJob, KeepJob
from .turns import Turns
from .work import WORK, Work

_log = logging.getLogger(__name__)


class Worker:
    """The loop: take what has arrived, let the next job do a slice, sleep when there is none."""

    def __init__(
        self,
        mouth: Mouth,
        store: Store,
        tunings: Tunings,
        device: torch.device,
        precision: Precision,
        keep_models: float | None,
    ) -> None:
        """Prepare to compute on ``device`` with the models of ``store``, drags in ``precision``.

        ``tunings`` are those of the user's.

        Models that nobody uses stay loaded for ``keep_models`` seconds, None is for ever.
        """
        self._mouth = mouth
        self._tunings = tunings
        self._bell = Bell()
        self._residents = Residents(
            store,
            tunings,
            device,
            self._bell.ring,
            mouth.model_state,
            precision=precision,
            keep=keep_models,
        )
        self._turns = Turns(partial(still_computes, device))
        self._rest = Rest(partial(give_back_memory, device))
        self._draftings = Draftings()
        self._renderer = Renderer(device)
        self._poller = zmq.Poller()
        self._poller.register(mouth.socket, zmq.POLLIN)
        self._poller.register(self._bell.fileno(), zmq.POLLIN)

    def run(self) -> None:
        """Work for ever; the process ends with the broker. Raises DeviceLost."""
        while True:
            self._poller.poll(self._patience_ms)
            self._bell.quiet()
            while (heard := self._mouth.hear()) is not None:
                self._take(*heard)
            self._residents.settle()
            busy = self._turns.runnable
            self._turns.take_one()
            let_go = self._residents.let_go(self._turns.in_use)
            self._rest.note(busy=busy or let_go)

    @property
    def _patience_ms(self) -> int | None:
        """How long to sleep unless somebody rings; None: for as long as it takes."""
        if self._turns.runnable:
            return 0
        wakes_in = min(one.wakes_in for one in (self._turns, self._residents, self._rest))
        return None if math.isinf(wakes_in) else math.ceil(1000 * wakes_in)

    def _take(self, key: bytes, order: Order) -> None:
        job = self._turns.find(key)
        match order:
            case Cancel(reason) if job:
                job.cancel(reason)
                self._turns.tidy()
            case Retarget() if isinstance(job, DragJob):
                job.retarget(order)
                self._turns.tidy()
            case NextFrame() if isinstance(job, (DragJob, InvertJob)):
                job.credit()
            case _ if isinstance(order, WORK):
                self._turns.add(self._job(key, order))

    def _job(self, key: bytes, request: Work) -> Job:
        residents, mouth = self._residents, self._mouth
        job: Job
        match request:
            case LoadModel(model):
                job = LoadJob(key, model, residents, mouth)
            case Generate():
                job = GenerateJob(key, request, residents, mouth)
            case Render():
                job = RenderJob(key, request, residents, mouth)
            case Mix():
                job = MixJob(key, request, residents, mouth)
            case StartDrag():
                job = DragJob(key, request, residents, mouth, self._draftings, self._renderer)
            case Invert():
                job = InvertJob(key, request, residents, mouth, self._renderer, self._tunings)
            case Align():
                job = AlignJob(key, request, residents, mouth)
            case FetchTuning():
                job = FetchJob(key, request, residents, mouth, self._tunings)
            case KeepTuning():
                job = KeepJob(key, request, residents, mouth, self._tunings)
        return job


def main() -> None:
    """Read the assignment, report, and work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    assignment = Assignment.from_line(sys.stdin.buffer.readline())
    start_log(assignment.log_level)
    threading.Thread(target=_leave_with_broker, daemon=True).start()
    mouth = Mouth(assignment)
    if assignment.threads:
        torch.set_num_threads(assignment.threads)
    try:
        device = find_device(assignment.device)
    except DeviceMissing as error:
        mouth.refuse(str(error))
        return
    if device.type == "cuda":
        torch.cuda.set_device(device)
    precision = find_precision(assignment.precision, device)
    use_precision(precision, device)
    _log.info("computing on %s in %s", device, precision)
    store = Store([Path(folder) for folder in assignment.models])
    tunings = Tunings(Path(assignment.tunings))
    worker = Worker(mouth, store, tunings, device, precision, assignment.keep_models)
    give_large_blocks_back()
    gc.freeze()  # what was imported stays for ever: a collection need not go through it
    mouth.ready(str(device))
    try:
        worker.run()
    except DeviceLost as error:
        _log.error("%s The worker leaves; the next one may have the device again.", error)
        os._exit(1)  # taking the context down in order may never end


def _leave_with_broker() -> None:
    """Wait for the end of standard input, then end at once: nobody is left to work for."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    main()
