"""The planner's pages: a form without script, a check, progress, cancelling, and who comes in."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commongrid.doors.common.fresh import FRESH, now_s
from commongrid.kernel.ids import new_id
from commongrid.rooms.people.models import Account
from commongrid.rooms.rehearsals import face as rehearsals
from commongrid.rooms.rehearsals.models import RehearsalRow
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import knowing, practising, working
from tests.rooms.people.standing import actor, make_staff
from tests.stories.rehearsing import standing as s
from tests.support import factories as f
from tests.support.versions import IN_FORCE, NEXT

pytestmark = pytest.mark.django_db
INDEX, NEW, ASK = (reverse(f"planner:{name}") for name in ("index", "new", "ask"))
OTHER_TOWN = "/150500000000/150502000000/150502003000/"


@pytest.fixture
def keeper(db, monkeypatch):
    monkeypatch.setattr(working, "rehearse", s.fake())
    f.a_place()
    return make_staff("planner", "charter_keeper", f.TOWN)


def client(card, language="en"):
    browser = Client(headers={"accept-language": language})
    browser.force_login(Account.objects.get(pk=card.id))
    return browser


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


def fields(html):
    """What a browser would send: every field of the big form with its value."""
    form = html[html.index('class="pl-form"') :]
    form = form[: form.index("</form>")]
    found = {}
    for tag in re.findall(r"<input [^>]*>", form):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        is_ticked = 'type="checkbox"' not in tag or " checked" in tag
        if name and is_ticked and name[1] != "csrfmiddlewaretoken":
            found[name[1]] = value[1] if value else ""
    for name, body in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else re.search(r'value="([^"]*)"', body)[1]
    return found


def hidden(html, name):
    return re.search(rf'name="{name}" value="([^"]*)"', html, re.S)[1]


def checked(browser, form, **headers):
    """The check page with what it stands on, whether that was read today or not."""
    raw = browser.post(NEW, {**form, "check": "1"}).content.decode()
    if 'name="known"' not in raw:
        return raw
    given = {"place": s.TOWN, "plan": unescape(hidden(raw, "plan")), "known": "1"}
    return browser.post(NEW, given, headers=headers).content.decode()


def asked_by_page(browser, question="heating"):
    form = fields(text(browser.get(f"{NEW}?question={question}")))
    raw = checked(browser, form)
    given = {"plan": unescape(hidden(raw, "plan")), "command_id": hidden(raw, "command_id")}
    answer = browser.post(ASK, given)
    assert answer.status_code == 302
    return given, answer.url


def run():
    return rehearsing.run_next(now=timezone.now, beat_s=0)


def test_an_empty_list_says_what_to_do(keeper):
    page = text(client(keeper).get(INDEX))
    assert "Nothing was rehearsed yet" in page
    for question in rehearsing.QUESTIONS:
        assert f"question={question}" in page


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_from_the_question_to_the_report(keeper, language):
    browser = client(keeper, language)
    _given, address = asked_by_page(browser)
    page = text(browser.get(address))
    assert 'http-equiv="refresh"' in page
    assert "hx-get" in page
    assert run().state == "done"
    part = browser.get(f"{address}progress/")
    assert part.headers["HX-Redirect"] == address
    assert browser.get(address).url == f"{address}report/"


def test_the_sheet_of_a_report_made_at_any_instant_can_be_printed(keeper):
    """Clocks of real servers have microseconds; that of the harness stands at a whole second."""
    browser = client(keeper)
    _given, address = asked_by_page(browser)
    rehearsing.run_next(now=lambda: timezone.now() + timedelta(microseconds=7), beat_s=0)
    sheet = browser.get(f"{address}report.pdf")
    assert sheet.status_code == 200
    assert sheet.content.startswith(b"%PDF")


def test_asked_twice_it_is_there_once(keeper):
    browser = client(keeper)
    given, address = asked_by_page(browser)
    assert browser.post(ASK, given).url == address
    assert RehearsalRow.objects.count() == 1


def test_rows_are_added_and_removed_without_script_and_all_stays(keeper):
    browser = client(keeper)
    form = fields(text(browser.get(f"{NEW}?question=heating"))) | {"demand": "1.5"}
    form["alternatives.1.limits.0.duration"] = "8h"
    page = text(browser.post(NEW, {**form, "add": "alternatives.1.staff"}))
    form = fields(page)
    assert (form["demand"], form["alternatives.1.limits.0.duration"]) == ("1.5", "8h")
    assert "alternatives.1.staff.0.holder" in form
    form |= {"alternatives.1.staff.0.holder": "grid_worker", "alternatives.1.staff.0.change": "-1"}
    form = fields(text(browser.post(NEW, {**form, "drop": "alternatives.1.limits.0"})))
    assert "alternatives.1.limits.0.type" not in form
    assert form["alternatives.1.staff.0.change"] == "-1"
    form = fields(text(browser.post(NEW, {**form, "add": "alternatives"})))
    assert "alternatives.2.name" in form
    form = fields(text(browser.post(NEW, {**form, "drop": "alternatives.2"})))
    assert "alternatives.2.name" not in form


WRONG = {
    "demand": ("many", "must be a number"),
    "until_on": ("2020-01-01", "must come"),
    "alternatives.1.limits.0.duration": ("soon", "must be a duration"),
    "alternatives.1.name": ("as it is", "is the name of another one"),
    "shock.absent": ("95", "must be from 0 to 0.9"),
    "alternatives.1.limits.0.milestone": ("check", "the charter has none"),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_error_names_field_and_rule_and_keeps_what_was_typed(keeper, name):
    value, rule = WRONG[name]
    browser = client(keeper)
    form = fields(text(browser.get(f"{NEW}?question=heating"))) | {name: value, "check": "1"}
    page = text(browser.post(NEW, form), 422)
    assert "data-error-summary" in page
    assert rule in page
    kept = fields(page)
    assert kept[name] == value
    assert {**kept, "check": "1"} == form


def test_the_check_page_says_what_is_measured_and_what_assumed(keeper):
    browser = client(keeper)
    form = fields(text(browser.get(f"{NEW}?question=outbreak")))
    raw = checked(browser, form)
    page = unescape(raw)
    for words in ("Is this what you want to know?", "Assumed", "at the most", "outbreak"):
        assert words in page
    assert RehearsalRow.objects.count() == 0
    back = browser.post(NEW, {"place": s.TOWN, "plan": unescape(hidden(raw, "plan"))})
    kept = fields(text(back))
    assert {name: kept[name] for name in form} == form


@pytest.fixture
def empty_shelves():
    folder = Path(settings.HOME) / "practices"
    for file in folder.glob("*"):
        file.unlink()
    return folder


def test_the_check_page_comes_at_once_and_asks_for_what_must_be_read(
    keeper, empty_shelves, monkeypatch
):
    browser, read, real = client(keeper), [], practising.practice_of
    monkeypatch.setattr(knowing, "practice_of", lambda *a, **m: read.append(1) or real(*a, **m))
    form = fields(text(browser.get(f"{NEW}?question=heating")))
    raw = browser.post(NEW, {**form, "check": "1"}).content.decode()
    assert read == [], "nothing is read while somebody waits for the page"
    assert 'hx-trigger="load' in raw
    assert "Run it" not in raw
    part = checked(browser, form, **{"hx-request": "true"})
    assert "Run it" in part
    assert "<html" not in part, "a part of the page"
    again = browser.post(NEW, {**form, "check": "1"}).content.decode()
    assert "Run it" in again
    assert "Run it" in checked(browser, form)
    assert read == [1], "read once a day"


def test_the_page_is_told_how_far_the_reading_is(keeper, empty_shelves):
    browser = client(keeper)
    at = f"/plan/reading/?place={s.TOWN}"
    assert 'value="0"' in text(browser.get(at))
    shelf = rehearsing.shelf_of(f.TOWN, timezone.now())
    empty_shelves.mkdir(exist_ok=True)
    shelf.reading.write_text("40")
    assert 'value="40"' in text(browser.get(at))
    assert browser.get("/plan/reading/?place=1").status_code == 404


def test_a_cost_is_shown_only_with_somebodys_figure(keeper):
    browser = client(keeper)
    form = fields(text(browser.get(f"{NEW}?question=heating")))
    assert form["hour_cost"] == "", "nobody here knows one"
    faulty = browser.post(NEW, {**form, "hour_cost": "40", "check": "1"})
    assert faulty.status_code == 422
    assert "must say whose figure it is" in text(faulty, 422)
    raw = checked(browser, {**form, "hour_cost": "40", "cost_source": "office, 2026"})
    assert "office, 2026" in raw
    assert json.loads(unescape(hidden(raw, "plan")))["hour_cost"] == 40.0
    assert "hour_cost" not in unescape(hidden(checked(browser, form), "plan"))


def test_cancelling_asks_first(keeper):
    browser = client(keeper)
    _given, address = asked_by_page(browser)
    page = text(browser.get(f"{address}cancel/"))
    assert RehearsalRow.objects.get().state == "asked"
    done = browser.post(f"{address}cancel/", {"command_id": hidden(page, "command_id")})
    assert (done.status_code, RehearsalRow.objects.get().state) == (302, "cancelled")
    assert "Copy as a new one" in text(browser.get(address))
    again = browser.post(f"{address}cancel/", {"command_id": str(uuid4())})
    assert "rehearsal.ended" in text(again, 422)


def test_a_failed_one_says_why(keeper, monkeypatch):
    browser = client(keeper)
    _given, address = asked_by_page(browser)
    monkeypatch.setattr(working, "rehearse", s.fake(error=ZeroDivisionError()))
    run()
    page = text(browser.get(address))
    assert "rehearsal.unexpected" in page
    assert "run it again" in page


def test_a_copy_begins_with_the_same_plan(keeper):
    browser = client(keeper)
    _given, address = asked_by_page(browser)
    ref = address.strip("/").split("/")[-1]
    form = fields(text(browser.get(f"{NEW}?copy={ref}")))
    assert form["alternatives.1.limits.0.duration"] == "12h"


def test_nobody_else_comes_near(keeper):
    browser = client(keeper)
    given, address = asked_by_page(browser)
    for name, role, path in (
        ("desk", "desk", f.TOWN), ("far", "charter_keeper", OTHER_TOWN),
        ("worker", "grid_worker", f.GRID),
    ):  # fmt: skip
        other = client(make_staff(name, role, path))
        assert "Your posts do not rehearse" in text(other.get(INDEX))
        assert other.get(NEW).status_code == 302
        for page in (address, f"{address}progress/", f"{address}cancel/", f"{address}report/"):
            assert other.get(page).status_code == 404, page
        assert other.post(ASK, given).status_code == 404
        assert other.post(f"{address}cancel/", {"command_id": str(uuid4())}).status_code == 404
    assert Client().get(address).status_code == 302
    assert RehearsalRow.objects.get().state == "asked"


@pytest.mark.parametrize("plan", ["", "[]", "{", '{"alternatives": 3}', '{"alternatives": []}'])
def test_a_plan_of_somebody_elses_making_is_no_500(keeper, plan):
    browser = client(keeper)
    given = {"plan": plan, "command_id": str(new_id()), "place": s.TOWN}
    assert browser.post(ASK, given).status_code == 404
    assert browser.post(NEW, given).status_code in (200, 404, 422)


def test_a_forged_plan_is_read_as_strictly(keeper):
    browser = client(keeper)
    plan = s.plan()
    plan["alternatives"][1]["limits"][0]["duration"] = "-3h"
    given = {"plan": json.dumps(plan), "command_id": str(new_id())}
    assert "data-error-summary" in text(browser.post(ASK, given), 422)
    assert RehearsalRow.objects.count() == 0


def test_the_list_costs_a_fixed_number_of_statements_and_has_pages(keeper, count_sql):
    who = actor(keeper)
    for _ in range(5):
        s.asked(who)
    RehearsalRow.objects.update(state="cancelled", ended_at=f.AT)
    for _ in range(2):
        s.asked(who)
    browser = client(keeper)
    browser.get(INDEX)
    with count_sql(max=14):
        page = text(browser.get(INDEX))
    assert page.count("R-") >= 7
    assert rehearsals.count_rehearsals(who, f.AT) == 7


def proposed(browser, ref):
    page = text(browser.get(f"{reverse('planner:propose')}?rehearsal={ref}"))
    given = {
        "command_id": hidden(page, "command_id"), "rehearsal": ref, "alternative": "1",
        "version": NEXT, "reason": "冬天等不起",
    }  # fmt: skip
    wrong = text(browser.post(reverse("planner:propose"), {**given, "version": IN_FORCE}), 422)
    assert "rehearsal.version_used" in wrong
    answer = browser.post(reverse("planner:propose"), given)
    assert answer.status_code == 302
    return answer.url


def test_a_change_is_proposed_on_its_report_and_adopted(keeper):
    browser = client(keeper)
    asked_by_page(browser)
    ref = run().ref
    proposal = proposed(browser, ref)
    page = text(browser.get(proposal))
    assert "C03 restore" in page
    assert ref in page
    session = browser.session
    session[FRESH] = 0
    session.save()
    assert browser.get(f"{proposal}adopt/").status_code == 302, "asked for the password again"
    session[FRESH] = now_s()
    session.save()
    page = text(browser.get(f"{proposal}adopt/"))
    assert "is_without" not in page
    given = {"command_id": hidden(page, "command_id"), "reason": "会议纪要"}
    assert browser.post(f"{proposal}adopt/", given).status_code == 302
    assert f"keerqin-subdistrict@{NEXT}" in text(browser.get(proposal))
    rules = text(browser.get(reverse("about:rules")))
    assert ref in rules
    assert "adopted without a rehearsal" in rules, "the first version was"


def test_without_a_rehearsal_a_word_is_asked_for(keeper):
    browser = client(keeper)
    plan = json.dumps(s.plan())
    page = text(browser.post(reverse("planner:propose"), {"plan": plan}))
    given = {
        "command_id": hidden(page, "command_id"), "plan": plan, "alternative": "1",
        "version": NEXT, "reason": "急",
    }  # fmt: skip
    proposal = browser.post(reverse("planner:propose"), given).url
    page = text(browser.get(f"{proposal}adopt/"))
    assert "was not rehearsed" in page
    given = {"command_id": hidden(page, "command_id"), "reason": "会议纪要"}
    assert "data-error-summary" in text(browser.post(f"{proposal}adopt/", given), 422)
    assert browser.post(f"{proposal}adopt/", given | {"is_without": "on"}).status_code == 302
    assert f"keerqin-subdistrict@{NEXT}" in text(browser.get(proposal))


def test_a_proposal_is_withdrawn_with_a_reason(keeper):
    browser = client(keeper)
    asked_by_page(browser)
    proposal = proposed(browser, run().ref)
    page = text(browser.get(f"{proposal}withdraw/"))
    given = {"command_id": hidden(page, "command_id")}
    assert browser.post(f"{proposal}withdraw/", given).status_code == 422
    assert browser.post(f"{proposal}withdraw/", {**given, "reason": "另议"}).status_code == 302
    assert "withdrawn" in text(browser.get(reverse("planner:proposals")))


@pytest.mark.parametrize(
    ("role", "is_planning"), [("centre", True), ("desk", False)], ids=["centre", "desk"]
)
def test_who_plans_finds_the_way_from_where_they_work(db, role, is_planning):
    f.a_place()
    browser = client(make_staff("somebody", role, f.TOWN))
    for page in (reverse("desk:inbox"), reverse("staff:account")):
        assert (f'href="{INDEX}"' in text(browser.get(page))) is is_planning, page
