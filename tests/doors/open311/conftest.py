"""A small place with its charter, keys for programs, and a client that speaks no language."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.doors.open311 import asking
from tests.support import factories


@pytest.fixture
def place(db):
    factories.a_place()
    return factories.standing.TOWN


@pytest.fixture
def api_key(place):
    return asking.issue_key()


@pytest.fixture
def client():
    return Client(headers={"accept-language": "en"}, enforce_csrf_checks=True)
