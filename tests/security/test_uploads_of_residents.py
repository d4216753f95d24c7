"""Hostile files in a report and in a step of one's own matter, as forms send them."""

import pytest

from tests.security import upload_doors
from tests.security.storming import pictures_for, storm

pytestmark = [pytest.mark.slow, pytest.mark.once]


def test_no_picture_of_a_report_gets_through_as_it_was(places_once, db, watched):
    storm(upload_doors.Resident(), pictures_for("resident"), watched)
