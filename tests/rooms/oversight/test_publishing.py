"""A month is published once: by the clock, with one act; and no small count can be worked out."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import DatabaseError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongrid.bridges import board
from commongrid.bridges.board import publishing
from commongrid.charter.matter import CLOCK, PUBLIC
from commongrid.kernel.canon import digest
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import GridTypeCount
from commongrid.rooms.oversight.models import MonthCount, Publication
from commongrid.rooms.places import face as places
from commongrid.site import rounds
from tests.rooms.oversight import standing as s
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
LEAST = 5


@pytest.fixture
def place(db):
    f.a_place()


def publish(**more):
    month = s.due()[0]
    given = {
        "actor": CLOCK,
        "at": s.LATER,
        "command_id": new_id(),
        "month": month,
        "tables": {"by_place": {}},
        "charters": ("c@1",),
        "counts": oversight.count_month(month, as_of=s.LATER),
    }
    return oversight.publish_month(**{**given, **more})


# --- the command -------------------------------------------------------------------------------
def test_publishing_keeps_the_tables_and_leaves_one_act_with_their_digest():
    s.many(6)
    before = Act.objects.count()
    card = publish()
    act = ledger.find_act(card.made_by_act)
    assert Act.objects.count() == before + 1
    assert (act.action, act.subject) == ("publish_month", f"board:{card.root_code}")
    assert act.after["digest"] == card.digest == digest(card.tables)
    assert oversight.get_publication(card.root_code, card.month) == card
    assert MonthCount.objects.count() == 1


def test_the_same_command_again_does_nothing():
    s.many(6)
    command_id = new_id()
    first = publish(command_id=command_id)
    month = replace(s_month(first), month=first.month)
    again = oversight.publish_month(
        actor=CLOCK, at=s.LATER + f.DAY, command_id=command_id, month=month,
        tables={"other": 1}, charters=(), counts=(),
    )  # fmt: skip
    assert again == first
    assert Publication.objects.count() == 1


def s_month(card):
    at = card.as_of
    return oversight.MonthToCount(
        root_code=card.root_code, root_path="", month=card.month, since=at, until=at, least=LEAST
    )


def test_a_month_is_published_only_once():
    """A second publication could be compared with the first."""
    s.many(6)
    month = s.due()[0]
    publish()
    with pytest.raises(Refused) as refused:
        publish_again(month)
    assert refused.value.verdict.rule == "board.publish_month.once"


def publish_again(month):
    return oversight.publish_month(
        actor=CLOCK, at=s.LATER, command_id=new_id(), month=month, tables={}, charters=(), counts=()
    )


@pytest.mark.parametrize("actor", [PUBLIC, f.DESK, f.SUPERVISOR, f.CENTRE], ids=lambda a: a.key)
def test_nobody_publishes_early_late_or_otherwise(actor):
    s.many(6)
    with pytest.raises(Refused) as refused:
        publish(actor=actor)
    assert refused.value.verdict.rule == "board.publish_month.actor"
    assert not Publication.objects.exists()


def test_a_month_must_have_settled():
    s.many(6)
    month = s.due()[0]
    early = month.until + timedelta(days=oversight.SETTLE_DAYS) - timedelta(seconds=1)
    with pytest.raises(Refused) as refused:
        publish(at=early)
    assert refused.value.verdict.rule == "board.publish_month.early"
    assert month not in oversight.list_due_months(at=early)


def test_nothing_is_kept_when_the_ledger_cannot_be_written(monkeypatch):
    s.many(6)

    def broken(draft):
        raise DatabaseError("no ledger")

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(DatabaseError):
        publish()
    assert not Publication.objects.exists()
    assert not MonthCount.objects.exists()


# --- rounds ------------------------------------------------------------------------------------
def test_a_round_publishes_what_is_due_and_the_next_one_nothing():
    s.many(6)
    s.many(7, at=f.AT - 15 * f.DAY)  # the month before
    s.due()
    cards = board.publish_due_months(at=s.LATER)
    assert [card.month.month for card in cards] == [2, 3]
    assert board.publish_due_months(at=s.LATER + f.DAY) == ()
    assert ledger.find_act(cards[0].made_by_act) is not None
    assert isinstance(cards[0].made_by_act, UUID)


def test_what_comes_in_later_changes_nothing_that_was_published():
    s.many(6)
    s.due()
    card = board.publish_due_months(at=s.LATER)[0]
    s.many(3)
    s.due()
    assert board.publish_due_months(at=s.LATER + f.DAY) == ()
    assert oversight.get_publication(card.root_code, card.month).tables == card.tables


# --- attacks -----------------------------------------------------------------------------------
def numbers(tables):
    """Every table of a publication as rows of counts: (table, parent, members, vector)."""
    for axis in ("by_place", "by_type"):
        for figure, rows in tables[axis].items():
            for parent, members, counts in rows:
                yield (axis, figure), parent, tuple(members), tuple(counts.values())


def cell(place_code, type_code, categories):
    """An exact count with everything derived from a list of (answer, solution, standing)."""
    figures = {figure.key: {} for figure in oversight.figures()}
    profiles, shadows = {}, {}
    for answer, solution, standing in categories:
        told = {
            "raised": "raised", "answer": answer, "solution": solution, "standing": standing,
            "checked": "checked" if standing == "solved" else "not_applicable",
            "redone": "no", "recurring": "no", "hung": "no", "withdrawn": "no",
        }  # fmt: skip
        for figure, category in told.items():
            figures[figure][category] = figures[figure].get(category, 0) + 1
        profile = f"{answer}|{solution}"
        profiles[profile] = profiles.get(profile, 0) + 1
        if standing == "solved" and solution != "in_time":
            shadows["solution"] = shadows.get("solution", 0) + 1
    width = len(oversight.WAIT_EDGES_H) + 1
    nothing = (0,) * width
    return GridTypeCount(
        place_code=place_code, path=places.get_place(place_code).path, type_code=type_code,
        figures=figures, shadows=shadows, profiles=profiles,
        waits=dict.fromkeys(oversight.WAITS, (nothing, nothing)),
    )  # fmt: skip


ONE = st.sampled_from(
    [
        ("in_time", "in_time", "solved"), ("in_time", "late", "solved"),
        ("late", "late", "overdue"), ("unknown", "unknown", "running"),
    ]
)  # fmt: skip
CELLS = st.dictionaries(
    st.tuples(st.sampled_from([0, 1]), st.sampled_from(["A01", "A02", "A03", "B02", "I06"])),
    st.lists(ONE, min_size=1, max_size=14),
    min_size=2,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(CELLS)
def test_no_published_number_and_no_difference_of_two_is_small(found):
    """Differencing queries over every table of a publication, also between figures."""
    tables = tables_from(found)
    by_table = {}
    for table, parent, members, vector in numbers(tables):
        assert all(count == 0 or count >= LEAST for count in vector), (table, members)
        by_table.setdefault(table, []).append((parent, members, vector))
    for rows in by_table.values():
        for _, members, vector in rows:
            if len(members) == 1:
                parts = [v for p, _, v in rows if p == members[0]]
                for size in range(1, len(parts)):
                    for taken in itertools.combinations(parts, size):
                        sums = [sum(column) for column in zip(*taken, strict=True)]
                        rest = [w - c for w, c in zip(vector, sums, strict=True)]
                        assert all(count == 0 or count >= LEAST for count in rest)
    solved = rows_of(tables, "by_place", "standing", "solved")
    in_time = rows_of(tables, "by_place", "solution", "in_time")
    for members in solved.keys() & in_time.keys():
        gap = solved[members] - in_time[members]
        assert gap == 0 or gap >= LEAST, members


def rows_of(tables, axis, figure, category):
    return {tuple(m): counts[category] for _, m, counts in tables[axis].get(figure, ())}


def tables_from(found):
    codes = (f.GRID_CODE, f.NEXT_CODE)
    counts = tuple(cell(codes[grid], code, ones) for (grid, code), ones in sorted(found.items()))
    town = places.get_place(f.TOWN.strip("/").split("/")[-1])
    month = oversight.MonthToCount(
        root_code=town.code, root_path=town.path, month=f.AT.date().replace(day=1),
        since=f.AT, until=f.AT, least=LEAST,
    )  # fmt: skip
    return board.tables_of(month, counts, at=f.AT)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(CELLS)
def test_place_and_type_together_pin_no_small_count(found):
    """Two tables over the same matters: what one hides the other must not give away.

    Matters with the same answer and solution change types with each other: nothing that is
    published changes, and the small count does.
    """
    tables = tables_from(found)
    types = [members for table, _, members, _ in numbers(tables) if table == ("by_type", "raised")]
    grids = [members for table, _, members, _ in numbers(tables) if table == ("by_place", "raised")]
    codes = (f.GRID_CODE, f.NEXT_CODE)
    for place_members, type_members in itertools.product(grids, types):
        at = [g for g in (0, 1) if any(codes[g] in member for member in place_members)]
        kinds = [member for member in type_members if len(member) == 3]
        if len(kinds) != len(type_members) or not at or len(at) == 2:
            continue
        together = sum(len(found.get((g, t), ())) for g in at for t in kinds)
        if 0 < together < LEAST:
            assert room(found, at, kinds) >= LEAST - 2


def room(found, at, kinds):
    """How far the common count can move by swapping, counted one profile at a time."""
    total = 0
    profiles = {one[:2] for ones in found.values() for one in ones}
    for profile in profiles:

        def size(has_place, has_type, profile=profile):
            return sum(
                one[:2] == profile
                for (g, t), ones in found.items()
                for one in ones
                if (g in at) == has_place and (t in kinds) == has_type
            )  # fmt: skip

        both, only_place = size(True, True), size(True, False)
        only_type, neither = size(False, True), size(False, False)
        total += min(both, neither) + min(only_place, only_type)
    return total


def test_the_swap_is_what_decides(monkeypatch):
    """Without the check of pairs the attack finds something: the check is not idle."""
    found = {(0, "A01"): [("in_time", "in_time", "solved")] * 2,
             (1, "A01"): [("in_time", "late", "solved")] * 5,
             (0, "B02"): [("late", "late", "overdue")] * 9,
             (1, "B02"): [("in_time", "late", "solved")] * 9}  # fmt: skip
    assert rows_of(tables_from(found), "by_type", "raised", "raised").keys().isdisjoint({("A01",)})
    monkeypatch.setattr(publishing, "_pinned", lambda *_: set())
    assert ("A01",) in rows_of(tables_from(found), "by_type", "raised", "raised")


def test_nothing_is_published_while_acts_wait_to_be_read():
    """Whether a matter recurs is told by another one, which must have been read first."""
    s.many(6)
    s.due()
    s.many(1)
    assert board.publish_due_months(at=s.LATER) == ()
    assert board.catch_up() > 0
    assert len(board.publish_due_months(at=s.LATER)) == 1


def test_the_ticker_counts_and_publishes(tmp_path, settings):
    settings.HOME = tmp_path
    s.many(6)
    done = rounds.run_round(s.LATER)
    assert (done.counted, done.published) == (6, 1)
    assert rounds.run_round(s.LATER + f.DAY).published == 0


def test_a_month_in_which_nothing_was_counted_is_published_too():
    """Else the board would stop at the first quiet month: the oldest one due goes first."""
    for months in (0, 2):  # nothing at all in the month between
        s.many(6, at=f.AT + months * 31 * f.DAY)
    board.catch_up()
    cards = board.publish_due_months(at=s.LATER + 60 * f.DAY)
    assert len(cards) == 3
    quiet = cards[1]
    assert not MonthCount.objects.filter(publication__month=quiet.month).exists()
    for axis in ("by_place", "by_type"):
        for rows in quiet.tables[axis].values():
            assert all(not any(counts.values()) for _, _, counts in rows)
    assert Act.objects.filter(command_id=quiet.made_by_act).count() == 1
