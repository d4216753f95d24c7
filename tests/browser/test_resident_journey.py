"""Residents in a browser: on a phone, by keyboard alone, without scripts, with large text."""

import re

import pytest
from playwright.sync_api import expect

from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter
from commongrid.rooms.places import face as places
from tests.browser.hands import key_leads_on, pressed, still
from tests.browser.ways import SCREENS
from tests.doors.resident.walking import TOWN, handle, load_places, picture

LARGE = "document.documentElement.style.fontSize = '200%'"
POST = f"/grids/{TOWN[:9]}001001/"
PAGES = ["/", "/places/", "/help/", "/help/paper/", "/privacy/", "/accessibility/", "/my/code/"]


@pytest.fixture
def both_places(transactional_db):
    load_places()


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


@pytest.fixture
def photo_file(tmp_path):
    path = tmp_path / "lamp.jpg"
    path.write_bytes(picture(size=(1200, 900)).read())
    return path


def choose_place(page):
    page.goto("/places/")
    pressed(page.locator(".place-button").first)


def press_main(page):
    pressed(page.locator("main .form-end .button--primary:visible").first)


def choose_hint(page, words):
    """Take the kind that the page proposes for what one wrote."""
    page.locator("#hints").get_by_text(words).click()
    expect(page.locator("#hints input:checked")).to_have_count(1)


def code_on(page):
    return page.locator("#code").get_attribute("aria-label")


@pytest.mark.parametrize(("on", "language"), SCREENS)
def test_every_page_is_accessible_and_fits(open_page, both_places, looks_well, language, on):
    page = open_page("/", on=on, language=language)
    looks_well(page)
    choose_place(page)
    for path in (*PAGES, POST, "/grids/", "/report/"):
        page.goto(path)
        looks_well(page)


def test_from_the_dark_lamp_to_the_rating(open_page, both_places, looks_well, shot, photo_file):
    page = open_page("/", on="phone", language="zh")
    choose_place(page)
    looks_well(page)
    shot(page, "resident-home")
    pressed(page.get_by_role("link", name="我要上报"))

    page.get_by_label("用自己的话说").fill("学校门口的路灯三天不亮了，孩子放学看不清路。")
    choose_hint(page, "路灯不亮")
    looks_well(page)
    shot(page, "resident-what")
    press_main(page)
    page.get_by_label("否").check()
    looks_well(page)
    press_main(page)

    frame = page.locator("#map")
    page.wait_for_selector(".grid-outline")
    frame.click(position={"x": 170, "y": 150})
    expect(page.locator("[data-map-says]")).to_contain_text("网格")
    looks_well(page)
    shot(page, "resident-where")
    press_main(page)

    page.locator("#id_photos").set_input_files(photo_file)
    pressed(page.get_by_role("button", name="上传并查看"))
    page.get_by_label("电话").fill("13800000000")
    looks_well(page)
    shot(page, "resident-photo")
    press_main(page)
    looks_well(page)
    shot(page, "resident-check")
    pressed(page.get_by_role("button", name="提交"))

    looks_well(page)
    shot(page, "resident-receipt")
    code = code_on(page)
    matter_id, _ = matters.find_by_receipt(code)
    press_main(page)
    looks_well(page)

    handle(matter_id, said="换了新灯，亮了。")
    page.reload()
    looks_well(page)
    shot(page, "resident-my")
    pressed(page.get_by_role("link", name="没有，还没解决"))
    page.get_by_label("原因是什么？").fill("又灭了。")
    looks_well(page)
    pressed(page.get_by_role("button", name="没有，还没解决"))
    assert Matter.objects.get().redone == 1
    looks_well(page)

    handle(matter_id, begin="claim_done", said="接线重新做了，亮着。")
    page.goto("/my/do/confirm/")
    pressed(page.get_by_role("button", name="是的，解决了"))
    pressed(page.get_by_role("link", name="评价这次办理"))
    page.get_by_label("满意", exact=True).check()
    looks_well(page)
    pressed(page.get_by_role("button", name="评价这次办理"))
    assert Matter.objects.get().rating == "satisfied"
    looks_well(page)
    shot(page, "resident-rated")


def test_without_scripts_everything_can_be_done(open_page, both_places, fits, photo_file):
    page = open_page("/", on="phone", language="zh", scripts=False)
    choose_place(page)
    pressed(page.get_by_role("link", name="我要上报"))
    page.get_by_label("用自己的话说").fill("路灯不亮")
    pressed(page.get_by_role("button", name="按我写的推荐类别"))
    choose_hint(page, "路灯不亮")
    press_main(page)
    press_main(page)
    expect(page.locator('[data-way="map"]')).not_to_be_visible()
    page.locator("#list_spot summary").first.click()
    page.get_by_label("露天社区第1网格").check()
    fits(page)
    pressed(page.get_by_role("button", name="就选这个网格"))
    page.locator("#id_photos").set_input_files(photo_file)
    press_main(page)
    pressed(page.get_by_role("button", name="提交"))
    code = code_on(page)
    press_main(page)
    expect(page.locator("main")).to_contain_text("您的事项已收到")
    pressed(page.get_by_role("button", name="在这台设备上关闭"))
    page.goto(f"/r/{code}/")
    expect(page).to_have_url(re.compile("/my/$"))
    assert Matter.objects.get().photos == 1


def test_with_the_keyboard_alone(open_page, both_places):
    page = open_page("/places/", language="en")
    keys = page.keyboard

    def tab_to(selector):
        for _ in range(120):
            keys.press("Tab")
            if page.evaluate("s => document.activeElement.matches(s)", selector):
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    def enter_leads_to(end):
        key_leads_on(page, "Enter")
        expect(page).to_have_url(re.compile(f"//[^/]+{end}$"))

    tab_to(".place-button")
    enter_leads_to("/")
    tab_to(".hero-do a")
    enter_leads_to("/report/what/")
    tab_to("#id_text")
    # The page asks whenever nothing was typed for a moment, so a slow machine asks several times.
    with page.expect_response(lambda answer: "dark" in (answer.request.post_data or "")):
        keys.type("The street lamp is dark")
    still(page)
    tab_to("#hints input")
    keys.press("Space")
    expect(page.locator("#hints input:checked")).to_have_count(1)
    tab_to(".form-end .button--primary")
    enter_leads_to("/report/questions/")
    tab_to(".form-end .button--primary")
    enter_leads_to("/report/where/")
    page.wait_for_selector(".grid-outline")
    tab_to("#map")
    keys.press("ArrowLeft")
    keys.press("Enter")
    expect(page.locator("[data-map-says]")).not_to_be_empty()
    tab_to('[data-way="map"] .button--primary')
    enter_leads_to("/report/photo/")
    tab_to(".form-end .button--primary")
    enter_leads_to("/report/check/")
    tab_to(".button--big")
    enter_leads_to("/report/sent/")
    assert code_on(page)


def test_an_error_takes_the_reader_to_the_first_wrong_field(open_page, both_places, looks_well):
    page = open_page("/places/", on="phone", language="en")
    choose_place(page)
    page.goto("/report/")
    press_main(page)
    expect(page.locator("[data-error-summary]")).to_be_focused()
    looks_well(page)
    page.get_by_role("link", name=re.compile("In your own words")).click()
    expect(page.locator("#id_text")).to_be_focused()


def test_a_wrong_code_can_be_corrected_on_the_spot(open_page, both_places, looks_well):
    page = open_page("/r/K7QM-4T2X-9R3W-B/", on="phone", language="en")
    for _ in range(2):
        looks_well(page)
        page.get_by_label("Receipt code").fill("K7QM-4T2X-9R3W-C")
        press_main(page)
        expect(page.locator("main")).to_contain_text("opens no matter")


def test_the_position_is_asked_for_once_and_on_request(open_page, both_places):
    west, south, east, north = places.bounds_of(places.get_place(TOWN).path)
    here = {"longitude": (west + east) / 2, "latitude": (south + north) / 2}
    page = open_page(
        "/places/", on="phone", language="en", geolocation=here, permissions=["geolocation"]
    )
    choose_place(page)
    page.goto("/report/")
    page.get_by_label("In your own words").fill("lamp")
    page.get_by_text("Public facilities").click()
    page.get_by_label("Street lamp out").check()
    press_main(page)
    press_main(page)
    page.wait_for_selector(".grid-outline")
    expect(page.locator("#map_lon")).to_have_value("")
    page.get_by_role("button", name="Where I am now").click()
    expect(page.locator("#map_lon")).not_to_have_value("")
    assert float(page.locator("#map_lon").input_value()) == pytest.approx(here["longitude"])


def test_danger_fills_the_page(open_page, both_places, looks_well, shot):
    page = open_page("/places/", on="phone", language="zh")
    choose_place(page)
    page.goto("/report/")
    page.get_by_label("用自己的话说").fill("楼道着火了")
    page.get_by_text("突发应急").click()
    page.get_by_label("火情").check()
    press_main(page)
    if page.url.endswith("/questions/"):
        press_main(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("请马上拨打 119")
    looks_well(page)
    shot(page, "resident-danger")


def test_twice_the_text_still_fits(open_page, both_places, fits):
    page = open_page("/places/", on="phone", language="en")
    choose_place(page)
    for path in (*PAGES, POST, "/grids/", "/report/"):
        page.goto(path)
        page.evaluate(LARGE)
        fits(page)


def test_the_grid_post_prints(open_page, both_places, shot):
    page = open_page(POST, language="zh")
    page.emulate_media(media="print")
    expect(page.get_by_text("打印这张公示牌（A4）")).not_to_be_visible()
    expect(page.locator(".qr svg")).to_be_visible()
    shot(page, "grid-post-on-paper")


def test_dark_pages_are_readable_too(open_page, both_places, looks_well):
    page = open_page("/places/", on="phone", language="zh", dark=True)
    choose_place(page)
    looks_well(page)
    page.goto("/report/")
    looks_well(page)
