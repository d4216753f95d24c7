"""Every screen of the grid worker's app: read, heard, in the sun, and by keys alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.pocket import LARGE, RAISE, SAVE, SMALL, raised
from tests.browser.ways import IS_EVERY_WAY

BIG = "document.documentElement.style.fontSize = '200%'"
SCREENS = ("today", "raise", "raise/service", "spot", "map", "answers", "more", "post")


@pytest.mark.parametrize(
    ("language", "size"),
    [("zh", SMALL), ("en", LARGE), ("en", SMALL), ("zh", LARGE)][: 4 if IS_EVERY_WAY else 2],
)
def test_every_screen_is_accessible_and_fits(pocket, town, axe, fits, shot, language, size):
    matter = raised(town)
    hand = pocket(language, size)
    page = hand.page
    expect(page.locator("main .item")).to_have_count(1)
    wrong = []
    for screen in (*SCREENS, f"m/{matter}", f"m/{matter}/accept", f"m/{matter}/note"):
        hand.go(screen)
        name = screen.replace(matter, "matter").replace("/", "-")
        if (language, size) in (("zh", SMALL), ("en", LARGE)):
            shot(page, f"field-{name}-{language}", whole=False)
        if (screen, language, size) == ("spot", "zh", SMALL):
            shot(page, f"readme-field-spot-{language}", whole=False)  # the manual shows this one
        page.evaluate(BIG if size == SMALL else "0")
        for check in (axe, fits):
            try:
                check(page)
            except AssertionError as error:
                wrong.append(f"{screen}: {error}")
        page.evaluate("document.documentElement.style.fontSize = ''")
    assert not wrong, "\n\n".join(wrong)


@pytest.mark.parametrize("scheme", ["sun", "dark"])
def test_in_sunlight_and_at_night_it_can_be_read(pocket, town, axe, fits, shot, scheme):
    matter = raised(town)
    hand = pocket("en")
    hand.go("more")
    hand.page.locator(f"input[type=radio][value={scheme}]").check()
    expect(hand.page.locator(f"html[data-scheme={scheme}]")).to_be_attached()
    for screen in ("today", f"m/{matter}", "raise", "more", "map"):
        hand.go(screen)
        axe(hand.page)
        fits(hand.page)
    hand.go("today")
    shot(hand.page, f"field-today-{scheme}-en", whole=False)


def test_the_keyboard_alone_is_enough(pocket, town):
    hand = pocket("en")
    page = hand.page
    hand.offline()

    def tab_to(target: Any) -> None:
        for _ in range(80):
            if target.evaluate("(node) => node === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(target)

    hand.go("today")
    tab_to(page.locator("#bar a").first)
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_be_focused()  # a new screen takes the focus along
    tab_to(page.locator("form input[type=search]"))
    page.keyboard.type("A01")
    tab_to(page.locator(".type-list button.choice").first)
    page.keyboard.press("Enter")
    expect(page.locator(".chosen button")).to_be_focused()
    tab_to(page.locator(SAVE))
    page.keyboard.press("Enter")
    expect(page.locator(f"{RAISE} > .notice--danger")).to_be_focused()  # what is missing is said
    tab_to(page.locator(f"{RAISE} textarea").first)
    page.keyboard.type("a full bin")
    tab_to(page.locator(f"{RAISE} fieldset input[type=radio]").first)
    page.keyboard.press("ArrowDown")  # the map
    expect(page.locator("svg.gridmap")).to_be_visible()
    tab_to(page.locator("svg.gridmap"))
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("+")
    page.keyboard.press("Enter")  # a point in its middle
    expect(page.locator(".where-body .hint[role=status]")).not_to_be_empty()
    tab_to(page.locator(SAVE))
    page.keyboard.press("Enter")
    expect(page.locator("main h1")).to_contain_text("Kept on this phone")
    assert hand.kept("intents") == 1


def test_the_language_is_changed_inside_the_app(pocket, town):
    hand = pocket("zh")
    hand.go("more")
    hand.page.get_by_label("English").check()
    expect(hand.page.locator("main h1")).to_have_text("More")
    expect(hand.page.locator("html")).to_have_attribute("lang", "en")
    hand.offline()
    hand.page.reload()
    expect(hand.page.get_by_role("button", name="Unlock")).to_be_visible()
