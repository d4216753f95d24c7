"""Every address has its row in the table of who may come in, and every row an address."""

import pytest

from tests.security.access_table import CALLERS, METHODS, NOBODY, named_routes, readers, rows
from tests.support.flows import REAL, real

REACHES = {"area", "unit", "apart", "self", "everywhere"}


def roles_of_a_charter():
    return set(real(REAL[0]).charter.roles)


def without_row(names):
    return sorted(set(names) - {row.route for row in rows()})


def test_every_route_has_a_row():
    assert without_row(name for name, _ in named_routes()) == []


def test_a_route_without_a_row_is_found():
    assert without_row(["desk:inbox", "desk:never"]) == ["desk:never"]


def test_every_row_has_a_route():
    assert sorted({row.route for row in rows()} - {name for name, _ in named_routes()}) == []


def test_nothing_is_said_twice():
    names = [(row.route, method) for row in rows() for method in row.methods]
    assert sorted({name for name in names if names.count(name) > 1}) == []


@pytest.mark.parametrize("row", rows(), ids=lambda row: row.route)
def test_a_row_says_what_can_be_checked(row):
    roles = roles_of_a_charter()
    assert row.who
    assert set(row.roles) <= roles, "a role that no charter knows"
    assert row.methods
    assert set(row.methods) <= METHODS
    assert row.nobody in NOBODY or row.nobody.isdecimal()
    assert row.outsider in ("", "empty") or row.outsider.isdecimal()
    assert bool(row.outsider) <= bool(row.about), "an outsider to what?"
    assert row.who != ("anybody",) or not row.about or not row.outsider
    assert row.is_of_staff <= (row.nobody == "login"), "without logging in one is led to log in"


def test_what_a_route_is_about_has_readers():
    """Or belongs to whoever asks (own), or to the public (shared)."""
    known = {reader.about for reader in readers()} | {"own", "shared"}
    assert sorted({row.about for row in rows() if row.about} - known) == []


def test_every_reader_reaches_somewhere():
    roles = roles_of_a_charter()
    for reader in readers():
        assert reader.reach in REACHES, reader
        assert reader.role in roles | CALLERS | {"everybody"}, reader
