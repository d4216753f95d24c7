"""The pages about the system stand in a small place with a charter in force."""

import pytest

from tests.support import factories


@pytest.fixture
def place(db):
    """A community with two grids, and a charter in force."""
    factories.a_place()
