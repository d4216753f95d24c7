"""Phones: who puts one in service and takes it out, and what a token opens on which day."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import PhoneRow
from commongrid.rooms.people import face as people
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW
from tests.rooms.people import standing as staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db
APPOINTING = f.somebody("901", Hat("appointing", f.TOWN))
FAR_APPOINTING = f.somebody("902", Hat("appointing", "/150500000000/150502000000/150502003000/"))


@pytest.fixture
def account(db) -> int:
    f.a_place()
    return crew.worker()


def pair(account: int, **more):
    given = {
        "actor": crew.holder(account), "at": NOW, "command_id": new_id(), "account_id": account,
        "label": "演示手机",
    }  # fmt: skip
    return fieldwork.pair_phone(**given | more)


def revoke(phone_id: int, actor: Actor, why: str = "lost", **more):
    given = {"at": NOW, "command_id": new_id(), **more}
    return fieldwork.revoke_phone(actor=actor, phone_id=phone_id, why=why, **given)


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def test_a_grid_worker_puts_a_phone_in_service(account):
    done = pair(account)
    assert done.token.startswith("cgp_")
    row = PhoneRow.objects.get()
    assert row.digest == hashlib.sha256(done.token.encode()).hexdigest()
    assert done.token not in f.all_text()
    (act,) = Act.objects.filter(subject=f"phone:{done.id}")
    assert (act.action, act.actor) == ("pair_phone", f"staff:{account}")


def test_sent_twice_there_is_one_phone_and_its_token_is_not_told_again(account):
    command_id = new_id()
    first = pair(account, command_id=command_id)
    again = pair(account, command_id=command_id)
    assert (again.id, again.token, again.is_replay) == (first.id, "", True)
    assert PhoneRow.objects.count() == 1


def test_nobody_else_puts_a_phone_in_service(account):
    other = crew.worker(f.NEXT_GRID)
    assert refused(pair, account, actor=crew.holder(other)) == "fieldwork.not_yours"
    assert refused(pair, account, actor=APPOINTING) == "fieldwork.not_yours"
    desk = staff.make_staff("only-desk", "desk", f.TOWN)
    assert refused(pair, desk.id, actor=staff.actor(desk)) == "fieldwork.no_grid"
    assert PhoneRow.objects.count() == 0


@pytest.mark.parametrize("label", ["", "   ", "x" * 41], ids=["none", "spaces", "long"])
def test_a_phone_has_a_name(account, label):
    assert refused(pair, account, label=label) == "fieldwork.no_label"


def test_three_phones_are_enough(account):
    phones = [pair(account).id for _ in range(3)]
    assert refused(pair, account) == "fieldwork.too_many_phones"
    revoke(phones[0], crew.holder(account))
    assert pair(account).id not in phones


@pytest.mark.parametrize("command", ["pair", "revoke", "settle"])
def test_without_its_act_nothing_is_saved(account, monkeypatch, command):
    phone = crew.phone_of(account)
    crew.one(phone, crew.a_raise(type_code="ZZ"))
    (returned,) = fieldwork.list_returned(f.DESK, NOW)
    before = list(PhoneRow.objects.order_by("pk").values_list())

    def broken(*_args, **_more):
        raise RuntimeError

    for module in ("phones", "returned"):
        monkeypatch.setattr(f"commongrid.rooms.fieldwork.commands.{module}.record_act", broken)
    with pytest.raises(RuntimeError):
        if command == "pair":
            pair(account)
        elif command == "revoke":
            revoke(phone.id, crew.holder(account))
        else:
            fieldwork.settle_returned(
                actor=f.DESK, at=NOW, command_id=new_id(), intention_id=returned.id, how="done"
            )
    assert list(PhoneRow.objects.order_by("pk").values_list()) == before
    assert len(fieldwork.list_returned(f.DESK, NOW)) == 1


def test_a_token_opens_what_its_holder_may_do_today(account):
    done = pair(account)
    card = fieldwork.find_phone(done.token, at=NOW)
    assert card is not None
    assert (card.state, card.account_id, card.paths) == ("in_service", account, (f.GRID,))
    assert card.actor == crew.holder(account)
    for wrong in ("", "cgp_", done.token[:-1] + "-", done.token.upper(), "cgk_" + done.token[4:]):
        assert wrong == done.token or fieldwork.find_phone(wrong, at=NOW) is None


def test_finding_a_phone_takes_few_statements(account, count_sql):
    token = pair(account).token
    with count_sql(max=3):
        fieldwork.find_phone(token, at=NOW)


@pytest.mark.parametrize("who", ["holder", "appointing"])
def test_its_holder_and_the_appointing_office_take_it_out_of_service(account, who):
    done = pair(account)
    actor = crew.holder(account) if who == "holder" else APPOINTING
    entry = revoke(done.id, actor, "handed_back")
    assert (entry.why, entry.revoked_at) == ("handed_back", NOW)
    card = fieldwork.find_phone(done.token, at=NOW)
    assert card is not None
    assert card.state == "revoked"
    acts = Act.objects.filter(subject=f"phone:{done.id}", action="revoke_phone")
    assert [act.actor for act in acts] == [actor.key]


def test_revoking_twice_by_one_command_is_harmless_and_by_two_is_refused(account):
    done, command_id = pair(account), new_id()
    first = revoke(done.id, APPOINTING, command_id=command_id)
    assert revoke(done.id, APPOINTING, command_id=command_id) == first
    assert refused(revoke, done.id, APPOINTING) == "fieldwork.phone_revoked"
    assert refused(revoke, 10**6, APPOINTING) == "fieldwork.no_phone"


def test_others_do_not_take_it_out_of_service(account):
    done = pair(account)
    for actor in (f.NEXT_WORKER, f.SUPERVISOR, FAR_APPOINTING):
        assert refused(revoke, done.id, actor) == "fieldwork.not_over_phone"
    assert refused(revoke, done.id, crew.holder(account), "bored") == "fieldwork.bad_why"
    card = fieldwork.find_phone(done.token, at=NOW)
    assert card is not None
    assert card.state == "in_service"


def test_lists_show_ones_own_and_those_of_ones_area(account):
    mine, other = pair(account).id, pair(crew_other := crew.worker(f.NEXT_GRID)).id
    assert [entry.id for entry in fieldwork.list_own_phones(account)] == [mine]
    listed = fieldwork.list_phones(APPOINTING, NOW)
    assert {entry.id for entry in listed} == {mine, other}
    assert {entry.name for entry in listed} == {"演示网格员"}
    assert fieldwork.list_phones(FAR_APPOINTING, NOW) == ()
    assert fieldwork.list_phones(f.SUPERVISOR, NOW) == ()
    revoke(other, crew.holder(crew_other))
    assert [entry.id for entry in fieldwork.list_phones(APPOINTING, NOW)] == [mine]
    assert fieldwork.list_own_phones(crew_other)[0].why == "lost"


def test_after_the_last_post_what_is_unsent_is_taken_for_some_days(account):
    token = pair(account).token
    crew.end_post(account)

    def state(after: timedelta):
        card = fieldwork.find_phone(token, at=NOW + after)
        assert card is not None
        return card.state, card.ended_until

    end = NOW + 5 * f.DAY
    assert state(timedelta()) == ("ended", end)
    assert state(5 * f.DAY - timedelta(seconds=1)) == ("ended", end)
    assert state(5 * f.DAY) == ("revoked", end)


def test_a_new_post_puts_the_phone_back_in_service(account):
    token = pair(account).token
    crew.end_post(account)
    staff.appoint(account, "grid_worker", f.NEXT_GRID, crew.UNIT, at=NOW + f.HOUR)
    card = fieldwork.find_phone(token, at=NOW + 2 * f.HOUR)
    assert card is not None
    assert (card.state, card.paths) == ("in_service", (f.NEXT_GRID,))


def test_a_closed_account_is_over_when_it_was_closed(account):
    token = pair(account).token
    at = NOW + f.DAY
    people.deactivate_account(
        actor=f.SETUP, at=at, command_id=new_id(), account_id=account, reason="test"
    )
    card = fieldwork.find_phone(token, at=at + f.HOUR)
    assert card is not None
    assert (card.state, card.ended_until, card.actor.hats) == ("ended", at + 5 * f.DAY, ())
    card = fieldwork.find_phone(token, at=at + 6 * f.DAY)
    assert card is not None
    assert card.state == "revoked"
