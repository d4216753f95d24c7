"""The one read-scoping layer against the obvious: look at every row and ask for each."""

from __future__ import annotations

import pytest
from django.core.exceptions import FieldError
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from commongrid.charter.matter import CLOCK, PUBLIC, Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face
from commongrid.rooms.people.domain.roles import AREA_READERS, UNIT_READERS
from commongrid.rooms.people.models import Account, Appointment
from commongrid.rooms.people.within import Within
from tests.rooms.people.standing import AT, DISTRICT, GRID, OTHER_TOWN, TOWN

# Codes that are beginnings of one another, and letters that languages sort apart from ASCII.
CODES = ("1", "15", "150", "1505", "15a", "15A", "2", "9", "a-b", "z")
UNITS = ("water", "roads", "heat")
ROLES = (*sorted(AREA_READERS), *sorted(UNIT_READERS), "appointing", "unknown")

paths = st.lists(st.sampled_from(CODES), min_size=1, max_size=3).map(
    lambda codes: "/" + "/".join(codes) + "/"
)
hats = st.builds(Hat, role=st.sampled_from(ROLES), path=paths, unit=st.sampled_from(("", *UNITS)))
actors = st.lists(hats, max_size=4).map(lambda worn: Actor(key="staff:1", hats=tuple(worn)))


def may_read(actor: Actor, path: str, unit: str) -> bool:
    """The rule as a sentence: an area role reads below it, a unit role reads its unit there."""
    for hat in actor.hats:
        if not path.startswith(hat.path):
            continue
        if hat.role in AREA_READERS:
            return True
        if hat.role in UNIT_READERS and hat.unit and hat.unit == unit:
            return True
    return False


@pytest.fixture
def rows(db):
    """One row in every place and unit there is in this small world; posts serve as the rows."""
    owner = Account.objects.create(username="rows", display_name="演示", made_at=AT)
    tails = [(a, b, c) for a in CODES for b in ("", *CODES[:6]) for c in ("", "1", "15")]
    wanted = {"/" + "/".join(filter(None, codes)) + "/" for codes in tails}
    made = [
        Appointment(
            account=owner,
            role="row",
            place_code="x",
            place_path=path,
            unit_key=UNITS[n % len(UNITS)] if n % 4 else "",
            from_at=AT,
            basis="row",
            made_at=AT,
            made_by_act=new_id(),
        )
        for n, path in enumerate(sorted(wanted))
    ]
    Appointment.objects.bulk_create(made)
    return list(Appointment.objects.order_by("pk"))


def read_by(actor: Actor) -> set[int]:
    scope = face.scope_of(actor)
    found = scope.filter(Appointment.objects.all(), "place_path", "unit_key")
    return set(found.values_list("pk", flat=True))


def test_filter_agrees_with_looking_at_every_row(rows):
    @given(actors)
    def agrees(actor):
        wanted = {r.pk for r in rows if may_read(actor, r.place_path, r.unit_key)}
        assert read_by(actor) == wanted
        scope = face.scope_of(actor)
        by_hand = {r.pk for r in rows if scope.allows(r.place_path, [r.unit_key])}
        assert by_hand == wanted

    agrees()


@given(actors)
def test_no_part_of_a_scope_is_contained_in_another(actor):
    scope = face.scope_of(actor)
    for root in scope.paths:
        assert not [r for r in scope.paths if r != root and root.startswith(r)]
    for post in scope.posts:
        assert not [r for r in scope.paths if post.path.startswith(r)]


def test_who_has_no_hat_sees_nothing(rows):
    assert read_by(PUBLIC) == set()
    assert read_by(Actor(key="staff:7")) == set()
    assert read_by(Actor(key="staff:7", hats=(Hat("appointing", "/1/"),))) == set()
    assert face.scope_of(PUBLIC).is_empty
    assert not face.NOTHING.allows("/1/", UNITS)


def test_the_system_sees_all(rows):
    assert read_by(CLOCK) == {row.pk for row in rows}


def test_the_four_standing_people():
    worker = Actor(key="staff:1", hats=(Hat("grid_worker", GRID),))
    next_worker = Actor(key="staff:2", hats=(Hat("grid_worker", OTHER_TOWN + "1/"),))
    supervisor = Actor(key="staff:3", hats=(Hat("supervisor", DISTRICT),))
    assert face.scope_of(worker).allows(GRID)
    assert not face.scope_of(worker).allows(TOWN)
    assert not face.scope_of(next_worker).allows(GRID)
    assert face.scope_of(supervisor).allows(GRID)
    assert not face.scope_of(PUBLIC).allows(GRID)


def test_several_unit_fields_each_open_the_row(rows):
    scope = face.scope_of(Actor(key="staff:1", hats=(Hat("handler", "/15/", "roads"),)))
    found = scope.filter(Appointment.objects.all(), "place_path", ("role", "unit_key"))
    assert {r.unit_key for r in found} == {"roads"}
    assert all(r.place_path.startswith("/15/") for r in found)
    Appointment.objects.filter(place_path="/15/").update(role="roads", unit_key="")
    assert "/15/" in {r.place_path for r in found.all()}


def test_rows_that_know_no_unit_are_read_by_area_only(rows):
    posts = (Hat("handler", "/15/", "roads"),)
    of_unit = face.scope_of(Actor(key="staff:1", hats=posts))
    assert not of_unit.filter(Appointment.objects.all(), "place_path", "").exists()
    both = face.scope_of(Actor(key="staff:1", hats=(*posts, Hat("desk", "/2/"))))
    found = both.filter(Appointment.objects.all(), "place_path", "")
    assert found.exists()
    assert {r.place_path[:3] for r in found} == {"/2/"}


def test_units_behind_a_to_many_relation_do_not_repeat_rows(rows):
    scope = face.scope_of(Actor(key="staff:1", hats=(Hat("head", "/15/", "roads"),)))
    found = scope.filter(Appointment.objects.all(), "place_path", "account__appointments__unit_key")
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    assert ids == [r.pk for r in rows if r.place_path.startswith("/15/")]


def test_a_scope_narrows_what_was_filtered_before(rows):
    scope = face.scope_of(Actor(key="staff:1", hats=(Hat("desk", "/15/"),)))
    few = Appointment.objects.filter(unit_key="water")
    found = scope.filter(few, "place_path", "unit_key")
    wanted = {r.pk for r in rows if r.place_path.startswith("/15/") and r.unit_key == "water"}
    assert {r.pk for r in found} == wanted


def test_a_field_that_is_not_there_is_an_error_and_not_an_open_door(rows):
    scope = face.scope_of(Actor(key="staff:1", hats=(Hat("handler", "/15/", "roads"),)))
    with pytest.raises(FieldError):
        list(scope.filter(Appointment.objects.all(), "place_path", "no_such_field"))
    with pytest.raises(FieldError):
        list(scope.filter(Appointment.objects.all(), "no_such_path", "unit_key"))


@pytest.mark.parametrize("root", ["", "15", "/15", "15/"])
def test_a_root_that_is_not_closed_is_refused(root):
    with pytest.raises(ValueError, match="slash"):
        Within("place_path", root)


def test_signs_of_like_are_letters(db):
    owner = Account.objects.create(username="like", display_name="演示", made_at=AT)
    for path in ("/1%/", "/1_/", "/12/", "/1%/3/", "/1\\/"):
        Appointment.objects.create(
            account=owner,
            role="row",
            place_code="x",
            place_path=path,
            from_at=AT,
            basis="row",
            made_at=AT,
            made_by_act=new_id(),
        )
    for root, wanted in (
        ("/1%/", {"/1%/", "/1%/3/"}),
        ("/1_/", {"/1_/"}),
        ("/1\\/", {"/1\\/"}),
    ):
        found = Appointment.objects.filter(face.is_within("place_path", root))
        assert {r.place_path for r in found} == wanted


def test_the_index_serves_the_condition(rows):
    """Not a timing: the plan itself must name an index on the path."""
    found = Appointment.objects.filter(face.is_within("place_path", "/15/1/2/3/")).only("pk")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_bitmapscan = off")
    plan = found.order_by().explain()
    assert "INDEX" in plan.upper()
    assert "people_appo" in plan or "people_role" in plan
    if connection.vendor == "sqlite":
        assert "place_path>" in plan
    else:
        assert "Index Cond" in plan


def test_sqlite_leaves_the_index_aside_where_a_root_covers_a_township(rows):
    """It cannot tell how much a range covers, and would sort a whole town to show a page."""
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL keeps statistics")
    broad = Appointment.objects.filter(face.is_within("place_path", "/15/1/2/"))
    assert "place_path>" not in broad.order_by().explain()


def test_postgresql_has_the_index_that_serves_any_language(db):
    """Where text is ordered by language, only a pattern index serves a fixed beginning."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite compares bytes")
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE tablename = 'people_appointment'")
        made = [row[0] for row in cursor.fetchall()]
    assert [d for d in made if "place_path varchar_pattern_ops" in d]
