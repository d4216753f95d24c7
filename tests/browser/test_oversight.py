"""Supervision in the browser: from a list to a finding, its answer, and a sample re-checked.

Both languages, axe on every page; they also take the manual's pictures.
"""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.bridges.sampling import draw_sample
from commongrid.kernel.ids import new_id
from commongrid.rooms.findings import face as findings
from commongrid.rooms.people import face as people
from commongrid.stories.seeding import load_seed
from tests.browser.hands import pressed, still
from tests.browser.ways import ON, walked

PASSWORD = "seven kites over the lake"
TOWN = "150502004000"
WORDS = {
    "zh": ("三件事项超期，都没有说明原因(虚构)。", "已逐件补写(虚构)。", "看到了(虚构)。"),
    "en": (
        "Three are overdue, none says why (invented).",
        "Written (invented).",
        "Seen (invented).",
    ),
}


@pytest.fixture
def seed(transactional_db):
    """The seed place, and a sample of it drawn today that was announced two days ago."""
    now = timezone.now()
    load_seed(at=now, password=PASSWORD)
    ago = now - timedelta(days=2)
    supervisor = people.staff_actor(people.find_account("town-supervise").id, now)
    card = findings.announce_sample(
        actor=supervisor, at=ago, command_id=new_id(), place_code=TOWN,
        since=ago - timedelta(days=90), until=ago, by="type", size=8,
    )  # fmt: skip
    return draw_sample(actor=supervisor, at=now, command_id=new_id(), sample_id=card.id)


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still(page)
        axe(page)
        fits(page)

    return look


def log_in(page, who):
    page.goto("/staff/login/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).not_to_have_url(re.compile("login"))


def a_finding(page, unit, looks_well, shot, language):
    """From the overview over a list to a finding, its answer, and the verdict on it."""
    found, answer, verdict = WORDS[language]
    page.goto("/staff/")
    pressed(page.locator("main a[href='/oversight/']"))
    looks_well(page)
    shot(page, f"oversight-{language}")
    pressed(page.locator("a[href*='/lists/overdue/']"))
    expect(page.locator(".table--cards tbody tr").first).to_be_visible()
    looks_well(page)
    shot(page, f"readme-oversight-{language}")
    pressed(page.locator("main a[href*='/findings/new/']"))
    page.locator("[name=unit]").select_option("sanitation")
    page.locator("[name=text]").fill(found)
    looks_well(page)
    shot(page, f"oversight-finding-new-{language}")
    pressed(page.locator("main form .button--primary"))
    expect(page.locator("main")).to_contain_text(found)
    address = page.url

    log_in(unit, "town-sanitation-head")
    unit.goto(address)
    pressed(unit.locator("a[href$='/answer/']"))
    looks_well(unit)
    unit.locator("[name=text]").fill(answer)
    pressed(unit.locator("main form .button--primary"))
    expect(unit.locator("main")).to_contain_text(answer)

    page.goto(address)
    pressed(page.locator("a[href$='/accept/']"))
    page.locator("[name=text]").fill(verdict)
    pressed(page.locator("main form .button--primary"))
    looks_well(page)
    shot(page, f"readme-oversight-finding-{language}")
    page.goto("/oversight/findings/")
    looks_well(page)


def a_sample(page, sample, looks_well, shot, language):
    """One is announced; of the drawn one three matters are re-checked."""
    page.goto("/oversight/samples/")
    looks_well(page)
    pressed(page.locator("a[href$='/samples/new/']"))
    looks_well(page)
    pressed(page.locator("main form .button--primary"))
    expect(page.locator("main code").first).to_be_visible()
    looks_well(page)
    page.goto(f"/oversight/samples/{sample.ref}/")
    for number, one in enumerate(sample.drawn[:3]):
        pressed(page.locator(f"a[href$='/{one.ref}/']").last)
        page.locator("[name=found]").nth(1 if number == 0 else 0).check()
        page.locator("[name=how]").fill(
            "到现场看过(虚构)" if language == "zh" else "Seen (invented)"
        )
        if number == 0:
            looks_well(page)
        pressed(page.locator("main form .button--primary"))
        expect(page.locator(".figure-big")).to_be_visible()
    looks_well(page)
    shot(page, f"readme-oversight-sample-{language}")


@pytest.mark.parametrize("language", walked("zh"))
def test_supervision_asks_a_unit_answers_and_a_sample_is_re_checked(
    open_page, seed, looks_well, shot, language
):
    on = ON[language]
    page, unit = (open_page("/", on=on, language=language) for _ in range(2))
    log_in(page, "town-supervise")
    a_finding(page, unit, looks_well, shot, language)
    a_sample(page, seed, looks_well, shot, language)
