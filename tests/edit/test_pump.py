"""What keeps a link going in an event loop: descriptors watched, polled where there is none."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import cast

import pytest

from tests.edit.loop import PlainLoop
from tests.service.running import Daemon
from tugline_edit.link import Link
from tugline_edit.pump import POLL_MS, Pump


@dataclass
class Counting:
    """A link in which only what a pump asks of it is there, and counted."""

    follow: Callable[[], None]
    soon: Callable[[], None]
    number: int | None = None
    connected: bool = False
    drained: int = 0
    ticked: int = 0
    closed: bool = False

    @property
    def polled(self) -> bool:
        return self.connected and self.number is None

    def fileno(self) -> int | None:
        return self.number

    def drain(self) -> None:
        self.drained += 1

    def tick(self) -> None:
        self.ticked += 1

    def close(self) -> None:
        self.closed = True


@dataclass
class Pumped:
    loop: PlainLoop = field(default_factory=PlainLoop)

    def __post_init__(self) -> None:
        self.pump = Pump(self.loop, lambda follow, soon: cast(Link, Counting(follow, soon)))
        self.link = cast(Counting, self.pump.link)

    def connects(self, number: int | None) -> None:
        self.link.connected, self.link.number = True, number
        self.link.follow()

    def periods(self) -> list[float]:
        self.loop.turn()
        return [timer.period for timer in self.loop.timers if timer.on and timer.period]


@pytest.fixture
def pumped() -> Iterator[Pumped]:
    one = Pumped()
    yield one
    one.pump.close()


def test_a_connection_without_a_descriptor_is_polled_until_it_is_lost(pumped: Pumped) -> None:
    assert POLL_MS / 1000 not in pumped.periods()
    pumped.connects(None)
    assert POLL_MS / 1000 in pumped.periods()
    pumped.loop.until(lambda: pumped.link.drained > 2, "some looks")
    pumped.link.connected = False
    pumped.link.follow()
    assert POLL_MS / 1000 not in pumped.periods()


def test_a_descriptor_is_watched_and_the_one_before_is_let_go(pumped: Pumped) -> None:
    pumped.connects(None)
    pumped.connects(0)
    pumped.connects(1)
    pumped.loop.turn()
    assert [watch.descriptor for watch in pumped.loop.watches if watch.on] == [1]
    assert POLL_MS / 1000 not in pumped.periods()


def test_after_close_nothing_is_asked_of_the_link(pumped: Pumped) -> None:
    pumped.connects(None)
    pumped.link.soon()
    pumped.pump.close()
    seen = (pumped.link.drained, pumped.link.ticked)
    assert pumped.link.closed
    pumped.loop.turn()
    pumped.link.follow()
    pumped.loop.turn()
    assert (pumped.link.drained, pumped.link.ticked) == seen
    assert not pumped.periods()


def test_a_real_link_finds_its_daemon_through_the_loop_alone(daemon: Daemon) -> None:
    loop = PlainLoop()
    pump = Pump(
        loop,
        lambda follow, soon: Link(name="gimp", version="3", on_change=follow, on_waiting=soon),
    )
    loop.until(lambda: pump.link.ready and pump.link.models, f"the models of {daemon.home}")
    pump.close()
    assert not loop.faults
