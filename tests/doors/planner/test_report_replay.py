"""The replay: what is drawn is what was simulated, at any size and whatever is asked for."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.bridges.rehearsal.plain import sealed
from commongrid.doors.planner import replay
from tests.doors.planner.finished import GRIDS, replayed, shown, stored
from tests.doors.planner.test_report import reader
from tests.rooms.rehearsals import standing as s
from tests.support import factories as f
from tests.support.rehearsal import sample_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(db):
    f.a_place()
    return stored(s.keeper("asker"))


def page_of(card, query=""):
    answer = reader(name=f"reader{len(query)}").get(f"/plan/{card.ref}/replay/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def numbers_of(page):
    return json.loads(re.search(r'id="replay-numbers"[^>]*>(.*?)</script>', page, re.S).group(1))


def test_the_script_gets_what_was_simulated(card):
    numbers, report = numbers_of(page_of(card)), replayed(sample_report())
    for side, played in zip(numbers["sides"], report.played[:2], strict=True):
        assert side["open"] == [list(row) for row in played.replay.open]
        assert side["late"] == [list(row) for row in played.replay.late]
    assert len(numbers["times"]) == len(report.played[0].replay.open)
    assert numbers["times"][0] == "1 Mar 2026, 00:00"


def test_without_a_script_any_step_can_be_asked_for(card):
    page, first = page_of(card, "?at=7&show=1&show=2"), replayed(sample_report()).played
    rows = re.findall(r"<tr><th scope=\"row\">[^<]*</th>((?:<td>\d+</td>)+)</tr>", page)
    shown_ = [[int(x) for x in re.findall(r"\d+", row)] for row in rows]
    assert shown_ == [
        [n for one in (1, 2) for n in (first[one].replay.open[7][g], first[one].replay.late[7][g])]
        for g in range(len(GRIDS))
    ]
    assert page.count('<use href="#shape-') == 2 * 2 * 7  # two sides; the map and six glances


@pytest.mark.parametrize(
    "query",
    ["?at=-1", "?at=99999", "?at=x", "?show=9", "?show=x", "?show=²&at=²", "?at=" + "9" * 99],
)
def test_what_cannot_be_shown_begins_at_the_beginning(card, query):
    assert "1 Mar 2026, 00:00</output>" in page_of(card, query)


def test_a_place_without_outlines_has_its_table(db):
    f.a_place()
    grids = [f"{f.TOWN}150502004009/15050200400900{n}/" for n in range(1, 4)]
    page = page_of(stored(s.keeper("asker"), replayed(sample_report(), grids)))
    assert "no outlines yet" in page
    assert '<svg class="rp-map"' not in page
    assert page.count('<tr><th scope="row">150502004009') == 3


def test_many_grids_are_summed_by_community(db):
    f.a_place()
    grids = [f"{f.TOWN}15050200400{c}/15050200400{c}{g:03d}/" for c in (1, 2) for g in range(1, 90)]
    report = replayed(sample_report(), grids)
    page = page_of(stored(s.keeper("asker"), report))
    numbers, simulated = numbers_of(page), report.played[0].replay
    assert "summed by community" in page
    assert [len(row) for row in numbers["sides"][0]["open"][:3]] == [2, 2, 2]
    for told, row in zip(numbers["sides"][0]["open"], simulated.open, strict=True):
        assert told == [sum(row[:89]), sum(row[89:])]


def test_a_long_run_is_thinned_and_keeps_its_ends():
    report = sample_report()
    first = report.played[0].replay
    long = replace(first, open=first.open * 9, late=first.late * 9)
    played = (replace(report.played[0], replay=long), *report.played[1:])
    said = replay.replay_of(shown(sealed(replace(report, played=played))), [])
    sides = said["numbers"]["sides"]
    assert len(sides[0]["open"]) == replay.MOST_STEPS
    assert sides[0]["open"][-1] == long.open[-1]
    assert said["times"][-1] != said["times"][0]


def test_an_alternative_on_other_grids_is_not_put_beside():
    report = replayed(sample_report())
    other = replace(report.played[1].replay, grids=("/x/", "/y/"))
    played = (report.played[0], replace(report.played[1], replay=other), report.played[2])
    said = replay.replay_of(shown(sealed(replace(report, played=played))), ["0", "1"])
    assert [drawn["side"].letter for drawn in said["sides"]] == ["A"]


@given(st.integers(0, 500))
def test_every_count_has_a_shade_that_the_legend_names(most):
    limits = replay.limits_of(most)
    legend = replay.legend(limits)
    for count in range(most + 1):
        place, said = legend[replay.shade(count, limits)]
        low, _, high = said.rstrip("+").partition("–")
        assert place == replay.shade(count, limits)
        assert int(low) <= count
        assert said.endswith("+") or count <= int(high or low)
    assert len(legend) <= 5


@pytest.mark.parametrize(("days", "shown_days"), [(3, 3), (0, 0)], ids=["three", "all"])
def test_a_replay_of_the_first_days_says_so(days, shown_days):
    one = shown(replayed(sample_report()))
    begin, end = (date.fromisoformat(d) for d in (one.plan.from_on, one.plan.until_on))
    base = one.report.played[0].replay
    steps = days or (end - begin).days
    there = replace(base, step_s=86_400, open=base.open[:1] * steps, late=base.late[:1] * steps)
    played = tuple(replace(p, replay=there) for p in one.report.played)
    said = replay.replay_of(replace(one, report=replace(one.report, played=played)), [])
    assert said["first_days"] == shown_days


def test_the_page_says_how_many_days_it_shows(card):
    one = shown(replayed(sample_report()))
    days = replay._first_days(one, one.report.played[0].replay)
    assert (f"only the first {days} day" in page_of(card)) is bool(days)
