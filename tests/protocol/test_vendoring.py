"""The protocol inside an editor: copied below another package, with msgpack and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import msgpack

import tugline_protocol

SCRIPT = """
import sys
sys.path[:0] = [{plugin!r}, {site!r}]
from plugin.vendor.tugline_protocol import blocking, client, endpoint, messages, streams
heavy = {{"zmq", "numpy", "torch", "pydantic", "PIL", "tugline_protocol", "tugline_daemon"}}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
from plugin.vendor.tugline_protocol.codec import decode, encode
assert decode(encode(messages.Ping(), "r"), messages.FROM_CLIENT) == ("r", messages.Ping())
"""


def test_it_runs_under_another_package_without_zmq_or_numpy(tmp_path: Path) -> None:
    vendor = tmp_path / "plugin" / "vendor"
    shutil.copytree(Path(tugline_protocol.__file__).parent, vendor / "tugline_protocol")
    site = tmp_path / "site"
    shutil.copytree(Path(msgpack.__file__).parent, site / "msgpack")
    script = SCRIPT.format(plugin=str(tmp_path), site=str(site))
    run = subprocess.run(
        [sys.executable, "-I", "-S", "-c", script], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stderr
