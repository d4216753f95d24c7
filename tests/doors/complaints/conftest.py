"""The people of the room's tests."""

from tests.rooms.complaints.conftest import everybody_once, names  # noqa: F401 - fixtures
