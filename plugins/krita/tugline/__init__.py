"""Tugline in Krita: a docker, arrows on the canvas, and a layer that follows them.

Krita imports this module at its start. What the plugin needs besides Krita lies in ``vendor`` and
goes on the path first; the docker and the actions then share one desk.
"""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .desk import Desk

_desks: list["Desk"] = []


def the_desk() -> "Desk":
    """Return the one desk of this Krita, made at the first call."""
    if not _desks:
        from krita import Krita  # noqa: PLC0415

        from .desk import Desk  # noqa: PLC0415 - needs what lies in vendor

        _desks.append(Desk(Krita.instance()))
    return _desks[0]


def _register() -> None:
    from krita import DockWidgetFactory, DockWidgetFactoryBase, Krita  # noqa: PLC0415

    from .actions import DOCKER_ID  # noqa: PLC0415
    from .extension import TuglineExtension  # noqa: PLC0415

    krita = Krita.instance()
    krita.addExtension(TuglineExtension(krita, the_desk))
    right = DockWidgetFactoryBase.DockRight
    # A callable object would do, but Krita's factory keeps no reference to it: a module's does.
    krita.addDockWidgetFactory(DockWidgetFactory(DOCKER_ID, right, _docker))


def _docker() -> object:
    from .docker import TuglineDocker  # noqa: PLC0415

    return TuglineDocker(the_desk)


def _find_what_came_along() -> None:
    """Put the vendored packages on the path: ``common`` first, which knows of the others."""
    folder = Path(__file__).parent / "vendor"
    sys.path.insert(0, str(folder / "common"))
    from tugline_edit.vendoring import vendor_paths  # noqa: PLC0415 - lies in common

    sys.path[:1] = [str(path) for path in vendor_paths(folder, sys.version_info[:2])]


def _name_the_log() -> None:
    from tugline_edit.guarding import open_log  # noqa: PLC0415 - needs what lies in vendor

    open_log("krita.log")


_find_what_came_along()
_name_the_log()
_register()
