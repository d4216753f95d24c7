"""What bodies publish: by whom, by when, once; what is late says so; the publisher is reminded."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from commongrid.charter.matter import PUBLIC, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.rooms.publications.face import AffairDraft
from commongrid.rooms.publications.models import Affair, AffairFile, AffairReminder
from tests.rooms.people.standing import actor as actor_of
from tests.rooms.people.standing import make_staff
from tests.rooms.places import standing
from tests.rooms.publications.standing import TOWN_CODE
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
COMMUNITY = standing.COMMUNITY
IN_TIME = datetime(2026, 7, 5, 2, tzinfo=UTC)
LATE = datetime(2026, 7, 14, 2, tzinfo=UTC)
DRAFT = AffairDraft(
    place_code=COMMUNITY,
    rule="affairs",
    period="2026-Q2",
    title="二季度居务",
    text="收入 12,000 元。",
)


@pytest.fixture
def place(db):
    f.a_place()


@pytest.fixture
def desk(place):
    return actor_of(make_staff("publisher", "desk", f.TOWN))


def publish(actor, at=IN_TIME, command_id=None, **more):
    return publications.publish_affair(
        actor=actor, at=at, command_id=command_id or new_id(), draft=replace(DRAFT, **more)
    )


def promise(at):
    rows = publications.list_promises(places.get_place(TOWN_CODE), at=at)
    found = [row for row in rows if row.place.code == COMMUNITY and row.period == "2026-Q2"]
    assert len(found) == 1
    return found[0]


def refused(call, *args, **more):
    with pytest.raises(Refused) as told:
        call(*args, **more)
    return told.value.verdict.rule.removeprefix("publications.publish_affairs.")


# --- promises ---------------------------------------------------------------
def test_a_quarter_is_promised_ten_days_after_its_end_in_the_place_s_own_time(desk):
    assert promise(IN_TIME).status == "running"
    assert promise(IN_TIME).due_at == datetime(2026, 7, 10, 16, tzinfo=UTC)  # midnight in Tongliao
    assert promise(promise(IN_TIME).due_at + timedelta(seconds=1)).status == "overdue"


def test_nothing_is_owed_for_a_time_before_the_charter():
    rows = publications.list_promises(places.get_place(TOWN_CODE), at=IN_TIME)
    assert {row.period for row in rows} == {"2026-Q2"}


def test_only_bodies_of_the_rule_s_level_owe():
    rows = publications.list_promises(places.get_place(TOWN_CODE), at=IN_TIME)
    assert {row.place.level for row in rows} == {"village"}
    assert len(rows) == 2


@pytest.mark.parametrize(("at", "status"), [(IN_TIME, "kept"), (LATE, "late")], ids=str)
def test_published_in_time_or_late_is_shown_for_good(desk, at, status):
    publish(desk, at)
    assert promise(LATE + timedelta(days=30)).status == status


# --- the command ---------------------------------------------------------------
def test_publishing_leaves_one_act_with_the_digest(desk):
    before = Act.objects.count()
    card = publish(desk)
    act = ledger.find_act(card.made_by_act)
    assert Act.objects.count() == before + 1
    assert (act.action, act.role, act.power) == ("publish_affair", "desk", "publish_affairs")
    assert (act.after["digest"], act.after["late"]) == (card.digest, False)
    assert DRAFT.text not in Act.objects.get(command_id=card.made_by_act).core


def test_the_same_command_again_does_nothing(desk):
    command_id = new_id()
    assert publish(desk, command_id=command_id) == publish(desk, command_id=command_id)
    assert Affair.objects.count() == 1
    assert refused(publish, f.SETUP, command_id=command_id) == "reused"


def test_a_period_is_published_once_and_then_corrected(desk):
    first = publish(desk)
    assert refused(publish, desk) == "there"
    second = publish(desk, LATE, corrects=first.id, text="收入 13,000 元。")
    assert publications.find_affair(first.id).corrected_by == second.id
    assert refused(publish, desk, LATE, corrects=first.id) == "not_there"
    assert promise(LATE).status == "kept", "a correction does not make the first one late"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        ({"rule": "money"}, "no_rule"),
        ({"period": "2026-Q3"}, "no_period"),
        ({"period": "2026-13"}, "no_period"),
        ({"title": " "}, "needs:words"),
        ({"text": "x" * 8001}, "too_long"),
        ({"text": "电话13800000000"}, "personal"),
        ({"title": "152301199001011234"}, "personal"),
        ({"file": b"%PDF-1.4 anything"}, "bad_file"),
        ({"file": b"name,phone\r\nsomebody,13800000000\r\n"}, "personal"),
        ({"rule": "major", "period": "2026-08-01"}, "no_period"),
        ({"rule": "major", "period": "soon"}, "no_period"),
        ({"place_code": TOWN_CODE}, "no_rule"),
    ],
    ids=lambda one: one if isinstance(one, str) else "-".join(one),
)
def test_what_is_refused_and_why(desk, more, rule):
    assert refused(publish, desk, **more) == rule
    assert not Affair.objects.exists()


OTHER = "/150500000000/150502000000/150502003000/"


@pytest.mark.parametrize(
    "actor",
    [
        PUBLIC, f.WORKER, f.HANDLER, f.SUPERVISOR, f.somebody("77", Hat("desk", OTHER)),
        f.somebody("78", Hat("community", f.NEXT_GRID)),
    ],
    ids=lambda actor: f"{actor.key}",
)  # fmt: skip
def test_nobody_else_publishes(actor):
    with pytest.raises(Refused) as told:
        publish(actor)
    assert told.value.verdict.rule == "publications.publish_affairs"


def test_a_community_officer_publishes_for_their_own_community_only(place):
    path = places.get_place(COMMUNITY).path
    officer = actor_of(make_staff("officer", "community", path))
    assert publish(officer).place_code == COMMUNITY
    with pytest.raises(Refused):
        publish(officer, place_code=standing.NEXT_COMMUNITY)


def test_a_major_matter_is_due_three_days_after_it_was_decided(desk):
    card = publish(desk, LATE, rule="major", period="2026-07-13")
    assert card.due_at == datetime(2026, 7, 16, 16, tzinfo=UTC)
    assert not card.is_late
    assert publish(desk, LATE, rule="major", period="2026-07-01").is_late


def test_a_picture_is_written_anew_and_a_table_holds_no_formula(desk):
    card = publish(desk, file=f.jpeg_with_place())
    content = publications.read_file(card.id)
    assert card.file_kind == "image/jpeg"
    assert content.startswith(b"\xff\xd8")
    assert b"Exif" not in content
    table = publish(desk, place_code=standing.NEXT_COMMUNITY, file=b"what,yuan\r\n=1+1,-20\r\n")
    assert publications.read_file(table.id) == b"what,yuan\r\n'=1+1,-20\r\n"


def test_nothing_is_saved_when_the_ledger_cannot_write(desk, monkeypatch):
    def broken(_draft):
        raise DatabaseError("no")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(DatabaseError):
        publish(desk, file=f.jpeg())
    assert not Affair.objects.exists()
    assert not AffairFile.objects.exists()


# --- reminders ---------------------------------------------------------------
def test_publishers_are_reminded_before_and_once_when_late():
    assert publications.remind_publishers(at=IN_TIME) == 0  # five days before: too early
    soon = datetime(2026, 7, 9, tzinfo=UTC)
    assert publications.remind_publishers(at=soon) == 2
    assert publications.remind_publishers(at=soon) == 0
    assert publications.remind_publishers(at=LATE) == 2
    assert publications.remind_publishers(at=LATE) == 0
    topics = OutboxRow.objects.order_by("pk").values_list("topic", flat=True)
    assert sorted(topics) == ["affairs.due"] * 4 + ["staff.work_due"] * 2
    assert Act.objects.filter(action="remind_publisher").count() == 4


def test_what_was_published_is_not_reminded_of(desk):
    publish(desk)
    assert publications.remind_publishers(at=LATE) == 1


def test_a_reminder_leaves_nothing_when_the_ledger_cannot_write(monkeypatch):
    def broken(_draft):
        raise DatabaseError("no")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(DatabaseError):
        publications.remind_publishers(at=LATE)
    assert not AffairReminder.objects.exists()
    assert not OutboxRow.objects.exists()


def test_old_reminders_are_forgotten():
    publications.remind_publishers(at=LATE)
    assert publications.erase_old_reminders(at=LATE + timedelta(days=399)) == 0
    assert publications.erase_old_reminders(at=LATE + timedelta(days=401)) == 2
