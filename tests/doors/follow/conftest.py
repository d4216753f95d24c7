"""The small place, and a site that sends mail."""

import pytest
from django.core import mail

from tests.support import factories


@pytest.fixture(autouse=True)
def place(db, settings):
    factories.a_place()
    settings.SITE_URL = "http://testserver"
    settings.MAIL_IS_ON = True
    settings.MAIL_FROM = "grid@example.org"
    mail.outbox = []
    return factories
