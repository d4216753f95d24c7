# ruff: noqa: E501 - one change a line reads as a table
"""What a new version of a charter changes, said row by row."""

from dataclasses import replace
from datetime import date

import pytest

from commongrid.charter.diff import diff
from commongrid.charter.loader import load_charter
from commongrid.charter.plain import charter_digest
from tests.support.charters.copies import TAIL, TINY, Edit, copy_tiny

LIMITS = "town/limits.csv"
COMMON = "common/limits.csv"


@pytest.fixture
def old():
    return load_charter(TINY / "town")


CASES = (
    (Edit(LIMITS, "hamlet,2wd", "hamlet,3wd"), "limit A01 clear@hamlet 2wd -> 3wd", "时限 A01 clear@hamlet 2wd → 3wd"),
    (Edit(COMMON, "", "B01,repair,hamlet,7wd,limit" + TAIL), "limit B01 repair@hamlet added: 7wd, limit", "新增时限 B01 repair@hamlet：7wd, limit"),
    (Edit(COMMON, "B01,repair,,3wd,limit" + TAIL, ""), "limit B01 repair removed: 3wd, limit", "删去时限 B01 repair：3wd, limit"),
    (Edit("common/units.csv", "住建局,housing bureau", "住建局,housing office"), "unit housing name housing bureau -> housing office", "单位 housing name 住建局 → 住建局"),
    (Edit("common/parameters.csv", "reopening window,30", "reopening window,60"), "parameter reopen_days value 30 -> 60", "参数 reopen_days value 30 → 60"),
    (Edit("common/transitions.csv", "urgent,stop all", ",stop all"), "transition event.reported.hand_over.handed_over guards urgent -> (empty)", "转换 event.reported.hand_over.handed_over guards urgent → （空）"),
    (Edit("town/charter.yaml", "2024.1", "2024.2"), "charter version 2024.1 -> 2024.2", "章程 version 2024.1 → 2024.2"),
    (Edit("common/holidays_cn.csv", "", "2024-05-06,2024-05-06,off,one more day"), "calendar 2024-05-06 added: free", "新增日历 2024-05-06：放假"),
    (Edit("common/fields.csv", "emergency line,,,,20,yes", "emergency line,,,,20,no"), "field line public yes -> no", "字段 line public 是 → 否"),
)  # fmt: skip


@pytest.mark.parametrize(("edit", "en", "zh"), CASES, ids=[case[1] for case in CASES])
def test_one_edit_is_one_change_in_words(old, edit, en, zh, tmp_path):
    new = load_charter(copy_tiny(tmp_path, edit))
    (change,) = diff(old, new)
    assert (change.words.en, change.words.zh) == (en, zh)
    (back,) = diff(new, old)
    assert (back.old, back.new) == (change.new, change.old)
    assert charter_digest(old) != charter_digest(new)


def test_equal_charters_do_not_differ(old):
    assert diff(old, load_charter(TINY / "town")) == ()


def test_moving_a_row_to_another_line_is_no_change(old, tmp_path):
    new = load_charter(copy_tiny(tmp_path, Edit(COMMON, "# An", "# One line more.\n# An")))
    assert new.limits[0].where != old.limits[0].where
    assert diff(old, new) == ()
    assert charter_digest(old) == charter_digest(new)


def test_a_new_source_is_a_change(old):
    limit = replace(old.limits[0], source="another law", valid_until=date(2030, 1, 1))
    changes = diff(old, replace(old, limits=(limit, *old.limits[1:])))
    assert [change.field for change in changes] == ["source", "valid_until"]
