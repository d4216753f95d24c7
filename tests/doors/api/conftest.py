"""The town of the desk, with programs that hold keys."""

from __future__ import annotations

import pytest

from tests.doors.api.programs import Programs


@pytest.fixture
def programs(db) -> Programs:
    """A small town with service accounts; their keys are made when they are needed."""
    return Programs()
