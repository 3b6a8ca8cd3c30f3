"""Every message of the protocol, one frozen dataclass each; SPEC.md says what they mean.

Three kinds: a *request* ends in exactly one terminal reply (``TERMINAL`` names its type, or Error);
a *notice* is not answered; an *event* comes from the daemon, under the id of the request that it
belongs to, or under the empty id when it belongs to none. What clients say stands in
``requests.py``, what daemons say in ``replies.py``.
"""

from .replies import (
    Aligned,
    Attached,
    DragEnded,
    DragFrame,
    Error,
    Generated,
    InversionFrame,
    Inverted,
    ModelAdded,
    ModelDescribed,
    ModelLoaded,
    ModelRemoved,
    Models,
    ModelsChanged,
    Pong,
    Progress,
    Rendered,
    Retargeted,
    Stopped,
    TuningFetched,
    TuningKept,
    Welcome,
)
from .requests import (
    AddModel,
    Align,
    Answered,
    Attach,
    DescribeModel,
    FetchTuning,
    Generate,
    Hello,
    Invert,
    KeepTuning,
    ListModels,
    LoadModel,
    Mix,
    NextFrame,
    Ping,
    RemoveModel,
    Render,
    Retarget,
    StartDrag,
    Stop,
)

__all__ = [
    "FROM_CLIENT",
    "FROM_DAEMON",
    "REQUESTS",
    "RESERVED",
    "TERMINAL",
    "AddModel",
    "Align",
    "Aligned",
    "Answered",
    "Attach",
    "Attached",
    "DescribeModel",
    "DragEnded",
    "DragFrame",
    "Error",
    "Event",
    "FetchTuning",
    "Generate",
    "Generated",
    "Hello",
    "InversionFrame",
    "Invert",
    "Inverted",
    "KeepTuning",
    "ListModels",
    "LoadModel",
    "Message",
    "Mix",
    "ModelAdded",
    "ModelDescribed",
    "ModelLoaded",
    "ModelRemoved",
    "Models",
    "ModelsChanged",
    "NextFrame",
    "Notice",
    "Ping",
    "Pong",
    "Progress",
    "RemoveModel",
    "Render",
    "Rendered",
    "Request",
    "Retarget",
    "Retargeted",
    "StartDrag",
    "Stop",
    "Stopped",
    "Terminal",
    "TuningFetched",
    "TuningKept",
    "Welcome",
]

Request = (
    Hello | Ping | ListModels | DescribeModel | LoadModel | AddModel | RemoveModel | Generate
    | Render | Mix | StartDrag | Retarget | Stop | Attach | Invert | Align | FetchTuning
    | KeepTuning
)  # fmt: skip
Notice = NextFrame
Event = Progress | DragFrame | InversionFrame | ModelsChanged
Terminal = (
    Welcome | Pong | Models | ModelDescribed | ModelLoaded | ModelAdded | ModelRemoved | Generated
    | Rendered | DragEnded | Retargeted | Stopped | Attached | Inverted | Aligned
    | TuningFetched | TuningKept | Error
)  # fmt: skip
Message = Request | Notice | Event | Terminal

TERMINAL: dict[type[Request], type[Terminal]] = {
    Hello: Welcome,
    Ping: Pong,
    ListModels: Models,
    DescribeModel: ModelDescribed,
    LoadModel: ModelLoaded,
    AddModel: ModelAdded,
    RemoveModel: ModelRemoved,
    Generate: Generated,
    Render: Rendered,
    Mix: Generated,
    StartDrag: DragEnded,
    Retarget: Retargeted,
    Stop: Stopped,
    Attach: Attached,
    Invert: Inverted,
    Align: Aligned,
    FetchTuning: TuningFetched,
    KeepTuning: TuningKept,
}
REQUESTS: tuple[type[Request], ...] = tuple(TERMINAL)
FROM_CLIENT: dict[str, type[Message]] = {kind.__name__: kind for kind in (*REQUESTS, NextFrame)}
FROM_DAEMON: dict[str, type[Message]] = {
    kind.__name__: kind
    for kind in (*TERMINAL.values(), Error, Progress, DragFrame, InversionFrame, ModelsChanged)
}
RESERVED: tuple[str, ...] = (
    "BlobChunk", "Health", "Counters", "Pair",
)  # fmt: skip
