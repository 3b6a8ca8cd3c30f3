"""The memory that frames take in the broker: from the second on they have that of the first."""

from pathlib import Path

from tests.service.drags import TINY, generated
from tests.service.running import Daemon
from tugline_protocol.blocking import Conversation
from tugline_protocol.messages import Render
from tugline_protocol.values import PictureFormat

PAGES = 1024 * 1024 * 4 // 4096


def faults(pid: int) -> int:
    """Return how often a process was given a page of memory (``minflt`` of proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return int(fields[7])


def test_a_large_frame_finds_the_memory_of_the_one_before(
    daemon: Daemon, talk: Conversation
) -> None:
    picture = PictureFormat(1024, 1024, "nearest", "BGRA")
    request = Render(TINY, generated(talk).latent, picture)
    for _ in range(3):
        talk.call(request)
    before = faults(daemon.endpoint.pid)
    for _ in range(10):
        talk.call(request)
    assert faults(daemon.endpoint.pid) - before < 10 * PAGES / 10
