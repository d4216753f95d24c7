"""A small place with matters of every sort, made by real commands; and its door."""

import pytest
from django.test import Client

from tests.support import factories


@pytest.fixture
def place(db):
    """A community with its grid, the next one, and a charter in force."""
    factories.a_place()


@pytest.fixture
def door(place):
    """A program without a cookie, which says nothing about formats."""
    return Client()
