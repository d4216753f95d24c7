"""The same small place as for the matters room."""

import pytest

from tests.support import factories


@pytest.fixture
def place(db):
    """A community with its grid, the next one, and a charter in force."""
    factories.a_place()
