"""decide(), the oracle and the compiled rules say and do the same, wherever a matter walks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.charter.schema import Kind
from tests.bridges.rehearsal.lowering.walking import (
    CHARTERS,
    LAST,
    lowered,
    next_moment,
    own_day,
    raised,
    sorts_of,
)

core = pytest.importorskip("commongrid.engines.rehearsal.core")

HOURS = (0.0, 0.2, 1.0, 5.0, 26.0, 80.0, 24.0 * 12, 24.0 * 40)
STEPS = st.lists(
    st.tuples(
        st.integers(0, 400),  # which of the steps
        st.sampled_from(HOURS),
        st.integers(0, 9),  # to the instant something falls due, or just beside it
    ),
    min_size=4,
    max_size=24,
)
EXAMPLES = max(settings.default.max_examples // 12, 5)


@pytest.mark.parametrize("name", CHARTERS)
@pytest.mark.parametrize("kind", [*Kind])
@given(which=st.integers(0, 10_000), steps=STEPS)
@settings(max_examples=EXAMPLES)
def test_all_interpreters_say_and_do_the_same(name, kind, which, steps):
    sorts = sorts_of(name, kind)
    walk = raised(name, sorts[which % len(sorts)], core.Board)
    for choice, hours, edge in steps:
        at = next_moment(walk, hours, edge)
        rules = walk.rules()
        if not rules or at >= LAST:
            break
        for rule, rows in rules:
            walk.compare(rule, rows, own_day(walk, rule, at))
        allowed = [pair for pair in rules if walk.compare(*pair, own_day(walk, pair[0], at))]
        if allowed and choice % 8:  # mostly something that moves the matter on
            rules = [pair for pair in allowed if pair[0].to_state != "="] or allowed
        rule, rows = rules[choice % len(rules)]
        walk.step(rule, rows, own_day(walk, rule, at))


@pytest.mark.parametrize("name", CHARTERS)
def test_every_type_is_raised_alike(name):
    for sort in range(len(lowered(name).index.sorts)):
        raised(name, sort)
