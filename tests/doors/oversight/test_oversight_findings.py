"""Findings and samples on their pages: who sees them, each step, each refusal in words."""

from __future__ import annotations

import re
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commongrid.bridges.sampling import draw_sample
from commongrid.rooms.findings import face as findings
from commongrid.rooms.findings.face import FindingState, SampleState
from tests.doors.oversight.test_oversight_lists import client, text
from tests.rooms.findings import standing as s
from tests.rooms.people.standing import actor, appoint, make_staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db
FINDINGS, NEW = reverse("oversight:findings"), reverse("oversight:finding_new")
SAMPLES, SAMPLE_NEW = reverse("oversight:samples"), reverse("oversight:sample_new")
AGO = f.AT - 3 * f.DAY


@pytest.fixture
def people(db):
    f.a_place()
    return {
        "supervisor": make_staff("sup", "supervisor", f.TOWN),
        "reviewer": make_staff("rev", "reviewer", f.TOWN),
        "head": make_staff("head", "head", f.TOWN, "sanitation"),
        "other": make_staff("other", "head", f.TOWN, "housing_bureau"),
        "desk": make_staff("desk", "desk", f.TOWN),
        "village": make_staff("village", "village_watch", s.COMMUNITY),
    }


@pytest.fixture
def who(people):
    return {name: client(card) for name, card in people.items()}


def given(**more):
    return {
        "command_id": str(uuid4()), "place": s.TOWN_CODE, "unit": "sanitation", "about": "overdue",
        "matter": "", "text": "三件事项用同一段话答复。", **more,
    }  # fmt: skip


def made_by_page(browser):
    answer = browser.post(NEW, given())
    assert answer.status_code == 302, answer.content.decode()
    return answer.url


def step(browser, page, what, status=302, **more):
    sent = {"command_id": str(uuid4()), "text": "写明了。", **more}
    answer = browser.post(f"{page}{what}/", sent)
    assert answer.status_code == status, answer.content.decode()
    return answer


def state(page):
    return findings.find_finding(s.SUPERVISOR, page.rstrip("/").rpartition("/")[2], f.AT).state


def test_a_finding_goes_its_way_through_the_pages(who):
    page = made_by_page(who["supervisor"])
    assert "answer owed" in text(who["supervisor"].get(page))
    unit = text(who["head"].get(page))
    assert f"{page}answer/" in unit
    assert f"{page}accept/" not in unit
    assert "not settled" in text(who["head"].get(reverse("oversight:index")))
    step(who["head"], page, "answer")
    judging = text(who["supervisor"].get(page))
    assert f"{page}accept/" in judging
    assert f"{page}reject/" in judging
    step(who["supervisor"], page, "reject", text="没有说怎么改。")
    assert state(page) is FindingState.OPEN
    step(who["head"], page, "answer", text="逐件写。")
    step(who["supervisor"], page, "accept")
    assert state(page) is FindingState.SETTLED
    assert "逐件写。" in text(who["head"].get(page))
    assert "settled" in text(who["supervisor"].get(FINDINGS))


@pytest.mark.parametrize("name", ["desk", "other", "village"])
def test_others_see_no_finding_of_the_town(who, name):
    page = made_by_page(who["supervisor"])
    assert who[name].get(page).status_code == 404
    assert who[name].get(f"{page}answer/").status_code == 404
    assert page not in text(who[name].get(FINDINGS))


@pytest.mark.parametrize("name", ["desk", "head", "other"])
def test_others_get_no_form_and_their_post_makes_nothing(who, name):
    assert who[name].get(NEW).status_code == 403
    assert who[name].post(NEW, given()).status_code == 403
    for path in (SAMPLES, SAMPLE_NEW):
        assert who[name].get(path).status_code == 403
    assert findings.count_findings(s.SUPERVISOR, f.AT) == 0


def test_a_refusal_is_shown_with_its_rule(who):
    page = made_by_page(who["supervisor"])
    refused = step(who["supervisor"], page, "answer", 422).content.decode()
    assert "oversight.answer_finding" in refused
    assert "oversight.not_answered" in step(who["supervisor"], page, "accept", 422).content.decode()
    wrong = who["supervisor"].post(NEW, given(matter="260310-XXXXX"))
    assert "oversight.other_matter" in text(wrong, 422)


@pytest.mark.parametrize("field", ["unit", "text", "place"])
def test_what_is_missing_is_said_at_its_field(who, field):
    page = text(who["supervisor"].post(NEW, given(**{field: ""})), 422)
    assert f'href="#id_{field}"' in page


def test_late_answers_are_parted_and_a_wild_choice_is_not_found(who, people):
    s.made(actor(people["supervisor"]), at=f.AT - 19 * f.DAY)
    late = text(who["supervisor"].get(f"{FINDINGS}?standing=late"))
    assert "answer overdue" in late
    assert "1 answer is overdue" in text(who["supervisor"].get(reverse("oversight:index")))
    assert who["supervisor"].get(f"{FINDINGS}?standing=none").status_code == 404
    assert who["supervisor"].get(reverse("oversight:finding", args=["F-0"])).status_code == 404


def drawn(people):
    sup = actor(people["supervisor"])
    s.closed(6)
    card = s.announced(sup, at=AGO, until=AGO)
    return draw_sample(actor=sup, at=f.AT, command_id=f.new_id(), sample_id=card.id)


def test_a_sample_is_announced_by_page_and_drawn_no_sooner(who):
    s.closed(4)
    sent = {
        "command_id": str(uuid4()), "place": s.TOWN_CODE, "since": "2026-02-20",
        "until": "2026-03-10", "by": "type", "size": "3",
    }  # fmt: skip
    answer = who["supervisor"].post(SAMPLE_NEW, sent)
    page = text(who["supervisor"].get(answer.url))
    card = findings.list_samples(s.SUPERVISOR, f.AT).cards[0]
    assert card.seed in page
    assert "can be drawn from" in page
    refused = who["supervisor"].post(f"{answer.url}draw/", {"command_id": str(uuid4())})
    assert "oversight.too_early" in text(refused, 422)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_days_of_a_new_sample_are_filled_in_as_browsers_read_them(people, language):
    page = text(client(people["supervisor"], language).get(SAMPLE_NEW))
    assert 'value="2026-03-10"' in page
    assert 'value="2026-02-08"' in page


def test_a_sample_is_drawn_by_page_when_its_time_has_come(who, people):
    s.closed(6)
    card = s.announced(actor(people["supervisor"]), at=AGO, until=AGO)
    url = reverse("oversight:sample", args=[card.ref])
    assert f"{url}draw/" in text(who["supervisor"].get(url))
    assert who["supervisor"].get(f"{url}draw/").status_code == 200
    assert who["supervisor"].post(f"{url}draw/", {"command_id": str(uuid4())}).status_code == 302
    done = findings.find_sample(s.SUPERVISOR, card.ref, f.AT)
    assert done.state is SampleState.DRAWN
    frame = who["supervisor"].get(f"{url}frame.csv").content.decode()
    assert len(frame.splitlines()) == 7


def test_re_checks_make_an_estimate_with_its_interval(who, people):
    card = drawn(people)
    url = reverse("oversight:sample", args=[card.ref])
    assert "Nothing has been told yet" in text(who["reviewer"].get(url))
    for number, one in enumerate(card.drawn):
        form = f"{url}{one.ref}/"
        assert one.ref in text(who["reviewer"].get(form))
        sent = {"command_id": str(uuid4()), "how": "看过。",
                "found": "not-solved" if number == 0 else "solved"}  # fmt: skip
        assert who["reviewer"].post(form, sent).status_code == 302
    page = text(who["reviewer"].get(url))
    assert '<p class="figure-big">25%</p>' in page
    assert "17% to 50%" in page
    assert "rests on few" in page
    assert f"matter={card.drawn[0].ref}" in page


def test_who_had_a_hand_in_it_is_told_before_writing(who, people):
    card = drawn(people)
    own = make_staff("both", "supervisor", f.TOWN)
    appoint(own.id, "handler", f.TOWN, "sanitation")
    form = reverse("oversight:recheck", args=[card.ref, card.drawn[0].ref])
    assert "oversight.independent" in text(client(own).get(form))
    sent = {"command_id": str(uuid4()), "how": "看过。", "found": "solved"}
    assert client(own).post(form, sent).status_code == 422
    assert who["reviewer"].get(f"{form[:-12]}260101-NONE0/").status_code == 404


def test_the_village_committee_reads_samples_of_the_town_nowhere(who, people):
    card = drawn(people)
    for name in ("sample", "sample_draw", "sample_frame"):
        path = reverse(f"oversight:{name}", args=[card.ref])
        assert who["village"].get(path).status_code == 404
    assert card.ref not in text(who["village"].get(SAMPLES))
    assert who["village"].get(SAMPLE_NEW).status_code == 403


@pytest.mark.parametrize("path", [FINDINGS, SAMPLES])
def test_lists_cost_the_same_however_long_they_are(who, people, path):
    sup = actor(people["supervisor"])

    def more():
        s.made(sup)
        s.announced(sup)

    def cost():
        with CaptureQueriesContext(connection) as seen:
            text(who["supervisor"].get(path))
        return len(seen)

    more()
    cost()
    few = cost()
    for _ in range(4):
        more()
    assert cost() == few


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_speaks_one_language(people, language):
    card, sup = drawn(people), people["supervisor"]
    finding = s.made(actor(sup))
    browser = client(sup, language)
    for name, args in (
        ("findings", ()), ("finding_new", ()), ("finding", (finding.ref,)),
        ("finding_do", (finding.ref, "withdraw")), ("samples", ()), ("sample_new", ()),
        ("sample", (card.ref,)), ("sample_draw", (card.ref,)),
        ("recheck", (card.ref, card.drawn[0].ref)),
    ):  # fmt: skip
        html = text(browser.get(reverse(f"oversight:{name}", args=args)))
        heading = re.search(r"<h1>(.*?)</h1>", html, re.S)[1]
        is_chinese = bool(re.search(r"[\u4e00-\u9fff]", heading))
        assert is_chinese is (language == "zh-hans"), (name, heading)
