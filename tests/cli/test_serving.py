"""What ``tugline serve`` refuses before it listens."""

import pytest

from tests.cli.conftest import User


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("--bind", "127.0.0.1:65536"),  # which the sockets take for port 0
        ("--precision", "fp8"),
        ("--idle-timeout", "-1"),
        ("--models-folder", "~nobody-of-that-name/models"),
    ],
)
def test_a_setting_that_cannot_be_is_named(option: str, value: str, user: User) -> None:
    told = user.fail("serve", option, value)
    assert f"The option {option} is" in told
    assert "it has to be" in told


def test_a_number_too_large_for_a_float_is_named_with_its_file(newcomer: User) -> None:
    config = newcomer.home / "config" / "config.toml"
    config.parent.mkdir()
    config.write_text(f"idle_timeout = {10**400}")
    assert "config.toml is '1000" in newcomer.fail("serve")
