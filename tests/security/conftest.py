"""Attacks start from the small place of the rooms, or from the pages of the two seed places."""

import logging

import pytest
import time_machine

from tests.doors.resident.conftest import places_once, walk  # noqa: F401 - fixtures
from tests.support import factories


@pytest.fixture
def place(db):
    """A community with its grid, the next one, and a charter in force."""
    factories.a_place()


@pytest.fixture
def watched(settings, tmp_path, monkeypatch):
    """A place of its own for files, and the process stands in an empty folder beside it."""
    settings.MEDIA_ROOT = tmp_path / "house" / "attachments"
    settings.MEDIA_ROOT.mkdir(parents=True)
    beside = tmp_path / "beside"
    beside.mkdir()
    monkeypatch.chdir(beside)
    monkeypatch.setattr("commongrid.doors.common.ratelimit.count_knock", lambda **_told: 0)
    monkeypatch.setattr("commongrid.doors.field.gates.count_knock", lambda **_told: 0)
    return tmp_path


@pytest.fixture(scope="module")
def standing(places_once, django_db_blocker):  # noqa: F811 - the fixture imported above
    """Two places with everybody of every role and a thing of every kind (two_places.py)."""
    from tests.security.two_places import AT, Standing

    with django_db_blocker.unblock(), time_machine.travel(AT, tick=False):
        return Standing()


@pytest.fixture
def at_work(settings):
    """Mail is on, as in a place at work; thousands of refusals are no news."""
    settings.MAIL_IS_ON = True
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)
