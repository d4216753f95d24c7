"""Both seed places with their charters in force; no staff and no matters."""

import pytest
from django.db import transaction
from django.test import Client

from tests.doors.resident.walking import Walk, load_places, picture


@pytest.fixture(scope="module")
def places_once(django_db_setup, django_db_blocker):
    """Load the places once a module, inside a transaction that is rolled back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_places()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def walk(places_once, db):
    """A resident on a phone who reads English and has chosen Mingren Subdistrict."""
    return Walk(Client(headers={"accept-language": "en"}, enforce_csrf_checks=False)).choose()


@pytest.fixture
def photo():
    """A photo with a place hidden in it."""
    return picture()
