"""The town every test of the desk starts from."""

import pytest

from tests.doors.desk.town import Town


@pytest.fixture
def town(db):
    """A small town with a charter in force; its people are made when they are needed."""
    return Town()
