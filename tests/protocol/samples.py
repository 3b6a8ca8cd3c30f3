"""One message of each type with every field set: what the golden bytes hold."""

import struct
from dataclasses import replace

from tugline_protocol import messages as m
from tugline_protocol import values as v
from tugline_protocol.version import PROTOCOL_MINOR

MODEL = v.ModelRef("critters-1", "ab" * 32)
TUNED = replace(MODEL, tuned="ef" * 32)
PLACE = v.PicturePlace(2.0, 0.25, -0.25, 2.0, 16.0, 8.5)
LATENT = v.Latent(2, 3, struct.pack("<6f", 0.0, 1.0, -1.0, 0.5, 2.0, -2.5))
MASK = v.Mask(2, 2, bytes([0, 255, 128, 1]))
IMAGE = v.Image(2, 1, "BGRA", bytes(range(8)))
FORMAT = v.PictureFormat(256, 128, "bicubic", "RGBA", v.Rect(1, 2, 30, 40))
POINT = v.DragPoint("nose", (64.5, 70.0), (80.0, 70.25), (60.0, 71.0), 1)
STATE = v.PointState("nose", (65.0, 70.0), (80.0, 70.25), 15.0, "moving")
OPTIONS = v.DragOptions(
    3.0, 12.0, 2.0, 10.0, 0.002, 200, "b32", (0, 1, 2), hold=True, composite=True, principal=5
)  # fmt: skip
DEVICE = v.Device("cpu", "ready")


def samples(minor: int) -> tuple[m.Message, ...]:
    """Return what version 1.``minor`` can say; fields that came later have their defaults."""
    options = OPTIONS if minor >= 1 else replace(OPTIONS, principal=None)
    card = _card(minor, options)
    alpha = MASK if minor >= 4 else None
    form = replace(FORMAT, feather=6.5) if minor >= 4 else FORMAT
    return (
        m.Hello("krita", "5.2.9", "0123456789abcdef", 1, minor),
        m.Ping(),
        m.ListModels(thumbnails=False),
        m.LoadModel(MODEL),
        m.Generate(MODEL, 7, v.Vector(1, struct.pack("<f", 0.25)), 3, 0.7, 8, FORMAT),
        m.Render(MODEL, LATENT, form, MASK),
        m.Mix(MODEL, LATENT, LATENT, (0, 1, 2), 0.5, 0.7, 8, FORMAT),
        m.StartDrag(
            MODEL, LATENT, (POINT,), (LATENT, LATENT), MASK, options, FORMAT, "trace-1",
            drafts=minor >= 2, alpha=alpha,
        ),
        m.Retarget(
            "r-1", 2, (v.PointTarget("nose", (1.0, 2.0)),), (POINT,), ("ear",), (LATENT,), MASK,
            clear_mask=True, options=options, alpha=alpha,
        ),
        m.NextFrame("r-1"),
        m.Stop("r-1"),
        m.Attach(),
        m.Welcome("0.1.0", 1, minor, ("drag",), v.Limits(), (DEVICE,)),
        m.Pong(12.5, (DEVICE,)),
        m.Models((card,)),
        m.ModelLoaded(MODEL, 1.5),
        m.Generated(MODEL, LATENT, IMAGE),
        m.Rendered(IMAGE),
        m.Progress("Loading critters-1", 0.5),
        m.DragFrame(3, 1, LATENT, (STATE,), IMAGE, full=False),
        m.DragEnded("stuck", 9, 2, LATENT, (STATE,), IMAGE, "The point nose cannot get nearer."),
        m.Retargeted(2),
        m.Stopped(found=True),
        m.Attached((v.Running("r-1", "StartDrag", MODEL, 3, 1),)),
        m.ModelsChanged(),
        m.Error("bad_field", "The field points is wrong.", "points", "detail"),
        *(_since_1_3(card) if minor >= 3 else ()),
        *(_since_1_4() if minor >= 4 else ()),
    )  # fmt: skip


def _since_1_3(card: v.ModelCard) -> tuple[m.Message, ...]:
    return (
        m.DescribeModel(MODEL),
        m.AddModel(
            "https://example.org/heads.pkl", "heads-1", "cd" * 32, "CC0", licence_accepted=True
        ),
        m.RemoveModel(MODEL),
        m.ModelDescribed(replace(card, samples=IMAGE)),
        m.ModelAdded(MODEL, "It holds no running mean of the weights."),
        m.ModelRemoved(MODEL),
    )


def _since_1_4() -> tuple[m.Message, ...]:
    return (
        m.Invert(
            TUNED, IMAGE, PLACE, LATENT, "tuning", v.InversionOptions("best", 100, 200, 300, 0.5),
            FORMAT, "trace-2",
        ),
        m.Align(MODEL, IMAGE),
        m.FetchTuning(TUNED),
        m.KeepTuning(TUNED, b"difference"),
        m.InversionFrame(120, "w+", TUNED, LATENT, 0.25, 40.5, 18.5, IMAGE),
        m.Inverted("stopped", 150, TUNED, LATENT, 0.75, 21.5, IMAGE, "It was stopped."),
        m.Aligned(PLACE, 2),
        m.TuningFetched(TUNED, b"difference"),
        m.TuningKept(TUNED),
    )  # fmt: skip


def _card(minor: int, options: v.DragOptions) -> v.ModelCard:
    card = v.ModelCard(
        "critters-1", "ab" * 32, "stylegan2", 128, 128, 48, 12, 256,
        ("cat", "dog"), ("b4", "b8"), "MIT", "Animal heads.", "ready", IMAGE, options,
    )  # fmt: skip
    if minor < 3:
        return card
    return replace(
        card,
        source="https://example.org/heads.pkl",
        layout="stylegan2-ada",
        file_sha256="cd" * 32,
        parameters=24767458,
    )


SAMPLES = samples(PROTOCOL_MINOR)
