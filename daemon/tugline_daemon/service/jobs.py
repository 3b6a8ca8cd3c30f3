"""Requests as the worker does them, a slice at a time: what all share, and the short ones."""

import abc
import math
import time
from concurrent.futures import Future
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch

from tugline_protocol.errors import STOPPED
from tugline_protocol.messages import (
    Error,
    Generate,
    Generated,
    Mix,
    ModelLoaded,
    Progress,
    Render,
    Rendered,
    Terminal,
)
from tugline_protocol.values import Image, ModelRef, PictureFormat

from .feathering import Alpha
from .mouth import Mouth
from .pictures import draw, mask_pixels, to_latent, to_tensor
from .residents import Resident, Residents

Reason = Literal["stopped", "client_gone"]


class Job(abc.ABC):
    """A request under way in the worker.

    ``turn`` does one slice: the first asks for the model, one of the next takes it over, the others
    do the work. Whatever a turn raises ends this job alone.
    """

    def __init__(self, key: bytes, model: ModelRef, residents: Residents, mouth: Mouth) -> None:
        """Prepare the request ``key``, which needs ``model``."""
        self.key = key
        self.finished = False
        self._model = model
        self._residents = residents
        self._mouth = mouth
        self._resident: Resident | None = None
        self._loading: Future[Resident] | None = None
        self._began = time.monotonic()

    @property
    def runnable(self) -> bool:
        """Whether a turn would do something now."""
        if self._loading is None:
            return True
        return self._loading.done() and (self._resident is None or self.has_work)

    @property
    def has_work(self) -> bool:
        """Whether there is work to do now that the model is there."""
        return True

    @property
    def model(self) -> Future[Resident] | None:
        """The model, loaded or on its way; None before the first turn."""
        return self._loading

    @property
    def wakes_in(self) -> float:
        """Seconds until there may be work by itself; infinite where only an order brings some."""
        return math.inf

    @property
    def is_patient(self) -> bool:
        """Whether those that are not may have as much time as this one's turns take.

        Nobody follows a hand by it.
        """
        return False

    def turn(self) -> None:
        """Do one slice."""
        if self._loading is None:
            self._mouth.begun(self.key)
            self._loading = self._residents.want(self._model)
            if not self._loading.done():
                self._mouth.event(self.key, Progress(f"Loading {self._model.name}.", 0.0))
        elif self._resident is None:
            self._resident = self._loading.result()
        else:
            self.work(self._resident)

    @abc.abstractmethod
    def work(self, resident: Resident) -> None:
        """Do one slice of the work itself; the last one sends the terminal reply."""

    def cancel(self, reason: Reason) -> None:
        """End the request within a step, for that reason."""
        words = {"stopped": "It was stopped", "client_gone": "Its client went away"}[reason]
        self.end(Error(STOPPED, f"{words} before it was done; nothing is lost."))

    def end(self, terminal: Terminal) -> None:
        """Send the terminal reply; the request is over."""
        self.finished = True
        self._mouth.terminal(self.key, terminal)


class LoadJob(Job):
    """LoadModel: done when the model is there."""

    def work(self, resident: Resident) -> None:
        """Say that the model is loaded, and what that took."""
        self.end(ModelLoaded(resident.ref, time.monotonic() - self._began))


class GenerateJob(Job):
    """Generate: from a seed or z to a latent, and its picture if that is wanted."""

    def __init__(self, key: bytes, request: Generate, residents: Residents, mouth: Mouth) -> None:
        """Prepare ``request``."""
        super().__init__(key, request.model, residents, mouth)
        self._request = request

    def work(self, resident: Resident) -> None:
        """Make the latent and the picture."""
        request, generator = self._request, resident.generator
        device = self._residents.device
        with torch.no_grad():
            ws = generator.map(
                torch.from_numpy(_z(request, generator.z_dim)).to(device),
                _one_hot(request.label, generator.c_dim, device),
                truncation_psi=request.truncation_psi,
                truncation_cutoff=request.truncation_cutoff,
            )[0]
        self.end(Generated(resident.ref, to_latent(ws), _picture(resident, ws, request.picture)))


class RenderJob(Job):
    """Render: from a latent to its picture."""

    def __init__(self, key: bytes, request: Render, residents: Residents, mouth: Mouth) -> None:
        """Prepare ``request``."""
        super().__init__(key, request.model, residents, mouth)
        self._request = request

    def work(self, resident: Resident) -> None:
        """Make the picture."""
        request = self._request
        ws = to_tensor(request.latent, self._residents.device)
        alpha = Alpha(mask_pixels(request.mask)) if request.mask else None
        self.end(Rendered(draw(resident.generator, ws, request.picture, alpha)))


class MixJob(Job):
    """Mix: rows of another latent in place of a latent's own, then truncation."""

    def __init__(self, key: bytes, request: Mix, residents: Residents, mouth: Mouth) -> None:
        """Prepare ``request``."""
        super().__init__(key, request.model, residents, mouth)
        self._request = request

    def work(self, resident: Resident) -> None:
        """Mix the latents, and make the picture if it is wanted."""
        request, device = self._request, self._residents.device
        ws = to_tensor(request.latent, device)
        if request.other is not None and request.rows:
            rows = list(request.rows)
            ws[rows] = ws[rows].lerp(to_tensor(request.other, device)[rows], request.amount)
        if request.truncation_psi != 1.0:
            mean = resident.generator.w_avg.to(ws)
            cutoff = request.truncation_cutoff
            ws[:cutoff] = mean.lerp(ws[:cutoff], request.truncation_psi)
        self.end(Generated(resident.ref, to_latent(ws), _picture(resident, ws, request.picture)))


def _z(request: Generate, z_dim: int) -> npt.NDArray[np.float32]:
    """Return z [1, z_dim]; a seed becomes one as in the generate.py of the reference."""
    if request.z is not None:
        return np.frombuffer(request.z.data, "<f4").astype(np.float32).reshape(1, z_dim)
    return np.random.RandomState(request.seed).randn(1, z_dim).astype(np.float32)


def _one_hot(label: int | None, c_dim: int, device: torch.device) -> torch.Tensor | None:
    """Return the class as [1, c_dim], all zeros for none; None for a model without classes."""
    if c_dim == 0:
        return None
    if label is None:
        return torch.zeros(1, c_dim, device=device)
    return torch.nn.functional.one_hot(torch.tensor([label], device=device), c_dim).float()


def _picture(resident: Resident, ws: torch.Tensor, wanted: PictureFormat | None) -> Image | None:
    return None if wanted is None else draw(resident.generator, ws, wanted)
