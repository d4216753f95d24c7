"""What a grid worker's phone keeps of the house: whose matters, how much of them, at which cost."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongrid.charter.facts import is_fact
from commongrid.charter.matter import Hat
from commongrid.charter.schema import Kind
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter, Promise
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
TEAM = f.somebody("21", Hat("grid_worker", f.GRID, "sanitation"))
NOTHING: Mapping[UUID, bytes] = {}


def feed(held: Mapping[UUID, bytes] = NOTHING, actor=f.WORKER, paths=(f.GRID,), at=NOW):
    return face.list_field_matters(actor=actor, at=at, paths=paths, held=held)


def one(actor=f.WORKER, at=NOW) -> face.FieldMatter:
    (card,) = feed(actor=actor, at=at).matters
    return card


def copies(matter_id: UUID, number: int, **changed: object) -> None:
    """So many like one, with promises of their own."""
    row = Matter.objects.get(pk=matter_id)
    promises = list(Promise.objects.filter(matter=row).order_by("pk"))
    for _ in range(number):
        row.pk, row.receipt = new_id(), None
        row.ref = f"X{row.pk.hex[-12:]}"
        for name, value in changed.items():
            setattr(row, name, value)
        row.save(force_insert=True)
        for promise in promises:
            promise.pk, promise.matter_id = None, row.pk
            promise._state.adding = True
            promise.save(force_insert=True)


# --- whose, and how much


def test_the_worker_gets_the_open_matters_of_their_grid_and_no_others():
    mine = f.raised()
    f.raised(grid_code=f.NEXT_CODE)
    f.walked(*f.CLOSED)
    assert {card.id for card in feed().matters} == {mine.id}
    assert feed(actor=f.NEXT_WORKER, paths=(f.NEXT_GRID,)).matters[0].id != mine.id


def test_somebody_elses_grid_gives_nothing():
    f.raised()
    assert feed(actor=f.NEXT_WORKER, paths=(f.GRID,)).matters == ()


def test_no_grid_gives_nothing_and_takes_back_everything():
    matter = f.raised()
    nothing = feed(feed().marks, paths=())
    assert (nothing.matters, nothing.gone, nothing.marks) == ((), (matter.id,), {})


def test_a_complaint_about_staff_never_comes():
    f.raised("I06")
    assert feed().matters == ()


def test_a_sealed_matter_has_neither_words_nor_point():
    matter = f.raised("J07", text="", address="")
    row = Matter.objects.get(pk=matter.id)
    row.in_charge, row.text, row.address, row.lon, row.lat = "", "x", "y", 122.2, 43.6
    row.save()
    card = one()
    assert card.is_sealed
    assert (card.text, card.address, card.lon, card.lat) == ("", "", None, None)
    assert all(step.words == "" for step in card.last)


def test_a_card_says_whether_there_are_contact_data_and_never_which():
    f.walked(*f.HANDLED, contact=f.CONTACT)
    card = one(actor=TEAM)
    assert card.has_contact
    assert not one().has_contact  # another unit holds it: the worker may not open them
    assert f.CONTACT.phone not in repr(card)
    assert f.CONTACT.name not in repr(card)


def test_a_card_has_what_the_matter_says_of_itself():
    matter = f.raised(lon=122.255, lat=43.615)
    row, card = Matter.objects.get(pk=matter.id), one()
    for name in ("ref", "kind", "type_code", "state", "state_kind", "urgency", "text", "address",
                 "lon", "lat", "received_at", "due_at", "blue_at", "yellow_at", "red_at", "unit",
                 "offered_unit", "version", "photos"):  # fmt: skip
        assert getattr(card, name) == getattr(row, name), name
    assert card.place_code == f.GRID_CODE
    assert card.due_name.zh


# --- what may be done, and what was done


def test_the_steps_are_those_of_the_page():
    matter = f.walked(f.ACCEPT)
    page = face.get_matter(actor=f.WORKER, at=NOW, matter_id=matter.id)
    allowed = {c.action for c in page.choices if c.verdict.allowed}
    assert {choice.action for choice in one().can} == allowed - face.OWN_COMMANDS
    assert "solve_here" in allowed


def test_options_come_along_only_where_they_are_the_matters_own():
    f.walked(f.ACCEPT)
    fields = {field.name: field for choice in one().can for field in choice.fields}
    assert fields["case"].options == ()
    assert not fields["photos"].is_required
    assert fields["feedback"].is_required


def test_the_unit_it_waits_for_sees_that_it_does():
    f.walked(f.ACCEPT, f.OFFER)
    assert one(actor=TEAM).is_handed
    assert not one().is_handed


def test_the_last_three_steps_come_newest_first_with_what_was_written():
    matter = f.walked(f.ACCEPT, f.OFFER)
    f.step(matter.id, "worker", "note", NOW, note="已去看过。")
    last = one(at=NOW + f.HOUR).last
    assert [step.action for step in last] == ["note", "offer", "accept"]
    assert last[0].words == "已去看过。"


def test_the_first_words_are_not_told_twice():
    f.raised()
    (step,) = one().last
    assert (step.action, step.words) == ("raise", "")


def test_what_a_reporter_said_of_staff_is_left_out():
    matter = f.walked(f.ACCEPT)
    f.step(matter.id, "reporter", "ask_step_out", NOW, reason="他是我邻居")
    assert all("邻居" not in step.words for step in one(at=NOW + f.HOUR).last)


def test_facts_are_steps_that_keep_state_and_unit():
    rules = f.rules()
    facts = {name: is_fact(Kind.EVENT, name, rules) for name in rules.charter.actions}
    assert facts["note"]
    assert facts["milestone"]
    assert not facts["accept"]
    assert not facts["offer"]
    assert not facts["take"]
    assert not is_fact(Kind.EVENT, "no_such_step", rules)


# --- what changed


def test_nothing_comes_twice():
    f.raised()
    again = feed(feed().marks)
    assert (again.matters, again.gone) == ((), ())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda m: f.step(m.id, "worker", "note", NOW, note="x"), id="a step"),
        pytest.param(
            lambda m: face.erase_contact(
                actor=face.reporter_of(m.id), at=NOW, command_id=new_id(), matter_id=m.id
            ),
            id="contact data erased",
        ),
        pytest.param(
            lambda m: face.add_photos(
                actor=f.WORKER, at=NOW, command_id=new_id(), matter_id=m.id, photos=[f.photo()]
            ),
            id="a picture",
        ),
    ],
)
def test_what_changed_comes_again(change):
    matter = f.raised(contact=f.CONTACT)
    f.raised()
    held = feed().marks
    change(matter)
    assert [card.id for card in feed(held).matters] == [matter.id]


def test_what_ended_moved_or_may_no_longer_be_read_is_gone():
    ended, moved, kept_back, stays = (f.raised(text=f"第{n}件") for n in range(4))
    held = feed().marks
    Matter.objects.filter(pk=ended.id).update(state="withdrawn", state_kind="end")
    Matter.objects.filter(pk=moved.id).update(path=f.NEXT_GRID)
    Matter.objects.filter(pk=kept_back.id).update(in_charge=";supervisor;")
    after = feed(held)
    assert set(after.gone) == {ended.id, moved.id, kept_back.id}
    assert set(after.marks) == {stays.id}


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["raise", "accept", "offer", "take", "note", "claim_done", "withdraw",
                         "object", "return_matter", "move", "look"]),
        st.integers(0, 5),
    ),
    max_size=14,
)  # fmt: skip
WHO = {"accept": "desk", "offer": "dispatcher", "take": "handler", "note": "worker",
       "claim_done": "handler", "withdraw": "reporter", "object": "handler",
       "return_matter": "desk"}  # fmt: skip
GIVEN = {
    "offer": {"unit": "sanitation", "reason": "主办"},
    "take": {"contact_name": "值班室"},
    "note": {"note": "看过"},
    "claim_done": {"feedback": "好了", "record": "清走", "pictures": (f.CLEAN,)},
    "object": {"reason": "不归我们", "legal_basis": "目录"},
}


@given(steps=STEPS)
@settings(max_examples=25, suppress_health_check=[*HealthCheck])
def test_feeds_one_after_the_other_come_to_the_whole_feed(steps):
    """However things go on, a phone that applies each answer has what a new one is given."""
    Matter.objects.filter(path=f.GRID).update(path=f.NEXT_GRID)  # of the example before
    known: dict[UUID, face.FieldMatter] = {}
    marks: Mapping[UUID, bytes] = {}
    mine: list[UUID] = []
    at = NOW
    for name, which in (*steps, ("look", 0)):
        at += timedelta(minutes=7)
        if name == "raise":
            mine.append(f.raised(at=at).id)
        elif name == "look":
            answer = feed(marks, at=at)
            known |= {card.id: card for card in answer.matters}
            for pk in answer.gone:
                del known[pk]
            marks = answer.marks
        elif mine and name == "move":
            Matter.objects.filter(pk=mine[which % len(mine)]).update(path=f.NEXT_GRID)
        elif mine:
            _try(mine[which % len(mine)], name, at)
    whole = {card.id: card for card in feed(at=at).matters}
    assert known == whole
    assert set(marks) == set(whole)
    for pk, card in whole.items():
        page = face.get_matter(actor=f.WORKER, at=at, matter_id=pk)
        allowed = {c.action for c in page.choices if c.verdict.allowed}
        assert {choice.action for choice in card.can} == allowed - face.OWN_COMMANDS


def _try(matter_id: UUID, action: str, at) -> None:
    with suppress(Refused):
        f.step(matter_id, WHO[action], action, at, **GIVEN.get(action, {}))


# --- what it costs


def statements(**more) -> list[str]:
    with CaptureQueriesContext(connection) as seen:
        feed(**more)
    return [query["sql"] for query in seen.captured_queries]


@pytest.mark.parametrize("number", [1, 120])
def test_a_feed_takes_as_many_statements_for_one_matter_as_for_many(number, count_sql):
    matter = f.walked(*f.HANDLED)
    copies(matter.id, number - 1)
    feed()  # charters are read once a process
    with count_sql(max=5):
        assert len(feed().matters) == number
    marks = feed().marks
    with count_sql(max=2):
        feed(marks)


def test_other_grids_and_what_has_ended_are_not_walked():
    """So many others that to look at one grid's few is plainly the cheapest."""
    matter = f.walked(*f.HANDLED)
    rows_like(matter.id, 900, path=f.NEXT_GRID)
    rows_like(matter.id, 400, state="closed", state_kind="end")
    rows_like(matter.id, 900, path=f.NEXT_GRID, state="closed", state_kind="end")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # what earlier tests left in an index makes it dear
            cursor.execute("REINDEX TABLE matters_matter")
        cursor.execute("ANALYZE")
    own = next(sql for sql in statements() if "has_contact" in sql)
    plan = "\n".join(explained(own))
    assert "matter_open_path" in plan
    assert "SCAN matters_matter" not in plan
    assert "Seq Scan on matters_matter" not in plan


def rows_like(matter_id: UUID, number: int, **changed: object) -> None:
    """So many rows like one, for a planner to count: nothing else of a matter comes with them."""
    row = Matter.objects.get(pk=matter_id)
    told = {field.attname: getattr(row, field.attname) for field in Matter._meta.concrete_fields}
    made = (new_id() for _ in range(number))
    Matter.objects.bulk_create(
        Matter(**{**told, "id": pk, "receipt": None, "ref": f"Y{pk.hex[-12:]}", **changed})
        for pk in made
    )


def explained(sql: str) -> list[str]:
    words = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is small here
            # A disk's price makes every page dearer where fewer are read: what is cheapest would
            # hang on how many pages earlier tests left in the table.
            cursor.execute("SET LOCAL random_page_cost = 1")
        cursor.execute(f"{words} {sql}")
        return [str(row[-1]) for row in cursor.fetchall()]


def test_marks_follow_from_what_stands_and_not_from_when_it_is_read():
    f.raised()
    assert feed().marks == feed(at=NOW + f.DAY).marks


def test_a_held_mark_of_another_version_is_no_mark():
    matter = f.raised()
    assert [card.id for card in feed({matter.id: b"???"}).matters] == [matter.id]


@pytest.mark.parametrize("step", ["correct", "restrict", "lift"])
def test_what_a_person_had_put_right_reaches_the_phone(step):
    matter = f.raised(text="The lamp at the school.")
    officer = f.somebody("31", Hat("data_officer", f.GRID))
    given = {"actor": officer, "at": NOW, "command_id": new_id(), "matter_id": matter.id}
    before, ended = feed().marks, Matter.objects.get(pk=matter.id).changed_at
    if step == "correct":
        face.correct_words(**given, text="The lamp at gate 4.", address="gate 4")
    else:
        (face.restrict if step == "restrict" else face.lift_restriction)(**given)
    (card,) = feed(before).matters
    assert card.id == matter.id
    assert Matter.objects.get(pk=matter.id).changed_at == ended, "the keeping time is the same"
