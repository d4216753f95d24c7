"""The invented past: by the rules, the same every time, and enough for a board."""

from datetime import timedelta

import pytest
from django.utils import timezone

from commongrid.ledger import face as ledger
from commongrid.rooms.matters.models import ContactRow, Matter
from commongrid.stories.seeding import load_seed

pytestmark = pytest.mark.django_db


def test_it_follows_the_rules_and_enters_once():
    at = timezone.now()
    seeded = load_seed(at=at, password="seven kites", with_matters=False, with_past=True)
    past = Matter.objects.filter(origin_id__startswith="invented:")
    assert seeded.past == past.count() > 100
    assert past.filter(received_at__gt=at - timedelta(days=2)).count() == 0
    states = set(past.values_list("state", flat=True))
    assert {"closed", "redirected"} <= states
    assert past.filter(redone__gt=0).exists()
    assert past.filter(promises__status="late").exists()
    assert past.filter(promises__status="kept").exists()
    old = past.exclude(state_kind="end").filter(received_at__lt=at - timedelta(days=30))
    assert old.count() <= past.count() / 50, "the desk is not to drown in the past"
    assert not ContactRow.objects.exists()
    assert ledger.verify().is_whole
    again = load_seed(at=at, password="seven kites", with_matters=False, with_past=True)
    assert again.past == 0
    assert past.count() == seeded.past
