"""Attacks start from the small place of the rooms, or from the pages of the two seed places."""

import pytest

from tests.doors.resident.conftest import places_once, walk  # noqa: F401 - fixtures
from tests.support import factories


@pytest.fixture
def place(db):
    """A community with its grid, the next one, and a charter in force."""
    factories.a_place()
