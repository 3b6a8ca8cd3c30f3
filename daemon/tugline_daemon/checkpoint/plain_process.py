"""The process that reads a stranger's table of tensors: ``python -I -m ...plain_process PATH ...``.

The file is its standard input, as it is of ``reader_process``; what it tells is no generator.
"""

import sys
from pathlib import Path

from .errors import UnknownNetwork
from .foreign.arrays import all_found
from .foreign.first_bytes import is_safetensors
from .foreign.network import FoundNetwork
from .foreign.plain import read_safetensors
from .foreign.refusal import NotKnown
from .foreign.tables import tensors_in
from .inert.reading import read_records
from .telling import tell


def find_table(data: memoryview, name: str) -> FoundNetwork:
    """Return the tensors in ``data``, all bytes of the torch or safetensors file ``name``.

    Raises UnreadableFile for a file that is unsound, UnknownNetwork for one without such a table.
    """
    try:
        if is_safetensors(data):
            views, _ = read_safetensors(data, name)
        else:
            views = tensors_in(read_records(data, name).root)
        tensors = all_found(views)
    except NotKnown as refusal:
        raise UnknownNetwork(
            f"{name} cannot be used: {refusal.reason}; {refusal.remedy}."
        ) from refusal
    if not tensors:
        raise UnknownNetwork(
            f"{name} cannot be used: it holds no table of tensors; fetch the file again."
        )
    return FoundNetwork("", {}, tensors, "a table of tensors")


if __name__ == "__main__":
    path = Path(sys.argv[1])
    tell(find_table, path.name, int(sys.argv[2]))
