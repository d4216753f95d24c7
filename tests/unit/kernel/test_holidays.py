"""The table of holidays: against an independent list of days, and against its own rules."""

import csv
import os
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from commongrid.kernel.holidays import parse_holidays, years_known
from commongrid.kernel.worktime import Hours, WorkCalendar

ROOT = Path(__file__).resolve().parents[3]
TABLE = ROOT / "charters" / "common" / "holidays_cn.csv"
DATA = ROOT.parent / "shared" / "data" / "calendar_cn" / "cn_workdays_2004_2025.csv"


def _rows(path):
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def china():
    days = parse_holidays(_rows(TABLE))
    office = Hours((1, 1), (1, 1), ((time(8, 30), time(12)), (time(14), time(17, 30))))
    return WorkCalendar("Asia/Shanghai", frozenset(range(1, 6)), days, (office,), years_known(days))


def test_every_workday_of_the_data_set_is_reproduced(china):
    if os.environ.get("CI") == "true":
        pytest.skip("the data set is never on CI; the table is checked against it by hand")
    if not DATA.exists():
        pytest.skip(f"NOT CHECKED against the data set: {DATA} is not here")
    rows = _rows(DATA)
    assert len(rows) > 8000
    wrong = [
        row["date"]
        for row in rows
        if china.is_workday(date.fromisoformat(row["date"])) != (row["is_workday"] == "True")
    ]
    assert wrong == []


def test_the_year_2026_adds_up_to_its_notice(china):
    year = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    assert sum(map(china.is_workday, year)) == 248
    assert sum(china.exceptions.get(day) is False for day in year) == 33
    assert [f"{day:%m-%d}" for day in year if china.exceptions.get(day)] == [
        "01-04", "02-14", "02-28", "05-09", "09-20", "10-10",
    ]  # fmt: skip


def test_every_make_up_day_is_a_weekend_day_and_every_row_names_its_source(china):
    rows = _rows(TABLE)
    assert all(day.isoweekday() > 5 for day, works in china.exceptions.items() if works)
    assert all(row["source"] and row["name_zh"] and row["name_en"] for row in rows)
    assert all(before["last_on"] < after["first_on"] for before, after in pairwise(rows))


def test_years_without_a_notice_are_not_known(china):
    assert china.is_known(date(2004, 1, 1))
    assert china.is_known(date(2026, 12, 31))
    assert not china.is_known(date(2027, 1, 1))
    assert china.is_workday(date(2027, 1, 1)), "the plain week still answers"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"first_on": "2026-13-01", "last_on": "2026-01-01", "kind": "off"}, "first_on '2026-13"),
        ({"first_on": "2026-01-01", "kind": "off"}, "last_on None"),
        ({"first_on": "2026-01-02", "last_on": "2026-01-01", "kind": "off"}, "from one to"),
        ({"first_on": "2026-01-01", "last_on": "2027-01-01", "kind": "off"}, "from one to"),
        ({"first_on": "2026-01-01", "last_on": "2026-01-01", "kind": "free"}, "kind 'free'"),
        ({"first_on": "2025-12-31", "last_on": "2026-01-01", "kind": "work"}, "earlier row"),
    ],
)
def test_a_wrong_row_is_named(row, words):
    good = {"first_on": "2025-12-31", "last_on": "2025-12-31", "kind": "off"}
    with pytest.raises(ValueError, match=f"row 2: .*{words}"):
        parse_holidays([good, row])


def test_no_rows_cover_no_years():
    assert years_known(parse_holidays([])) is None
