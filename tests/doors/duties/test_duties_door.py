"""The gate's pages: the public list, a grid worker's answer, a proposal and its decision."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commongrid.kernel.ids import new_id
from commongrid.rooms.duties import face as duties
from commongrid.rooms.people.models import Account
from tests.rooms.duties import standing as s
from tests.rooms.people.standing import actor, make_staff
from tests.support import factories as f

pytestmark = pytest.mark.django_db
MINE, NEW = reverse("duties:mine"), reverse("duties:propose")
PLACE = reverse("duties:place", args=[s.TOWN])


@pytest.fixture
def people(db):
    f.a_place()
    roles = {"keeper": "charter_keeper", "centre": "centre", "supervisor": "supervisor"}
    made = {name: make_staff(f"door-{name}", role, f.TOWN) for name, role in roles.items()}
    return {**made, "worker": make_staff("door-worker", "grid_worker", f.GRID)}


def client(card=None, language="en"):
    browser = Client(headers={"accept-language": language})
    if card is not None:
        browser.force_login(Account.objects.get(pk=card.id))
    return browser


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:2000]
    return unescape(answer.content.decode())


def given(**more):
    until = timezone.now().date() + timedelta(days=100)
    return {
        "command_id": new_id(), "place": s.TOWN, "task": "Depth of potholes", "items": s.ITEM,
        "basis_kind": "list", "basis": "entry 12 (invented)", "minutes_a_week": 10,
        "valid_until": f"{until}", "reason": "roads are mended by depth", **more,
    }  # fmt: skip


def do(ref, what):
    return reverse("duties:do", args=[ref, what])


def proposed(people):
    return s.proposed(actor(people["keeper"]), minutes_a_week=12)


def test_the_whole_way_by_pages(people):
    keeper, worker, centre = (client(people[name]) for name in ("keeper", "worker", "centre"))
    answer = keeper.post(NEW, given())
    assert answer.status_code == 302, text(answer)
    ref = answer.url.rstrip("/").rsplit("/", 1)[1]
    assert "Depth of potholes" in text(worker.get(MINE))
    assert "Say what you think" in text(worker.get(MINE))
    assert "your opinion is asked on 1 task" in text(worker.get(reverse("staff:account")))
    words = {"command_id": new_id(), "answer": "against", "words": "not every week"}
    assert "Counted." in text(worker.post(do(ref, "answer"), words, follow=True))
    again = text(worker.post(do(ref, "answer"), {**words, "command_id": new_id()}), 422)
    assert "duties.heard_already" in again
    assert "not every week" not in text(client().get(reverse("duties:admission", args=[ref])))
    decision = {"command_id": new_id(), "reason": "minutes 3 (invented)"}
    assert "Approved" in text(centre.post(do(ref, "approve"), decision, follow=True))
    page = text(client().get(reverse("duties:admission", args=[ref])))
    for told in (
        "0 for, 1 against, of 1 grid workers",
        "not every week",
        "minutes 3",
        "Not measured",
    ):
        assert told in page
    assert people["worker"].display_name not in page
    assert people["centre"].display_name not in page
    listed = text(client().get(PLACE))
    assert "10 minutes a week" in listed
    assert "Depth of potholes" in listed


def test_a_refused_and_an_expired_task_stay_on_the_public_page(people):
    card = proposed(people)
    duties.decide_duty(
        actor=actor(people["centre"]), at=s.AT, command_id=new_id(), admission_id=card.id,
        is_approved=False, reason="asked twice already",
    )  # fmt: skip
    assert "路面坑洞报深度" in text(client().get(PLACE)).partition('id="past"')[2]
    page = text(client(language="zh-hans").get(reverse("duties:admission", args=[card.ref])))
    assert "asked twice already" in page
    assert "不批准" in page


def test_one_who_proposes_finds_no_button_to_approve(people):
    centre = actor(people["centre"])
    card = s.proposed(centre)
    page = text(client(people["centre"]).get(reverse("duties:show", args=[card.ref])))
    assert do(card.ref, "approve") not in page
    assert do(card.ref, "withdraw") in page
    decision = {"command_id": new_id(), "reason": "mine"}
    told = text(client(people["centre"]).post(do(card.ref, "approve"), decision), 422)
    assert "duties.same_person" in told


@pytest.mark.parametrize("what", ["answer", "approve", "refuse", "withdraw"])
def test_a_supervisor_reads_and_is_refused(people, what):
    card = proposed(people)
    browser = client(people["supervisor"])
    page = text(browser.get(reverse("duties:show", args=[card.ref])))
    assert do(card.ref, what) not in page
    sent = {"command_id": new_id(), "answer": "for", "reason": "x"}
    assert "Rule" in text(browser.post(do(card.ref, what), sent), 422)
    assert duties.find_admission(card.ref, s.AT).state is duties.State.PROPOSED
    assert browser.get(NEW).status_code == 404


@pytest.mark.parametrize("name", ["mine", "propose"])
def test_nobody_comes_in_without_logging_in(people, name):
    assert client().get(reverse(f"duties:{name}")).status_code == 302


def test_what_a_proposal_lacks_is_said_beside_it(people):
    browser = client(people["keeper"])
    assert "duties.item" in text(browser.post(NEW, given(items="photos of shops")), 422)
    assert "Please check" in text(browser.post(NEW, given(basis="", valid_until="soon")), 422)
    assert duties.list_live(f.TOWN, s.AT) == ()


def test_a_renewal_begins_with_what_was(people):
    card = proposed(people)
    page = text(client(people["keeper"]).get(f"{NEW}?renews={card.ref}"))
    assert f'value="{card.ref}"' in page
    assert s.ITEM in page


def test_what_runs_on_without_its_admission_is_said_in_public(people):
    from commongrid.stories import adopting

    card = proposed(people)
    s.said(actor(people["worker"]), card)
    duties.decide_duty(
        actor=actor(people["centre"]), at=s.AT, command_id=new_id(), admission_id=card.id,
        is_approved=True, reason="yes",
    )  # fmt: skip
    adopting.adopt_charter(
        actor=actor(people["keeper"]), at=s.AT, command_id=new_id(), charter=s.with_question(),
        reason="x",
    )  # fmt: skip
    assert "still asks them" not in text(client().get(PLACE))
    duties.withdraw_duty(
        actor=actor(people["keeper"]), at=s.AT, command_id=new_id(), admission_id=card.id,
        reason="no more",
    )  # fmt: skip
    page = text(client().get(PLACE))
    assert "still asks them" in page
    assert s.ITEM in page


def test_the_lists_cost_the_same_however_long_they_are(people, count_sql):
    browser, own = client(), client(people["keeper"])
    for number in range(6):
        s.proposed(actor(people["keeper"]), items=(), task=f"task {number}")
    browser.get(PLACE)
    with count_sql(max=8):
        text(browser.get(PLACE))
    with count_sql(max=14):
        text(own.get(MINE))


def test_there_is_nothing_at_a_wrong_address(people):
    for where in (reverse("duties:place", args=["1"]), reverse("duties:admission", args=["D-1"])):
        assert client().get(where).status_code == 404
    card = proposed(people)
    assert client(people["keeper"]).get(do(card.ref, "erase")).status_code == 404
    assert client(people["keeper"]).get(reverse("duties:show", args=["D-2"])).status_code == 404
