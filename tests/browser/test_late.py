"""Who writes at the desk while the session ends loses nothing of it, and sends it once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from commongrid.rooms.people.models import Account
from tests.browser.hands import opened, pressed
from tests.doors.desk.town import Town

PASSWORD = "an-hour-at-the-window"
WORDS = "已与居民通话：\n灯在三号楼东侧，晚上七点后不亮。"


@pytest.fixture
def clerk(town: Town) -> str:
    """Somebody at the desk with a password; gives the name to log in with."""
    row = Account.objects.get(pk=town.account("desk").id)
    row.set_password(PASSWORD)
    row.must_use_totp = False
    row.save()
    return str(row.username)


def logged_in(page: Any, name: str) -> None:
    page.locator("[name=username]").fill(name)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button"))


TITLE = {"zh": "尚未发送", "en": "Nothing was sent yet"}


@pytest.mark.parametrize("way", [("phone", "zh", True), ("desk", "en", False)], ids=str)
def test_what_was_written_while_the_session_ended_arrives_once(
    open_page, town, clerk, axe, fits, way
):
    on, language, scripts = way
    matter_id = town.raise_one()
    here = f"/desk/m/{matter_id}/"
    page = open_page(f"/staff/login/?next={here}", on=on, language=language, scripts=scripts)
    logged_in(page, clerk)
    expect(page).to_have_url(re.compile(f"{here}$"))
    box = opened(page.locator("details.action", has=page.locator("textarea")).first)
    box.locator("textarea").first.fill(WORDS)
    seen = len(town.page(matter_id).steps)
    Session.objects.all().delete()
    pressed(box.locator("button.button--primary"))

    expect(page.locator("h1")).to_have_text(TITLE[language])
    expect(page.locator("main .card")).to_have_text(WORDS, use_inner_text=True)
    assert len(town.page(matter_id).steps) == seen
    if scripts:
        axe(page)
        fits(page)

    with page.context.expect_page() as other:
        page.locator("a.button--primary").click()
    logged_in(other.value, clerk)
    pressed(page.locator("main form button"))
    expect(page.locator("h1")).to_have_text(TITLE[language])
    expect(page.locator("ol")).to_have_count(0)  # nobody has to log in any more
    pressed(page.locator("main form button"))
    expect(page).to_have_url(re.compile(here))
    assert len(town.page(matter_id).steps) == seen + 1
    assert WORDS.splitlines()[1] in page.locator("main").inner_text()


def test_a_list_that_asks_for_news_after_the_session_ended_leads_to_the_log_in(
    open_page, town, clerk
):
    town.raise_one()
    page = open_page("/staff/login/?next=/desk/%3Fq%3D", language="en")
    logged_in(page, clerk)
    Session.objects.all().delete()
    with page.expect_navigation():
        page.evaluate("window.htmx.trigger('#poll', 'refresh')")
    expect(page).to_have_url(re.compile(r"/staff/login/\?next=/desk/"))
    logged_in(page, clerk)
    expect(page).to_have_url(re.compile(r"/desk/\?q=$"))
