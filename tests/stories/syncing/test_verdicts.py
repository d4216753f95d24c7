"""What the house answers to intentions: done, already, refused, conflict, waits."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import IntentionRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW, a_raise, a_step, one, sync
from tests.support import factories as f

pytestmark = pytest.mark.django_db
REPORTED = {"version": 1, "state": "reported", "unit": "", "place": f.GRID_CODE}


@pytest.fixture
def phone(db) -> fieldwork.PhoneCard:
    f.a_place()
    return crew.phone_of(crew.worker())


def by_record() -> str:
    """A type that is solved on the spot with a written record alone."""
    types = f.rules().charter.types.items()
    return next(c for c, t in types if t.kind == "event" and t.proof != "photo" and not t.sealed
                and not f.rules().questions.get(c) and c not in f.rules().in_charge)  # fmt: skip


def acts() -> int:
    return Act.objects.filter(subject__startswith="matter:").count()


def test_a_raise_is_done_with_its_receipt(phone):
    answer = one(phone, a_raise(contact={"name": "演示居民", "phone": "0475-000", "email": ""}))
    assert (answer.verdict, answer.state, answer.version) == ("done", "reported", 1)
    row = Matter.objects.get()
    assert (answer.matter, answer.ref, row.channel) == (row.pk, row.ref, "grid_worker")
    found = matters.find_by_receipt(answer.receipt)
    assert found is not None
    assert found[0] == row.pk
    assert Act.objects.get(action="raise").actor == phone.actor.key


def test_the_same_one_again_gets_the_same_answer_and_does_nothing(phone):
    sent = a_raise()
    first = one(phone, sent)
    again = one(phone, sent | {"seq": 9, "made_at": (NOW - f.DAY).isoformat()}, at=NOW + f.DAY)
    assert again.verdict == "already"
    for name in ("matter", "ref", "receipt", "version", "state", "rule"):
        assert getattr(again, name) == getattr(first, name)
    assert Matter.objects.count() == 1
    assert acts() == 1


def test_twice_in_one_batch_is_done_once(phone):
    sent = a_raise()
    assert [a.verdict for a in sync(phone, sent, sent)] == ["done", "already"]
    assert Matter.objects.count() == 1


def test_another_body_under_the_same_number_is_refused_and_changes_nothing(phone):
    number = uuid4()
    done = one(phone, a_raise(number=number))
    other = one(phone, a_raise("别的话", number=number))
    assert (other.verdict, other.rule, other.receipt) == ("refused", "field.other_body", "")
    assert one(phone, a_raise(number=number)).receipt == done.receipt
    assert Matter.objects.get().text == f.WORDS
    assert IntentionRow.objects.count() == 1


def test_two_phones_of_one_account_do_nothing_twice(phone):
    sent, second = a_raise(), crew.phone_of(phone.account_id)
    first = one(phone, sent)
    again = one(second, sent)
    assert (again.verdict, again.receipt) == ("already", first.receipt)
    assert Matter.objects.count() == 1


def test_another_account_does_not_get_to_the_receipt_by_the_same_number(phone):
    sent, other = a_raise(), crew.phone_of(crew.worker(f.NEXT_GRID))
    first = one(phone, sent)
    theirs = one(other, sent)
    assert theirs.verdict == "done"
    assert theirs.receipt != first.receipt
    assert theirs.matter != first.matter


def test_the_number_of_a_raise_opens_nothing_at_other_doors(phone):
    """From the command id a receipt follows: neither the number nor what is kept is that id."""
    sent = a_raise()
    first = one(phone, sent)
    for known in (
        UUID(sent["id"]),
        IntentionRow.objects.get().pk,
        Act.objects.get(action="raise").command_id,
    ):
        assert matters.receipt_code_of(known) != first.receipt
    assert str(fieldwork.command_id_for(UUID(sent["id"]), account_id=phone.account_id)) not in (
        f.all_text()
    )


def test_a_step_is_taken_with_its_base(phone):
    matter = f.raised().id
    answer = one(phone, a_step(matter, "accept", base=REPORTED))
    assert (answer.verdict, answer.state, answer.version) == ("done", "accepted", 2)
    assert not answer.is_beside
    assert one(phone, a_step(matter, "note", note="看过了。")).verdict == "done"


@pytest.mark.parametrize(
    ("base", "verdict", "is_beside"),
    [
        pytest.param(REPORTED, "done", False, id="equal"),
        pytest.param({**REPORTED, "version": 0}, "done", True, id="others added something"),
        pytest.param({}, "done", False, id="nothing known"),
        pytest.param({"state": "accepted"}, "conflict", False, id="another state"),
        pytest.param({"unit": "sanitation"}, "conflict", False, id="another unit"),
        pytest.param({"place": f.NEXT_CODE}, "conflict", False, id="another place"),
        pytest.param({**REPORTED, "unit": None, "state": None}, "done", False, id="not compared"),
    ],
)
def test_status_owner_and_place_are_compared(phone, base, verdict, is_beside):
    matter = f.raised().id
    before = acts()
    answer = one(phone, a_step(matter, "accept", base=base))
    assert (answer.verdict, answer.is_beside) == (verdict, is_beside)
    if verdict == "conflict":
        assert acts() == before
        assert answer.now is not None
        assert {k: answer.now[k] for k in ("state", "unit", "place", "version")} == {
            "state": "reported", "unit": "", "place": f.GRID_CODE, "version": 1,
        }  # fmt: skip
        assert answer.now["state_name"]["zh"]


def test_a_conflict_stays_one_and_a_new_intention_on_the_new_base_goes_through(phone):
    matter = f.raised().id
    f.step(matter, "desk", "accept")
    f.step(matter, "dispatcher", "offer", unit="sanitation", reason="主办单位")
    sent = a_step(matter, "solve_here", base={"state": "accepted"}, feedback="好了", record="扫了")
    first = one(phone, sent)
    assert first.verdict == "conflict"
    assert one(phone, sent) == first
    new = {"version": first.version, "state": first.state, "unit": first.now["unit"]}
    assert one(phone, a_step(matter, "note", note="仍要说明", base=new)).verdict == "done"


def test_facts_never_conflict(phone):
    matter = f.raised().id
    wrong = {"version": 77, "state": "closed", "unit": "sanitation", "place": f.NEXT_CODE}
    answer = one(phone, a_step(matter, "note", note="今天又来看过。", base=wrong))
    assert (answer.verdict, answer.is_beside) == ("done", True)


def test_the_rules_refuse_and_the_office_reads_it(phone):
    matter = f.raised().id
    answer = one(phone, a_step(matter, "claim_done", feedback="独有的话"))
    assert answer.verdict == "refused"
    assert answer.say.zh
    assert answer.next.zh
    (kept,) = fieldwork.list_returned(f.DESK, NOW)
    assert (kept.verdict, kept.matter_id, kept.words["fields"]) == (
        "refused", matter, {"feedback": "独有的话"},
    )  # fmt: skip
    assert "独有的话" not in f.all_text()


def test_a_refusal_is_final_also_when_the_rules_would_allow_it_later(phone):
    matter = f.raised().id
    sent = a_step(matter, "solve_here", feedback="好了", record="扫了")
    first = one(phone, sent)
    assert first.verdict == "refused"
    f.step(matter, "desk", "accept")
    assert one(phone, sent) == first


def test_fields_are_held_to_what_the_step_asks_for(phone):
    matter = f.raised().id
    for fields in ({"note": "好", "more": "x"}, {"note": ["a"]}, {"note": "x" * 5000}):
        answer = one(phone, a_step(matter, "note", **fields))
        assert (answer.verdict, answer.rule) == ("refused", "field.invalid")


@pytest.mark.parametrize(
    ("action", "rule"),
    [("reveal", "matters.own_command/reveal"), ("follow", "matters.own_command/follow")],
)
def test_what_has_its_own_entrance_is_no_step(phone, action, rule):
    answer = one(phone, a_step(f.raised().id, action))
    assert (answer.verdict, answer.rule) == ("refused", rule)


def test_a_matter_of_the_next_grid_is_unknown(phone):
    there = f.raised(grid_code=f.NEXT_CODE)
    for matter in (there.id, uuid4()):
        answer = one(phone, a_step(matter, "note", note="x"))
        assert (answer.verdict, answer.rule, answer.now) == ("refused", "matter.unknown", None)


def test_one_that_cannot_be_read_is_refused_and_holds_up_no_other(phone):
    bad = a_raise() | {"draft": {"type_code": "A01", "colour": "red"}}
    odd = a_raise() | {"kind": "delete"}
    nul = a_raise("a\0b")
    answers = sync(phone, bad, odd, nul, a_raise())
    assert [a.verdict for a in answers] == ["refused", "refused", "refused", "done"]
    assert {a.rule for a in answers[:3]} == {"field.unreadable_entry"}
    assert one(phone, bad).verdict == "refused"
    assert len(fieldwork.list_returned(f.DESK, NOW)) == 3


def test_one_that_breaks_waits_and_holds_up_no_other(phone, monkeypatch, caplog):
    matter, sent = f.raised().id, None
    real = matters.take_action

    def breaks(**given):
        if given["fields"].get("note") == "break":
            raise KeyError("a fault of ours")
        return real(**given)

    monkeypatch.setattr(matters, "take_action", breaks)
    sent = a_step(matter, "note", note="break")
    answers = sync(phone, sent, a_step(matter, "note", note="whole"))
    assert [a.verdict for a in answers] == ["waits", "done"]
    assert answers[0].rule == "house.fault"
    assert "broke" in caplog.text
    assert IntentionRow.objects.count() == 1
    monkeypatch.undo()
    assert one(phone, sent).verdict == "done"


def test_the_database_away_ends_the_batch_and_what_was_answered_stands(phone, monkeypatch):
    from django.db import OperationalError

    matter, real = f.raised().id, matters.take_action

    def goes(**given):
        if given["fields"].get("note") == "away":
            raise OperationalError("server closed the connection")
        return real(**given)

    monkeypatch.setattr(matters, "take_action", goes)
    batch = [a_step(matter, "note", note=words) for words in ("here", "away", "after")]
    with pytest.raises(OperationalError):
        sync(phone, *batch)
    monkeypatch.undo()
    assert [a.verdict for a in sync(phone, *batch)] == ["already", "done", "done"]


def test_if_the_act_cannot_be_written_nothing_of_it_is_kept(phone, monkeypatch):
    matter = f.raised().id
    before = f.dump()

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.matters.commands.acting.record_act", broken)
    answer = one(phone, a_step(matter, "note", note="x"))
    assert answer.verdict == "waits"
    assert f.dump() == before
    assert IntentionRow.objects.count() == 0


# --- order -------------------------------------------------------------------------------------


def test_what_follows_waits_for_what_comes_before(phone):
    raise_, matter = a_raise(type_code=by_record()), ""
    first = a_step(matter, "accept", of=raise_["id"])
    second = a_step(matter, "solve_here", of=raise_["id"], after=first["id"], feedback="好了",
                    record="扫了")  # fmt: skip
    alone = sync(phone, second, first)
    assert [a.verdict for a in alone] == ["waits", "waits"]
    assert {a.rule for a in alone} == {"field.waits_after", "field.waits_of"}
    assert IntentionRow.objects.count() == 0
    answers = sync(phone, second, first, raise_)  # in whatever order they come
    assert [a.verdict for a in answers] == ["done", "done", "done"]
    assert [a.state for a in answers] == ["claimed", "accepted", "reported"]
    assert {a.matter for a in answers} == {answers[2].matter}


def test_after_one_that_was_refused_the_next_is_judged(phone):
    matter = f.raised().id
    first = a_step(matter, "claim_done", feedback="x")
    second = a_step(matter, "note", note="x", after=first["id"])
    assert [a.verdict for a in sync(phone, first, second)] == ["refused", "done"]


def test_a_step_on_a_raise_that_was_refused_is_refused(phone):
    raise_ = a_raise(type_code="ZZ")
    step = a_step("", "accept", of=raise_["id"])
    answers = sync(phone, raise_, step)
    assert [a.verdict for a in answers] == ["refused", "refused"]
    assert answers[1].rule == "field.no_matter"


def test_nobody_waits_for_a_circle(phone):
    one_, two = uuid4(), uuid4()
    matter = f.raised().id
    answers = sync(
        phone,
        a_step(matter, "note", number=one_, after=two, note="x"),
        a_step(matter, "note", number=two, after=one_, note="x"),
        a_step(matter, "note", note="x"),
    )
    assert [a.verdict for a in answers] == ["waits", "waits", "done"]


# --- who and where -----------------------------------------------------------------------------


def test_for_somebody_else_it_is_said_how_they_agreed(phone):
    bare = one(phone, a_raise(channel="proxy"))
    assert (bare.verdict, bare.rule) == ("refused", "field.proxy_note")
    assert one(phone, a_raise(channel="proxy", proxy_note="当面同意")).verdict == "done"
    assert Matter.objects.get().channel == "proxy"


def test_when_the_post_is_over_the_rest_is_judged_by_what_one_may_do_now(phone):
    matter = f.raised().id
    token = crew.paired(phone.account_id).token
    crew.end_post(phone.account_id)
    ended = fieldwork.find_phone(token, at=NOW + f.HOUR)
    assert ended is not None
    assert (ended.state, ended.paths) == ("ended", ())
    answers = sync(
        ended, a_step(matter, "note", note="最后一句"), a_raise("路灯坏了"), at=NOW + f.HOUR
    )
    assert [a.verdict for a in answers] == ["refused", "done"]
    (kept,) = fieldwork.list_returned(f.DESK, NOW + f.HOUR)
    assert kept.words["fields"] == {"note": "最后一句"}


def test_complaints_come_back_to_those_in_charge_alone(phone):
    kept_apart = next(iter(f.rules().in_charge))
    role = f.rules().in_charge[kept_apart][0]
    answer = one(phone, a_raise("他说网格员不理人", type_code=kept_apart, address="",
                                channel="proxy"))  # fmt: skip
    assert answer.verdict == "refused"
    assert fieldwork.list_returned(f.DESK, NOW) == ()
    assert fieldwork.count_returned(f.DESK) == 0
    reader = f.somebody("950", f.Hat(role, f.TOWN))
    assert len(fieldwork.list_returned(reader, NOW)) == 1


def test_sealed_types_leave_no_words_when_they_come_back(phone):
    sealed = next(code for code, row in f.rules().charter.types.items() if row.sealed)
    one(phone, a_raise("门牌和姓名", type_code=sealed, channel="proxy"))
    row = IntentionRow.objects.get()
    reader = f.somebody("951", *[f.Hat(role, f.TOWN) for role in f.rules().charter.roles])
    (kept,) = fieldwork.list_returned(reader, NOW)
    assert row.verdict == "refused"
    assert kept.words["draft"] == {"type_code": sealed, "grid_code": f.GRID_CODE}


# --- the clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ahead", [timedelta(days=3), timedelta(days=-3), timedelta()], ids=str)
def test_the_phones_clock_is_corrected_and_decides_nothing(phone, ahead):
    made = NOW - timedelta(hours=5)
    one(phone, a_raise(made_at=(made + ahead).isoformat()), ahead=ahead)
    row = IntentionRow.objects.get()
    assert (row.made_at, row.made_said) == (made, made + ahead)
    assert Matter.objects.get().received_at == NOW
    act = Act.objects.get(action="raise")
    assert fieldwork.made_when([act.command_id, uuid4()]) == {act.command_id: made}


@pytest.mark.parametrize(
    "made_at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00", "1969-07-20T00:00:00Z"]
)
@pytest.mark.parametrize(
    "ahead", [timedelta(days=365 * 7000), -timedelta(days=365 * 2000)], ids=str
)
def test_no_clock_is_so_wrong_that_nothing_is_done(phone, made_at, ahead):
    assert one(phone, a_raise(made_at=made_at), ahead=ahead).verdict == "done"
    assert IntentionRow.objects.get().made_at <= NOW


def test_nothing_was_made_later_than_now(phone):
    one(phone, a_raise(made_at=(NOW + timedelta(days=9)).isoformat()))
    assert IntentionRow.objects.get().made_at == NOW


def test_a_batch_costs_two_statements_and_four_beside_each_command(phone, count_sql):
    one(phone, a_raise())  # warm
    with count_sql(max=3 + 5 * (12 + 4)):
        sync(phone, *(a_raise(f"第{n}件") for n in range(5)))


def test_asking_again_costs_the_same_for_any_number(phone, count_sql):
    batch = [a_raise(f"第{n}件") for n in range(6)]
    sync(phone, *batch)
    with count_sql(max=2):
        assert {a.verdict for a in sync(phone, *batch)} == {"already"}
