"""The database table of the settings."""

from pathlib import Path

import pytest
from django.db import connection

from commongrid.site.databases import database, postgres


def test_no_address_means_one_file():
    row = database("", Path("folder"))
    assert row["NAME"] == str(Path("folder") / "commongrid.sqlite3")
    assert row["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_an_address_is_taken_apart():
    row = postgres("postgres://us%40er:p%2Fw@db.example:6432/grid?sslmode=require")
    assert (row["USER"], row["PASSWORD"]) == ("us@er", "p/w")
    assert (row["HOST"], row["PORT"], row["NAME"]) == ("db.example", "6432", "grid")
    assert row["OPTIONS"]["sslmode"] == "require"
    assert row["OPTIONS"]["pool"]["max_size"] >= 1
    assert row["CONN_MAX_AGE"] == 0


def test_a_socket_folder_is_a_host():
    row = postgres("postgresql://postgres:@/postgres?host=/run/somewhere")
    assert row["HOST"] == "/run/somewhere"
    assert "host" not in row["OPTIONS"]


@pytest.mark.parametrize(("asked", "times"), [("", 2), ("&prepare_threshold=none", None),
                                              ("&prepare_threshold=7", 7)])  # fmt: skip
def test_statements_are_prepared_unless_a_pooler_cannot_keep_them(asked, times):
    row = postgres(f"postgres://host/grid?sslmode=require{asked}")
    assert row["OPTIONS"]["prepare_threshold"] == times


@pytest.mark.parametrize(
    "address", ["mysql://x/y", "postgres://host/", "postgres://host/g?prepare_threshold=often"]
)
def test_a_wrong_address_is_refused_in_words(address):
    with pytest.raises(ValueError, match="DATABASE_URL"):
        postgres(address)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
def test_sqlite_really_runs_in_wal_mode(db):
    with connection.cursor() as cursor:
        assert cursor.execute("PRAGMA journal_mode").fetchone()[0] == "wal"
        assert cursor.execute("PRAGMA synchronous").fetchone()[0] == 1
        assert cursor.execute("PRAGMA foreign_keys").fetchone()[0] == 1
