"""A firm without an account does the work; two matters that are the same are joined and parted."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face as matters
from tests.browser.hands import opened, pressed
from tests.browser.ways import walked
from tests.doors.desk.town import STATES, WALK, Town, picture

BODY = "演示市政工程队"
AT_TASK = re.compile(r"/task/$")


@pytest.fixture
def at_desk(open_page: Any, town: Town, live_server: Any) -> Any:
    """Open a page of the desk as somebody, already logged in."""

    def opener(who: str, path: str, **more: Any) -> Any:
        page = open_page("/-/alive", **more)
        value = town.client(who).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )
        page.goto(path)
        return page

    return opener


def brought_to(town: Town, state: str, text: str, **more: Any) -> Any:
    now = timezone.now()
    photos = (matters.Photo(content=picture()),)
    matter_id = town.raise_one(text, at=now, photos=photos, lon=122.2, lat=43.6, **more)
    for who, action, fields in WALK[: STATES.index(state)]:
        town.act(matter_id, who, action, at=now, **fields)
    return matter_id


@pytest.mark.parametrize("language", walked("zh"))
def test_a_firm_takes_the_work_and_reports_it_done(
    at_desk, open_page, town, shot, axe, fits, tmp_path, language
):
    contact = matters.Contact(name="演示居民", phone="0475-0001234")
    matter_id = brought_to(town, "handling", "楼门口的垃圾桶满了,盖子也坏了。", contact=contact)
    desk = at_desk("handler", f"/desk/m/{matter_id}/links/new/", language=language)
    axe(desk)
    shot(desk, f"link-new-{language}")
    desk.locator("input[name=body]").fill(BODY)
    desk.locator("input[name=is_reaching]").check()
    desk.locator("input[name=purpose]").fill("约定进院时间")
    pressed(desk.locator("main form button"))
    axe(desk)
    shot(desk, f"link-made-{language}")
    address = desk.locator("#address").inner_text()

    firm = open_page("/-/alive", on="phone", language=language, scripts=False)
    firm.goto(address)
    expect(firm, "the link has left the address").to_have_url(AT_TASK)
    fits(firm)
    shot(firm, f"task-phone-{language}")
    for action, words in (("outside_accept", "明早九点来。"), ("outside_ask", "钥匙在哪里?")):
        pressed(firm.locator(f"a[href$='{action}/']"))
        firm.locator("textarea").fill(words)
        pressed(firm.locator("main form button").first)
        expect(firm.locator("main")).to_contain_text(words)
    file = tmp_path / "done.jpg"
    file.write_bytes(picture((90, 160, 90)))
    pressed(firm.locator("a[href$='outside_done/']"))
    fits(firm)
    shot(firm, f"task-done-phone-{language}")
    firm.locator("textarea").fill("清空、换盖。")
    firm.locator("input[type=file]").set_input_files(file)
    pressed(firm.locator("main form button").first)
    shot(firm, f"task-talk-phone-{language}")
    pressed(firm.locator("a[href$='/contact/']"))
    pressed(firm.locator("main form button"))
    expect(firm.locator("main")).to_contain_text(contact.phone)
    shot(firm, f"task-contact-phone-{language}")

    desk.goto("/desk/tasks/")
    expect(desk.locator("main")).to_contain_text(BODY)
    desk.goto(f"/desk/m/{matter_id}/")
    axe(desk)
    shot(desk, f"desk-outside-{language}")
    pressed(desk.locator("#outside ~ ul form button"))
    firm.goto("/task/")
    shot(firm, f"task-ended-phone-{language}")
    wide = open_page("/-/alive", language=language)
    wide.goto(address)
    axe(wide)


def test_the_work_reads_well_on_a_wide_screen(open_page, town, shot, axe):
    matter_id = brought_to(town, "handling", "楼门口的垃圾桶满了,盖子也坏了。")
    now = timezone.now()
    link = matters.make_link(
        actor=town.actor("handler"), at=now, command_id=new_id(), matter_id=matter_id, body=BODY,
        until_on=timezone.localdate() + timedelta(days=5),
    )  # fmt: skip
    page = open_page("/-/alive", language="en")
    page.goto(reverse("outside:enter", args=[link.token]))
    axe(page)
    shot(page, "task-desk-en")


@pytest.mark.parametrize("language", walked("en"))
def test_two_matters_are_compared_joined_and_parted(
    at_desk, open_page, town, shot, axe, fits, language
):
    one = brought_to(town, "reported", "楼门口的垃圾桶满了,盖子也坏了。")
    other = brought_to(town, "reported", "垃圾桶满了,楼门口都是味道。")
    desk = at_desk("desk", f"/desk/m/{one}/", language=language)
    shot(desk, f"desk-similar-{language}")
    pressed(desk.locator("a[href*='/compare/']").first)
    axe(desk)
    shot(desk, f"desk-compare-{language}")
    box = opened(desk.locator("details.action").first)
    box.locator("textarea").fill("同一个桶")
    pressed(box.locator("button"))
    second = at_desk("desk2", f"/desk/m/{one}/compare/{other}/", language=language)
    box = second.locator("details.action[open]")
    box.locator("textarea").fill("看过,同一个")
    pressed(box.locator("button"))
    assert town.page(one).card.state == "merged"
    second.goto(f"/desk/m/{other}/")
    axe(second)
    shot(second, f"desk-lineage-{language}")
    pressed(second.locator("a[href$='#do-unmerge']"))
    box = opened(second.locator("#do-unmerge"))
    box.locator("textarea").fill("是两个桶")
    pressed(box.locator("button"))
    assert town.page(one).card.state == "reported"
