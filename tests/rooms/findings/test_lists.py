"""The lists of oversight: what stands on them, for whom, and at what cost."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commongrid.charter.matter import Hat
from commongrid.rooms.findings import face as findings
from commongrid.rooms.findings.face import Watch
from commongrid.rooms.findings.queries import acted
from commongrid.rooms.matters.models import Promise
from commongrid.rooms.oversight import face as oversight
from tests.rooms.findings import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db
LATER = f.AT + 40 * f.DAY
MOST_STATEMENTS = 5


@pytest.fixture(autouse=True)
def _place(db):
    f.a_place()


def test_a_matter_past_its_promise_is_overdue_and_one_in_time_is_not():
    late, new = f.walked(*f.HANDLED), f.raised(at=LATER)
    page = s.watched(Watch.OVERDUE, at=LATER)
    assert s.refs(page) == [late.ref]
    assert page.rows[0].unit == "sanitation"
    assert int(page.rows[0].figure) > 20
    assert new.ref not in s.refs(page)
    assert s.watched(Watch.OVERDUE, at=f.AT + 2 * f.HOUR).total == 0


def test_redone_matters_stand_with_their_count_and_leave_after_ninety_days():
    made = s.claimed(f.AT)
    f.step(made.id, "reporter", "not_solved", f.AT + 2 * f.HOUR, reason="还在")
    page = s.watched(Watch.REDONE, at=f.AT + f.DAY)
    assert [(row.figure, row.unit) for row in page.rows] == [("1", "sanitation")]
    assert s.watched(Watch.REDONE, at=f.AT + 91 * f.DAY).total == 0


def test_what_a_resident_disputes_is_listed_and_what_a_checker_does_is_not():
    mine, other = s.claimed(f.AT), s.claimed(f.AT + f.HOUR)
    f.step(mine.id, "reporter", "not_solved", f.AT + 2 * f.HOUR, reason="还在")
    f.step(other.id, "checker", "not_solved", f.AT + 3 * f.HOUR, reason="没办")
    page = s.watched(Watch.DISPUTED, at=f.AT + f.DAY)
    assert s.refs(page) == [mine.ref]
    assert page.rows[0].note == ""  # the resident's words stay where they are
    assert page.rows[0].note_name.en


def passed(times, at=f.AT):
    made = f.walked(f.ACCEPT, at=at)
    ring = ("sanitation", "housing_bureau", "community", "urban_management")
    for turn in range(times):
        at += f.HOUR
        unit, other = ring[turn], ring[turn + 1]
        who = f.somebody(f"u{turn}", Hat("handler", f.TOWN, unit))
        f.step(made.id, "dispatcher", "offer", at, unit=unit, reason="主办单位")
        f.step(made.id, who, "object", at + f.HOUR / 2, legal_basis="三定方案", reason="不归我管")
        f.step(made.id, "centre", "send_elsewhere", at + f.HOUR / 2, unit=other, reason="再派")
    return made


def test_a_matter_passed_on_without_a_lead_is_listed_and_three_times_call_for_more():
    once, often = passed(1), passed(3)
    at = f.AT + f.DAY / 4
    assert s.refs(s.watched(Watch.PASSED_ON, at=at)) == [often.ref, once.ref]
    page = s.watched(Watch.RAISED, at=at)
    assert s.refs(page) == [often.ref]
    assert page.rows[0].figure == "0 / 3"
    assert page.rows[0].note == ""
    f.step(often.id, "supervisor", "raise_level", at, leader="副主任(虚构)", reason="三次")
    assert s.watched(Watch.RAISED, at=at).rows[0].note == "副主任(虚构)"


def test_the_same_trouble_after_a_solution_recurs():
    first = s.claimed(f.AT)
    f.step(first.id, "reporter", "confirm", f.AT + 2 * f.HOUR)
    assert s.watched(Watch.RECURRING, at=f.AT + f.DAY).total == 0
    again = f.raised(at=f.AT + 5 * f.DAY)
    f.raised("B03", at=f.AT + 5 * f.DAY)
    f.raised(at=f.AT + 50 * f.DAY)
    oversight.read_new_acts()
    page = s.watched(Watch.RECURRING, at=f.AT + 51 * f.DAY)
    assert s.refs(page) == [again.ref]
    assert page.rows[0].type_name.en


def test_many_claims_of_one_unit_in_an_hour_before_their_limits_are_one_row():
    made = [f.walked(*f.HANDLED) for _ in range(6)]
    when = Promise.objects.filter(clock="finish").earliest("due_at").due_at - f.HOUR
    for one in made[:5]:
        f.step(one.id, "handler", "claim_done", when, feedback="已办。", record="好",
               pictures=(f.CLEAN,))  # fmt: skip
    page = s.watched(Watch.BULK, at=when + f.HOUR)
    assert [(r.figure, r.unit) for r in page.rows] == [("5", "sanitation")]
    assert set(s.refs(page)) == {one.ref for one in made[:5]}


def test_four_in_an_hour_and_five_long_before_their_limits_are_no_race():
    for _ in range(4):
        s.claimed(f.AT)
    water = f.somebody("w", Hat("handler", f.TOWN, "water_bureau"))
    for made in [f.walked(f.ACCEPT, type_code="A04") for _ in range(5)]:
        f.step(made.id, "dispatcher", "offer", f.AT + f.HOUR, unit="water_bureau", reason="主办")
        f.step(made.id, water, "take", f.AT + f.HOUR, contact_name="值班室")
        f.step(made.id, water, "claim_done", f.AT + 2 * f.HOUR, feedback="已办。", record="好",
               pictures=(f.CLEAN,))  # fmt: skip
    assert s.watched(Watch.BULK, at=f.AT + f.DAY).total == 0


def test_one_text_for_three_matters_is_listed_and_short_or_own_words_are_not():
    same = [s.claimed(f.AT, "已联系相关部门跟进处理，感谢您的反映 1。") for _ in range(3)]
    for _ in range(3):
        s.claimed(f.AT, "办了。")
    s.claimed(f.AT, "换了两块井盖，路面铺平了。")
    page = s.watched(Watch.SAME_TEXT, at=f.AT + f.DAY)
    assert set(s.refs(page)) == {one.ref for one in same}
    assert page.rows[0].figure == "3"
    assert "感谢您的反映" in page.rows[0].note


def under(**given):
    """The same charter with thresholds of its own, or without any."""
    charter = f.town_charter()
    rows = {k: v for k, v in charter.parameters.items() if not k.startswith("watch_")}
    own = {k: replace(charter.parameters[k], value=v) for k, v in given.items()}
    return replace(charter, version=f"of {'-'.join(given.values())}", parameters=rows | own)


def test_the_charter_says_from_where_on_something_is_listed():
    for _ in range(2):
        s.claimed(f.AT, "已联系相关部门跟进处理，感谢您的反映。")
    assert s.watched(Watch.SAME_TEXT, at=f.AT + f.DAY).total == 0
    charter = under(watch_same_text="2", watch_at_once="2", watch_days="7")
    f.places.adopt_charter(
        actor=f.SETUP, at=f.AT + f.HOUR, command_id=f.new_id(), charter=charter, reason="test"
    )
    assert s.watched(Watch.SAME_TEXT, at=f.AT + f.DAY).total == 1
    assert s.watched(Watch.BULK, at=f.AT + f.DAY).total == 1
    assert s.watched(Watch.SAME_TEXT, at=f.AT + 8 * f.DAY).total == 0
    by = findings.thresholds_of(s.SUPERVISOR, f.AT + f.DAY)
    said = findings.SAID[Watch.SAME_TEXT].filled(by).what
    assert said.zh.startswith("7 天内 2 件以上")
    assert said.en.startswith("2 matters or more answered with one text within 7 days")


def test_a_charter_without_thresholds_means_those_of_the_house():
    assert findings.thresholds_of(s.STRANGER, f.AT) == findings.thresholds_of(s.SUPERVISOR, f.AT)
    f.places.adopt_charter(
        actor=f.SETUP, at=f.AT + f.HOUR, command_id=f.new_id(), charter=under(), reason="test"
    )
    by = findings.thresholds_of(s.SUPERVISOR, f.AT + f.DAY)
    assert (by.days, by.at_once, by.same_text) == (90, 5, 3)


@pytest.mark.parametrize("watch", list(Watch))
def test_no_list_says_a_hole(watch):
    by = findings.thresholds_of(s.SUPERVISOR, f.AT)
    said = findings.SAID[watch].filled(by)
    assert not {"{", "}"} & set(said.what.zh + said.what.en)


def test_a_hung_matter_past_its_review_is_listed():
    made = f.walked(*f.HANDLED)
    hang = {
        "obstacle": "no_money", "obstacle_verified": True, "plan": "明年", "owner_name": "办公室",
        "review_on": (f.AT + 20 * f.DAY).date(), "reason": "没有钱",
    }  # fmt: skip
    f.step(made.id, "centre", "hang", f.AT + f.HOUR, **hang)
    assert s.watched(Watch.HUNG, at=f.AT + 10 * f.DAY).total == 0
    assert s.refs(s.watched(Watch.HUNG, at=f.AT + 30 * f.DAY)) == [made.ref]


def test_opening_contact_data_is_listed_with_the_post_and_its_purpose():
    made = f.walked(*f.HANDLED, contact=f.CONTACT)
    f.matters.reveal_contact(
        actor=f.HANDLER, at=f.AT + f.HOUR, command_id=f.new_id(), matter_id=made.id,
        purpose="约上门时间",
    )  # fmt: skip
    page = s.watched(Watch.OPENED, at=f.AT + f.DAY)
    assert [(r.note, r.figure) for r in page.rows] == [("约上门时间", "1")]
    assert page.rows[0].note_name.en == "handler"
    village = s.watched(Watch.OPENED, s.VILLAGE, at=f.AT + f.DAY)
    assert [r.note for r in village.rows] == [""]
    assert not village.rows[0].matters[0].may_open
    assert page.rows[0].matters[0].may_open
    assert [(name.en, n) for name, n in page.kinds] == [("no kind was chosen", 1)]


def test_openings_are_counted_by_kind_of_reason():
    one, two = (f.walked(*f.HANDLED, contact=f.CONTACT) for _ in range(2))
    for made, kind in ((one, "agree_time"), (one, "agree_time"), (two, "danger"), (two, "")):
        f.matters.reveal_contact(
            actor=f.HANDLER, at=f.AT + f.HOUR, command_id=f.new_id(), matter_id=made.id,
            purpose="约上门时间", opened_for=kind,
        )  # fmt: skip
    expected = [
        ("no kind was chosen", 1),
        ("to agree on a time or place", 2),
        ("danger: to reach them at once", 1),
    ]
    for who in (s.SUPERVISOR, s.VILLAGE):  # counts alone: also for whoever reads no matter
        page = s.watched(Watch.OPENED, who, at=f.AT + f.DAY)
        assert [(name.en, n) for name, n in page.kinds] == expected
    assert s.watched(Watch.DISPUTED, at=f.AT + f.DAY).kinds == ()


@pytest.mark.parametrize("who", ["stranger", "next_village", "handler", "desk", "resident"])
def test_nobody_else_sees_a_row(who):
    f.walked(*f.HANDLED)
    actor = {
        "stranger": s.STRANGER, "next_village": s.NEXT_VILLAGE, "handler": f.HANDLER,
        "desk": f.DESK, "resident": f.RESIDENT,
    }[who]  # fmt: skip
    assert s.watched(Watch.OVERDUE, at=LATER).total == 1
    assert s.watched(Watch.OVERDUE, s.VILLAGE, at=LATER).total == 1
    assert s.watched(Watch.OVERDUE, actor, at=LATER).total == 0


def test_what_names_who_alone_is_in_charge_stands_on_no_list():
    f.raised("I05")
    f.raised()
    assert s.watched(Watch.OVERDUE, at=LATER).total == 1
    assert s.watched(Watch.OVERDUE, s.REVIEWER, at=LATER).total == 1


def test_a_list_narrows_to_a_place_and_never_widens():
    f.walked(*f.HANDLED)
    assert s.watched(Watch.OVERDUE, at=LATER, within=f.GRID).total == 1
    assert s.watched(Watch.OVERDUE, at=LATER, within=f.NEXT_GRID).total == 0
    assert s.watched(Watch.OVERDUE, s.NEXT_VILLAGE, at=LATER, within=f.TOWN).total == 0


@pytest.mark.parametrize("watch", list(Watch))
def test_a_page_costs_the_same_however_much_there_is(watch):
    def cost():
        with CaptureQueriesContext(connection) as seen:
            findings.list_watched(watch, actor=s.SUPERVISOR, at=f.AT + timedelta(days=60))
        return len(seen)

    def more():
        made = s.claimed(f.AT, contact=f.CONTACT)
        f.step(made.id, "reporter", "not_solved", f.AT + 2 * f.HOUR, reason="还在")
        f.raised(at=f.AT + f.DAY)
        oversight.read_new_acts()

    more()
    cost()
    few = cost()
    for _ in range(3):
        more()
    assert cost() == few <= MOST_STATEMENTS


@pytest.mark.parametrize("watch", [Watch.DISPUTED, Watch.OPENED])
def test_newer_acts_of_other_places_push_nothing_off_a_list(watch, monkeypatch):
    """What is read at most is counted within the reader's area, not in the whole house."""
    monkeypatch.setattr(acted, "MOST_READ", 2)
    mine = s.claimed(f.AT, contact=f.CONTACT)
    others = [
        s.claimed(f.AT, contact=f.CONTACT, grid_code=f.NEXT_CODE)
        for _ in range(acted.MOST_READ + 1)
    ]
    for hours, one in enumerate((mine, *others), 1):
        at = f.AT + hours * f.HOUR
        f.matters.reveal_contact(
            actor=f.HANDLER, at=at, command_id=f.new_id(), matter_id=one.id, purpose="约时间"
        )
        f.step(one.id, "reporter", "not_solved", at, reason="还在")
    page = s.watched(watch, s.VILLAGE, at=f.AT + f.DAY)
    assert s.refs(page) == [mine.ref]
    assert page.is_exact
    whole = s.watched(watch, at=f.AT + f.DAY)
    assert not whole.is_exact
    assert mine.ref not in s.refs(whole)
