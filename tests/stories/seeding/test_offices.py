"""What the offices of the seed place did in the open, loaded late in a year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from commongrid.rooms.people.models import Account
from commongrid.rooms.places import face as places
from commongrid.rooms.publications import face as publications
from commongrid.stories.seeding import load_seed
from commongrid.stories.seeding.offices import load_offices
from tests.support import factories as f

pytestmark = pytest.mark.django_db
PASSWORD = "paper kite over the steppe"


def test_late_in_the_year_most_is_published_and_a_handful_is_not():
    at = f.AT + timedelta(days=250)
    load_seed(at=at, password=PASSWORD, with_matters=False)
    load_offices(staff=dict(Account.objects.order_by("pk").values_list("username", "pk")), at=at)
    for code, most in (("150522200000", 6), ("150502004000", 2)):
        promises = publications.list_promises(places.get_place(code), at=at)
        overdue = [promise for promise in promises if promise.status == "overdue"]
        assert 0 < len(overdue) <= most
        assert len(promises) > 4 * len(overdue)
        assert all(p.published is None or "虚构" in p.published.title for p in promises)
