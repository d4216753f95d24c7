"""Every word of the charter's vocabulary has an entry; an unknown one is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commongrid.bridges.rehearsal.lowering import UnknownWordError
from commongrid.bridges.rehearsal.lowering import words as table
from commongrid.bridges.rehearsal.lowering.numbers import number
from commongrid.bridges.rehearsal.lowering.words import EFFECTS, GUARDS, VERBS, How, guard_groups
from commongrid.charter import compile_charter, vocabulary
from commongrid.charter.effects import EFFECTS as LIVE_EFFECTS
from commongrid.charter.guards import GUARDS as LIVE_GUARDS
from commongrid.charter.schema import ClockStep
from tests.bridges.rehearsal.lowering.runs import lowered_of
from tests.bridges.rehearsal.lowering.walking import CHARTERS
from tests.support.flows import real


def test_every_word_of_the_vocabulary_has_an_entry():
    assert GUARDS.keys() == vocabulary.GUARDS.keys() == LIVE_GUARDS.keys()
    assert EFFECTS.keys() == vocabulary.EFFECTS.keys()
    assert VERBS.keys() == vocabulary.CLOCK_VERBS.keys()


def test_a_judged_word_has_operations_and_no_other_has():
    for word in GUARDS.values():
        assert (word.asks is not None) == (word.how is How.JUDGED)
    for word in EFFECTS.values():
        assert (word.does is not None) == (word.how is How.JUDGED)
    for how, verb in VERBS.values():
        assert (verb is not None) == (how is How.JUDGED)


def test_what_changes_a_matter_is_judged_left_out_or_reasoned():
    """An effect that decide() carries out is never passed over in silence."""
    for name in LIVE_EFFECTS:
        word = EFFECTS[name]
        assert word.how is not How.BUILT or word.why, name


def with_rule(name, action, **changed):
    """A real charter with one of its transitions rewritten."""
    charter = real(name).charter
    rows = tuple(
        replace(row, **changed) if row.action == action else row for row in charter.transitions
    )
    return compile_charter(replace(charter, transitions=rows))


@pytest.mark.parametrize(("changed", "says"), [
    ({"guards": ("full_moon",)}, "guard 'full_moon'"),
    ({"effects": ("ring_bells:twice",)}, "effect 'ring_bells'"),
    ({"clocks": (ClockStep(verb="rewind", clock="accept"),)}, "clock verb 'rewind'"),
])  # fmt: skip
def test_an_unknown_word_is_refused_by_name_and_row(changed, says):
    with pytest.raises(UnknownWordError, match=says) as refused:
        lowered_of(with_rule(CHARTERS[0], "accept", **changed))
    assert "event.reported.accept" in str(refused.value)


def test_a_known_word_missing_from_the_table_is_refused(monkeypatch):
    left = {name: word for name, word in GUARDS.items() if name != "has_unit"}
    monkeypatch.setattr(table, "GUARDS", left)
    with pytest.raises(UnknownWordError, match="has_unit"):
        lowered_of(real(CHARTERS[0]))


def test_words_beside_or_share_a_group_and_what_always_holds_asks_nothing():
    compiled = real(CHARTERS[0])
    numbers = number(compiled, [])
    row = compiled.charter.transitions[0]

    def groups(cell):
        return guard_groups(cell, row, numbers, 0)

    both = groups("redone_at_least:redo_threshold or transfers_at_least:transfer_threshold")
    assert [len(group) for group in both] == [2]
    assert groups("has_unit or evidence") == []
    assert [len(group) for group in groups("community_list")] == [1, 1]
    assert [len(group) for group in groups("after_limit")] == [2]
    with pytest.raises(UnknownWordError, match="beside or"):
        groups("community_list or has_unit")


@pytest.mark.parametrize("name", CHARTERS)
def test_what_is_left_out_is_listed_and_moves_no_matter(name):
    """Only parting, regrouping and reading are left out; the report names them."""
    given = lowered_of(real(name))
    moving = {
        rule.action for rule in given.index.left_out if rule.to_state not in ("=", rule.from_state)
    }
    assert moving == {"unmerge"}
    said = " ".join(note.en for note in given.notes)
    for rule in given.index.left_out:
        assert real(name).label(rule.action).en in said
