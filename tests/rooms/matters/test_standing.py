"""How a matter stands, to whom it is shown, and acting on it under one lock."""

from __future__ import annotations

import pytest

from commongrid.charter.matter import CLOCK, PUBLIC, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused, Verdict
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.matters.queries.scope import is_readable, readable
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def a_few() -> list[Matter]:
    """Open in two grids, with a unit, offered, called, and kept apart."""
    kept = next(iter(f.rules().in_charge))
    f.raised()
    f.raised(grid_code=f.NEXT_CODE)
    f.walked(*f.HANDLED)
    f.walked(f.ACCEPT, f.OFFER)
    called = f.walked(*f.HANDLED).id
    township = f.somebody("880", Hat("township", f.TOWN))
    f.step(called, township, "whistle", units=("housing_bureau",), need="人手", meet_at="东门")
    answers = {q.question: (q.choices[0][0] if q.choices else "no")
               for q in f.rules().questions.get(kept, ()) if q.required}  # fmt: skip
    f.raised(kept, answers=answers)
    return list(Matter.objects.order_by("pk"))


def test_a_matter_in_hand_is_read_by_the_same_people_as_in_a_list():
    rows = a_few()
    roles = [
        f.somebody(f"8{n}", Hat(role, f.TOWN)) for n, role in enumerate(f.rules().charter.roles)
    ]
    kept = next(row for row in rows if row.in_charge)
    stepped_out = f.somebody(
        "899", *[Hat(role, f.TOWN) for role in f.rules().charter.roles],
        interests=frozenset({str(kept.pk)}),
    )  # fmt: skip
    found = set()
    for actor in (*f.STAFF.values(), *roles, stepped_out, PUBLIC, CLOCK):
        for row in rows:
            listed = readable(actor).filter(pk=row.pk).exists()
            assert is_readable(row, actor) is listed, (actor, row.state)
            found.add(listed)
    assert found == {True, False}


def test_it_says_how_a_matter_stands():
    raised = f.walked(*f.HANDLED)
    standing = face.find_standing(actor=f.WORKER, at=f.AT, matter_id=raised.id, action="note")
    row = Matter.objects.get()
    assert standing is not None
    assert (standing.ref, standing.state, standing.unit, standing.version) == (
        row.ref, "handling", "sanitation", row.version,
    )  # fmt: skip
    assert (standing.place_code, standing.is_fact) == (f.GRID_CODE, True)
    assert standing.choice is not None
    assert standing.choice.action == "note"
    elsewhere = face.find_standing(actor=f.NEXT_WORKER, at=f.AT, matter_id=raised.id)
    assert elsewhere is face.find_standing(actor=f.WORKER, at=f.AT, matter_id=new_id()) is None


def take(matter_id, look, actor=f.DESK, action="accept"):
    return face.take_action(
        actor=actor, at=f.AT, command_id=new_id(), matter_id=matter_id, action=action, fields={},
        look=look,
    )  # fmt: skip


def test_whoever_looks_gives_the_fields_and_the_answer_names_the_version():
    matter, seen = f.raised().id, []

    def look(standing):
        seen.append(standing.version)
        return {"note": "看过才写"}

    assert take(matter, look, f.WORKER, "note").version == 2
    assert seen == [1]
    assert "看过才写" in Act.objects.get(action="note").words


def test_what_looking_refuses_is_not_done_and_a_stranger_does_not_look():
    matter, seen = f.raised().id, []

    def look(standing):
        seen.append(standing)
        raise Refused(Verdict.no("test.moved", Text("变了", "moved")))

    for actor, rule in ((f.DESK, "test.moved"), (f.NEXT_WORKER, "matter.unknown")):
        with pytest.raises(Refused) as error:
            take(matter, look, actor)
        assert error.value.verdict.rule == rule
    assert len(seen) == 1
    assert Matter.objects.get().version == 1
    assert not Act.objects.filter(action="accept").exists()
