"""decide(), the oracle and the compiled rules say and do the same, wherever a matter walks."""

from __future__ import annotations

import random
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commongrid.charter.schema import Kind
from tests.bridges.rehearsal.lowering.walking import (
    CHARTERS,
    lowered,
    raised,
    sorts_of,
    wander,
)
from tests.support.flows import row_name

core = pytest.importorskip("commongrid.engines.rehearsal.core")

EXAMPLES = max(settings.default.max_examples // 40, 5)
NEVER_TAKEN = {
    Kind.DISPUTE: {"raise_level", "reply_supervision", "offer_mediation"},
    Kind.EMERGENCY: {"extend"},
}
"""Nothing is redone or passed on before mediation; the rest needs luck no short test has."""


@pytest.mark.parametrize("name", CHARTERS)
@pytest.mark.parametrize("kind", [*Kind])
@given(seed=st.integers(0, 1 << 32))
@settings(max_examples=EXAMPLES)
def test_all_interpreters_say_and_do_the_same(name, kind, seed):
    rng = random.Random(seed)
    walk = raised(name, rng.choice(sorts_of(name, kind)), core.Board)
    assert wander(walk, rng, Counter()) > 0


@pytest.mark.parametrize("name", CHARTERS)
@pytest.mark.parametrize("kind", [*Kind])
def test_nearly_every_rule_is_taken_in_all_of_them(name, kind):
    rng, taken = random.Random(1), Counter()
    for _ in range(40):
        walk = raised(name, rng.choice(sorts_of(name, kind)), core.Board)
        wander(walk, rng, taken, ask_all=False)
    rules = [rule for _, _, rule in lowered(name).index.rules if rule.flow is kind]
    rules = [
        rule for rule in rules if rule.from_state and rule.action not in NEVER_TAKEN.get(kind, ())
    ]
    missed = {row_name(rule) for rule in rules} - set(taken)
    assert len(missed) <= len({row_name(rule) for rule in rules}) // 5, sorted(missed)


@pytest.mark.parametrize("name", CHARTERS)
def test_every_type_is_raised_alike(name):
    for sort in range(len(lowered(name).index.sorts)):
        raised(name, sort)


def claimed(name, board=None):
    """A service that was served, and whose person is not heard of."""
    sort = lowered(name).index.sort_of("F06")
    walk = raised(name, sort, board)
    for action in ("accept", "assign", "serve"):
        do(walk, action, timedelta(hours=1))
    return walk


def do(walk, action, after):
    """Take the first rule of an action after some time. Returns: whether it was allowed."""
    return any(
        walk.step(rule, rows, walk.at + after)
        for rule, rows in walk.rules()
        if rule.action == action
    )


@pytest.mark.parametrize("name", CHARTERS)
def test_three_tries_within_seven_days_are_enough(name):
    walk = claimed(name, core.Board)
    for _ in range(3):
        assert not do(walk, "cannot_confirm", timedelta(minutes=1))
        assert do(walk, "callback", timedelta(hours=25))
    assert do(walk, "cannot_confirm", timedelta(minutes=1))
    assert do(walk, "reopen", timedelta(days=3))


@pytest.mark.parametrize("name", CHARTERS)
@pytest.mark.parametrize("gap", [60, 71, 72, 73, 95, 120, 200])
def test_tries_too_far_apart_are_not_enough(name, gap):
    """At every gap all interpreters agree, also when the window moves on."""
    walk = claimed(name, core.Board)
    said = []
    for _ in range(6):
        assert do(walk, "callback", timedelta(hours=gap))
        said.append(next(
            walk.compare(rule, rows, walk.at) is not None
            for rule, rows in walk.rules() if rule.action == "cannot_confirm"
        ))  # fmt: skip
    assert any(said) == (gap <= 72 or (gap == 73 and any(said)))
