"""What an inversion gets to see of the user's picture: a part of it, or a face in it."""

from dataclasses import dataclass

from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Align
from tugline_protocol.values import Image, ModelCard, ModelRef, PicturePlace

from .arguments import Crop
from .photos import Photo
from .places import Region, check_region, cropped, cut_out, middle, to_send
from .terminal import CommandFailed, activity


@dataclass(frozen=True)
class View:
    """The part of a picture that is sent as ``image``, in which the model's lies at ``sent_place``.

    ``place`` is where it lies in the picture itself. ``remarks`` are sentences for people.
    """

    image: Image
    sent_place: PicturePlace
    place: PicturePlace
    remarks: tuple[str, ...]


def part_view(conversation: Conversation, photo: Photo, card: ModelCard, crop: Crop | None) -> View:
    """Return the part that ``crop`` names, None for the largest one in the middle.

    Raises CommandFailed where it lies outside of the picture, or has too few pixels.
    """
    picture = photo.picture
    region = middle(picture, card) if crop is None else cropped(picture, crop, card)
    check_region(picture, region)
    remarks = [*photo.remarks]
    if crop is None and (region.width, region.height) != picture.size:
        remarks.append(_remark_on_middle(picture.size, region))
    if 2 * region.width < card.width:
        remarks.append(
            f"The part is {region.width:.0f} pixels wide and the model's picture {card.width}: "
            "what is finer is made up."
        )
    part, moved = cut_out(picture, region, card)
    sent = to_send(part, conversation.welcome.limits)
    place = sent.place(moved.place(card))
    return View(sent.image, place, region.place(card), tuple(remarks))


def face_view(conversation: Conversation, photo: Photo, card: ModelCard) -> View:
    """Return the largest face in the picture, as a model of faces would have it.

    Raises CommandFailed where there is none, or where the daemon finds no faces.
    """
    if "alignment" not in conversation.welcome.capabilities:
        raise CommandFailed(
            "--face needs the network that finds faces: get it with `tugline models get faces`, "
            "then end the daemon that does not know it yet with `tugline stop`."
        )
    sent = to_send(photo.picture, conversation.welcome.limits)
    with activity("Looking for a face"):
        aligned = conversation.call(Align(ModelRef(card.name, card.weights), sent.image))
    if aligned.place is None:
        raise CommandFailed(
            "There is no face in this picture that could be found; leave --face away, or name the "
            "part with --crop X,Y,SIZE."
        )
    remarks = [*photo.remarks]
    if aligned.faces > 1:
        remarks.append(f"There are {aligned.faces} faces; the largest one is taken.")
    return View(sent.image, aligned.place, sent.unscaled(aligned.place), tuple(remarks))


def _remark_on_middle(size: tuple[int, int], region: Region) -> str:
    return (
        f"Of {size[0]} x {size[1]} pixels the middle is taken, {region.width:.0f} x "
        f"{region.height:.0f} at {region.left:.0f},{region.top:.0f}; --crop X,Y,SIZE takes another "
        "part."
    )
