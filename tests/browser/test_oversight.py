"""Supervision in the browser: from the overview to a list."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.stories.seeding import load_seed
from tests.browser.hands import pressed, still

PASSWORD = "seven kites over the lake"


@pytest.fixture
def seed(transactional_db):
    return load_seed(at=timezone.now(), password=PASSWORD)


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


def log_in(page, who):
    page.goto("/staff/login/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).not_to_have_url(re.compile("login"))


@pytest.mark.parametrize(("language", "on"), [("zh", "phone"), ("en", "desk")])
def test_supervision_looks_and_asks_for_an_answer(open_page, seed, looks_well, shot, language, on):
    page = open_page("/", on=on, language=language)
    log_in(page, "town-supervise")
    page.goto("/staff/")
    pressed(page.locator("main a[href='/oversight/']"))
    looks_well(page)
    shot(page, f"oversight-{language}")
    pressed(page.locator("a[href*='/lists/overdue/']"))
    expect(page.locator(".table--cards tbody tr").first).to_be_visible()
    looks_well(page)
    shot(page, f"oversight-overdue-{language}")
