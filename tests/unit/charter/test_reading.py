"""Merging a place's rows over its base, and the words of the vocabulary."""

import pytest

from commongrid.charter import effects, guards
from commongrid.charter.clocks import VERBS
from commongrid.charter.loader import list_charter_folders, load_charter
from commongrid.charter.schema import Kind, Where
from commongrid.charter.vocabulary import CLOCK_VERBS, EFFECTS, GUARDS, alternatives, guard_text
from tests.support.charters.copies import TAIL, TINY, Edit, copy_tiny


def test_an_override_stands_in_the_place_of_the_base_row():
    limits = load_charter(TINY / "town").limits
    assert [(row.type, row.case, str(row.duration)) for row in limits] == [
        ("A01", "", "1wd"),
        ("A01", "hamlet", "2wd"),
        ("A02", "", "5wh"),
        ("A02", "winter_ice", "1wd"),
        ("B01", "", "3wd"),
    ]
    assert limits[1].where == Where("town/limits.csv", 3)
    assert limits[0].where == Where("common/limits.csv", 3)


def test_a_row_of_the_base_can_be_dropped(tmp_path):
    place = copy_tiny(tmp_path)
    head = "type,milestone,case,duration,shape,source,mark,valid_from,drop\n"
    (place / "limits.csv").write_text(f"{head}A02,clear,winter_ice,,,,,,yes\n", "utf-8")
    assert [row.case for row in load_charter(place).limits] == ["", "hamlet", "", ""]


def test_a_row_for_every_flow_or_several_states_becomes_one_row_each(tmp_path):
    edits = (
        Edit("common/transitions.csv", "", "*,*open,answer,=,handle,,,," + TAIL),
        Edit("common/transitions.csv", "", "event,reported|accepted,answer,=,accept,,,," + TAIL),
    )
    rows = load_charter(copy_tiny(tmp_path, *edits)).transitions
    every = [row.flow for row in rows if row.action == "answer" and row.from_state == "*open"]
    assert every == list(Kind)
    several = [row.from_state for row in rows if row.action == "answer" and row.power == "accept"]
    assert several == ["reported", "accepted"]


def test_raising_comes_from_nowhere():
    first = load_charter(TINY / "town").transitions[0]
    assert (first.from_state, first.rule_id) == ("", "event.new.raise")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path):
    place = copy_tiny(tmp_path)
    path = tmp_path / "common" / "units.csv"
    path.write_text("\ufeff" + path.read_text("utf-8"), "utf-8")
    assert len(load_charter(place).units) == 3


def test_bases_are_not_places():
    assert [path.name for path in list_charter_folders(TINY)] == ["town"]


def test_the_calendar_comes_from_the_base_and_is_shared():
    calendar = load_charter(TINY / "town").calendar
    assert calendar is load_charter(TINY / "town").calendar
    assert [worked for _, worked in sorted(calendar.exceptions.items())] == [False, False, True]


def test_a_place_may_change_its_hours_and_keep_the_holidays(tmp_path):
    hours = 'calendar:\n  hours: [{from: "01-01", until: "01-01", periods: ["09:00-24:00"]}]\n'
    place = copy_tiny(tmp_path, Edit("town/charter.yaml", "", hours))
    calendar = load_charter(place).calendar
    assert len(calendar.hours) == 1
    assert len(calendar.exceptions) == 3


def test_every_guard_and_verb_of_the_vocabulary_has_its_meaning_and_no_other():
    assert set(GUARDS) == set(guards.GUARDS)
    assert set(CLOCK_VERBS) == set(VERBS)
    assert set(effects.EFFECTS) <= set(EFFECTS)


@pytest.mark.parametrize("word", [*GUARDS.values(), *EFFECTS.values()], ids=lambda word: word.name)
def test_every_word_is_said_in_both_languages(word):
    assert word.rule.zh.strip()
    assert word.rule.en.strip()


def test_either_guard_of_a_cell_is_said():
    cell = "redone_at_least:redo or transfers_at_least:moves"
    assert alternatives(cell) == ("redone_at_least:redo", "transfers_at_least:moves")
    assert alternatives(cell.replace(" or ", "|")) == alternatives(cell)
    assert GUARDS["redone_at_least"].rule.zh in guard_text(cell).zh
    assert GUARDS["transfers_at_least"].rule.en in guard_text(cell).en
