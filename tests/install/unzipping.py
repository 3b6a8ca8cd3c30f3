"""A zip unpacked as systems unpack them: with each file's time and rights."""

import os
import time
import zipfile
from pathlib import Path


def unzip(archive: Path, folder: Path) -> None:
    """Unpack ``archive`` into ``folder``, which is made where it is not there."""
    with zipfile.ZipFile(archive) as opened:
        for entry in opened.infolist():
            path = Path(opened.extract(entry, folder))
            path.chmod(entry.external_attr >> 16 & 0o777)
            changed = time.mktime((*entry.date_time, 0, 0, -1))
            os.utime(path, (changed, changed))
