"""Each of the staff logs in and asks for every page there is of a complaint they may not read."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from commongrid.rooms.complaints.models import Complaint
from tests.doors.complaints.test_complaints_door import INDEX, officer, text
from tests.rooms.complaints import standing as s
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "who", [name for name in s.STAFF if name not in ("supervisor", "unit_and")]
)
def test_no_page_shows_it_to_the_accused_or_their_line(names, who):
    """Each of the staff logs in and asks for every page there is of it."""
    filed = s.filed(whom="演示 supervisor2", grid_code=f.GRID_CODE, words="绝不能让他看到")
    Complaint.objects.update(taken_by=names["supervisor"], state="taken")
    browser = officer(names[who], is_fresh=True)
    readers = s.seen_by(names, filed.ref)
    assert "supervisor2" not in readers
    if who in readers:
        return
    for closed in ({}, {"closed": ""}):
        page = text(browser.get(INDEX, closed))
        assert filed.ref not in page
    page = reverse("complaints:complaint", args=[filed.ref])
    assert browser.get(page).status_code == 404
    assert browser.post(page, {"passphrase": "x"}).status_code == 404
    for what in ("take", "ask", "answer", "open_identity", "name_accused", "step_out"):
        address = reverse("complaints:do", args=[filed.ref, what])
        assert browser.get(address).status_code == 404
        assert browser.post(address, {"command_id": str(uuid4())}).status_code == 404
    assert "绝不能让他看到" not in text(browser.get(INDEX))
