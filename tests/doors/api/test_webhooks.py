"""Webhooks by REST: the account's post decides, the secret is told once, a number is for one."""

from __future__ import annotations

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.subscriptions.models import Webhook
from tests.doors.api.programs import Caller
from tests.doors.desk.town import OTHER_TOWN_PATH
from tests.rooms.people.standing import code_of
from tests.rooms.places.standing import TOWN_PATH

TOWN = code_of(TOWN_PATH)
GIVEN = {"name": "Demo", "url": "https://program.example/told", "place_code": TOWN}


@pytest.fixture
def officer(programs):
    return Caller(programs.issue("webhook", role="data_officer").token, "en")


def test_a_webhook_is_registered_listed_and_removed(officer):
    key = new_id()
    made = officer.post("/webhooks", GIVEN, key=key)
    assert made.status_code == 201
    assert made.json()["secret"].startswith("cgs_")
    assert officer.post("/webhooks", GIVEN, key=key).json() == made.json()
    (row,) = officer.get("/webhooks").json()["items"]
    assert (row["url"], row["path"], row["id"]) == (GIVEN["url"], TOWN_PATH, made.json()["id"])
    assert "secret" not in row
    removing = new_id()
    for _ in range(2):
        assert officer.delete(f"/webhooks/{row['id']}", key=removing).status_code == 204
    assert officer.get("/webhooks").json()["items"] == []
    assert officer.delete(f"/webhooks/{row['id']}").status_code == 404
    assert Act.objects.filter(subject=f"webhook:{row['id']}").count() == 2


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"url": "http://program.example/"}, 422, "url"),
        ({"url": "https://a:b@program.example/"}, 422, "url"),
        ({"place_code": "999"}, 422, "place_code"),
        ({"name": " "}, 422, "name"),
        ({"place_code": code_of(OTHER_TOWN_PATH)}, 403, None),
        ({"secret": "mine"}, 422, "secret"),
    ],
)
def test_what_may_not_be_told_is_refused(officer, changed, status, field, settings):
    settings.IS_DEMO = False
    answer = officer.post("/webhooks", GIVEN | changed)
    assert (answer.status_code, answer.json().get("field")) == (status, field)
    assert not Webhook.objects.exists()


def test_a_number_used_for_another_webhook_is_refused(officer):
    key = new_id()
    secret = officer.post("/webhooks", GIVEN, key=key).json()["secret"]
    other = officer.post("/webhooks", GIVEN | {"url": "https://other.example/"}, key=key)
    assert (other.status_code, other.json()["rule"]) == (422, "idempotency.other_body")
    assert secret not in other.content.decode()


def test_another_place_sees_and_removes_nothing(officer, programs):
    made = officer.post("/webhooks", GIVEN).json()
    other = programs.issue("webhook", role="data_officer", path=OTHER_TOWN_PATH)
    elsewhere = Caller(other.token, "en")
    assert elsewhere.get("/webhooks").json()["items"] == []
    assert elsewhere.delete(f"/webhooks/{made['id']}").status_code == 404
    assert Webhook.objects.count() == 1
