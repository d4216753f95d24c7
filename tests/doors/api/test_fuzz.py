"""The interface held to its own documentation by schemathesis: every answer is a documented one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import ignored_auth

from commongrid.doors.api import entry
from commongrid.kernel.ids import new_id
from commongrid.site.wsgi import application
from tests.doors.api.programs import RAISE
from tests.doors.desk.town import LEAD
from tests.rooms.places.standing import GRID

SPEC = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application)
OPERATIONS = {op.label: op for op in (found.ok() for found in SPEC.get_all_operations())}
# A soak asks for many more, under seeds of its own.
EXAMPLES = int(os.environ.get("COMMONGRID_TEST_FUZZ", "4"))
SEED = int(os.environ.get("COMMONGRID_TEST_FUZZ_SEED", "0"))
# A type, a place or a number that is well written may still name nothing: 422 says which.
SPEC.config.checks.positive_data_acceptance.expected_statuses += ["412", "422"]
SPEC.config.checks.negative_data_rejection.expected_statuses += ["412", "413"]

FEW = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
# Every role in a soak; else each operation meets one, another for the next operation.
ROLES = ("desk", "dispatcher", "handler", "head", "checker", "supervisor", "centre", "community",
         "township", "grid_worker", "appointing", "data_officer", "charter_keeper",
         "reviewer")  # fmt: skip
IS_SOAK = "COMMONGRID_TEST_FUZZ" in os.environ
MET = [
    (label, role)
    for n, label in enumerate(OPERATIONS)
    for role in (ROLES if IS_SOAK else (ROLES[n % len(ROLES)],))
]
pytestmark = pytest.mark.once
every_operation = pytest.mark.parametrize("label", OPERATIONS)
modes = pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)


@contextmanager
def one_connection() -> Iterator[None]:
    """Requests come past Django's test client here; they stay in the transaction of the test."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    yield
    for signal in signals:
        signal.connect(close_old_connections)


@pytest.fixture(autouse=True)
def nobody_counts(monkeypatch):
    """A fuzzer knocks more often than anybody may; the limits have tests of their own."""
    monkeypatch.setattr(entry, "knock", lambda *_args, **_given: None)


def hold(
    label: str, mode: GenerationMode, *, excluded: tuple[Any, ...] = (), **given_parts: Any
) -> None:
    """Send what fits the documentation, or what does not; all checks hold for every answer."""
    operation = OPERATIONS[label]
    strategy = operation.as_strategy(generation_mode=mode, **given_parts)

    @FEW
    @seed(SEED)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        data.draw(strategy).call_and_validate(excluded_checks=list(excluded))

    try:
        with one_connection():
            check()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # nothing is left that could be wrong


@every_operation
@modes
def test_anybody_may_send_anything(programs, label, mode):
    hold(label, mode)


@every_operation
@modes
def test_a_key_may_send_anything(programs, label, mode):
    """With a key and a receipt that open everything, about a matter and a place that exist."""
    matter_id = programs.raise_one()
    code = programs.caller().post("/matters", RAISE).json()["receipt_code"]
    known = {"matter": str(matter_id), "code": GRID, "action": "accept", "rule": "event.new.raise"}
    names = [p.definition["name"] for p in OPERATIONS[label].path_parameters]
    parts: dict[str, Any] = {
        "headers": {"Authorization": f"Bearer {programs.token('raise+read+act')}"}
    }
    if any(p.definition["name"] == "Receipt-Code" for p in OPERATIONS[label].headers):
        parts["headers"]["Receipt-Code"] = code
    if any(p.definition["name"] == "Idempotency-Key" for p in OPERATIONS[label].headers):
        parts["headers"]["Idempotency-Key"] = str(new_id())
    if names and all(name in known for name in names):
        parts["path_parameters"] = {name: known[name] for name in names}
    # Its check of keys takes any key in a drawn request for an invented one, also this good one.
    hold(label, mode, excluded=(ignored_auth,), **parts)


@pytest.mark.parametrize(("label", "role"), MET)
def test_a_key_of_each_role_may_send_anything(programs, label, role):
    """What a role may not do is refused in the documented form, and nothing breaks."""
    unit = LEAD if role in ("handler", "head") else ""
    issued = programs.issue("raise", "read", "act", "webhook", role=role, unit=unit)
    parts: dict[str, Any] = {"headers": {"Authorization": f"Bearer {issued.token}"}}
    names = [p.definition["name"] for p in OPERATIONS[label].path_parameters]
    if names == ["matter"]:
        parts["path_parameters"] = {"matter": str(programs.raise_one())}
    if any(p.definition["name"] == "Idempotency-Key" for p in OPERATIONS[label].headers):
        parts["headers"]["Idempotency-Key"] = str(new_id())
    for mode in GenerationMode:
        hold(label, mode, excluded=(ignored_auth,), **parts)
