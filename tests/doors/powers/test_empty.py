"""The power ledger before there is anything to show."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.rooms.publications.standing import TOWN_CODE
from tests.support import factories as f

HOME = f"/powers/{TOWN_CODE}/"


def said(reader, path):
    answer = reader.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.mark.usefixtures("db")
def test_before_any_charter_the_chooser_says_so():
    assert "No place has adopted a charter yet" in said(
        Client(headers={"accept-language": "en"}), "/powers/"
    )


@pytest.mark.usefixtures("db")
def test_before_any_month_the_ledger_shows_powers_and_says_why():
    f.a_place()
    text = said(Client(headers={"accept-language": "en"}), HOME)
    assert "Nothing is published yet" in text
    assert "By role" in text
