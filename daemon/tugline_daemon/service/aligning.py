"""Where in a picture a model of faces would have its picture."""

from dataclasses import replace

from tugline_daemon.inversion.faces import LARGEST_SIDE, FaceFinder, face_place
from tugline_daemon.library.auxiliary import auxiliary_weights
from tugline_protocol.errors import UNSUPPORTED
from tugline_protocol.messages import Align, Aligned
from tugline_protocol.values import Image, PicturePlace

from .capabilities import NO_FACES
from .errors import Refused
from .jobs import Job
from .mouth import Mouth
from .residents import Resident, Residents
from .taking import take


class AlignJob(Job):
    """Align: the place of the largest face."""

    def __init__(self, key: bytes, request: Align, residents: Residents, mouth: Mouth) -> None:
        """Prepare ``request``."""
        super().__init__(key, replace(request.model, tuned=""), residents, mouth)
        self._picture = request.picture

    def work(self, resident: Resident) -> None:
        """Find the faces, and lay the model's picture around the largest."""
        weights = auxiliary_weights("faces")
        if weights is None:  # it was removed since the client heard of it
            raise Refused(NO_FACES, code=UNSUPPORTED)
        width, height = _seen(self._picture)
        seen = take(self._picture, None, width, height)
        faces = FaceFinder(weights).find(seen.picture)
        place = None
        if faces:
            across, down = self._picture.width / width, self._picture.height / height
            landmarks = [(x * across, y * down) for x, y in faces[0].landmarks]
            generator = resident.generator
            place = PicturePlace(*face_place(landmarks, generator.width, generator.height))
        self.end(Aligned(place, len(faces)))


def _seen(picture: Image) -> tuple[int, int]:
    """Return the size in which faces are looked for: all of a large picture takes a gigabyte."""
    factor = max(1.0, max(picture.width, picture.height) / LARGEST_SIDE)
    return max(1, round(picture.width / factor)), max(1, round(picture.height / factor))
