"""Keys: made once, the user's alone, and never half of one."""

from pathlib import Path

import pytest

from tugline_daemon.service.errors import KeyFileDamaged
from tugline_daemon.service.keys import listed_keys, prepare_keys, read_pair


def test_keys_are_made_once_and_the_users_own_is_listed(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    made = prepare_keys(keys)
    assert prepare_keys(keys) == made
    client = read_pair(keys / "client.key_secret")
    assert client != made
    assert listed_keys(keys / "authorized") == {client.public}


def test_a_key_that_the_user_took_off_the_list_stays_off(tmp_path: Path) -> None:
    prepare_keys(tmp_path)
    (tmp_path / "authorized" / "client.key").unlink()
    prepare_keys(tmp_path)
    assert listed_keys(tmp_path / "authorized") == frozenset()


def test_nothing_but_the_files_is_left(tmp_path: Path) -> None:
    prepare_keys(tmp_path)
    names = {path.name for path in tmp_path.rglob("*")}
    pairs = {"server.key", "server.key_secret", "client.key", "client.key_secret"}
    assert names == {"authorized", *pairs}


@pytest.mark.parametrize("length", [0, 60, 200, 240, 290])
def test_a_file_cut_short_is_said_to_be_damaged(tmp_path: Path, length: int) -> None:
    prepare_keys(tmp_path)
    path = tmp_path / "server.key_secret"
    path.write_text(path.read_text()[:length])
    with pytest.raises(KeyFileDamaged, match=r"server\.key_secret is damaged"):
        prepare_keys(tmp_path)


def test_halves_of_two_pairs_are_damage(tmp_path: Path) -> None:
    server = prepare_keys(tmp_path)
    client = read_pair(tmp_path / "client.key_secret")
    path = tmp_path / "server.key_secret"
    mixed = path.read_text().replace(server.secret.decode(), client.secret.decode())
    path.write_text(mixed)
    with pytest.raises(KeyFileDamaged):
        prepare_keys(tmp_path)


def test_a_secret_that_others_could_read_is_shut_again(tmp_path: Path) -> None:
    prepare_keys(tmp_path)
    path = tmp_path / "server.key_secret"
    path.chmod(0o644)
    prepare_keys(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
