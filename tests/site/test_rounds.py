"""The ticker: what a round erases, what it leaves, and the note it keeps."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import DatabaseError, transaction

from commongrid.doors.common.models import Knock
from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Checkpoint, OutboxRow
from commongrid.site import rounds
from tests.site.inside import holding, inside, page
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def attempt(at, username="somebody"):
    row = AccessAttempt.objects.create(
        username=username,
        ip_address="192.0.2.1",
        user_agent=str(at),
        failures_since_start=1,
        get_data="",
        post_data="",
        http_accept="",
        path_info="",
    )
    AccessAttempt.objects.filter(pk=row.pk).update(attempt_time=at)


def outbox(at, *, delivered_at=None):
    with transaction.atomic():
        ledger.add_outbox(topic="t", subject="s", command_id=new_id(), at=at, payload={})
    if delivered_at:
        OutboxRow.objects.filter(created_at=at).update(
            addressed_at=delivered_at, delivered_at=delivered_at
        )


def session(key, until):
    Session.objects.create(session_key=key, session_data="", expire_date=until)


def test_what_expired_is_erased_and_the_rest_stays():
    lock_out = timedelta(minutes=15)
    attempt(f.AT - lock_out - MINUTE)
    attempt(f.AT - lock_out + MINUTE)
    session("over", f.AT - MINUTE)
    session("going", f.AT + MINUTE)
    Knock.objects.create(key="old", until=f.AT - MINUTE)
    Knock.objects.create(key="new", until=f.AT + MINUTE)
    outbox(f.AT - timedelta(days=99), delivered_at=f.AT - timedelta(days=31))
    outbox(f.AT - timedelta(days=98))  # nobody was asked yet: it waits, however old
    done = rounds.run_round(f.AT)
    assert (done.tries, done.sessions, done.knocks, done.outbox) == (1, 1, 1, 1)
    assert OutboxRow.objects.get().delivered_at == f.AT
    assert AccessAttempt.objects.count() == Knock.objects.count() == OutboxRow.objects.count() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["going"]


def test_clearing_waits_ten_minutes_and_time_does_not():
    rounds.run_round(f.AT)
    session("over", f.AT - MINUTE)
    assert rounds.run_round(f.AT + MINUTE).sessions == 0
    assert Session.objects.count() == 1
    assert rounds.run_round(f.AT + 10 * MINUTE).sessions == 1


def test_a_checkpoint_is_sealed_once_a_day():
    assert [rounds.run_round(f.AT + n * f.HOUR).sealed for n in (0, 12, 24)] == [True, False, True]
    assert Checkpoint.objects.count() == 2


def test_the_note_is_read_back_and_shown(clock):
    worker = holding("grid_worker", f.GRID, "community")
    client = inside(worker.id, "en")
    assert rounds.last_round() is None
    assert "the ticker is not running" in page(client, "/-/jobs")
    done = rounds.run_round(f.AT)
    assert rounds.last_round() == done
    shown = page(client, "/-/jobs")
    assert "the ticker is not running" not in shown
    assert "Last round" in shown
    clock.shift(301)
    assert "the ticker is not running" in page(client, "/-/jobs")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "{}", '{"at": "2026-03-10T01:00:00+00:00", "x": 1}']
)
def test_a_note_that_cannot_be_read_breaks_nothing(home, text):
    (home / rounds.NOTE).write_text(text)
    page(inside(holding("grid_worker", f.GRID).id), "/-/jobs")
    rounds.run_round(f.AT)


def test_trouble_is_noted_by_its_kind_only(home):
    rounds.note_trouble(f.AT, DatabaseError("host db.example password hunter2"))
    assert "hunter2" not in (home / rounds.NOTE).read_text()
    shown = page(inside(holding("grid_worker", f.GRID).id, "en"), "/-/jobs")
    assert "DatabaseError" in shown


def test_the_command_takes_one_round(capsys):
    call_command("tick")
    assert "0 steps of time" in capsys.readouterr().out
    assert rounds.last_round() is not None
