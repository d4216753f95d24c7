"""Thousands of random histories over the real charters, by the laws of the property tests.

Those fix their own number of examples and the same ones each time; here come many more, longer
and new ones in every run. ``SOAK_WALKS=50000 make soak`` walks more.
"""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commongrid.charter.schema import Kind
from tests.spec import test_decide_properties as laws
from tests.support.flows import REAL

pytestmark = pytest.mark.soak
WALKS = int(os.environ.get("SOAK_WALKS", "5000"))
EACH = -(-WALKS // (len(REAL) * len(Kind)))
MOST_STEPS = 60
STEP = st.tuples(
    st.integers(0, 400), st.integers(0, 9), st.sampled_from(laws.HOURS), st.integers(0, 11)
)  # as the laws read it: which step, who, how much later, which flaw
MANY = settings(
    max_examples=EACH, derandomize=False, deadline=None, database=None,
    suppress_health_check=[*HealthCheck],
)  # fmt: skip


@pytest.mark.parametrize("law", ["impossible_matter", "page_and_command"])
@pytest.mark.parametrize("name", REAL)
@pytest.mark.parametrize("kind", [*Kind])
def test_histories_keep_the_laws(name, kind, law, told):
    walked = taken = 0

    @MANY
    @given(steps=st.lists(STEP, min_size=15, max_size=MOST_STEPS))
    def walk(steps):
        nonlocal walked, taken
        walked, taken = walked + 1, taken + len(steps)
        if law == "impossible_matter":
            laws.test_no_walk_leads_to_an_impossible_matter.hypothesis.inner_test(
                name=name, kind=kind, steps=steps
            )
        else:
            laws.test_what_a_page_refuses_no_command_allows.hypothesis.inner_test(
                name=name, kind=kind, steps=steps
            )

    walk()
    told(f"{law}, {kind} in {name}: {walked} histories, {taken} commands tried")
