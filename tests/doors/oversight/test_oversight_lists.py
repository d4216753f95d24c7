"""The pages of supervision: who comes in, what stands there, and what never does."""

from __future__ import annotations

import ast
import inspect
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commongrid.doors.oversight import views, views_findings, views_samples
from commongrid.rooms.findings.face import SAID, Watch
from commongrid.rooms.people.models import Account
from tests.rooms.findings import standing as s
from tests.rooms.findings.test_lists import passed
from tests.rooms.people.standing import appoint, make_staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db
INDEX = reverse("oversight:index")
BEFORE = f.AT - 10 * f.DAY


def url(watch):
    return reverse("oversight:watch", args=[watch])


def client(card, language="en"):
    browser = Client(headers={"accept-language": language})
    browser.force_login(Account.objects.get(pk=card.id))
    return browser


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


@pytest.fixture
def overdue(db):
    f.a_place()
    return f.walked(*f.HANDLED, at=BEFORE, contact=f.CONTACT)


@pytest.mark.parametrize(
    ("role", "path", "sees"),
    [
        ("supervisor", f.TOWN, True),
        ("reviewer", f.TOWN, True),
        ("village_watch", s.COMMUNITY, True),
        ("supervisor", s.OTHER_TOWN, False),
        ("village_watch", f.NEXT_GRID, False),
    ],
)
def test_supervision_sees_its_own_area(overdue, role, path, sees):
    browser = client(make_staff("watching", role, path))
    answer = browser.get(url(Watch.OVERDUE))
    if path == s.OTHER_TOWN:  # no charter there gives supervision anything
        assert answer.status_code == 403
        return
    assert (overdue.ref in text(answer)) is sees
    assert SAID[Watch.OVERDUE].name.en in text(browser.get(INDEX))


@pytest.mark.parametrize("role", ["desk", "dispatcher", "centre", "township", "checker", "head"])
def test_who_does_not_oversee_is_told_so_and_gets_no_list(overdue, role):
    unit = "sanitation" if role == "head" else ""
    browser = client(make_staff("busy", role, f.TOWN, unit))
    page = text(browser.get(INDEX))
    assert "do not oversee" in page
    assert SAID[Watch.OVERDUE].name.en not in page
    assert browser.get(url(Watch.OVERDUE)).status_code == 403


def test_nobody_comes_in_without_logging_in(overdue):
    for path in (INDEX, url(Watch.OVERDUE)):
        answer = Client().get(path)
        assert answer.status_code == 302
        assert "/staff/login/" in answer.url


@pytest.mark.parametrize("watch", list(Watch))
def test_no_page_holds_a_person_or_a_resident_s_words(overdue, watch):
    f.step(overdue.id, "handler", "claim_done", BEFORE + f.HOUR, feedback="已清走。", record="好",
           pictures=(f.CLEAN,))  # fmt: skip
    f.step(overdue.id, "reporter", "not_solved", BEFORE + 2 * f.HOUR, reason="还在那里呢")
    worker = make_staff("invented-worker", "handler", f.TOWN, "sanitation")
    for role, path in (("supervisor", f.TOWN), ("village_watch", s.COMMUNITY)):
        page = text(client(make_staff(role, role, path)).get(url(watch)))
        for private in (f.WORDS, "还在那里呢", "三号楼", "萨日娜", "0475-0001234", f.HANDLER.key,
                        worker.display_name):  # fmt: skip
            assert private not in page


def test_the_village_committee_finds_no_way_into_a_matter(overdue):
    desk = reverse("desk:matter", args=[overdue.id])
    assert desk in text(client(make_staff("sup", "supervisor", f.TOWN)).get(url(Watch.OVERDUE)))
    village = client(make_staff("village", "village_watch", s.COMMUNITY))
    assert desk not in text(village.get(url(Watch.OVERDUE)))
    assert village.get(desk).status_code in (403, 404)


def test_what_failed_three_times_leads_to_raising_it_until_a_leader_carries_it(db):
    """R14 of the domain reference: three times passed on, and nobody leads."""
    f.a_place()
    made = passed(3, at=BEFORE)
    browser = client(make_staff("sup", "supervisor", f.TOWN))
    assert "not raised yet" in text(browser.get(url(Watch.RAISED)))
    step = reverse("desk:act", args=[made.id, "raise_level"])
    assert step in text(browser.get(reverse("desk:matter", args=[made.id])))
    given = {"leader": "副主任(虚构)", "reason": "三次"}
    f.step(made.id, "supervisor", "raise_level", BEFORE + f.DAY, **given)
    page = text(browser.get(url(Watch.RAISED)))
    assert "not raised yet" not in page
    assert "副主任(虚构)" in page
    village = text(
        client(make_staff("village", "village_watch", s.COMMUNITY)).get(url(Watch.RAISED))
    )
    assert made.ref in village
    assert str(made.id) not in village


def test_several_places_can_be_parted_and_no_other_chosen(overdue):
    card = make_staff("two", "village_watch", s.COMMUNITY)
    appoint(card.id, "village_watch", f.NEXT_GRID)
    browser = client(card)
    code = s.COMMUNITY.rstrip("/").rpartition("/")[2]
    assert overdue.ref in text(browser.get(f"{url(Watch.OVERDUE)}?place={code}"))
    assert overdue.ref not in text(browser.get(f"{url(Watch.OVERDUE)}?place={f.NEXT_CODE}"))
    assert browser.get(f"{url(Watch.OVERDUE)}?place={s.TOWN_CODE}").status_code == 404


def test_a_list_that_is_none_is_not_found_and_a_wild_page_is_the_last(overdue):
    browser = client(make_staff("sup", "supervisor", f.TOWN))
    assert browser.get(reverse("oversight:watch", args=["nothing"])).status_code == 404
    for page in ("0", "-1", "x", "99999", "9" * 40):
        assert overdue.ref in text(browser.get(f"{url(Watch.OVERDUE)}?page={page}"))


def test_the_overview_costs_the_same_however_much_there_is(overdue):
    browser = client(make_staff("sup", "supervisor", f.TOWN))

    def cost():
        with CaptureQueriesContext(connection) as seen:
            text(browser.get(INDEX))
        return len(seen)

    cost()
    few = cost()
    for _ in range(4):
        f.walked(*f.HANDLED, at=BEFORE)
    assert cost() == few


@pytest.mark.parametrize(("language", "words"), [("zh-hans", "超期未办"), ("en", "Overdue")])
def test_both_languages(overdue, language, words):
    card = make_staff("sup", "supervisor", f.TOWN)
    page = text(client(card, language).get(INDEX))
    assert words in page


def asked(node):
    """The functions of the room that a view itself calls; the step of a form is none of it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.Lambda):
            continue
        if (
            isinstance(child, ast.Call)
            and isinstance(child.func, ast.Attribute)
            and isinstance(child.func.value, ast.Name)
            and child.func.value.id == "findings"
            and child.func.attr.islower()
        ):
            yield child.func.attr
        yield from asked(child)


@pytest.mark.parametrize("module", [views, views_findings, views_samples])
def test_a_page_asks_the_room_once(module):
    tree = ast.parse(inspect.getsource(module))
    found = {
        node.name: list(asked(node))
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    assert any(found.values())
    assert {name: calls for name, calls in found.items() if len(calls) > 1} == {}
