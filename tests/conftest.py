"""What all tests share: workers, reproducible hypothesis, and a list of the skips that are allowed.

``-n auto`` runs all tests with a worker for each processor, and those of named files with none.

``--allowed-skips=FILE`` fails the run for each skipped test whose id does not begin with a line of
FILE, in which ``*`` stands for anything: what is provisioned has to be tested.
"""

import os
import re
import sys
from pathlib import Path
from typing import Final

import pytest
from hypothesis import HealthCheck, settings

# More would wait for the last long file of tests; each may have an editor and a daemon beside it.
_MOST_WORKERS: Final = 8
_BYTES_OF_A_WORKER: Final = 3 << 30

settings.register_profile(
    "tugline", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("tugline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--allowed-skips", type=Path, help="file of the test ids that may be skipped")


class AllowedSkips:
    """Counts the skips that the list does not name and fails the run for them."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text(encoding="utf-8").splitlines()
        entries = (entry for line in lines if (entry := line.partition("#")[0].strip()))
        patterns = [re.escape(entry).replace(r"\*", ".*") for entry in entries]
        self._allowed = re.compile("|".join(patterns) or "(?!)")
        self._others: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not self._allowed.match(report.nodeid):
            self._others.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped and not self._allowed.match(report.nodeid):
            self._others.append(report.nodeid)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self._others:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for nodeid in self._others:
            terminalreporter.write_line(f"not allowed to be skipped: {nodeid}", red=True)


@pytest.hookimpl(tryfirst=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Return how many workers ``-n auto`` starts, 0 for tests in this process.

    A worker takes seconds to start: those who name a file or a test would wait for it in vain.
    """
    if sys.platform != "linux" or any(".py" in argument for argument in config.args):
        return 0
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    workers = min(len(os.sched_getaffinity(0)), memory // _BYTES_OF_A_WORKER, _MOST_WORKERS)
    return workers if workers > 1 else 0


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):  # so xdist marks those that run tests for another process
        # torch is imported later, here and in what the tests start: one worker's threads would
        # stand in the way of another's.
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        return
    path = config.getoption("--allowed-skips")
    if path is not None:
        config.pluginmanager.register(AllowedSkips(path))
