"""The small place with all its people, made once a module and rolled back at its end."""

import pytest
from django.db import transaction

from tests.rooms.complaints import standing
from tests.support import factories


@pytest.fixture(scope="module")
def everybody_once(django_db_setup, django_db_blocker):
    """Account ids by name."""
    with django_db_blocker.unblock(), transaction.atomic():
        factories.a_place()
        yield standing.people_of()
        transaction.set_rollback(True)


@pytest.fixture
def names(everybody_once, db):
    """The same, for one test."""
    return everybody_once
