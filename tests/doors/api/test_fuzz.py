"""The interface held to its own documentation by schemathesis: every answer is a documented one."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
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
MET = {label: ROLES if IS_SOAK else (ROLES[n % len(ROLES)],) for n, label in enumerate(OPERATIONS)}
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


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends what was drawn: over their own headers, to a matter of their own."""

    token: str
    headers: Mapping[str, str] = field(default_factory=dict)
    path: Mapping[str, str] = field(default_factory=dict)

    def send(self, case: Case, excluded: list[Any]) -> None:
        """Send it with a key of its own: one that was sent before is only played back."""
        case.headers.update({"Authorization": f"Bearer {self.token}", **self.headers})
        if is_in(case.operation.headers, "Idempotency-Key"):
            case.headers["Idempotency-Key"] = str(new_id())
        case.path_parameters.update(self.path)
        case.call_and_validate(excluded_checks=excluded)


def is_in(parameters: Iterable[Any], name: str) -> bool:
    return any(one.definition["name"] == name for one in parameters)


def hold(label: str, mode: GenerationMode, *senders: Sender) -> None:
    """Send what fits the documentation, or what does not; all checks hold for every answer.

    Drawing costs more than answering, so each example is sent by everybody.
    """
    operation, given_parts = OPERATIONS[label], {}
    if senders:  # so that these parts are not drawn
        first, keyed = senders[0], is_in(operation.headers, "Idempotency-Key")
        named = {"Idempotency-Key": str(new_id())} if keyed else {}
        given_parts["headers"] = {"Authorization": "Bearer x", **first.headers, **named}
        if first.path:
            given_parts["path_parameters"] = dict(first.path)
    strategy = operation.as_strategy(generation_mode=mode, **given_parts)

    @FEW
    @seed(SEED)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        case = data.draw(strategy)
        if not senders:
            case.call_and_validate()
        for sender in senders:
            # Its check of keys takes any key in a request for an invented one, also a good one.
            sender.send(case, [ignored_auth])

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
    operation, matter_id = OPERATIONS[label], programs.raise_one()
    code = programs.caller().post("/matters", RAISE).json()["receipt_code"]
    known = {"matter": str(matter_id), "code": GRID, "action": "accept", "rule": "event.new.raise"}
    names = [p.definition["name"] for p in operation.path_parameters]
    sender = Sender(
        programs.token("raise+read+act"),
        headers={"Receipt-Code": code} if is_in(operation.headers, "Receipt-Code") else {},
        path={name: known[name] for name in names} if set(names) <= set(known) else {},
    )
    hold(label, mode, sender)


@pytest.mark.parametrize("label", MET)
@modes
def test_a_key_of_each_role_may_send_anything(programs, label, mode):
    """What a role may not do is refused in the documented form, and nothing breaks."""
    names = [p.definition["name"] for p in OPERATIONS[label].path_parameters]
    senders = []
    for role in MET[label]:
        unit = LEAD if role in ("handler", "head") else ""
        issued = programs.issue("raise", "read", "act", "webhook", role=role, unit=unit)
        path = {"matter": str(programs.raise_one())} if names == ["matter"] else {}
        senders.append(Sender(issued.token, path=path))
    hold(label, mode, *senders)
