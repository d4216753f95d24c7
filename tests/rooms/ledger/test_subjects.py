"""Acts by what they are about: the id within a subject, on both databases."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, OutboxRow
from commongrid.ledger.subjects import IdIn, NameIn, NumberIn, is_about
from commongrid.rooms.matters.models import Matter
from tests.support import factories as f

pytestmark = pytest.mark.django_db
ONE = UUID("0198f00d-1111-7222-8333-444455556666")


def id_in(subject: str) -> UUID | None:
    OutboxRow.objects.create(topic="t", subject=subject, command_id=ONE, created_at=f.AT)
    return OutboxRow.objects.annotate(named=IdIn("subject", kind="matter")).get().named


def test_the_id_of_a_subject_is_found():
    assert id_in(f"matter:{ONE}") == ONE


@pytest.mark.parametrize(
    "subject",
    [
        "matter:", "matter:1", "matter:0198f00d", "finding:F-1", "",
        "affair:150502004000:assembly", "matterx:0198f00d-1111-7222-8333-444455556666",
    ],
)  # fmt: skip
def test_a_subject_of_another_kind_names_no_id_and_breaks_nothing(subject):
    assert id_in(subject) is None


def named_in(subject: str) -> tuple[str | None, int | None]:
    OutboxRow.objects.create(topic="t", subject=subject, command_id=ONE, created_at=f.AT)
    rows = OutboxRow.objects.annotate(
        name=NameIn("subject", kinds=("affair", "person")),
        number=NumberIn("subject", kinds=("person",)),
    )
    return rows.values_list("name", "number").get()


@pytest.mark.parametrize(
    ("subject", "name", "number"),
    [
        ("affair:150502004000:assembly", "150502004000", None),
        ("person:17", "17", 17),
        ("person:x", "x", None),
        ("person:1x", "1x", None),
        ("person:", "", None),
        ("person", None, None),
        ("persons:17", None, None),
        ("matter:17", None, None),
        ("", None, None),
    ],
)
def test_what_a_subject_names_ends_with_the_next_colon(subject, name, number):
    assert named_in(subject) == (name, number)


def test_acts_are_those_of_the_rows_given_and_of_no_others():
    f.a_place()
    here, there = f.raised(), f.raised(grid_code=f.NEXT_CODE)
    about = Act.objects.filter(is_about("matter", Matter.objects.filter(pk=here.id)))
    assert {act.subject for act in about} == {f"matter:{here.id}"}
    asked = {"actions": {act.action for act in Act.objects.all()}, "since": f.AT - f.DAY}
    rows = Matter.objects.order_by("-ref")
    both = ledger.list_acts_within("matter", rows, **asked, most=10)
    assert {act.id for act in both} == {here.id, there.id}
    assert len(ledger.list_acts_within("matter", rows, **asked, most=1)) == 1
    assert not ledger.list_acts_within("matter", Matter.objects.none(), **asked, most=10)


@pytest.mark.parametrize("analyzed", [False, True])
def test_acts_are_walked_by_kind_and_a_key_is_looked_up_for_each(analyzed):
    """Also where the statistics say that acts are many: SQLite would save the sort first."""
    if connection.vendor != "sqlite":
        pytest.skip("what PostgreSQL's planner chooses hangs on how many rows there are")
    f.a_place()
    for _ in range(20):
        f.raised()
    with connection.cursor() as cursor:
        if analyzed:
            cursor.execute("ANALYZE")
        with CaptureQueriesContext(connection) as seen:
            ledger.list_acts_within(
                "matter", Matter.objects.filter(is_sealed=False),
                actions=("a", "b"), since=f.AT - f.DAY, most=5,
            )  # fmt: skip
        cursor.execute(f"EXPLAIN QUERY PLAN {seen[0]['sql']}")
        plan = " ".join(row[-1] for row in cursor.fetchall())
        if analyzed:
            cursor.execute("DELETE FROM sqlite_stat1")
    assert len(seen) == 1
    assert "act_action_at (action=?" in plan
    assert "SCAN" not in plan
    assert "sqlite_autoindex_matters_matter_1 (id=?)" in plan


def test_a_kind_is_a_plain_word():
    with pytest.raises(ValueError, match="plain word"):
        IdIn("subject", kind="x' OR '")
