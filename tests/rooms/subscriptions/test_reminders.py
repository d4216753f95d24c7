"""Reminders: by light, once, to the unit and whoever the charter lets see the light."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.charter.matter import Hat
from commongrid.ledger import face as ledger
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.subscriptions import face as subscriptions
from commongrid.rooms.subscriptions.models import Notice
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def held(place) -> Matter:
    return Matter.objects.get(pk=f.walked(*f.HANDLED).id)


def lights() -> list[str]:
    return list(Notice.objects.order_by("pk").values_list("light", flat=True))


def test_a_unit_is_reminded_when_a_light_comes_on_and_only_once(held):
    assert subscriptions.remind_units(at=held.blue_at - MINUTE) == 0
    acts = ledger.count_acts(f"matter:{held.pk}")
    for moment, expected in (
        (held.blue_at, ["blue"]),
        (held.blue_at + MINUTE, ["blue"]),
        (held.yellow_at, ["blue", "yellow"]),
        (held.red_at, ["blue", "yellow", "red"]),
        (held.due_at + f.DAY, ["blue", "yellow", "red"]),
    ):
        subscriptions.remind_units(at=moment)
        assert lights() == expected
    assert ledger.count_acts(f"matter:{held.pk}") == acts  # no authority was used


def test_after_a_standstill_only_the_highest_light_is_said(held):
    assert subscriptions.remind_units(at=held.red_at) == 1
    assert subscriptions.remind_units(at=held.red_at) == 0
    assert lights() == ["red"]


def test_each_light_is_seen_by_whom_the_charter_says(held):
    readers = {
        "handler": f.HANDLER, "head": f.HEAD, "centre": f.CENTRE, "other": f.OTHER_HANDLER,
        "worker": f.WORKER, "elsewhere": f.somebody("30", Hat("centre", f.NEXT_GRID)),
    }  # fmt: skip
    seen = {name: {} for name in readers}
    for light in ("blue", "yellow", "red"):
        subscriptions.remind_units(at=getattr(held, f"{light}_at"))
        for name, actor in readers.items():
            cards = subscriptions.list_notices(actor)
            seen[name][light] = sorted(card.light for card in cards)
    assert seen["handler"]["red"] == ["blue", "red", "yellow"]
    assert seen["head"]["blue"] == []
    assert seen["head"]["red"] == ["red", "yellow"]
    assert seen["centre"]["yellow"] == []
    assert seen["centre"]["red"] == ["red"]
    assert not any(seen[name]["red"] for name in ("other", "worker", "elsewhere"))


def test_a_reminder_reads_kindly_in_both_languages_and_names_no_person(held):
    subscriptions.remind_units(at=held.red_at)
    (card,) = subscriptions.list_notices(f.HANDLER)
    assert card.ref in card.subject.zh
    assert card.ref in card.subject.en
    for text in (card.subject.zh, card.subject.en, card.body.zh, card.body.en):
        assert "{" not in text
        assert f.WORDS not in text


def test_nobody_is_reminded_of_what_stands_still_or_is_over(place):
    closed = f.walked(*f.CLOSED)
    subscriptions.remind_units(at=f.AT + 99 * f.DAY)
    assert not Notice.objects.filter(matter_id=closed.id).exists()
    held = Matter.objects.get(pk=f.walked(*f.HANDLED).id)
    Matter.objects.filter(pk=held.pk).update(paused_for="office")
    assert subscriptions.remind_units(at=held.due_at) == 0


def test_notices_go_when_the_matter_has_ended(held):
    subscriptions.remind_units(at=held.blue_at)
    assert subscriptions.erase_expired(at=held.blue_at + 99 * f.DAY) == 0
    Matter.objects.filter(pk=held.pk).update(state_kind="end", changed_at=held.blue_at)
    assert subscriptions.list_notices(f.HANDLER) == ()
    assert subscriptions.erase_expired(at=held.blue_at + 29 * f.DAY) == 0
    assert subscriptions.erase_expired(at=held.blue_at + 31 * f.DAY) == 1
