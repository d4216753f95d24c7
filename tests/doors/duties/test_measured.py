"""Measured beside estimated: what the burden meter published of the forms a task is about."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.bridges import board
from commongrid.bridges.board import burden as bridge
from commongrid.doors.duties import present
from commongrid.rooms.duties import face as duties
from commongrid.rooms.fieldwork.face import TimeTaken
from tests.rooms.duties import standing as s
from tests.rooms.oversight import standing as months
from tests.support import factories as f

pytestmark = pytest.mark.django_db
EARLIER = s.AT - timedelta(days=19)  # in the month before, and the charter is in force


@pytest.fixture
def admitted(db):
    f.a_place()
    centre, worker = s.centre(), s.worker()
    card = s.proposed(s.keeper(), at=EARLIER, items=("question:A01/how_wet:text",))
    s.said(worker, card, at=EARLIER)
    return s.decided(centre, card, at=EARLIER)


def published(monkeypatch):
    """A month in which a grid worker raised twelve events, six of them timed: 4 minutes each."""
    for _ in range(12):
        f.raised(actor=f.WORKER, channel="grid_worker", grid_code=f.GRID_CODE)
    monkeypatch.setattr(
        bridge.fieldwork, "sum_minutes",
        lambda **_: {"raise:event": TimeTaken(cases=6, minutes=24, squares=106)},
    )  # fmt: skip
    real = bridge.burden_of
    monkeypatch.setattr(
        "commongrid.bridges.board.publishing.burden_of",
        lambda month, compiled, *, grids, **more: real(month, compiled, grids=6, **more),
    )
    months.due()  # reads the ledger on
    board.publish_due_months(at=months.LATER)


def read(card):
    return Client(headers={"accept-language": "en"}).get(
        reverse("duties:admission", args=[card.ref])
    ).content.decode()  # fmt: skip


def test_before_a_whole_month_is_published_nothing_is_measured(admitted):
    assert "Not measured yet" in read(admitted)


def test_the_first_whole_month_stands_beside_the_estimate(admitted, monkeypatch):
    published(monkeypatch)
    rules = duties.rules_of(f.TOWN, s.AT)
    meter = present.meter(admitted, rules.charter, s.AT)
    assert (meter.before, meter.after) == (None, date(2026, 3, 1))
    (row,) = meter.rows
    weeks = 31 / 7
    assert row.after == pytest.approx(4 * 12 / 6 / weeks)
    assert (row.before, row.change) == (None, None)
    page = read(admitted)
    assert "Estimated: 10 minutes a week" in page
    assert f"{row.after:.1f}" in page
    assert "Not measured yet" not in page


def test_the_month_before_is_the_last_whole_one(admitted, monkeypatch):
    minutes = {date(2026, 1, 1): 3.0, date(2025, 12, 1): 9.0, date(2026, 3, 1): 5.5}
    monkeypatch.setattr(present.oversight, "list_months", lambda _: (
        date(2026, 3, 1), date(2026, 2, 1), date(2026, 1, 1), date(2025, 12, 1)
    ))  # fmt: skip
    monkeypatch.setattr(
        present, "_minutes", lambda _, month: {"raise:event": (("Raise",), minutes[month])}
    )
    rules = duties.rules_of(f.TOWN, s.AT)
    (row,) = present.meter(admitted, rules.charter, s.AT).rows
    assert (row.before, row.after, row.change) == (3.0, 5.5, 2.5)


@pytest.mark.parametrize(
    ("item", "form"),
    [
        ("type:A01", "raise:event"),
        ("photo:A01!", "raise:event"),
        ("question:F01/x:text", "raise:service"),
        ("step:event.take", "action:take"),
        ("field:event.take/note:text!", "action:take"),
        ("type:Z99", ""),
    ],
)
def test_each_item_belongs_to_a_form(item, form):
    assert present.form_of(item, f.town_charter()) == form
