"""Where the packages lie that came with the plugin: for each Python one folder, some for all.

The installer does not know which Python an editor has (it came with it, or is the system's), so it
lays out pyzmq for several and this module, which lies in the first of those folders itself, chooses
when the editor runs. Below ``vendor``: ``common`` has what is pure Python, ``SYSTEM/py310`` is for
one Python alone, ``SYSTEM/abi3`` for 3.12 and later.
"""

import sys
import sysconfig
from pathlib import Path

ABI3_FROM = (3, 12)


def vendor_paths(folder: Path, version: tuple[int, int], system: str = "") -> list[Path]:
    """Return the folders for ``sys.path``, out of those in ``folder``, the plugin's ``vendor``.

    ``version`` is Python's (major, minor); ``system`` "" is this computer's (``this_system``).
    Where there is nothing for that Python or system, ``common`` alone is returned.
    """
    own = folder / (system or this_system())
    exact = own / f"py{version[0]}{version[1]}"
    fitting = [exact, own / "abi3"] if version >= ABI3_FROM else [exact]
    return [folder / "common", *[path for path in fitting if path.is_dir()][:1]]


def this_system() -> str:
    """Return the name of this computer's system, as its folder is called."""
    return "macos" if sys.platform == "darwin" else sysconfig.get_platform()
