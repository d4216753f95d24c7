"""Who writes at the desk while the session ends loses nothing of it, and sends it once."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from commongrid.doors.common.fresh import FRESH
from commongrid.doors.common.sessions import SessionStore
from commongrid.rooms.matters.face import Contact
from commongrid.rooms.people.models import Account
from tests.browser.hands import opened, pressed
from tests.doors.desk.town import Town

PASSWORD = "an-hour-at-the-window"
PHONE = "000-1234"
REASON = "约定上门时间"
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


def is_kept(page: Any, title: str, words: str, *looks: Any) -> None:
    """The page says that nothing was sent, shows what was written, and stands every look."""
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("main .card")).to_have_text(words, use_inner_text=True)
    for look in looks:
        look(page)


def other_tab(page: Any) -> Any:
    """The tab that the page opens for what comes first."""
    with page.context.expect_page() as other:
        page.locator("a.button--primary").click()
    return other.value


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

    is_kept(page, TITLE[language], WORDS, *((axe, fits) if scripts else ()))
    assert len(town.page(matter_id).steps) == seen
    logged_in(other_tab(page), clerk)
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


@pytest.mark.parametrize("way", [("phone", "en", True), ("desk", "zh", False)], ids=str)
def test_who_proves_who_they_are_in_another_tab_writes_the_reason_once(
    open_page, town, clerk, axe, fits, way
):
    on, language, scripts = way
    matter_id = town.raise_one(contact=Contact(phone=PHONE))
    here = f"/desk/m/{matter_id}/"
    page = open_page(f"/staff/login/?next={here}", on=on, language=language, scripts=scripts)
    logged_in(page, clerk)
    expect(page).to_have_url(re.compile(f"{here}$"))
    seen = len(town.page(matter_id).steps)
    for row in Session.objects.all():
        session = SessionStore(row.session_key)
        session[FRESH] = 0  # long ago
        session.save()
    form = opened(page.locator("#contact details")).locator("form")
    form.locator("[name=opened_for]").select_option(index=1)
    form.locator("[name=purpose]").fill(REASON)
    pressed(form.locator("button"))

    is_kept(page, TITLE[language], REASON, *((axe, fits) if scripts else ()))
    assert len(town.page(matter_id).steps) == seen
    other = other_tab(page)
    other.locator("[name=password]").fill(PASSWORD)
    pressed(other.locator("main form button"))
    expect(other).to_have_url(re.compile(here))
    pressed(page.locator("main form button"))
    expect(page.locator("main")).to_contain_text(PHONE)
    assert len(town.page(matter_id).steps) == seen + 1
