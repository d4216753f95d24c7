"""A planner drills a surge in the browser: form, check, progress, cancel; another to its report.

Real runs: the worker stands beside the page as it does beside the server, between two looks.
"""

from __future__ import annotations

import re
import threading

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connections
from django.utils import timezone
from playwright.sync_api import expect

from commongrid.rooms.rehearsals.models import RehearsalRow
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import working
from commongrid.stories.seeding import load_seed
from tests.browser.hands import opened, pressed, still
from tests.browser.kept import kept
from tests.browser.ways import IS_EVERY_WAY, walked
from tests.support.versions import NEXT

pytestmark = pytest.mark.usefixtures("rehearsals_at_once")
PASSWORD = "seven kites over the lake"
DRILLED = {"zh": "疫情", "en": "outbreak"}


@pytest.fixture
def seed(transactional_db):
    return kept("seed", lambda: load_seed(at=timezone.now(), password=PASSWORD))


@pytest.fixture
def looks_well(axe, fits):
    def look(page):
        still_but_asking(page)
        axe(page)
        fits(page)

    return look


def still_but_asking(page):
    """A page that asks every second or two is never idle for long: its load is what counts."""
    if page.locator("[hx-get][hx-trigger^=every]").count():
        page.wait_for_load_state("load")
    else:
        still(page)


class Worker:
    """The worker of the house in a thread; ``hold`` keeps it at its first step until let go."""

    def __init__(self, *, hold: bool = False) -> None:
        self.at_work, self.go_on = threading.Event(), threading.Event()
        self.card = None
        if not hold:
            self.go_on.set()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self):
        self._plain = working.rehearse
        working.rehearse = self._held
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.go_on.set()
        self._thread.join()
        working.rehearse = self._plain

    def ends(self):
        """Wait for the run: the first of an installation compiles the engine."""
        self._thread.join(timeout=900)
        return self.card

    def _run(self):
        try:
            self.card = rehearsing.run_next(now=timezone.now, beat_s=0)
        finally:
            connections.close_all()

    def _held(self, plan, practice, charters, *, progress, is_cancelled):
        def told(done, planned):
            progress(done, planned)
            self.at_work.set()
            self.go_on.wait()

        return self._plain(plan, practice, charters, progress=told, is_cancelled=is_cancelled)


def log_in(page):
    page.goto("/staff/login/")
    page.locator("[name=username]").fill("town-keeper")
    page.locator("[name=password]").fill(PASSWORD)
    pressed(page.locator("main form button").first)
    expect(page).not_to_have_url(re.compile("login"))


def fill_drill(page, look, shot, language):
    """The surge drill for Keerqin: the ready question, made stronger, few runs."""
    page.goto("/plan/")
    look(page)
    pressed(page.locator("a[href*='question=outbreak']"))
    look(page)
    page.locator("[name='shock.strength']").fill("2")
    page.locator("[name='shock.absent']").fill("20")
    page.locator("[name='shock.neighbours_help']").check()
    opened(page.locator("details:has([name=most])"))
    page.locator("[name=least]").fill("2")
    page.locator("[name=most]").fill("2")
    shot(page, f"planner-form-{language}")
    pressed(page.locator("main button.button--primary[name=check]"))
    look(page)
    expect(page.locator("main")).to_contain_text(DRILLED[language])
    shot(page, f"planner-check-{language}")


# A real run takes a while: the drill in one language, the change in the other.
DRILLS = [("desk", "zh"), ("phone", "en")] if IS_EVERY_WAY else [("phone", "en")]


@pytest.mark.parametrize(("on", "language"), DRILLS)
def test_a_surge_drill_is_watched_cancelled_and_drilled_again(
    open_page, seed, looks_well, shot, on, language
):
    page = open_page("/", on=on, language=language)
    log_in(page)
    fill_drill(page, looks_well, shot, language)
    pressed(page.locator("form[action$='/ask/'] button"))
    looks_well(page)
    with Worker(hold=True) as worker:
        assert worker.at_work.wait(timeout=900)
        expect(page.locator("#progress progress")).to_be_visible()
        shot(page, f"planner-progress-{language}")
        pressed(page.locator("a[href$='/cancel/']"))
        looks_well(page)
        pressed(page.locator("main form .button--danger"))
        expect(page.locator("#progress .tag")).to_be_visible()
        looks_well(page)
    assert worker.card.state == "cancelled"
    pressed(page.locator("a[href*='copy=']"))
    pressed(page.locator("main button.button--primary[name=check]"))
    pressed(page.locator("form[action$='/ask/'] button"))
    with Worker() as worker:
        assert worker.ends().state == "done"
    expect(page).to_have_url(re.compile("/report/$"))
    looks_well(page)
    shot(page, f"planner-report-{language}")
    pdf = page.request.get(page.url.replace("/report/", "/report.pdf"))
    assert pdf.body().startswith(b"%PDF")
    assert sorted(RehearsalRow.objects.values_list("state", flat=True)) == ["cancelled", "done"]


class SlowReading:
    """Reading the past, and telling how far it is, wait until the test lets them go on."""

    def __init__(self, patch) -> None:
        self.asked_again, self.read_on, self.tell_on = (threading.Event() for _ in range(3))
        self._asked = 0
        plain = rehearsing.practice_known

        def read(path, at):
            self.read_on.wait()
            return plain(path, at)

        patch.setattr(rehearsing, "practice_known", read)
        patch.setattr(rehearsing.Shelf, "is_filled", lambda _shelf: False)
        patch.setattr(rehearsing.Shelf, "percent", lambda _shelf: self._told())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.read_on.set()
        self.tell_on.set()

    def _told(self):
        self._asked += 1
        if self._asked > 1:
            self.asked_again.set()
            self.tell_on.wait()
        return 40


def checked_outbreak(open_page):
    """The check page of the ready question, on a phone."""
    page = open_page("/", on="phone", language="en")
    log_in(page)
    page.goto("/plan/new/?question=outbreak")
    pressed(page.locator("main button.button--primary[name=check]"))
    return page


def test_what_is_told_late_of_the_reading_does_not_take_its_end_away(open_page, seed, monkeypatch):
    with SlowReading(monkeypatch) as slow:
        page = checked_outbreak(open_page)
        expect(page.locator("#known-part progress")).to_have_attribute("value", "40")
        expect(page.locator("#known-part h2")).to_be_visible()  # the bar alone is put anew
        assert slow.asked_again.wait(timeout=900)
        slow.read_on.set()
        run = page.locator("form[action$='/ask/'] button")
        expect(run).to_be_visible()
        with page.expect_event("requestfinished", lambda asked: "/reading/" in asked.url):
            slow.tell_on.set()
    still(page)
    expect(run).to_be_visible()
    expect(page.locator("#known-part progress")).to_have_count(0)


def test_a_reading_that_failed_can_be_begun_again(open_page, seed, monkeypatch, looks_well):
    plain, fails = rehearsing.practice_known, [True]

    def read(path, at):
        if fails:
            fails.clear()
            raise PermissionDenied
        return plain(path, at)

    monkeypatch.setattr(rehearsing.Shelf, "is_filled", lambda _shelf: False)
    monkeypatch.setattr(rehearsing, "practice_known", read)
    page = checked_outbreak(open_page)
    again = page.locator("#known-part [role=alert] button")
    expect(again).to_be_visible()
    looks_well(page)
    again.click()
    expect(page.locator("form[action$='/ask/'] button")).to_be_visible()
    looks_well(page)


@pytest.mark.parametrize("language", walked("zh"))
def test_a_change_is_rehearsed_proposed_and_adopted_without_script(
    open_page, seed, fits, shot, language
):
    page = open_page("/", on="phone", language=language, scripts=False)
    log_in(page)
    page.goto("/plan/new/?question=heating")
    fits(page)
    opened(page.locator("details:has([name=most])"))
    page.locator("[name=least]").fill("2")
    page.locator("[name=most]").fill("2")
    pressed(page.locator("button[value='alternatives.1.clocks']"))
    page.locator("[name='alternatives.1.clocks.0.clock']").select_option("accept")
    page.locator("[name='alternatives.1.clocks.0.duration']").fill("soon")
    pressed(page.locator("main button.button--primary[name=check]"))
    expect(page.locator("[data-error-summary]")).to_be_visible()
    shot(page, f"planner-wrong-{language}")
    page.locator("[name='alternatives.1.clocks.0.duration']").fill("0.5wh")
    pressed(page.locator("main button.button--primary[name=check]"))
    if page.locator("form:has([name=known])").count():  # not read yet today
        fits(page)
        pressed(page.locator("form:has([name=known]) button:visible"))
    pressed(page.locator("form[action$='/ask/'] button"))
    with Worker() as worker:
        assert worker.ends().state == "done"
    expect(page).to_have_url(re.compile("/report/$"))  # by refresh
    pressed(page.locator("a[href*='/proposals/new/']"))
    fits(page)
    page.locator("[name=version]").fill(NEXT)
    page.locator("[name=reason]").fill("冬天等不起(虚构)")
    pressed(page.locator("main form .button--primary"))
    shot(page, f"planner-proposal-{language}")
    pressed(page.locator("a[href$='/adopt/']"))
    page.locator("[name=reason]").fill("会议纪要 7 号(虚构)")
    fits(page)
    pressed(page.locator("main form .button--primary"))
    expect(page.locator("main")).to_contain_text(f"keerqin-subdistrict@{NEXT}")
    page.goto("/-/rules")
    expect(page.locator("main a[href^='/plan/R-']").first).to_be_visible()
