"""Every test of this room stands in the same small place."""

import pytest

from tests.support import factories


@pytest.fixture
def place(db):
    """A community with its grid, the next one, and a charter in force."""
    factories.a_place()
