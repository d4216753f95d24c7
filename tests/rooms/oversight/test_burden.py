"""The burden of forms: recomputed slowly from acts, with small counts hidden."""

from __future__ import annotations

import json
from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.bridges import board
from commongrid.bridges.board import burden as bridge
from commongrid.charter.asking import Asked, list_forms
from commongrid.kernel.text import Text
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork.face import TimeTaken
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.oversight import face as oversight
from commongrid.rooms.oversight.face import FormCount
from commongrid.rooms.places import face as places
from tests.rooms.oversight import standing as s
from tests.support import factories as f

LEAST = 5
NOW = f.AT


@pytest.fixture
def place(db):
    f.a_place()


def by_worker(count: int, *steps: str, code: str = f.GRID_CODE) -> None:
    """Matters a grid worker raised, and what the worker did with each."""
    for _ in range(count):
        matter = f.raised(actor=f.WORKER, channel="grid_worker", grid_code=code)
        for action in steps:
            f.step(matter.id, "worker", action, note="看过了")


def slowly(month) -> dict[str, tuple[int, int]]:
    """Counted again, act by act, from the ledger and the charter's own tables."""
    entries: Counter[str] = Counter()
    fields: Counter[str] = Counter()
    for act in Act.objects.order_by("id"):
        core, (about, _, number) = json.loads(act.core), act.subject.partition(":")
        if about != "matter" or not Matter.objects.get(pk=number).path.startswith(month.root_path):
            continue
        if not month.since <= act.at < month.until:
            continue
        charter = places.get_charter(act.charter_key).charter
        if act.action == "raise" and core["after"]["channel"] == "grid_worker":
            row = charter.types[core["after"]["type"]]
            questions = [
                q for q in charter.questions if q.type in ("*", row.code, f"{row.code[0]}*")
            ]
            asked = 6 + len({q.question for q in questions}) + (row.photo != "none")
            form = f"raise:{row.kind}"
        elif act.role == "grid_worker":
            (step,) = {t.needs for t in charter.transitions if t.rule_id == act.rule_id}
            asked, form = len(step), f"action:{act.action}"
        else:
            continue
        entries[form] += 1
        fields[form] += asked
    return {form: (entries[form], fields[form]) for form in entries}


@pytest.mark.usefixtures("place")
def test_it_is_what_a_slow_count_of_the_acts_says():
    by_worker(3, "accept", "note")
    by_worker(2, code=f.NEXT_CODE)
    s.many(4)  # by residents: not a worker's entries
    f.walked(*f.HANDLED)
    month = s.due()[0]
    counted = {one.form: (one.entries, one.fields) for one in oversight.count_forms(month)}
    assert counted == slowly(month)
    assert counted["raise:event"][0] == 5
    assert counted["action:note"] == (3, 3)
    assert counted["action:accept"][0] == 3


@pytest.mark.usefixtures("place")
def test_it_is_published_with_the_month_and_read_again(monkeypatch):
    by_worker(12, "accept")
    month = s.due()[0]
    monkeypatch.setattr(bridge.fieldwork, "sum_minutes", lambda **_: {
        "raise:event": TimeTaken(cases=6, minutes=24, squares=106),
    })  # fmt: skip
    real = bridge.burden_of
    monkeypatch.setattr(
        "commongrid.bridges.board.publishing.burden_of",
        lambda month, compiled, *, grids, totals: real(month, compiled, grids=6, totals=totals),
    )
    (card, *_) = board.publish_due_months(at=s.LATER)
    assert card.tables["burden"]["grids"] == 6
    page = board.read_burden(month.root_code)
    assert page is not None
    lines = {line.forms: line for line in page.lines}
    raised = lines["raise:event",]
    weeks = (month.until - month.since).days / 7
    assert (raised.entries, raised.timed) == (12, 6)
    assert (raised.minutes, raised.low, raised.high) == (4.0, 2.5, 5.5)
    assert raised.entries_a_week == pytest.approx(12 / 6 / weeks)
    assert raised.minutes_a_week == pytest.approx(4 * 12 / 6 / weeks)
    others = [line for forms, line in lines.items() if "action:accept" in forms]
    assert [line.low for line in others] == [None], "nobody timed it: the charter's estimate"
    assert page.lines[0] is raised, "what asks most stands first"
    assert page.untimed == pytest.approx(1 - 6 / 24)
    assert page.total[2] == pytest.approx(sum(line.minutes_a_week for line in page.lines))


@pytest.mark.usefixtures("place")
def test_a_place_of_few_grids_shows_none_of_it():
    by_worker(12)
    month = s.due()[0]
    (card, *_) = board.publish_due_months(at=s.LATER)
    assert card.tables["burden"] is None
    assert board.read_burden(month.root_code) is None
    assert board.read_burden("no-such-place") is None


@pytest.mark.usefixtures("place")
def test_the_forms_of_a_charter_have_names_and_estimates():
    forms = list_forms(f.rules(), "grid_worker")
    keys = [one.form for one in forms]
    assert keys == sorted(keys)
    assert {"raise:event", "action:accept", "action:solve_here"} <= set(keys)
    assert not {"action:offer", "action:check_pass"} & set(keys), "these are not a worker's"
    for one in forms:
        assert one.name.zh
        assert one.name.en
        assert one.seconds >= 20


FORMS = [
    Asked(f"action:{c}", Text.both(c), fields=n, seconds=60) for n, c in enumerate("abcdefgh", 1)
]


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(0, 12)), min_size=8, max_size=8))
@settings(max_examples=300, deadline=None)
def test_no_number_and_no_difference_is_small(counts):
    told = [
        FormCount(form=one.form, entries=n, fields=n * int(one.fields))
        for one, (n, _) in zip(FORMS, counts, strict=True)
        if n
    ]
    taken = {
        one.form: TimeTaken(cases=t, minutes=2 * t, squares=4 * t)
        for one, (_, t) in zip(FORMS, counts, strict=True)
    }
    rows = board.lines_of(FORMS, told, taken, LEAST)
    for many in range(1, 3):
        for some in combinations(rows, many):
            entries = sum(row["entries"] for row in some)
            timed = sum(row["timed"] for row in some)
            for count in (entries, timed, entries - timed):
                assert not 0 < count < LEAST
    for row in rows:
        if len(row["forms"]) > 1:
            mean = sum(one.fields for one in FORMS if one.form in row["forms"]) / len(row["forms"])
            assert row["fields"] == round(mean), "of a sum the fields tell nothing of its parts"


def test_the_test_of_small_counts_can_fail():
    told = [FormCount(form=one.form, entries=2, fields=2) for one in FORMS[:1]]
    assert board.lines_of(FORMS[:1], told, {}, LEAST) == []
    (row,) = board.lines_of(FORMS[:1], [FormCount(form="action:a", entries=5, fields=5)], {}, LEAST)
    assert row["entries"] == 5
