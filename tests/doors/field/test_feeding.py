"""The feed as a phone is given it: JSON, whole or in part, and nothing after the post is over."""

from __future__ import annotations

import json

import pytest

from commongrid.doors.field.feeding import feed_for
from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from tests.rooms.people.standing import SETUP, appoint, make_account
from tests.support import factories as f

pytestmark = pytest.mark.django_db
NOW = f.AT + f.HOUR


@pytest.fixture
def worker(db):
    f.a_place()
    card = make_account("field-worker")
    appoint(card.id, "grid_worker", f.GRID, "community")
    return card


@pytest.fixture
def token(worker):
    return fieldwork.pair_phone(
        actor=people.staff_actor(worker.id, f.AT), at=f.AT, command_id=new_id(),
        account_id=worker.id, label="demo",
    ).token  # fmt: skip


def asked(token: str, feed=None, at=NOW) -> dict:
    phone = fieldwork.find_phone(token, at=at)
    known = feed or {"cursor": "", "have": ""}
    answer = feed_for(phone, cursor=known["cursor"], have=known["have"], at=at)
    return json.loads(json.dumps(answer))


def test_the_first_answer_is_whole_and_the_next_one_empty(token):
    matter = f.raised()
    first = asked(token)
    assert first["is_whole"]
    assert [card["id"] for card in first["matters"]] == [str(matter.id)]
    second = asked(token, first)
    assert (second["is_whole"], second["matters"], second["gone"]) == (False, [], [])
    assert (second["cursor"], second["have"]) == (first["cursor"], first["have"])


def test_a_card_has_every_name_of_the_contract_and_times_in_utc(token):
    f.walked(f.ACCEPT)
    (card,) = asked(token)["matters"]
    assert set(card) == {
        "id", "ref", "kind", "type", "state", "state_kind", "urgency", "place", "text", "address",
        "lon", "lat", "received_at", "due_at", "due_name", "blue_at", "yellow_at", "red_at",
        "paused_for", "unit", "unit_name", "offered_unit", "version", "photos", "is_sealed",
        "has_contact", "handed", "last", "can",
    }  # fmt: skip
    assert card["received_at"] == "2026-03-10T01:00:00Z"
    assert set(card["last"][0]) == {"action", "label", "at", "words"}
    assert set(card["can"][0]) == {"action", "is_fact", "fields"}
    assert set(card["due_name"]) == {"zh", "en"}


def test_an_ended_matter_is_gone(token):
    matter = f.raised()
    first = asked(token)
    f.step(matter.id, "reporter", "withdraw", NOW)
    second = asked(token, first)
    assert (second["matters"], second["gone"]) == ([], [str(matter.id)])


@pytest.mark.parametrize("have", ["x", "====", "AAAA", "中", "A" * 9])
def test_what_no_answer_ever_said_brings_everything(token, have):
    f.raised()
    first = asked(token)
    again = asked(token, {"cursor": first["cursor"], "have": have})
    assert again["is_whole"]
    assert len(again["matters"]) == 1


def test_another_day_another_post_or_another_cursor_brings_everything(token, worker):
    f.raised()
    first = asked(token)
    assert asked(token, first, NOW + f.DAY)["is_whole"]
    assert asked(token, {**first, "cursor": "somebody's"})["is_whole"]
    appoint(worker.id, "handler", f.TOWN, "sanitation")
    assert asked(token, first)["is_whole"]


def test_a_phone_whose_post_is_over_is_given_nothing_and_forgets_all(token, worker):
    f.raised()
    assert asked(token)["matters"]
    (post,) = people.list_own_appointments(worker.id)
    people.end_appointment(
        actor=SETUP, at=NOW, command_id=new_id(), appointment_id=post.id, reason="ended"
    )
    over = asked(token, at=NOW + f.HOUR)
    assert over == {"cursor": "", "have": "", "is_whole": True, "matters": [], "gone": []}


def test_two_phones_of_one_person_are_given_the_same(token, worker):
    f.raised()
    other = fieldwork.pair_phone(
        actor=people.staff_actor(worker.id, f.AT), at=f.AT, command_id=new_id(),
        account_id=worker.id, label="second",
    ).token  # fmt: skip
    assert asked(other) == asked(token)


def test_contact_data_are_in_no_feed(token):
    f.raised(contact=matters.Contact(name="演示甲", phone="0475-7654321", email=""))
    told = json.dumps(asked(token), ensure_ascii=False)
    assert "演示甲" not in told
    assert "7654321" not in told


def test_nothing_is_written_by_reading(token):
    f.raised()
    before = f.dump()
    asked(token, asked(token))
    assert f.dump() == before


def test_a_feed_takes_few_statements(token, count_sql):
    for number in range(7):
        f.raised(text=f"第{number}件")
    phone = fieldwork.find_phone(token, at=NOW)
    feed_for(phone, cursor="", have="", at=NOW)
    with count_sql(max=5):
        first = feed_for(phone, cursor="", have="", at=NOW)
    with count_sql(max=2):
        feed_for(phone, cursor=first["cursor"], have=first["have"], at=NOW)
