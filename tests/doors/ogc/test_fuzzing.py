"""Every operation of the description asked in odd ways: no 5xx, no answer it does not name."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.generation import GenerationMode
from schemathesis.openapi.checks import (
    UndefinedContentType,
    UndefinedStatusCode,
)
from schemathesis.specs.openapi import checks as openapi_checks

from tests.support import factories as f
from tests.unit.places.drawing import SIDE, SOUTH, WEST

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CHECKS = (
    not_a_server_error,
    openapi_checks.status_code_conformance,
    openapi_checks.content_type_conformance,
    openapi_checks.response_schema_conformance,
)
ENOUGH = 6  # for each operation, and as many that break the description
del UndefinedContentType, UndefinedStatusCode


@pytest.fixture
def described(door):
    """The description as a program finds it, and the application that answers to it."""
    from django.core.wsgi import get_wsgi_application

    f.raised(is_shareable=True, lon=WEST + SIDE / 3, lat=SOUTH + SIDE / 3, photos=(f.photo(),))
    f.walked(*f.CLOSED)
    door.get("/ogc/collections/matters/items")
    schema = schemathesis.openapi.from_wsgi("/ogc/api", get_wsgi_application())
    schema.config.update(base_url="http://localhost/ogc")
    return schema


def test_no_operation_breaks_or_answers_what_is_not_described(described):
    tried = 0
    for result in described.get_all_operations():
        operation = result.ok()
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            tried += _try(operation, mode)
    assert tried > 100


def _try(operation, mode) -> int:
    tried = 0
    try:
        cases = operation.as_strategy(generation_mode=mode)
    except Exception:  # noqa: BLE001 - some operations have nothing to break
        return 0

    @settings(
        max_examples=ENOUGH, database=None, phases=[Phase.generate], derandomize=True,
        suppress_health_check=list(HealthCheck), deadline=None,
    )  # fmt: skip
    @given(case=cases, _=st.none())
    def ask(case, _):
        nonlocal tried
        tried += 1
        case.call_and_validate(checks=list(CHECKS))

    ask()
    return tried
