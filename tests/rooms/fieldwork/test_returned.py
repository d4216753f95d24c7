"""What came back from phones: the office of the area reads it, settles it, and it is erased."""

from __future__ import annotations

from uuid import uuid4

import pytest

from commongrid.charter.matter import Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import IntentionRow, PhoneRow
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW, a_raise, a_step
from tests.support import factories as f

pytestmark = pytest.mark.django_db
FAR_DESK = f.somebody("960", Hat("desk", "/150500000000/150502000000/150502003000/"))
CONTACT = {"name": "演示居民乌兰", "phone": "0475-0009999", "email": ""}
UNKNOWN = {"type_code": "ZZ"}


@pytest.fixture
def phone(db) -> fieldwork.PhoneCard:
    f.a_place()
    return crew.phone_of(crew.worker())


@pytest.fixture
def returned(phone) -> fieldwork.ReturnedCard:
    crew.one(phone, a_raise("写给办公室的话", contact=CONTACT, **UNKNOWN))
    (card,) = fieldwork.list_returned(f.DESK, NOW)
    return card


def settle(card, actor=f.DESK, **more):
    given = {"at": NOW, "command_id": new_id(), "intention_id": card.id, "how": "raised", **more}
    return fieldwork.settle_returned(actor=actor, **given)


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def test_the_desk_and_the_community_of_the_area_read_it(returned):
    assert returned.words["draft"]["text"] == "写给办公室的话"
    assert (returned.verdict, returned.kind, returned.name) == ("refused", "raise", "演示网格员")
    assert returned.path == f.GRID
    for actor in (f.DESK, f.COMMUNITY):
        assert [card.id for card in fieldwork.list_returned(actor, NOW)] == [returned.id]
        assert fieldwork.count_returned(actor) == 1
        assert fieldwork.find_returned(actor, returned.id) is not None


@pytest.mark.parametrize(
    "actor", [f.WORKER, f.NEXT_WORKER, f.SUPERVISOR, f.HANDLER, FAR_DESK, f.RESIDENT],
    ids=["its worker", "next worker", "supervisor", "handler", "next town", "anybody"],
)  # fmt: skip
def test_nobody_else_does(returned, actor):
    assert fieldwork.list_returned(actor, NOW) == ()
    assert fieldwork.find_returned(actor, returned.id) is None
    assert refused(settle, returned, actor) == "fieldwork.not_office"
    assert IntentionRow.objects.get().settled_at is None


def test_its_words_lie_sealed(returned):
    text = f.all_text()
    for words in ("写给办公室的话", *filter(None, CONTACT.values())):
        assert words not in text


def test_contact_data_are_masked_and_opened_by_an_act_with_its_reason(returned):
    assert returned.has_contact
    assert CONTACT["phone"] not in repr(returned)
    given = {"at": NOW, "command_id": new_id(), "intention_id": returned.id}
    open_contact = fieldwork.open_returned_contact
    assert refused(open_contact, actor=f.DESK, reason=" ", **given) == "fieldwork.needs:reason"
    assert refused(open_contact, actor=f.SUPERVISOR, reason="x", **given) == "fieldwork.not_office"
    assert open_contact(actor=f.DESK, reason="回电核实", **given) == CONTACT
    assert open_contact(actor=f.DESK, reason="回电核实", **given) == CONTACT
    (act,) = Act.objects.filter(action="open_returned_contact")
    assert (act.actor, act.words) == (f.DESK.key, "回电核实")


def test_it_is_settled_once_by_one_act(returned):
    command_id = new_id()
    card = settle(returned, command_id=command_id)
    assert card.settled_at == NOW
    assert settle(returned, command_id=command_id).settled_at == NOW
    assert refused(settle, returned) == "fieldwork.settled_already"
    (act,) = Act.objects.filter(subject=f"intention:{returned.id}")
    assert (act.action, act.actor, act.role) == ("settle_returned", f.DESK.key, "desk")
    assert fieldwork.list_returned(f.DESK, NOW) == ()
    assert len(fieldwork.list_returned(f.DESK, NOW, with_settled=True)) == 1


def test_it_is_said_how_it_was_settled_and_which_one(returned):
    assert refused(settle, returned, how="forgotten") == "fieldwork.needs:how"
    assert refused(settle, returned, intention_id=uuid4()) == "fieldwork.no_intention"


def test_what_was_done_is_nobodys_to_settle(phone):
    crew.one(phone, a_raise())
    row = IntentionRow.objects.get()
    assert row.sealed is None
    assert fieldwork.list_returned(f.DESK, NOW) == ()
    assert refused(
        fieldwork.settle_returned, actor=f.DESK, at=NOW, command_id=new_id(),
        intention_id=row.pk, how="done",
    ) == "fieldwork.no_intention"  # fmt: skip


def test_of_a_conflict_both_sides_are_kept(phone):
    matter = f.walked(f.ACCEPT).id
    crew.one(phone, a_step(matter, "accept", base={"state": "reported"}))
    (card,) = fieldwork.list_returned(f.DESK, NOW)
    assert (card.verdict, card.matter_id, card.now["state"]) == ("conflict", matter, "accepted")


def test_words_of_a_sealed_matter_are_not_kept_here_either(phone):
    sealed = next(c for c, t in f.rules().charter.types.items() if t.sealed)
    answers = {q.question: (q.choices[0][0] if q.choices else "no")
               for q in f.rules().questions.get(sealed, ()) if q.required}  # fmt: skip
    matter = f.raised(sealed, answers=answers)
    crew.one(phone, a_step(matter.id, "note", note="不该留下的话"))
    (row,) = IntentionRow.objects.all()
    everyone = f.somebody("970", *[Hat(role, f.TOWN) for role in f.rules().charter.roles])
    cards = fieldwork.list_returned(everyone, NOW)
    assert row.verdict == "refused"
    assert "不该留下的话" not in repr(cards)


def test_words_go_ninety_days_after_they_were_settled_and_the_row_with_half_a_year(returned):
    settle(returned)
    fieldwork.erase_expired(at=NOW + 89 * f.DAY)
    assert IntentionRow.objects.get().sealed is not None
    fieldwork.erase_expired(at=NOW + 90 * f.DAY)
    assert IntentionRow.objects.get().sealed is None
    card = fieldwork.find_returned(f.DESK, returned.id)
    assert card is not None
    assert card.words == {}
    fieldwork.erase_expired(at=NOW + 182 * f.DAY)
    assert IntentionRow.objects.count() == 1
    assert fieldwork.erase_expired(at=NOW + 183 * f.DAY) == 1
    assert IntentionRow.objects.count() == 0


def test_phones_out_of_service_go_after_half_a_year_and_answers_stay_their_own_time(phone):
    crew.one(phone, a_raise())
    at = NOW + 100 * f.DAY
    fieldwork.revoke_phone(
        actor=crew.holder(phone.account_id), at=NOW, command_id=new_id(), phone_id=phone.id,
        why="handed_back",
    )  # fmt: skip
    fieldwork.erase_expired(at=at)
    assert PhoneRow.objects.count() == 1
    IntentionRow.objects.update(received_at=at)
    fieldwork.erase_expired(at=NOW + 183 * f.DAY)
    assert PhoneRow.objects.count() == 0
    assert IntentionRow.objects.get().phone_id is None


def test_the_ticker_erases(returned):
    from commongrid.site.rounds import Round, erase_expired

    done = erase_expired(Round(at=""), NOW + 183 * f.DAY)
    assert done.expired >= 1
    assert IntentionRow.objects.count() == 0


def test_no_row_says_when_a_phone_was_last_heard_of(phone):
    """Asking for what changed leaves nothing; an intention leaves its own two times alone."""
    before = f.dump()["fieldwork.PhoneRow"]
    crew.sync(phone)
    crew.one(phone, a_raise())
    assert f.dump()["fieldwork.PhoneRow"] == before
    names = {field.name for field in PhoneRow._meta.get_fields()}
    assert not names & {"seen_at", "synced_at", "last_at", "used_at", "address", "lon", "lat"}
