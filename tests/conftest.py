"""What all tests share: reproducible hypothesis, and a list of the skips that are allowed.

``--allowed-skips=FILE`` fails the run for each skipped test whose id does not begin with a line of
FILE, in which ``*`` stands for anything: what is provisioned has to be tested.
"""

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--allowed-skips")
    if path is not None:
        config.pluginmanager.register(AllowedSkips(path))
