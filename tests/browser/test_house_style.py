"""The look of the house in a browser: both widths, both languages, both schemes."""

import pytest
from playwright.sync_api import expect

from tests.browser.hands import pressed


@pytest.mark.parametrize("on", ["phone", "desk"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_error_page_is_accessible(open_page, axe, fits, db, on, language):
    page = open_page("/no-such-page", on=on, language=language)
    axe(page)
    fits(page)
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text({"zh": "没有这个页面", "en": "There is no such page"}[language])


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("on", ["phone", "desk"])
def test_every_component_is_accessible(open_page, axe, fits, shot, settings, db, on, dark):
    settings.DEBUG = True
    page = open_page("/-/style?what=", on=on, dark=dark)
    axe(page)
    fits(page)
    shot(page, f"style-{on}{'-dark' if dark else ''}")


def test_the_language_switch_works_without_scripts(open_page, db):
    page = open_page("/no-such-page", language="zh", scripts=False)
    pressed(page.get_by_role("button", name="English"))
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_page_turns_by_one_attribute(open_page, settings, db):
    settings.DEBUG = True
    page = open_page("/-/style")
    page.evaluate("document.documentElement.dataset.writing = 'vertical'")
    across, down = page.evaluate(
        "(() => { const b = document.querySelector('.site-head').getBoundingClientRect();"
        " return [b.width, b.height] })()"
    )
    assert down > across, "the head of the page should stand along the side"


def test_axe_would_notice(open_page, axe, db):
    page = open_page("/no-such-page")
    page.evaluate("document.querySelector('main').innerHTML = '<input type=text>'")
    with pytest.raises(AssertionError, match="label"):
        axe(page)


def test_a_page_that_is_too_wide_would_be_noticed(open_page, fits, db):
    page = open_page("/no-such-page", on="phone")
    page.evaluate("document.querySelector('h1').textContent = 'x'.repeat(20)")
    page.evaluate("document.querySelector('h1').style.whiteSpace = 'nowrap'")
    page.evaluate("document.querySelector('h1').style.fontSize = '99px'")
    with pytest.raises(AssertionError, match="wide"):
        fits(page)
