"""Which tensors of which file the weights of a network that is no generator are made of."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from .auxiliary import AuxiliaryName

# Of torchvision's VGG16: where each block's convolutions stand, and their channels.
_VGG_BLOCKS: Final = (
    ((0, 2), (3, 64, 64)),
    ((5, 7), (64, 128, 128)),
    ((10, 12, 14), (128, 256, 256, 256)),
    ((17, 19, 21), (256, 512, 512, 512)),
    ((24, 26, 28), (512, 512, 512, 512)),
)


@dataclass(frozen=True)
class Ingredient:
    """One tensor: the name and shape that it has in its file, and those that it gets."""

    name: str
    shape: tuple[int, ...]
    becomes: str
    reshaped: tuple[int, ...] = ()


@dataclass(frozen=True)
class Source:
    """What is taken from a catalogue entry's file number ``file``.

    ``member`` is the file within it, where it is a zip; "" is the file itself.
    """

    file: int
    member: str
    ingredients: tuple[Ingredient, ...]


def _trunk() -> Iterator[Ingredient]:
    for block, (places, channels) in enumerate(_VGG_BLOCKS):
        for number, place in enumerate(places):
            given, made = channels[number : number + 2]
            # Each convolution has a ReLU behind it.
            ours = f"blocks.{block}.{2 * number}"
            yield Ingredient(f"features.{place}.weight", (made, given, 3, 3), f"{ours}.weight")
            yield Ingredient(f"features.{place}.bias", (made,), f"{ours}.bias")


def _heads() -> Iterator[Ingredient]:
    for block, (_, channels) in enumerate(_VGG_BLOCKS):
        made = channels[-1]
        yield Ingredient(
            f"lin{block}.model.1.weight", (1, made, 1, 1), f"heads.{block}", reshaped=(made,)
        )


def _of_faces(network: str, layers: dict[str, tuple[int, ...]]) -> Source:
    """Take a network of MTCNN: convolutions and dense layers by the shape of their weights."""
    ingredients = []
    for layer, shape in layers.items():
        ingredients.append(Ingredient(f"{layer}.weight", shape, f"{network}.{layer}.weight"))
        if len(shape) > 1:
            ingredients.append(Ingredient(f"{layer}.bias", shape[:1], f"{network}.{layer}.bias"))
    return Source(0, f"facenet_pytorch/data/{network}.pt", tuple(ingredients))


RECIPES: Final[dict[AuxiliaryName, tuple[Source, ...]]] = {
    "lpips": (Source(0, "", tuple(_trunk())), Source(1, "", tuple(_heads()))),
    "faces": (
        _of_faces(
            "pnet",
            {
                "conv1": (10, 3, 3, 3), "prelu1": (10,),
                "conv2": (16, 10, 3, 3), "prelu2": (16,),
                "conv3": (32, 16, 3, 3), "prelu3": (32,),
                "conv4_1": (2, 32, 1, 1), "conv4_2": (4, 32, 1, 1),
            },
        ),
        _of_faces(
            "rnet",
            {
                "conv1": (28, 3, 3, 3), "prelu1": (28,),
                "conv2": (48, 28, 3, 3), "prelu2": (48,),
                "conv3": (64, 48, 2, 2), "prelu3": (64,),
                "dense4": (128, 576), "prelu4": (128,),
                "dense5_1": (2, 128), "dense5_2": (4, 128),
            },
        ),
        _of_faces(
            "onet",
            {
                "conv1": (32, 3, 3, 3), "prelu1": (32,),
                "conv2": (64, 32, 3, 3), "prelu2": (64,),
                "conv3": (64, 64, 3, 3), "prelu3": (64,),
                "conv4": (128, 64, 2, 2), "prelu4": (128,),
                "dense5": (256, 1152), "prelu5": (256,),
                "dense6_1": (2, 256), "dense6_2": (4, 256), "dense6_3": (10, 256),
            },
        ),
    ),
}  # fmt: skip
