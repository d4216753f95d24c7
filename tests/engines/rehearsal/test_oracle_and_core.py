"""The fast simulator gives what the slow one gives, to the last bit, on any small model."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from commongrid.engines.rehearsal import EndlessMatterError, Result, simulate, simulate_slowly
from tests.engines.rehearsal.models import random_model

pytest.importorskip("numba", reason="numba is not installed: the fast simulator is not tested")
MODELS = 300


def outcome(run: Any, model: Any) -> Result | None:
    try:
        return run(*model)
    except EndlessMatterError:
        return None


def test_random_models_give_the_same_result_and_the_same_log():
    entries = refused = ended = endless = 0
    for seed in range(MODELS):
        model = random_model(seed)
        slow, fast = outcome(simulate_slowly, model), outcome(simulate, model)
        if slow is None or fast is None:
            assert slow is fast, seed
            endless += 1
            continue
        for field in fields(Result):
            one, other = getattr(fast, field.name), getattr(slow, field.name)
            assert np.array_equal(one, other), (seed, field.name)
        entries += len(slow.log)
        refused += int(slow.refused.sum())
        ended += int(slow.met.sum())
    assert endless < MODELS / 4
    assert min(entries, refused, ended) > 10 * MODELS, "where nothing happens nothing is shown"


def test_the_seed_decides():
    rules, ways, crew, people, one = random_model(4)
    assert np.array_equal(simulate(rules, ways, crew, people, one).log,
                          simulate(rules, ways, crew, people, one).log)  # fmt: skip
