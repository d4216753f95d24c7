"""Units are told of findings they have to answer: when made, before the limit, and when late."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import pytest
from django.core import mail
from django.db import DatabaseError

from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.findings import face as findings
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Appointment
from commongrid.rooms.publications import face as publications
from commongrid.rooms.subscriptions import face as subscriptions
from tests.rooms.findings import standing as s
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _place(db, settings):
    f.a_place()
    settings.SITE_URL = "https://grid.example.org"
    settings.MAIL_IS_ON = True
    settings.MAIL_FROM = "grid@example.org"
    mail.outbox = []


@pytest.fixture
def card():
    return s.made(s.hired("watch", "supervisor", f.TOWN))


def told(at) -> list[str]:
    """One round: who was written to."""
    mail.outbox.clear()
    findings.remind_answerers(at=at)
    ledger.deliver_outbox(at=at, receivers=subscriptions.receivers(at=at), limit=200)
    return sorted(message.to[0].partition("@")[0] for message in mail.outbox)


def asks_for_mail(name, role, unit="", path=f.TOWN, language="en") -> people.AccountCard:
    """Somebody of staff who asked for reminders and confirmed the address."""
    account = make_staff(name, role, path, unit)
    subscriptions.ask_staff_mail(
        at=f.AT, account_id=account.id, email=f"{name}@office.example.org", language=language
    )
    ledger.deliver_outbox(at=f.AT, receivers=subscriptions.receivers(at=f.AT), limit=200)
    link = re.search(r"/follow/confirm/([\w-]+)/", mail.outbox.pop().body)
    assert link
    assert subscriptions.confirm_subscription(link[1], at=f.AT)
    return account


def test_it_is_said_three_times_and_each_once(card):
    soon, late = card.due_at - 2 * f.DAY, card.due_at
    assert [findings.remind_answerers(at=at) for at in (f.AT, f.AT, soon, soon, late, late)] == [
        *(1, 0, 1, 0, 1, 0)
    ]
    acts = [a for a in ledger.list_acts(f"finding:{card.ref}") if a.action == "remind_answerer"]
    assert [act.after["about"] for act in acts] == ["new", "soon", "late"]
    topics = OutboxRow.objects.order_by("pk").values_list("topic", flat=True)
    assert sorted(topics) == ["finding.due"] * 3 + ["staff.work_due"] * 3
    assert ledger.verify().is_whole


def test_an_answer_ends_it_and_one_sent_back_begins_it_anew(card):
    head = s.hired("head", "head", f.TOWN, "sanitation")
    findings.answer_finding(
        actor=head, at=f.AT, command_id=f.new_id(), finding_id=card.id, text="Written."
    )
    assert findings.remind_answerers(at=f.AT) == 0
    findings.settle_finding(
        actor=s.hired("other", "reviewer", f.TOWN), at=f.AT + f.HOUR, command_id=f.new_id(),
        finding_id=card.id, is_accepted=False, text="Not yet.",
    )  # fmt: skip
    assert findings.remind_answerers(at=f.AT + f.HOUR) == 1
    assert findings.remind_answerers(at=f.AT + f.HOUR) == 0


def test_who_of_the_unit_asked_for_mail_is_told_and_nobody_else(card):
    handler = asks_for_mail("handler", "handler", "sanitation")
    asks_for_mail("head", "head", "sanitation", language="zh-hans")
    asks_for_mail("elsewhere", "handler", "housing_bureau")
    asks_for_mail("watcher", "supervisor")
    assert told(f.AT + f.HOUR) == ["handler", "head"]
    zh, en = sorted(mail.outbox, key=lambda one: "Hello" in one.body)
    assert en.subject == "Work that comes due: 1"
    assert zh.subject == "有 1 项工作要办"
    for one in (zh, en):
        assert f"https://grid.example.org/oversight/findings/{card.ref}/" in one.body
        assert card.text not in one.body
        assert "List-Unsubscribe" in one.extra_headers
    assert told(f.AT + 2 * f.HOUR) == []
    Appointment.objects.filter(account_id=handler.id).update(until_at=f.AT + f.DAY)
    assert told(card.due_at) == ["head"]


def test_many_at_once_are_one_mail(card):
    for _ in range(3):
        s.made(s.hired(f"w{f.new_id()}"[:20], "supervisor", f.TOWN))
    asks_for_mail("handler", "handler", "sanitation")
    assert told(f.AT + f.HOUR) == ["handler"]
    assert mail.outbox[0].subject.endswith(": 4")


def test_nothing_is_said_when_the_ledger_cannot_write(card, monkeypatch):
    def broken(_draft):
        raise DatabaseError("no")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(DatabaseError):
        findings.remind_answerers(at=f.AT)
    assert not OutboxRow.objects.exists()


def test_who_publishes_is_told_by_mail_what_is_due():
    asks_for_mail("desk", "desk")
    asks_for_mail("handler", "handler", "sanitation")
    july = datetime(2026, 7, 9, tzinfo=UTC)
    assert publications.remind_publishers(at=july) == 2
    mail.outbox.clear()
    ledger.deliver_outbox(at=july, receivers=subscriptions.receivers(at=july), limit=200)
    assert [message.to for message in mail.outbox] == [["desk@office.example.org"]]
    assert mail.outbox[0].subject == "Work that comes due: 2"
    assert "2026-Q2" in mail.outbox[0].body
    assert "due 2026-07-10" in mail.outbox[0].body


class StopError(Exception):
    """The process dies."""


def stops_once(monkeypatch, module, name):
    """The first call dies before it has done anything; later ones go on."""
    real, calls = getattr(module, name), []

    def dying(*args, **given):
        calls.append(name)
        if len(calls) == 1:
            raise StopError
        return real(*args, **given)

    monkeypatch.setattr(module, name, dying)


@pytest.mark.parametrize("which", ["finding", "publication"])
def test_a_stop_between_a_reminder_and_its_mail_loses_neither(which, monkeypatch):
    """Each its own transaction before: the act was there, so the mail was never asked for again."""
    asks_for_mail("both", "head", "sanitation")
    asks_for_mail("desk", "desk")
    at = datetime(2026, 7, 9, tzinfo=UTC)
    if which == "finding":
        s.made(s.hired("watch", "supervisor", f.TOWN), at=at)
    remind, expected = {
        "finding": (findings.remind_answerers, "both"),
        "publication": (publications.remind_publishers, "desk"),
    }[which]
    before = Act.objects.count(), OutboxRow.objects.count()
    stops_once(monkeypatch, subscriptions, "mail_about_work")
    with pytest.raises(StopError):
        remind(at=at)
    assert (Act.objects.count(), OutboxRow.objects.count()) == before
    mail.outbox.clear()
    assert [bool(remind(at=at + n * f.HOUR)) for n in range(3)] == [True, False, False]
    for n in range(3):
        later = at + n * f.HOUR
        ledger.deliver_outbox(at=later, receivers=subscriptions.receivers(at=later), limit=200)
    assert [message.to[0].partition("@")[0] for message in mail.outbox] == [expected]


def test_a_stop_after_the_commit_leaves_the_mail_to_the_next_round(card):
    asks_for_mail("handler", "handler", "sanitation")
    mail.outbox.clear()
    assert findings.remind_answerers(at=f.AT) == 1  # and the process dies before it delivers
    assert mail.outbox == []
    assert [told(f.AT + n * f.HOUR) for n in (1, 2)] == [["handler"], []]


def test_findings_said_already_keep_no_later_one_from_being_said():
    watch = s.hired("watch", "supervisor", f.TOWN)
    for _ in range(3):
        s.made(watch)
    assert [findings.remind_answerers(at=f.AT, limit=2) for _ in range(3)] == [2, 1, 0]
