"""What is assumed of a place: sourced in every row, complete for the charters, adding up."""

from __future__ import annotations

import csv
from collections import defaultdict

import pytest

from commongrid.bridges.rehearsal.assuming import FOLDER, above, assumed_practice
from commongrid.bridges.rehearsal.practice import Known, Who
from commongrid.charter.schema import Mark
from tests.bridges.rehearsal.lowering.runs import GRIDS, PLACE, practice_of
from tests.bridges.rehearsal.lowering.walking import CHARTERS
from tests.support.flows import real

TABLES = sorted(path.stem for path in FOLDER.glob("*.csv"))


def rows(name):
    lines = (FOLDER / f"{name}.csv").read_text("utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("name", TABLES)
def test_every_row_has_a_source_and_a_mark(name):
    found = rows(name)
    assert found
    for row in found:
        assert row["source"].strip(), row
        assert row["mark"] in {mark.value for mark in Mark}, row
        assert None not in row, row  # a cell too many
        assert None not in row.values(), row  # a cell too few


def test_staff_steps_of_a_state_are_shares_and_times_rise():
    shares = defaultdict(float)
    for row in rows("steps"):
        if row["type"] == "*" and row["who"] == "staff":
            shares[row["flow"], row["state"]] += float(row["share"])
        for cell in (row["effort_min"], row["lag_h"]):
            numbers = [float(part) for part in cell.split(";")] if cell else [0.0] * 3
            assert len(numbers) == 3
            assert numbers == sorted(numbers)
    for place, share in shares.items():
        assert 0.98 <= share <= 1.12, (place, share)  # a place has some of the steps only


@pytest.mark.parametrize("name", CHARTERS)
def test_an_assumed_practice_adds_up(name):
    practice = practice_of(real(name))
    assert sum(practice.week) == pytest.approx(1)
    assert len(practice.week) == 168
    assert sum(practice.year) / 12 == pytest.approx(1, abs=0.01)
    assert sum(practice.grids.values()) == pytest.approx(1)
    a_year = sum(arrivals.a_year.value for arrivals in practice.arrivals)
    assert a_year == pytest.approx(2000 * 0.4)
    assert {a.type for a in practice.arrivals} == set(real(name).charter.types)
    assert min(a.a_year.value for a in practice.arrivals) > 0


def test_everything_in_it_is_marked_as_assumed():
    practice = practice_of(real(CHARTERS[0]))
    numbers = [step.share for step in practice.steps]
    numbers += [arrivals.a_year for arrivals in practice.arrivals]
    numbers += [flag for arrivals in practice.arrivals for flag in arrivals.flags.values()]
    assert {number.known for number in numbers} == {Known.ASSUMED}
    times = [t for step in practice.steps for t in (step.effort, step.lag) if t is not None]
    assert {t.known for t in times} == {Known.ASSUMED}
    assert all(number.source for number in numbers)


def test_a_person_takes_no_working_time_and_staff_do():
    for step in practice_of(real(CHARTERS[0])).steps:
        assert (step.effort is not None) == (step.who is Who.STAFF), step


def test_only_what_some_rule_reads_is_told_apart():
    flags = {a.type: set(a.flags) for a in practice_of(real("kezuohouqi-township")).arrivals}
    assert {"remote"} <= flags["C01"]
    assert "remote" not in flags["D03"]  # no limit of that type knows distance
    assert flags["C03"] == {"cold_and_frail"}
    urban = {a.type: set(a.flags) for a in practice_of(real("keerqin-subdistrict")).arrivals}
    assert not {"remote", "hamlet"} & set().union(*urban.values())


def test_named_staff_replace_assumed_ones():
    practice = practice_of(real(CHARTERS[0]), staff={("desk", ""): 7})
    assert practice.staff["desk", ""] == 7
    assert practice.staff["centre", ""] >= 1
    assert all(practice.staff["grid_worker", grid] == 1 for grid in GRIDS)
    assert {area for role, area in practice.staff if role == "community"} == {
        above(grid) for grid in GRIDS
    }


def test_residents_are_reckoned_from_households():
    compiled = real(CHARTERS[0])
    few, many = (
        assumed_practice(compiled, place=PLACE, grids=dict.fromkeys(GRIDS, n))
        for n in (100.0, 200.0)
    )
    rates = [sum(a.a_year.value for a in one.arrivals) for one in (few, many)]
    assert rates[1] == pytest.approx(2 * rates[0])
    with pytest.raises(ValueError, match="at least one grid"):
        assumed_practice(compiled, place=PLACE, grids={})
