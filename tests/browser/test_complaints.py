"""A complaint in two browsers: without an account on one side, free of interest on the other."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.charter.matter import Actor
from commongrid.rooms.people import face as people
from tests.browser.hands import pressed, still
from tests.browser.ways import ON, walked
from tests.doors.resident.walking import TOWN, TOWN_PATH, load_places

PASSWORD = "seven kites over the lake"
STAFF = {
    "grid-one": ("grid_worker", f"{TOWN_PATH}{TOWN[:9]}001/{TOWN[:9]}001001/"),
    "supervise": ("supervisor", TOWN_PATH),
    "review": ("reviewer", TOWN_PATH),
}
SAID = "The worker sent me home three times."
SETUP = Actor(key="system:setup")


@pytest.fixture
def staff(transactional_db):
    """A grid worker, a supervisor and an independent reviewer of one place."""
    load_places()
    at = timezone.now()
    for username, (role, path) in STAFF.items():
        card = people.create_account(
            actor=SETUP, at=at, command_id=uuid4(), username=username,
            display_name=f"演示 {username}", display_name_en=f"Demo {username}",
            password=PASSWORD, must_use_totp=False,
        )  # fmt: skip
        people.appoint_person(
            actor=SETUP, at=at, command_id=uuid4(), account_id=card.id, role=role,
            place_code=path.strip("/").rpartition("/")[2], place_path=path, basis="invented",
        )  # fmt: skip


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


def send(page):
    """Press the button that does what the page is for."""
    pressed(page.locator("main form button.button--primary"))


def log_in(page, who):
    page.goto("/staff/login/?next=/complaints/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).to_have_url(re.compile("/complaints/$"))


def take_and_answer(page, ref, words):
    for what in ("take", "answer"):
        page.goto(f"/complaints/{ref}/{what}/")
        if what == "answer":
            page.locator("textarea").fill(words)
        send(page)
        expect(page).to_have_url(re.compile(f"/complaints/{ref}/$"))


@pytest.mark.parametrize("language", walked("en"))
def test_a_complaint_goes_around_the_accused(open_page, staff, looks_well, shot, language):
    mine = open_page("/complain/", on=ON[language], language=language)
    shot(mine, f"complain-start-{language}")
    pressed(mine.locator(f"a[href$='place={TOWN}']"))
    mine.locator("[name=grid]").select_option(f"{TOWN[:9]}001001")
    mine.locator("[name=words]").fill(SAID)
    shot(mine, f"complain-new-{language}")
    send(mine)
    expect(mine.locator("#code")).to_have_text(re.compile(r"^(\w{4}-){3}\w$"))
    looks_well(mine)
    send(mine)
    looks_well(mine)
    ref = re.search(r"T-\w{4}-\w{4}", mine.inner_text("main"))[0]

    office = open_page("/", on=ON[language], language=language)
    log_in(office, "grid-one")
    expect(office.locator("main")).not_to_contain_text(ref)
    assert office.request.get(f"/complaints/{ref}/").status == 404
    office.context.clear_cookies()
    log_in(office, "supervise")
    looks_well(office)
    pressed(office.get_by_text(ref))
    looks_well(office)
    shot(office, f"readme-complaint-office-{language}", whole=False)
    office.goto(f"/complaints/{ref}/step_out/")
    looks_well(office)
    office.goto("/complaints/key/")
    looks_well(office)
    take_and_answer(office, ref, "We talked to them.")

    mine.reload()
    expect(mine.get_by_text("We talked to them.")).to_be_visible()
    shot(mine, f"readme-complain-my-{language}", whole=False)
    for part in ("say", "erase"):
        mine.goto(f"/complain/my/{part}/")
        looks_well(mine)
    mine.goto("/complain/my/verdict/")
    looks_well(mine)
    mine.locator("[value=not_solved]").check()
    send(mine)
    office.context.clear_cookies()
    log_in(office, "review")
    take_and_answer(office, ref, "You are owed an apology.")
    mine.goto("/complain/my/verdict/")
    mine.locator("[value=solved]").check()
    send(mine)
    looks_well(mine)
    expect(mine.locator("a[href='/complain/my/verdict/']")).to_have_count(0)
