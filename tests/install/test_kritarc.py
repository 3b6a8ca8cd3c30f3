"""Krita's settings: one line is changed, every other byte stays."""

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tugline_daemon.install import kritarc
from tugline_daemon.install.errors import InstallError

ORDINARY = b"""# written by hand
ResourceDirectory=/home/an/art
[General]
name=\xc3\xa9\\t

[python]
enable_other=true

[theme]
Theme=Krita dark
"""

LINES = st.sampled_from(
    [
        b"", b"\r", b"[python]", b"[python][$i]", b"[python][deeper]", b"[General]", b" [python] ",
        b"enable_tugline=false", b"enable_tugline = true", b"enable_tugline[$i]=true", b"other=1",
        b"# enable_tugline=true", b"[", b"]", b"=", b"\xff\x00\xfe", b"[python", b"enable_tugline",
    ]
)  # fmt: skip
TEXTS = st.lists(LINES, max_size=12).map(b"\n".join) | st.binary(max_size=200)


def without(text: bytes, line: bytes) -> bytes:
    return text.replace(line, b"", 1)


def test_the_line_goes_to_the_end_of_its_group() -> None:
    changed = kritarc.with_plugin(ORDINARY)
    assert changed == ORDINARY.replace(
        b"enable_other=true\n", b"enable_other=true\nenable_tugline=true\n"
    )


def test_a_group_that_is_missing_is_added_at_the_end() -> None:
    assert kritarc.with_plugin(b"[theme]\nTheme=x\n") == (
        b"[theme]\nTheme=x\n\n[python]\nenable_tugline=true\n"
    )


def test_an_empty_file_gets_the_group_alone() -> None:
    assert kritarc.with_plugin(b"") == b"[python]\nenable_tugline=true\n"


def test_what_was_switched_off_is_switched_on_where_it_stands() -> None:
    assert kritarc.with_plugin(b"[python]\nenable_tugline=false\nb=1\n") == (
        b"[python]\nenable_tugline=true\nb=1\n"
    )


def test_lines_end_as_they_did() -> None:
    assert kritarc.with_plugin(b"[python]\r\na=1\r\n[b]\r\n") == (
        b"[python]\r\na=1\r\nenable_tugline=true\r\n[b]\r\n"
    )


def test_a_group_within_the_group_is_another_one() -> None:
    text = b"[python]\n[python][deeper]\nenable_tugline=true\n"
    assert not kritarc.is_enabled(text)


def test_the_last_value_counts() -> None:
    text = b"[python]\nenable_tugline=true\n[a]\n[python]\nenable_tugline=false\n"
    assert not kritarc.is_enabled(text)
    assert kritarc.is_enabled(kritarc.with_plugin(text))


@given(TEXTS)
def test_whatever_the_file_is_the_plugin_can_be_enabled_in_it(text: bytes) -> None:
    assert kritarc.is_enabled(kritarc.with_plugin(text))


@given(TEXTS)
def test_enabling_keeps_every_other_entry(text: bytes) -> None:
    before = kritarc.without_plugin(text).replace(b"\r", b"")
    after = kritarc.without_plugin(kritarc.with_plugin(text)).replace(b"\r", b"")
    assert after.startswith(before)
    assert after[len(before) :].strip() in {b"", b"[python]"}


@given(TEXTS)
def test_disabling_leaves_nothing_enabled(text: bytes) -> None:
    assert not kritarc.is_enabled(kritarc.without_plugin(text))


def test_disabling_undoes_enabling() -> None:
    assert kritarc.without_plugin(kritarc.with_plugin(ORDINARY)) == ORDINARY


@pytest.mark.parametrize(
    ("line", "folder"),
    [
        (b"ResourceDirectory=/art/krita", "/art/krita"),
        (b"ResourceDirectory=D:\\\\art", "D:\\art"),
        (b"ResourceDirectory=/my art/\xc3\xa9", "/my art/\N{LATIN SMALL LETTER E WITH ACUTE}"),
        (b"[General]\nResourceDirectory=/art", ""),
        (b"", ""),
    ],
)
def test_the_folder_that_the_artist_chose_stands_before_the_first_group(
    line: bytes, folder: str
) -> None:
    assert kritarc.resource_directory(line + b"\n[theme]\nResourceDirectory=/no\n") == folder


def test_the_file_keeps_its_mode(tmp_path: Path) -> None:
    settings = tmp_path / "kritarc"
    settings.write_bytes(b"old")
    settings.chmod(0o640)
    kritarc.write(settings, b"new")
    assert settings.read_bytes() == b"new"
    assert stat.S_IMODE(settings.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["kritarc"]


def test_a_link_to_the_file_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "dotfiles", tmp_path / "kritarc"
    real.write_bytes(b"old")
    link.symlink_to(real)
    kritarc.write(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"


def test_a_folder_in_its_place_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(InstallError, match="cannot be read"):
        kritarc.read(tmp_path)
    with pytest.raises(InstallError, match="cannot be written"):
        kritarc.write(tmp_path, b"x")
