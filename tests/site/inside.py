"""People at a browser in the small place of the factories; all of them are invented."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.test import Client

from commongrid.rooms.people import face
from tests.rooms.people.standing import make_staff
from tests.support.factories import TOWN


def inside(account_id: int, language: str = "zh-hans") -> Client:
    """A browser in which this person is logged in, as by the front door."""
    client = Client()
    client.force_login(get_user_model().objects.get(pk=account_id))
    client.cookies["django_language"] = language
    return client


def holding(role: str, path: str = TOWN, unit: str = "", **more: object) -> face.AccountCard:
    """Somebody who holds one post."""
    return make_staff(f"{role.replace('_', '-')}-x", role, path, unit, **more)


def page(client: Client, address: str, **query: str) -> str:
    """The words of a page that must open."""
    response = client.get(address, query)
    assert response.status_code == 200, (address, response.status_code)
    return response.content.decode()
