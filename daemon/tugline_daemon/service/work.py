"""What the worker does: the requests that need a model and the device."""

from tugline_protocol.messages import (
    Align,
    FetchTuning,
    Generate,
    Invert,
    KeepTuning,
    LoadModel,
    Mix,
    Render,
    StartDrag,
)

Work = LoadModel | Generate | Render | Mix | StartDrag | Invert | Align | FetchTuning | KeepTuning
WORK = (LoadModel, Generate, Render, Mix, StartDrag, Invert, Align, FetchTuning, KeepTuning)
