"""What opens or erases the data of many is never done by one person alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.stories.erasing import erase_person
from tests.doors.desk.town import AT, Town
from tests.rooms.people.standing import actor, make_staff
from tests.rooms.places.standing import TOWN_PATH

pytestmark = pytest.mark.django_db
CONTACT = matters.Contact(name="演示居民", phone="0475-0001234")
ALONE = 3


@pytest.fixture
def town(db, monkeypatch):
    for what, kind in people.BULK.items():
        monkeypatch.setitem(people.BULK, what, replace(kind, alone=ALONE))
    return Town()


@pytest.fixture
def officer(town):
    """Whoever appoints here: the second person."""
    return make_staff("second", "appointing", TOWN_PATH)


def reveal(town, who="desk", at=AT, **more):
    matter_id = more.pop("matter_id", None) or town.raise_one(contact=CONTACT)
    given = {"command_id": new_id(), "purpose": "call back", **more}
    return matters.reveal_contact(actor=town.actor(who, at), at=at, matter_id=matter_id, **given)


def erase(town, at=AT):
    """The data officer erases what is kept of one more person, who asked for it."""
    given = town.raise_one(contact=CONTACT)
    matters.take_action(
        actor=matters.reporter_of(given), at=at, command_id=new_id(), matter_id=given,
        action="withdraw", fields={},
    )  # fmt: skip
    return erase_person(actor=officer_of_data(), at=at, command_id=new_id(), matter_id=given)


def officer_of_data():
    card = people.find_account("eraser") or make_staff("eraser", "data_officer", TOWN_PATH)
    return actor(card)


def allow(town, officer, name="desk", what="reveal", at=AT, **more):
    return people.allow_bulk(
        actor=people.staff_actor(officer.id, at), at=at, account_id=town.account(name).id,
        what=what, reason="a burst main, all are called", **{"command_id": new_id(), **more},
    )  # fmt: skip


def refused(do) -> str:
    acts = Act.objects.count()
    with pytest.raises(Refused) as caught:
        do()
    assert Act.objects.count() == acts, "nothing is written"
    return caught.value.verdict.rule


def test_one_person_opens_a_few_and_then_no_more(town):
    before = [town.raise_one(contact=CONTACT) for _ in range(ALONE + 1)]
    for matter_id in before[:ALONE]:
        assert reveal(town, matter_id=matter_id).phone == CONTACT.phone
    assert refused(lambda: reveal(town, matter_id=before[-1])) == "people.second_person"
    assert reveal(town, who="desk2", matter_id=before[-1]).phone == CONTACT.phone
    assert reveal(town, at=AT + timedelta(hours=25), matter_id=before[-1])


def test_a_repeat_of_what_was_done_still_answers(town):
    matter_id, command_id = town.raise_one(contact=CONTACT), new_id()
    for _ in range(ALONE + 2):
        assert reveal(town, matter_id=matter_id, command_id=command_id).phone == CONTACT.phone


def test_a_second_person_lets_it_go_on_for_a_day_and_as_much_again(town, officer):
    matter_id = town.raise_one(contact=CONTACT)
    for _ in range(ALONE):
        reveal(town, matter_id=matter_id)
    allow(town, officer)
    for _ in range(ALONE):
        reveal(town, matter_id=matter_id)
    assert refused(lambda: reveal(town, matter_id=matter_id)) == "people.second_person"
    later = AT + timedelta(hours=25)
    for _ in range(ALONE):
        reveal(town, matter_id=matter_id, at=later)
    assert refused(lambda: reveal(town, matter_id=matter_id, at=later)) == "people.second_person"


def test_consent_for_one_thing_is_none_for_the_other(town, officer):
    matter_id = town.raise_one(contact=CONTACT)
    for _ in range(ALONE):
        reveal(town, matter_id=matter_id)
    allow(town, officer, what="erase")
    assert refused(lambda: reveal(town, matter_id=matter_id)) == "people.second_person"


def test_erasing_many_needs_a_second_person_too(town):
    for _ in range(ALONE):
        erase(town)
    with pytest.raises(Refused) as caught:
        erase(town)
    assert caught.value.verdict.rule == "people.second_person"


def test_nobody_is_their_own_second_person(town, officer):
    desk = town.account("desk")
    given = {"at": AT, "what": "reveal", "reason": "x"}
    for who, account_id in ((officer, officer.id), (desk, desk.id), (desk, officer.id)):
        rule = refused(
            lambda who=who, account_id=account_id: people.allow_bulk(
                actor=people.staff_actor(who.id, AT), command_id=new_id(), account_id=account_id,
                **given,
            )
        )  # fmt: skip
        assert rule in ("people.not_own", "people.not_appointing")
    elsewhere = make_staff("elsewhere", "appointing", "/150500000000/150502000000/150502001000/")
    assert refused(lambda: allow(town, elsewhere)) == "people.outside_area"
    assert refused(lambda: allow(town, officer, what="everything")) == "people.unknown_bulk"


def test_consent_is_one_act_with_its_reason_and_once(town, officer):
    account_id, command_id = town.account("desk").id, new_id()
    for _ in range(2):
        allow(town, officer, command_id=command_id)
    acts = [a for a in ledger.list_acts(f"person:{account_id}") if a.action == "allow_bulk"]
    assert [(a.actor, a.words, a.after["what"]) for a in acts] == [
        (f"staff:{officer.id}", "a burst main, all are called", "reveal")
    ]


def test_without_the_ledger_there_is_no_consent(town, officer, monkeypatch):
    def broken(*_args, **_more):
        raise IntegrityError

    monkeypatch.setattr("commongrid.ledger.face._record_act", broken)
    with pytest.raises(IntegrityError):
        allow(town, officer)
    monkeypatch.undo()
    assert not [
        a for a in ledger.list_acts(f"person:{town.account('desk').id}") if a.action == "allow_bulk"
    ]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_second_person_agrees_on_a_page(town, officer, client, language):
    client.force_login(people_row(officer))
    client.cookies["django_language"] = language
    session = client.session
    session["staff.fresh"] = int(AT.timestamp())
    session.save()
    address = f"/staff/people/{town.account('desk').id}/allow/"
    page = client.get(address)
    assert page.status_code == 200
    assert ("Agree" in page.content.decode()) == (language == "en")
    told = {"command_id": str(new_id()), "what": "reveal", "reason": "all are called"}
    assert client.post(address, told).status_code == 302
    assert client.post(address, {**told, "what": "all"}).status_code == 200
    acts = ledger.list_acts(f"person:{town.account('desk').id}")
    assert [a.action for a in acts].count("allow_bulk") == 1


def people_row(card):
    from commongrid.rooms.people.models import Account

    return Account.objects.get(pk=card.id)
