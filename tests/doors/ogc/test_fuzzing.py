"""Every operation of the description asked in odd ways: no 5xx, no answer it does not name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

from commongrid.doors.ogc.catalogue import COLLECTIONS
from commongrid.site.wsgi import application
from tests.support import factories as f
from tests.unit.places.drawing import SIDE, SOUTH, WEST

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# A soak asks for many more, under seeds of its own.
EXAMPLES = int(os.environ.get("COMMONGRID_TEST_FUZZ", "3"))
SEED = int(os.environ.get("COMMONGRID_TEST_FUZZ_SEED", "0"))
FEW = settings(
    max_examples=EXAMPLES, derandomize=True, deadline=None, database=None,
    phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck),
)  # fmt: skip


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests come past Django's test client here; they stay in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture
def operations(place):
    """Every operation, with something to find behind each."""
    f.raised(is_shareable=True, lon=WEST + SIDE / 3, lat=SOUTH + SIDE / 3, photos=(f.photo(),))
    f.walked(*f.CLOSED)
    with one_connection():
        schema = schemathesis.openapi.from_wsgi("/ogc/api", application)
        yield [found.ok() for found in schema.get_all_operations()]


def answers_of(operation, mode) -> set[int]:
    """The statuses that odd questions were answered with; every answer held to the description."""
    seen: set[int] = set()

    @FEW
    @seed(SEED)
    @given(st.data())
    def ask(data):
        case = data.draw(operation.as_strategy(generation_mode=mode))
        seen.add(case.call_and_validate(checks=CHECKS).status_code)

    try:
        ask()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing is left that could be wrong
    return seen


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_no_operation_breaks_or_answers_what_is_not_described(operations, mode):
    statuses = {operation.path: answers_of(operation, mode) for operation in operations}
    found = {path for path, seen in statuses.items() if 200 in seen}
    assert len(statuses) > 10 * len(COLLECTIONS), "every operation was asked"
    if mode is GenerationMode.POSITIVE:
        assert len(found) > len(statuses) / 2, "they are not all refused"
    else:
        assert any(400 in seen for seen in statuses.values())
