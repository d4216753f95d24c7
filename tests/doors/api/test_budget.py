"""Raising a matter costs at most twelve statements in one transaction, whichever door it comes by.

Counted is all that is sent to the database for the request that raises: the key, the count of
calls, places and rules, what is like it, and the writing; savepoints too. BEGIN and COMMIT are
not counted, and there may be only one pair of them. With contact data; by REST with a picture.
"""

from __future__ import annotations

import base64

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from commongrid.kernel.ids import new_id
from tests.doors.api.programs import RAISE, V1, Programs
from tests.doors.resident import walking
from tests.support import factories as f

pytestmark = pytest.mark.django_db(transaction=True)
MOST = 12
BOUNDS = ("BEGIN", "COMMIT")
CONTACT = {"name": "Demo Person", "phone": "13800000000"}


class Spent:
    """What a request sent to the database."""

    def __init__(self) -> None:
        self.capture = CaptureQueriesContext(connection)

    def __enter__(self) -> Spent:
        self.capture.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.capture.__exit__(*error)

    @property
    def all(self) -> list[str]:
        return [query["sql"].strip() for query in self.capture.captured_queries]

    def check(self, most: int = MOST, *, transactions: int = 1) -> None:
        work = [sql for sql in self.all if not sql.startswith(BOUNDS)]
        said = "\n".join(sql[:110] for sql in self.all)
        assert len(work) <= most, f"{len(work)} statements:\n{said}"
        writes = [sql for sql in work if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
        begun = sum(sql.startswith("BEGIN") for sql in self.all)
        assert writes
        assert begun <= transactions, said
        assert not [sql for sql in work if "SAVEPOINT" in sql], said


@pytest.mark.parametrize("kind", ["none", "raise"])
def test_a_raise_by_rest_keeps_to_its_statements(kind):
    programs = Programs()
    caller = programs.caller(kind)
    body = RAISE | {
        "contact": CONTACT,
        "photos": [base64.b64encode(f.jpeg_with_place()).decode()],
    }
    assert caller.post("/matters", body).status_code == 201  # what is read once is warm
    with Spent() as spent:
        assert caller.post("/matters", body).status_code == 201
    spent.check()


@pytest.mark.parametrize("kind", ["none", "raise"])
def test_a_report_by_open311_keeps_to_its_statements(kind, settings):
    """The door also looks for what is like it, and reads that where there is any."""
    settings.OPEN311_KEYLESS = True
    programs = Programs()
    key = {"api_key": programs.token("raise")} if kind == "raise" else {}
    client = Client()
    told = {
        "service_code": "A01", "address_id": RAISE["grid_code"], "description": "x",
        "email": "demo@example.org", **key,
    }  # fmt: skip
    other = told | {"service_code": "B02", "attribute[danger]": "no"}
    warm = client.post("/open311/v2/requests.json", other)
    assert warm.status_code == 200, warm.content
    with Spent() as spent:
        assert client.post("/open311/v2/requests.json", told).status_code == 200
    spent.check()


def test_the_last_page_of_a_report_keeps_to_its_statements():
    walking.load_places()
    walk = walking.Walk(Client(headers={"accept-language": "en"})).choose()
    walk.send(walk.to_check(name="Li", phone="138 0000 0000"))
    check = walk.to_check(name="Li", phone="138 0000 0000")
    told = {"command_id": walking.hidden(check, "command_id")}
    with Spent() as spent:
        assert walk.client.post("/report/check/", told).status_code == 302
    spent.check(transactions=2)  # the session, which holds the receipt for its page, has its own


def test_a_raise_sent_again_reads_and_writes_nothing_but_the_count():
    caller = Programs().caller("raise")
    key = new_id()
    assert caller.post("/matters", RAISE, key=key).status_code == 201
    with Spent() as spent:
        assert caller.post("/matters", RAISE, key=key).status_code == 201
    writes = [sql for sql in spent.all if sql.startswith(("INSERT", "UPDATE", "DELETE"))]
    assert len(writes) == 1, V1
    assert "common_knock" in writes[0]
