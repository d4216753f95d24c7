"""Keys are made once, kept closed, and the same for all who start together."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.fernet import Fernet

from commongrid.site.keys import read_or_make_key


def test_a_key_is_made_once_and_closed(tmp_path):
    key = read_or_make_key(tmp_path / "keys", "contact")
    assert read_or_make_key(tmp_path / "keys", "contact") == key
    assert (tmp_path / "keys" / "contact").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "keys").stat().st_mode & 0o777 == 0o700
    assert Fernet(key).decrypt(Fernet(key).encrypt(b"x")) == b"x"


def test_keys_differ(tmp_path):
    assert read_or_make_key(tmp_path, "one") != read_or_make_key(tmp_path, "two")


def test_all_who_start_together_get_the_same_key(tmp_path):
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(lambda _: read_or_make_key(tmp_path, "secret"), range(32)))
    assert len(keys) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["secret"]


def test_an_open_key_is_refused(tmp_path):
    read_or_make_key(tmp_path, "secret")
    (tmp_path / "secret").chmod(0o644)
    with pytest.raises(PermissionError, match="chmod 600"):
        read_or_make_key(tmp_path, "secret")
