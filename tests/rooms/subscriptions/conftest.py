"""The small place, and a mail server that keeps what it is given."""

import pytest
from django.core import mail

from tests.support import factories


@pytest.fixture
def place(db, settings):
    factories.a_place()
    settings.SITE_URL = "https://grid.example.org"
    settings.MAIL_IS_ON = True
    settings.MAIL_FROM = "grid@example.org"
    return factories


@pytest.fixture
def outbox(place):
    mail.outbox = []
    return mail
