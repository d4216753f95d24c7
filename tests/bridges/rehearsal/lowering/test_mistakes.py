"""A lowering that is wrong in one place is found out."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from commongrid.charter.schema import Kind
from commongrid.engines.rehearsal.words import Ask, Do, Verb
from tests.bridges.rehearsal.lowering.walking import lowered, raise_in, sorts_of, wander
from tests.support.flows import real

NAME = "kezuohouqi-township"
WALKS = 60


def is_found_out(given, kind: Kind) -> bool:
    """Whether some walk says so."""
    rng, taken = random.Random(2), Counter()
    sorts = sorts_of(NAME, kind)
    try:
        for _ in range(WALKS):
            wander(raise_in(real(NAME), given, rng.choice(sorts)), rng, taken)
    except AssertionError:
        return True
    return False


def without_guard(given, ask: Ask):
    """Every guard of a kind asks nothing: register 0 is at least 0."""
    tables = given.tables
    hit = tables.guard_op == ask
    assert hit.any()
    return replace(given, tables=replace(
        tables,
        guard_op=np.where(hit, Ask.LEAST, tables.guard_op),
        guard_a=np.where(hit, 0, tables.guard_a),
        guard_b=np.where(hit, 0, tables.guard_b),
    ))  # fmt: skip


def with_verb(given, verb: Verb, instead: Verb, *, mask: int | None = None):
    tables = given.tables
    hit = tables.step_verb == verb
    assert hit.any()
    masks = tables.step_mask if mask is None else np.where(hit, mask, tables.step_mask)
    changed = np.where(hit, instead, tables.step_verb)
    return replace(given, tables=replace(tables, step_verb=changed, step_mask=masks))


def without_effect(given, do: Do, register: int | None = None):
    tables = given.tables
    hit = tables.effect_op == do
    if register is not None:
        hit &= tables.effect_a == register
    assert hit.any()
    return replace(given, tables=replace(
        tables,
        effect_op=np.where(hit, Do.ADD, tables.effect_op),
        effect_b=np.where(hit, 0, tables.effect_b),
    ))  # fmt: skip


def test_a_right_one_is_not_found_out():
    assert not is_found_out(lowered(NAME), Kind.SERVICE)


@pytest.mark.parametrize(("ask", "kind"), [
    (Ask.BEFORE, Kind.EVENT), (Ask.OVER, Kind.EVENT), (Ask.AT_MOST_OPEN, Kind.EVENT),
    (Ask.OWED, Kind.EVENT), (Ask.WITHIN, Kind.EVENT), (Ask.SET, Kind.EVENT),
    (Ask.ZERO, Kind.EVENT), (Ask.LEAST, Kind.EVENT), (Ask.FLAG, Kind.EVENT),
    (Ask.UNMOVED, Kind.SERVICE),
], ids=lambda value: value.name.lower())  # fmt: skip
def test_a_guard_dropped(ask, kind):
    assert is_found_out(without_guard(lowered(NAME), ask), kind)


@pytest.mark.parametrize(("verb", "instead", "kind"), [
    (Verb.PAUSE, Verb.RESUME, Kind.SERVICE),  # a pause ignored
    (Verb.RESUME, Verb.PAUSE, Kind.SERVICE),
    (Verb.RESTART, Verb.START, Kind.SERVICE),
    (Verb.MEET_FIRST, Verb.MEET, Kind.EVENT),
    (Verb.MEET, Verb.DROP, Kind.EVENT),
    (Verb.END, Verb.DROP, Kind.EVENT),
    (Verb.FAIL, Verb.DROP, Kind.EVENT),
    (Verb.MOVE, Verb.RESUME, Kind.SERVICE),
])  # fmt: skip
def test_a_clock_step_mistaken(verb, instead, kind):
    assert is_found_out(with_verb(lowered(NAME), verb, instead), kind)


@pytest.mark.parametrize("do", [Do.ADD, Do.NOW, Do.COPY, Do.OFFER, Do.REFUSE])
def test_an_effect_dropped(do):
    assert is_found_out(without_effect(lowered(NAME), do), Kind.EVENT)


def test_a_limit_of_another_type():
    given = lowered(NAME)
    spans = np.roll(given.tables.sort_span, 1, axis=0)
    wrong = replace(given, tables=replace(given.tables, sort_span=spans))
    assert is_found_out(wrong, Kind.EVENT)


def test_working_days_taken_for_days():
    given = lowered(NAME)
    units = given.tables.span_unit
    wrong = replace(given, tables=replace(given.tables, span_unit=np.where(units == 3, 2, units)))
    assert is_found_out(wrong, Kind.EVENT)


def test_a_state_mistaken():
    given = lowered(NAME)
    rows = [row.to for row in given.index.rows]
    closed = next(n for n, s in enumerate(given.index.states) if s.state == "closed")
    wrong = np.where(np.array(rows) == closed, closed - 1, given.tables.row_to)
    assert is_found_out(
        replace(given, tables=replace(given.tables, row_to=wrong)), Kind.SERVICE
    ) or (is_found_out(replace(given, tables=replace(given.tables, row_to=wrong)), Kind.EVENT))
