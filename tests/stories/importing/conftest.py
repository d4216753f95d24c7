import pytest
from django.db import transaction

from tests.stories.importing import standing


@pytest.fixture(scope="module")
def place(tmp_path_factory, django_db_setup, django_db_blocker):
    """The place made of the small file, once for a module: each test rolls back to it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield standing.make_place(tmp_path_factory.mktemp("place"))
        transaction.set_rollback(True)


@pytest.fixture
def small_place(place, db):
    return place
