"""A day at the desk in a real browser: from raised to closed, by the right people."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.rooms.matters import face as matters
from tests.browser.hands import key_leads_on, opened, pressed, still
from tests.browser.ways import SCREENS
from tests.doors.desk.town import LEAD, STATES, WALK, Town, picture
from tests.rooms.places.standing import GRID

MAIN = "main"


@pytest.fixture
def at_desk(open_page: Any, town: Town, live_server: Any) -> Any:
    """Open a page of the desk as somebody, already logged in."""

    def opener(who: str, path: str = "/desk/", **more: Any) -> Any:
        page = open_page("/-/alive", **more)
        value = town.client(who).cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": value, "url": live_server.url}]
        )
        page.goto(path)
        expect(page).not_to_have_url(re.compile("/login/"))
        return page

    return opener


def walked(town: Town, state: str, text: str = "楼门口的垃圾桶满了", **more: Any) -> Any:
    """A matter of today at a state of the plain way."""
    now = timezone.now()
    matter_id = town.raise_one(text, at=now, **more)
    for who, action, fields in WALK[: STATES.index(state)]:
        photo = action == "claim_done"
        town.act(matter_id, who, action, at=now, photo=photo, **fields)
    return matter_id


def step(page: Any, label: str) -> Any:
    """Open the form of a step and give it."""
    return opened(page.locator("details.action", has=page.locator("summary", has_text=label)).first)


def press(box: Any, label: str) -> None:
    pressed(box.get_by_role("button", name=label, exact=True))


def test_a_matter_goes_from_raised_to_closed(at_desk, town, shot):
    matter_id = walked(town, "reported", photos=(matters.Photo(content=picture()),))
    here = f"/desk/m/{matter_id}/"

    desk = at_desk("desk")
    shot(desk, "desk-inbox-zh")
    pressed(desk.get_by_role("link", name="暴露垃圾"))
    press(step(desk, "受理"), "受理")
    expect(desk.locator(".notice--ok")).to_have_count(1)

    dispatcher = at_desk("dispatcher", here)
    box = step(dispatcher, "派遣")
    box.locator("select[name=unit]").select_option(LEAD)
    box.locator("textarea[name=reason]").fill("派单目录的主办单位")
    press(box, "派遣")

    handler = at_desk("handler", "/desk/tasks/")
    box = step(handler, "接下")
    box.locator("[name=contact_name]").fill("值班室")
    press(box, "接下")
    expect(handler).to_have_url(re.compile("/desk/tasks/$"))
    handler.goto(here)
    box = step(handler, "报称办好")
    box.locator("[name=feedback]").fill("已清运")
    box.locator("[name=record]").fill("清运两桶并冲洗")
    box.locator("[name=photos]").set_input_files(
        {"name": "after.jpg", "mimeType": "image/jpeg", "buffer": picture((90, 160, 90))}
    )
    press(box, "报称办好")

    checker = at_desk("checker", here)
    box = step(checker, "核查通过")
    box.locator("[name=record]").fill("现场已清,与反馈一致")
    box.locator("[name=seen_on]").fill(timezone.localdate().isoformat())
    press(box, "核查通过")
    expect(checker.locator(".strip")).to_contain_text("已结案")
    shot(checker, "desk-matter-closed-zh")
    actions = [s.action for s in town.page(matter_id).steps]
    assert actions == ["raise", *(action for _, action, _ in WALK)]


def test_a_refused_step_is_explained(at_desk, town, shot, axe):
    matter_id = walked(town, "claimed")
    page = at_desk("handler", f"/desk/m/{matter_id}/", language="en")
    refused = opened(page.locator("details.refused"))
    line = refused.locator("li", has_text="Check passes")
    expect(line).to_contain_text("checker")
    pressed(line.get_by_role("link"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("not possible now")
    expect(page.locator(".check--no")).to_have_count(1)
    axe(page)
    shot(page, "desk-why-en")


def test_several_matters_are_offered_by_keyboard_alone(at_desk, town, shot):
    for n in range(3):
        walked(town, "accepted", f"第{n}处垃圾")
    page = at_desk("dispatcher", language="en")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("#ticked")).to_have_text("2 ticked")
    key_leads_on(page, "o")
    expect(page).to_have_url(re.compile("/desk/offer/"))
    page.locator("select[name=unit]").select_option(LEAD)
    page.locator("textarea[name=reason]").fill("dispatch catalogue")
    pressed(page.get_by_role("button", name="Offer 2 matters"))
    expect(page.locator("td .tag--green")).to_have_count(2)
    shot(page, "desk-offered-en")


def test_keys_search_help_and_open(at_desk, town):
    walked(town, "reported")
    page = at_desk("desk", language="en")
    page.keyboard.press("/")
    expect(page.locator("#q")).to_be_focused()
    page.keyboard.type("j")  # a letter in a field is a letter
    expect(page.locator("#q")).to_have_value("j")
    page.keyboard.press("Escape")
    page.locator("h1").click()
    page.keyboard.press("?")
    expect(page.locator("dialog#keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog#keys")).not_to_be_visible()
    page.keyboard.press("j")
    expect(page.locator("#rows .what a")).to_be_focused()
    key_leads_on(page, "Enter")
    expect(page).to_have_url(re.compile("/desk/m/"))


def test_the_list_is_reached_by_tab_alone(at_desk, town):
    walked(town, "reported")
    page = at_desk("desk")
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('#rows .what')"):
            break
    else:
        pytest.fail("the line was not reached in sixty steps")
    key_leads_on(page, "Enter")
    expect(page).to_have_url(re.compile("/desk/m/"))


def test_news_come_without_taking_focus_or_ticks(at_desk, town):
    first = walked(town, "accepted", "第一处")
    page = at_desk("dispatcher", language="en")
    page.keyboard.press("j")
    page.keyboard.press("x")
    box = page.locator(f"input[value='{first}']")
    expect(box).to_be_checked()
    link = page.locator(f"tr[data-id='{first}'] .what a")
    expect(link).to_be_focused()
    ask = "htmx.trigger('#poll', 'refresh')"
    with page.expect_response("**/desk/rows/**") as unchanged:
        page.evaluate(ask)
    assert unchanged.value.status == 304
    still(page)
    expect(page.locator("#news.shown")).to_have_count(0)

    walked(town, "accepted", "第二处")
    page.evaluate(ask)
    expect(page.locator("#news.shown")).to_contain_text("1 matter changed.")
    still(page)
    expect(page.locator("#rows tr"), "nothing moves until it is asked for").to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator("#rows tr")).to_have_count(2)
    expect(link).to_be_focused()
    expect(box).to_be_checked()

    town.act(first, "desk", "note", at=timezone.now(), note="met the person")
    town.act(
        first, "dispatcher", "offer", at=timezone.now(), unit=LEAD, reason="dispatch catalogue"
    )
    page.evaluate("document.activeElement.blur()")
    page.evaluate(ask)
    page.locator("#rows tr", has_text="dispatched").wait_for()


@pytest.mark.parametrize(("on", "language"), SCREENS)
def test_every_page_is_accessible_and_fits(at_desk, town, axe, fits, shot, on, language):
    photos = (matters.Photo(content=picture()),)
    contact = matters.Contact(name="某人", phone="000-1")
    reported = walked(town, "reported", photos=photos, contact=contact, is_shareable=True)
    accepted = walked(town, "accepted")
    walked(town, "dispatched")
    photo = town.page(reported).photos[0].id
    pages = {
        "inbox": "/desk/?light=none&show=all",
        "filters": "/desk/filters/",
        "matter": f"/desk/m/{reported}/",
        "sheet": f"/desk/m/{reported}/sheet/",
        "why": f"/desk/why/{accepted}/offer/",
        "redact": f"/desk/m/{reported}/photos/{photo}/redact/",
        "new": "/desk/new/",
        "new-rest": "/desk/new/?grid=150502004001001&type=A01&channel=phone",
        "map": "/desk/map/",
        "offer": f"/desk/offer/?m={accepted}",
        "empty": "/desk/?q=%E6%B2%A1%E6%9C%89",
    }
    page = at_desk("desk", on=on, language=language)
    for name, path in pages.items():
        page.goto(path)
        page.locator("h1").wait_for()
        for box in page.locator("details").all():
            box.evaluate("box => { box.open = true }")
        still(page)
        axe(page)
        fits(page)
        shot(page, f"desk-{name}-{on}-{language}")
    leading = town.page(accepted).card.ref
    town.act(reported, "desk", "merge", at=timezone.now(), leading=leading, reason="同一处")
    walked(town, "claimed")
    for who in ("handler", "desk2", "checker"):
        tasks = at_desk(who, "/desk/tasks/", on=on, language=language)
        axe(tasks)
        fits(tasks)
        shot(tasks, f"desk-tasks-{who}-{on}-{language}")


def test_text_twice_as_large_still_fits(at_desk, town, fits):
    matter_id = walked(town, "handling")
    page = at_desk("desk")
    for path in ("/desk/", f"/desk/m/{matter_id}/", "/desk/new/"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        fits(page)


def test_the_desk_works_without_scripts(at_desk, town):
    matter_id = walked(town, "reported")
    page = at_desk("desk", scripts=False, language="en")
    pressed(page.get_by_role("link", name="Filters"))
    page.locator("[name=light][value=none]").check()
    pressed(page.get_by_role("button", name="Show"))
    pressed(page.get_by_role("link", name="Exposed rubbish"))
    box = step(page, "Accept")
    press(box, "Accept")
    assert town.page(matter_id).card.state == "accepted"


def test_the_map_shows_points_and_the_same_list(at_desk, town, shot):
    page = at_desk("desk", "/desk/map/")
    outline = page.evaluate("fetch('/desk/map/outlines.json').then((a) => a.json())")
    west, south, east, north = outline["features"][0]["bbox"]
    town.raise_one(at=timezone.now(), lon=(west + east) / 2, lat=(south + north) / 2)
    page.reload()
    page.locator("#map[data-ready='1']").wait_for()
    expect(page.locator("#near li")).to_have_count(1)
    still(page)
    shot(page, "desk-map-zh")


def test_a_caller_is_helped_with_a_point_and_follows_what_is_known(at_desk, town, shot):
    known = walked(town, "reported", "同一个垃圾桶", is_shareable=True)
    page = at_desk("desk", f"/desk/new/?grid={GRID}&type=A01&channel=phone", language="en")
    opened(page.locator("details", has=page.locator("#spot")))
    page.locator("#spot[data-ready]").wait_for()
    page.locator("#spot").focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-spot-says]")).to_contain_text("Point:")
    lon = float(page.locator("#id_lon").input_value())
    page.locator("#id_text").fill("另一个垃圾桶")
    shot(page, "desk-new-spot-en")
    pressed(page.get_by_role("button", name="Raise it"))
    raised = matters.find_by_receipt(page.locator("#code").inner_text())
    assert town.page(raised[0]).card.lon == lon

    page.goto(f"/desk/new/?grid={GRID}&type=A01&channel=phone")
    box = opened(page.locator("aside details", has_text=town.page(known).card.ref))
    box.get_by_label("Telephone").fill("000-1")
    pressed(box.get_by_role("button", name="Follow it"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Followed")
    assert town.page(known).followers == 1


def test_boxes_are_drawn_over_a_photo(at_desk, town):
    matter_id = walked(town, "reported", photos=(matters.Photo(content=picture()),))
    photo = town.page(matter_id).photos[0].id
    page = at_desk("desk", f"/desk/m/{matter_id}/photos/{photo}/redact/", language="en")
    page.wait_for_function("document.querySelector('#redact img').complete")
    page.locator("#redact canvas").scroll_into_view_if_needed()
    area = page.locator("#redact canvas").bounding_box()
    page.mouse.move(area["x"] + area["width"] * 0.25, area["y"] + area["height"] * 0.25)
    page.mouse.down()
    page.mouse.move(area["x"] + area["width"] * 0.5, area["y"] + area["height"] * 0.5)
    page.mouse.up()
    expect(page.locator("#id_boxes")).not_to_have_value("")
    numbers = [float(n) for n in page.locator("#id_boxes").input_value().split()]
    assert all(abs(n - 25) < 1.5 for n in numbers)
    pressed(page.get_by_role("button", name="Blacken for good"))
    expect(page).to_have_url(re.compile(f"/desk/m/{matter_id}/$"))
    assert town.page(matter_id).photos[0].is_redacted
