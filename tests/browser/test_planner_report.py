"""A planner reads a rehearsal's report and moves through its replay, in a real browser."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.bridges.rehearsal.plain import digest, plan_to_plain, report_to_plain
from commongrid.kernel.canon import digest as digest_of
from commongrid.kernel.ids import new_id
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.stories.seeding import load_seed
from tests.browser.hands import opened, pressed, still
from tests.browser.kept import kept
from tests.doors.planner.finished import replayed
from tests.support.rehearsal import sample_plan, sample_practice, sample_report

PASSWORD = "seven kites over the lake"
TOWN, WHO = "150502004000", "town-keeper"
LARGE = "document.documentElement.style.fontSize = '200%'"


@pytest.fixture
def ref(transactional_db):
    """A finished rehearsal of the seed's town: invented numbers on its own grids."""
    at = timezone.now()
    kept("bare seed", lambda: load_seed(at=at, password=PASSWORD, with_matters=False))
    actor = people.staff_actor(Account.objects.get(username=WHO).pk, at)
    grids = [card.path for card in places.list_grids(places.get_place(TOWN).path, at)]
    plain = report_to_plain(replayed(sample_report(replications=6), grids))
    key = places.charter_in_force(places.get_place(TOWN).path, at)[0]
    asked = rehearsals.ask_rehearsal(
        actor=actor, at=at, command_id=new_id(), place_code=TOWN,
        plan=plan_to_plain(sample_plan()), plan_digest=digest(sample_plan()),
        practice={}, practice_digest=digest(sample_practice()),
        charters=[
            rehearsals.CharterUsed(
                alternative=one.name, key=key, digest=places.get_charter_card(key).digest
            )
            for one in sample_plan().alternatives
        ],
    )  # fmt: skip
    begun = rehearsals.begin_rehearsal(at=at)
    rehearsals.finish_rehearsal(
        rehearsal_id=begun.id, lease=begun.lease, at=at, report=plain,
        report_digest=digest_of(plain), replications=6,
    )  # fmt: skip
    return asked.ref


def log_in(page):
    page.goto("/staff/login/")
    page.locator("[name=username]").fill(WHO)
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).not_to_have_url(re.compile("login"))


def looks_well(page, axe, fits):
    still(page)
    axe(page)
    fits(page)


def test_a_leader_reads_the_answer_on_a_desk(open_page, ref, axe, fits, shot):
    page = open_page("/", on="desk", language="zh")
    log_in(page)
    page.goto(f"/plan/{ref}/report/")
    looks_well(page, axe, fits)
    shot(page, "readme-rehearsal-answer-zh", whole=False)
    page.locator("#all").scroll_into_view_if_needed()
    expect(page.locator(".plot").first).to_be_visible()
    page.locator("a[href='#m-solved_in_time']").first.click()
    expect(page.locator("#m-solved_in_time")).to_be_in_viewport()
    page.locator("a[href='#runs-solved_in_time']").first.click()
    expect(page.locator("#runs-solved_in_time")).to_be_in_viewport()
    runs = opened(page.locator("#runs-solved_in_time"))
    expect(runs.locator("data").first).to_be_visible()
    fits(page)
    sheet = page.context.request.get(f"{page.url.split('/plan/')[0]}/plan/{ref}/report.pdf")
    assert sheet.status == 200
    assert sheet.body().startswith(b"%PDF")


def test_the_report_on_a_phone_with_large_letters(open_page, ref, axe, fits, shot):
    page = open_page("/", on="phone", language="en")
    log_in(page)
    for path in (f"/plan/{ref}/report/", f"/plan/{ref}/replay/"):
        page.goto(path)
        still(page)
        fits(page)
        shot(page, f"report-phone-{path.split('/')[-2]}")
        page.evaluate(LARGE)
        looks_well(page, axe, fits)


def test_the_replay_moves_by_keyboard_and_stands_still_when_asked(open_page, ref, axe, fits, shot):
    page = open_page("/", on="desk", language="en")
    log_in(page)
    page.goto(f"/plan/{ref}/replay/")
    looks_well(page, axe, fits)
    slider, moment = page.locator("#at"), page.locator("#moment")
    expect(page.locator("#back")).to_be_visible()
    expect(page.locator("#play")).to_be_hidden()  # less motion was asked for
    begin = moment.inner_text()
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(moment).not_to_have_text(begin)
    assert slider.get_attribute("aria-valuetext") == moment.inner_text()
    page.keyboard.press("Home")
    expect(moment).to_have_text(begin)
    page.locator("#on").focus()
    page.keyboard.press("Enter")
    expect(moment).not_to_have_text(begin)
    page.keyboard.press("Enter")
    open_sum = page.locator("[data-side='0'] [data-sum=open]").inner_text()
    cells = page.locator("#rows tr td:nth-child(2)").all_inner_texts()
    assert sum(map(int, cells)) == int(open_sum)
    assert page.locator(".rp-side .rp-map").count() == 2
    shot(page, "readme-rehearsal-replay-en", whole=False)


def test_the_replay_plays_and_pauses(open_page, ref):
    page = open_page("/", on="desk", language="zh")
    page.emulate_media(reduced_motion="no-preference")
    log_in(page)
    page.goto(f"/plan/{ref}/replay/")
    still(page)
    moment, play = page.locator("#moment"), page.locator("#play")
    begin = moment.inner_text()
    play.click()
    expect(moment).not_to_have_text(begin)
    expect(moment).to_have_attribute("aria-live", "off")
    play.click()
    expect(moment).to_have_attribute("aria-live", "polite")
    page.emulate_media(reduced_motion="reduce")
    expect(play).to_be_hidden()


def test_without_scripts_nothing_is_lost(open_page, ref):
    page = open_page("/", on="phone", language="zh", scripts=False)
    log_in(page)
    page.goto(f"/plan/{ref}/report/")
    expect(page.locator("#answer")).to_be_visible()
    assert page.locator("svg.plot").count() >= 5
    pressed(page.locator("main a[href$='/replay/']"))
    expect(page.locator("#player")).to_be_hidden()
    glances = page.locator(".rp-glances tbody tr")
    expect(glances).to_have_count(6)
    asked = glances.nth(3).locator("th").inner_text()
    pressed(glances.nth(3).locator("a"))
    expect(page.locator("#moment")).to_have_text(asked)
    page.locator("input[name=show]").nth(1).uncheck()
    pressed(page.locator("#replay-form button").first)
    expect(page.locator(".rp-side")).to_have_count(1)
