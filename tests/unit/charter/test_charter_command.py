"""``commongrid charter``: what it prints and with which status it ends."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from commongrid.charter.console import WIDEST, columns, width
from tests.support.charters.copies import TAIL, TINY, Edit, copy_tiny


def run(root, *words):
    out = StringIO()
    call_command("charter", "--root", str(root), *words, stdout=out)
    return out.getvalue()


def test_check_of_a_good_charter_ends_well():
    assert "town: 0 errors, 0 warnings" in run(TINY, "check", "town", "--lang", "en")
    assert "town：0 个错误，0 个提醒" in run(TINY, "check", "--all")


def test_check_of_a_bad_charter_fails_and_says_where(tmp_path):
    copy_tiny(tmp_path, Edit("common/limits.csv", "A02,clear,,5wh", "A02,clear,,soon"))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command(
            "charter", "--root", str(tmp_path), "check", "town", "--lang", "en", stdout=out
        )
    assert ended.value.code == 1
    assert "error  common/limits.csv:5: duration [duration_bad]" in out.getvalue()
    assert "town: 1 errors, 0 warnings" in out.getvalue()


def test_a_warning_alone_does_not_fail(tmp_path):
    copy_tiny(tmp_path, Edit("common/cases.csv", "", "storm,大风,storm,answer" + TAIL))
    assert "town: 0 errors, 1 warnings" in run(tmp_path, "check", "town", "--lang", "en")


def test_check_of_nothing_and_of_nowhere_is_refused(tmp_path):
    with pytest.raises(CommandError):
        run(TINY, "check")
    with pytest.raises(SystemExit):
        run(tmp_path, "check", "atlantis")


def test_show_prints_the_charter_a_table_a_type_and_an_action():
    assert "town@2024.1" in run(TINY, "show", "town")
    assert "common/units.csv:5" in run(TINY, "show", "town", "units")
    shown = run(TINY, "show", "town", "type", "A01", "--lang", "en")
    assert "hamlet" in shown
    assert "2wd" in shown
    assert "sanitation service" in shown
    shown = run(TINY, "show", "town", "action", "object", "--lang", "en")
    assert "event.offered.object" in shown
    assert "can no longer be returned" in shown


@pytest.mark.parametrize("words", [("type", "Z9"), ("action", "sing"), ("weather",)])
def test_show_of_something_unknown_lists_what_there_is(words):
    with pytest.raises(CommandError, match="there are"):
        run(TINY, "show", "town", *words)


def test_diff_prints_changes_and_ends_with_one(tmp_path):
    place = copy_tiny(tmp_path, Edit("town/limits.csv", "hamlet,2wd", "hamlet,3wd"))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("charter", "diff", str(TINY / "town"), str(place), "--lang", "en", stdout=out)
    assert ended.value.code == 1
    assert out.getvalue().splitlines() == ["limit A01 clear@hamlet 2wd -> 3wd"]
    assert "no difference" in run(TINY, "diff", "town", "town", "--lang", "en")


def test_chinese_takes_two_columns_and_long_cells_are_cut():
    assert width("网格 grid") == 9
    head, rule, first, second = columns(("a", "b"), [("网格", "x"), ("ab", "长" * 60)])
    assert head == "a     b"
    assert first.index("x") == len("网格  ")
    assert second.startswith("ab    长")
    assert width(second) <= len("ab    ") + WIDEST
    assert second.endswith("…")
    assert set(rule) == {"-", " "}
