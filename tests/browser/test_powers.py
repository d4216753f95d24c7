"""Power is read without persons; a body publishes, corrects, and anybody reads both."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.hands import pressed, still
from tests.rooms.people.standing import PASSWORD, make_staff
from tests.rooms.places import standing
from tests.rooms.publications import standing as p
from tests.support import factories as f

HOME = f"/powers/{p.TOWN_CODE}/"
MAJOR = f"/powers/publishing/{standing.COMMUNITY}/major/now/"


@pytest.fixture
def town(transactional_db):
    f.a_place()


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


def publish(page, title, words):
    page.locator("[name=title]").fill(title)
    page.locator("[name=text]").fill(words)
    pressed(page.locator("main button.button--primary"))
    expect(page.locator("main h1")).to_have_text(title)


def test_a_major_matter_is_published_and_corrected(open_page, town, looks_well, shot):
    make_staff("publisher", "desk", f.TOWN, password=PASSWORD)
    desk = open_page(f"/staff/login/?next={MAJOR}", on="desk", language="en")
    desk.locator("[name=username]").fill("publisher")
    desk.locator("[name=password]").fill(PASSWORD)
    pressed(desk.locator("main form button").first)
    expect(desk).not_to_have_url(re.compile("login"))
    desk.goto(MAJOR)
    looks_well(desk)
    desk.locator("[name=decided_on]").fill("2026-03-09")
    publish(desk, "Square to be paved (invented)", "Decided by 41 of 52 households; 120,000 yuan.")
    looks_well(desk)
    pressed(desk.get_by_role("link", name="Publish a correction"))
    looks_well(desk)
    publish(desk, "Square to be paved, put right (invented)", "Decided by 42 of 52; 120,000 yuan.")

    anybody = open_page(f"{HOME}affairs/", on="phone", language="zh")
    looks_well(anybody)
    shot(anybody, "powers-affairs-zh")
    pressed(anybody.get_by_role("link", name="Square to be paved (invented)"))
    looks_well(anybody)
    pressed(anybody.locator(".notice a"))
    expect(anybody.locator("main h1")).to_have_text("Square to be paved, put right (invented)")
    pressed(anybody.locator(".crumbs a").nth(1))
    looks_well(anybody)


def test_a_power_is_read_by_anybody(open_page, town, looks_well, shot):
    for _ in range(6):
        f.walked(f.ACCEPT, f.OFFER)
    assert p.published()
    page = open_page(HOME, on="desk", language="en")
    looks_well(page)
    shot(page, "powers-ledger-en")
    pressed(page.get_by_role("link", name="Offer to a unit"))
    expect(page.locator("svg.flow")).to_be_visible()
    looks_well(page)
    phone = open_page(f"{HOME}offer/", on="phone", language="zh")
    looks_well(phone)
    shot(phone, "powers-power-zh")
