# ruff: noqa: E501 - one mistake a line reads as a table
"""Every mistake in the files of a charter is found with file, line, key and what to do."""

from pathlib import Path

import pytest

from commongrid.charter.loader import load_charter
from commongrid.charter.problems import CharterError
from commongrid.charter.wordings import LOADER
from tests.support.charters.copies import (
    TAIL,
    Edit,
    Seed,
    check_seed,
    copy_tiny,
    problems_of,
    row,
    seed,
)

C = "common/"
YAML = "town/charter.yaml"
A02 = "A02,clear,,5wh,limit"
MOVED = "event,claimed,redo,handling"
SEEDS = (
    seed("column_unknown", C + "cases.csv", "case,zh,en,told_by", "case,zh,en,colour,told_by"),
    seed("column_missing", C + "cases.csv", ",en,told_by,", ",told_by,", "case,zh,told_by"),
    seed("column_twice", C + "cases.csv", "zh,en,told_by", "zh,zh,en,told_by"),
    seed("cells_too_many", C + "milestones.csv", "repair,修好,", "repair,修,好,"),
    seed("csv_syntax", C + "milestones.csv", "repair,修好,repair", 'repair,"修好,repair'),
    seed("cell_missing", C + "units.csv", "housing,住建局,housing bureau,county", "housing,住建局,housing bureau,"),
    seed("text_missing_zh", C + "milestones.csv", "repair,修好,", "repair,,repair"),
    seed("text_missing_en", C + "milestones.csv", "repair,修好,repair,", "repair,修好,,"),
    seed("key_bad", C + "milestones.csv", "repair,修好", "re pair,修好"),
    seed("enum_bad", C + "states.csv", "event,claimed,open", "event,claimed,half"),
    seed("date_bad", C + "limits.csv", A02 + TAIL, A02 + ",made up,proposal,2024-02-30,"),
    seed("duration_bad", C + "limits.csv", A02, "A02,clear,,5 hours,limit"),
    seed("duration_bad", C + "limits.csv", A02, "A02,clear,,0.5wd,limit"),
    seed("number_bad", C + "lights.csv", "blue,蓝,blue,0.5", "blue,蓝,blue,half"),
    seed("number_bad", C + "classes.csv", "U2,紧急,urgent,24h,1", "U2,紧急,urgent,24h,first"),
    seed("yes_no_bad", C + "fields.csv", "line,line,紧急电话,emergency line,,,,20,yes", "line,line,紧急电话,emergency line,,,,20,maybe"),
    seed("choices_bad", C + "fields.csv", "record,text,办理记录,record,,,", "record,text,办理记录,record,,,good or bad"),
    seed("place_bad", C + "duties.csv", "B01,*,housing", "B01,here,housing"),
    seed("place_bad", YAML, "990011002000", "9900110"),
    seed("step_bad", C + "transitions.csv", "stop accept;start finish", "begin accept;start finish"),
    seed("guard_unknown", C + "transitions.csv", "never_appointed", "never_ever_appointed"),
    seed("guard_args", C + "transitions.csv", "time_over:objection", "time_over"),
    seed("guard_args", C + "transitions.csv", "within:reopen_days:closed", "within:reopen_days:dinner"),
    seed("effect_unknown", C + "transitions.csv", "count_transfer", "count_everything"),
    # one reference of every kind
    row("reference_unknown", C + "powers.csv", "handle,wizard,unit,测试,test"),
    seed("reference_unknown", C + "transitions.csv", "event,offered,take,handling,take", "event,offered,take,handling,grab"),
    seed("reference_unknown", C + "transitions.csv", "event,offered,take,handling,take", "event,offered,seize,handling,take"),
    seed("reference_unknown", C + "transitions.csv", "event,offered,take,handling", "event,offered,take,dreaming"),
    seed("reference_unknown", C + "transitions.csv", "event,offered,take", "event,nowhere,take"),
    seed("reference_unknown", C + "transitions.csv", "start check", "start egg_timer"),
    seed("reference_unknown", C + "transitions.csv", "time_over:objection", "time_over:egg_timer"),
    seed("reference_unknown", C + "transitions.csv", "within:reopen_days", "within:holidays"),
    seed("reference_unknown", C + "transitions.csv", "milestone;record?", "milestone;recording?"),
    seed("reference_unknown", C + "types.csv", "event,U2", "event,U9"),
    seed("reference_unknown", C + "types.csv", "photo,A02,60", "photo,Z99,60"),
    seed("reference_unknown", C + "limits.csv", A02, "Z02,clear,,5wh,limit"),
    seed("reference_unknown", C + "limits.csv", A02, "A02,polish,,5wh,limit"),
    seed("reference_unknown", C + "limits.csv", A02, "A02,clear,sunny,5wh,limit"),
    seed("reference_unknown", C + "units.csv", "service,housing,", "service,palace,"),
    seed("reference_unknown", C + "duties.csv", "A*,*,cleaning", "A*,*,nobody"),
    seed("reference_unknown", C + "duties.csv", "A*,*,cleaning", "Z*,*,cleaning"),
    seed("reference_unknown", C + "clocks.csv", "check,核查,check,2wd,checker", "check,核查,check,2wd,guesser"),
    seed("reference_unknown", C + "lights.csv", "unit;head;centre", "unit;head;mayor"),
    seed("reference_unknown", C + "ladder.csv", "unit,centre,supervise", "unit,palace,supervise"),
    seed("reference_unknown", C + "questions.csv", "no,winter_ice", "no,summer_heat"),
    seed("reference_unknown", "town/orders.csv", "accepted;handling", "accepted;juggling"),
    row("duplicate_key", C + "milestones.csv", "repair,再修,repair again"),
    seed("until_before_from", C + "limits.csv", A02 + TAIL, A02 + TAIL + "2023-12-31"),
    seed("source_missing", C + "limits.csv", A02 + TAIL, A02 + ",,proposal,2024-01-01,"),
    seed("mark_bad", C + "limits.csv", A02 + TAIL, A02 + ",made up,certain,2024-01-01,"),
    seed("yaml_syntax", YAML, "note_zh: 仅供测试", "note_zh: [仅供测试", "note_en"),
    seed("yaml_shape", C + "charter.yaml", "  week: [1, 2, 3, 4, 5]", "  week: 5"),
    seed("yaml_key_unknown", YAML, "kind_of_place", "sort_of_place"),
    seed("yaml_key_missing", YAML, "kind_of_place: township", "# nothing", "# An invented place"),
    seed("yaml_key_twice", YAML, "note_zh: 仅供测试", "version: again"),
    seed("hours_bad", C + "charter.yaml", "14:30-17:30", "half past two"),
    seed("hours_bad", C + "charter.yaml", "14:30-17:30", "11:00-17:30"),
    seed("hours_overlap", C + "charter.yaml", 'until: "05-01"', 'until: "06-01"', '- {from: "05-01"'),
    seed("month_day_bad", C + "charter.yaml", 'until: "05-01"', 'until: "13-01"'),
    seed("calendar_bad", C + "charter.yaml", "Asia/Shanghai", "Asia/Atlantis", "timezone"),
    Seed("holiday_bad", C + "holidays_cn.csv", "2024-09-09,2024-09-01", (Edit(C + "holidays_cn.csv", "", "2024-09-09,2024-09-01,off,backwards"),)),
    Seed("holiday_twice", C + "holidays_cn.csv", "made twice", (Edit(C + "holidays_cn.csv", "", "2024-02-12,2024-02-12,work,made twice"),)),
    seed("id_not_folder", YAML, "id: town", "id: village"),
    seed("base_circle", YAML, "base: common", "base: town", "An invented place"),
    seed("file_missing", C + "charter.yaml", "[holidays_cn.csv]", "[holidays_moon.csv]", "timezone"),
)  # fmt: skip


@pytest.mark.parametrize("mistake", SEEDS, ids=str)
def test_mistake_is_found_with_its_line(mistake, tmp_path):
    check_seed(mistake, tmp_path)


def test_the_tiny_charter_itself_has_no_problem(tmp_path):
    assert problems_of(copy_tiny(tmp_path)) == ()


def _found(place: Path) -> list[tuple[str, str, int]]:
    with pytest.raises(CharterError) as caught:
        load_charter(place)
    return [(p.code, p.where.file, p.where.line) for p in caught.value.problems]


def test_a_file_saved_as_gbk_is_called_by_its_name(tmp_path):
    place = copy_tiny(tmp_path)
    path = tmp_path / "common" / "units.csv"
    path.write_bytes(path.read_text("utf-8").encode("gbk"))
    assert ("encoding_gbk", "common/units.csv", 3) in _found(place)


def test_a_file_in_no_known_encoding_is_refused(tmp_path):
    place = copy_tiny(tmp_path)
    (tmp_path / "common" / "units.csv").write_bytes(b"unit,zh\n\xff\xfe\xff")
    assert ("encoding_unknown", "common/units.csv", 2) in _found(place)


def test_missing_folder_missing_file_empty_file_unknown_file(tmp_path):
    place = copy_tiny(tmp_path)
    (tmp_path / "common" / "units.csv").unlink()
    (tmp_path / "common" / "lights.csv").write_text("# nothing yet\n", "utf-8")
    (place / "limit.csv").write_text("type\n", "utf-8")
    found = _found(place)
    assert ("file_missing", "town/units.csv", 1) in found
    assert ("file_empty", "common/lights.csv", 1) in found
    assert ("file_unknown", "town/limit.csv", 1) in found
    assert _found(tmp_path / "nowhere") == [("folder_missing", "nowhere", 1)]


def test_drop_of_a_row_the_base_does_not_have_and_drop_with_content(tmp_path):
    rows = (
        "type,milestone,case,duration,shape,source,mark,valid_from,drop\n"
        "Z99,clear,,,,,,,yes\n"
        "A02,clear,,9wh,,,,,yes\n"
    )
    place = copy_tiny(tmp_path)
    (place / "limits.csv").write_text(rows, "utf-8")
    found = _found(place)
    assert ("drop_unknown", "town/limits.csv", 2) in found
    assert ("drop_with_content", "town/limits.csv", 3) in found


def test_all_problems_are_told_at_once(tmp_path):
    edits = [edit for mistake in SEEDS[4:14] for edit in mistake.edits if "units" in edit.file]
    edits.append(Edit(C + "limits.csv", A02, "A02,clear,,soon,limit"))
    edits.append(Edit(YAML, "kind_of_place: township", "kind_of_place: empire"))
    codes = {code for code, _, _ in _found(copy_tiny(tmp_path, *edits))}
    assert {"cell_missing", "duration_bad", "enum_bad"} <= codes


def test_every_wording_of_the_loader_is_seeded_somewhere():
    here = Path(__file__).read_text("utf-8")
    assert [code for code in LOADER if f'"{code}"' not in here] == []
