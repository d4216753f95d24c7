"""A task for grids is proposed, heard on a phone, approved on a desk, and read by everybody."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser.hands import pressed, still
from tests.rooms.people.standing import PASSWORD, make_staff
from tests.support import factories as f

ITEM = "question:B01/how_deep:number!"
PEOPLE = {
    "keeper": ("charter_keeper", f.TOWN),
    "centre": ("centre", f.TOWN),
    "worker": ("grid_worker", f.GRID),
}


@pytest.fixture
def town(transactional_db):
    f.a_place()
    return {name: make_staff(name, *post, password=PASSWORD) for name, post in PEOPLE.items()}


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


def enter(page, name):
    page.goto("/staff/login/?next=/duties/staff/")
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).not_to_have_url(re.compile("login"))
    page.goto("/duties/staff/")


def test_something_new_for_the_grids(open_page, town, looks_well, shot):
    keeper = open_page("/", on="desk", language="en")
    enter(keeper, "keeper")
    pressed(keeper.locator("a[href$='/new/']"))
    looks_well(keeper)
    until = timezone.localdate() + timedelta(days=200)
    given = {
        "task": "Depth of potholes", "items": ITEM, "basis": "entry 12 (invented)",
        "minutes_a_week": "15", "valid_until": f"{until}", "reason": "roads are mended by depth",
    }  # fmt: skip
    for name, value in given.items():
        keeper.locator(f"[name={name}]").fill(value)
    keeper.locator("[name=basis_kind][value=list]").check()
    pressed(keeper.locator("main button.button--primary"))
    expect(keeper.locator("main h1")).to_have_text("Depth of potholes")
    looks_well(keeper)

    worker = open_page("/", on="phone", language="zh")
    enter(worker, "worker")
    looks_well(worker)
    pressed(worker.locator("a[href$='/answer/']"))
    looks_well(worker)
    shot(worker, "duties-answer-zh")
    worker.locator("[name=answer][value=against]").check()
    worker.locator("[name=words]").fill("雨后看得清，平时不用每次量")
    pressed(worker.locator("main button.button--primary"))
    expect(worker.locator("a[href$='/answer/']")).to_have_count(0)

    centre = open_page("/", on="desk", language="en")
    enter(centre, "centre")
    pressed(centre.get_by_role("link", name="Depth of potholes"))
    looks_well(centre)
    pressed(centre.locator("a[href$='/approve/']"))
    centre.locator("[name=reason]").fill("joint meeting, minutes 3 (invented)")
    pressed(centre.locator("main button.button--primary"))
    expect(centre.locator(".tag--green")).to_be_visible()

    anybody = open_page("/duties/at/150502004000/", on="phone", language="zh")
    looks_well(anybody)
    shot(anybody, "duties-place-zh")
    pressed(anybody.get_by_role("link", name="Depth of potholes"))
    looks_well(anybody)
    expect(anybody.locator("main")).to_contain_text("雨后看得清")
    shot(anybody, "duties-admission-zh")
