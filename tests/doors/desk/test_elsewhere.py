"""My tasks lead to what waits on other doors, with counts and in few statements."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commongrid.doors.desk.elsewhere import waiting_elsewhere
from commongrid.doors.desk.reading import Reader
from commongrid.kernel.ids import new_id
from commongrid.rooms.findings import face as findings
from tests.doors.desk.town import LEAD, OTHER_UNIT, PEOPLE
from tests.rooms.places.standing import AT, TOWN

pytestmark = pytest.mark.django_db
MOST = 7  # statements that the way to other doors takes of a page, at most


def make(town, unit=LEAD):
    return findings.make_finding(
        actor=town.actor("supervisor"), at=AT, command_id=new_id(), place_code=TOWN, unit=unit,
        text="No reason is written.",
    )  # fmt: skip


def elsewhere(town, who):
    page = town.client(who).get("/desk/tasks/")
    assert page.status_code == 200
    return {one.href: (one.words, one.late) for one in page.context["elsewhere"]}


def test_a_unit_is_led_to_what_it_has_to_answer_and_no_other_one_is(town):
    make(town)
    card = make(town)
    owed = "/oversight/findings/?standing=owed"
    for who in ("handler", "head"):
        assert elsewhere(town, who)[owed] == ("2 findings wait for your unit's answer", "")
    for who in ("other_handler", "other_unit_place", "grid_worker", "dispatcher"):
        assert owed not in elsewhere(town, who)
    findings.answer_finding(
        actor=town.actor("head"), at=AT, command_id=new_id(), finding_id=card.id, text="Written."
    )
    assert elsewhere(town, "head")[owed][0] == "1 finding waits for your unit's answer"
    page = town.client("head").get(owed).content.decode()
    assert page.count("<tbody><tr>") == 1
    assert card.ref not in page


def test_what_is_late_says_so(town, monkeypatch):
    make(town)
    monkeypatch.setattr("django.utils.timezone.now", lambda: AT + timedelta(days=40))
    assert elsewhere(town, "head")["/oversight/findings/?standing=owed"][1] == "1 late"


def test_supervision_is_led_to_what_is_not_settled(town):
    make(town, unit=OTHER_UNIT)
    found = elsewhere(town, "supervisor")
    assert found["/oversight/findings/?standing=open"][0] == "1 finding is not settled"


@pytest.mark.parametrize("who", PEOPLE)
def test_few_statements_however_much_waits(town, who):
    client = town.client(who)
    client.get("/desk/tasks/")
    make(town)
    make(town, unit=OTHER_UNIT)
    few = statements(client)
    for _ in range(5):
        make(town)
        make(town, unit=OTHER_UNIT)
    assert statements(client) == few


def statements(client):
    with CaptureQueriesContext(connection) as seen:
        client.get("/desk/tasks/")
    return len(seen)


def test_the_way_to_other_doors_takes_few_statements(town, count_sql):
    make(town)
    reader = Reader(town.actor("supervisor"), AT)
    waiting_elsewhere(reader)
    with count_sql(max=MOST):
        waiting_elsewhere(reader)


def test_who_publishes_is_led_to_what_is_due(town, monkeypatch):
    july = datetime(2026, 7, 14, 2, tzinfo=UTC)
    monkeypatch.setattr("django.utils.timezone.now", lambda: july)
    words, late = elsewhere(town, "desk")["/powers/publishing/"]
    assert words.endswith("publications are due")
    assert late.endswith("late")
    assert "/powers/publishing/" not in elsewhere(town, "handler")
    assert "/powers/publishing/" not in elsewhere(town, "grid_worker")
