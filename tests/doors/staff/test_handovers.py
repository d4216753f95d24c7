"""Pages of handovers: the office proposes, both ends agree, and nobody else sees any of it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.doors.common.fresh import FRESH
from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import HandoverRow
from commongrid.rooms.people.models import Account
from tests.stories.handing_over.standing import (
    WEEK,
    a_grid,
    agree,
    holders,
    post_of,
    proposed,
)
from tests.support import factories as f

pytestmark = pytest.mark.django_db
LIST, NEW = reverse("staff:handovers"), reverse("staff:handover_new")


@pytest.fixture
def grid():
    return a_grid()


def client(grid: Any, name: str, language: str = "en") -> Client:
    browser = Client(headers={"accept-language": language})
    account = getattr(grid, name)
    browser.force_login(Account.objects.get(pk=account.id))
    return browser


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def one(handover: Any) -> str:
    return reverse("staff:handover", args=[handover.id])


def do(handover: Any, what: str) -> str:
    return reverse("staff:handover_do", args=[handover.id, what])


def form(grid: Any, **more: Any) -> dict[str, Any]:
    return {
        "command_id": str(uuid4()), "post": post_of(grid.worker), "incoming": grid.other.id,
        "kind": "for_good", "basis": "会议纪要", **more,
    }  # fmt: skip


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_office_sees_what_would_move_and_proposes(grid, language):
    f.raised("A01")
    f.raised("I05")
    office = client(grid, "office", language)
    assert f"?post={post_of(grid.worker)}" in page(office, NEW)
    assert grid.worker.display_name in page(office, f"{NEW}?post={post_of(grid.worker)}")
    given = form(grid)
    shown = office.post(NEW, given).content.decode()
    assert (">1<" in shown) or ">1 " in shown or "1 ·" in shown  # one open: complaints are no part
    assert ("Is this right?" in shown) is (language == "en")
    assert not HandoverRow.objects.exists()
    for _ in range(2):
        assert office.post(NEW, given | {"confirmed": "yes"}).status_code == 302
    handover = HandoverRow.objects.get()
    assert str(handover.pk) in page(office, LIST)
    assert office.post(NEW, form(grid, confirmed="yes")).status_code == 422


def test_what_is_wrong_in_the_form_is_said_beside_it(grid):
    office = client(grid, "office")
    for wrong in (
        {"incoming": ""}, {"login": "nobody-here"}, {"incoming": "", "login": "nobody-here"},
        {"kind": "leave_cover"}, {"last_on": "2026-03-20"}, {"basis": ""}, {"kind": "swap"},
    ):  # fmt: skip
        answer = office.post(NEW, form(grid, confirmed="yes", **wrong))
        assert "data-error-summary" in answer.content.decode(), wrong
    named = form(grid, confirmed="yes", incoming="", login="other")
    assert office.post(NEW, named).status_code == 302
    assert not office.post(NEW, form(grid, post=999)).content.decode().count("command_id")


def test_both_are_told_on_their_account_page_and_agree(grid):
    handover = proposed(grid)
    for name in ("worker", "other"):
        browser = client(grid, name)
        assert one(handover) in page(browser, reverse("staff:account"))
        shown = page(browser, one(handover))
        assert do(handover, "agree") in shown
        given = {"command_id": str(uuid4()), "words": f"{name}: 东门积水"}
        for _ in range(2):
            assert browser.post(do(handover, "agree"), given).status_code == 302
        assert one(handover) not in page(browser, reverse("staff:account"))
    assert holders(f.AT) == [grid.other.id]
    assert "东门积水" in page(client(grid, "office"), one(handover))
    late = {"command_id": str(uuid4())}
    assert client(grid, "worker").post(do(handover, "agree"), late).status_code == 422


def test_the_sheet_is_for_both_ends_and_names_nobody_and_no_place(grid):
    f.raised("A01", address="三号楼东门", contact=f.CONTACT)
    handover = proposed(grid)
    sheet = reverse("staff:handover_sheet", args=[handover.id])
    for name in ("worker", "other"):
        shown = page(client(grid, name), sheet)
        assert "data-prints" in shown
        for word in (f.WORDS, "三号楼东门", "萨日娜"):
            assert word not in shown
    assert client(grid, "office").get(sheet).status_code == 404


@pytest.mark.parametrize("what", ["carry-out", "withdraw"])
def test_the_office_goes_on_or_withdraws_with_its_reason(grid, what):
    handover, office = proposed(grid), client(grid, "office")
    assert office.post(do(handover, what), {"command_id": str(uuid4())}).status_code == 422
    given = {"command_id": str(uuid4()), "reason": "病重"}
    for name in ("worker", "other", "next_worker"):
        assert client(grid, name).post(do(handover, what), given).status_code == 404
    assert office.post(do(handover, what), given).status_code == 302
    expected = {"carry-out": grid.other.id, "withdraw": grid.worker.id}[what]
    assert holders(f.AT) == [expected]


def test_a_cover_is_brought_back_by_the_office(grid, clock):
    handover = proposed(grid, kind="leave_cover", until_at=f.AT + WEEK)
    agree(grid, handover.id, "worker")
    agree(grid, handover.id, "other")
    clock.shift(3600)
    office = client(grid, "office")
    assert do(handover, "bring-back") in page(office, one(handover))
    given = {"command_id": str(uuid4()), "reason": "提前返岗"}
    assert office.post(do(handover, "bring-back"), given).status_code == 302
    assert holders(f.AT + f.HOUR) == [grid.worker.id]


def test_whoever_has_nothing_to_do_with_it_finds_nothing(grid):
    handover = proposed(grid)
    stranger = client(grid, "next_worker")
    assert str(handover.id) not in page(stranger, LIST)
    for address in (one(handover), do(handover, "agree"), do(handover, "withdraw")):
        assert stranger.get(address).status_code == 404
    assert stranger.get(NEW).status_code == 403
    assert Client().get(LIST).status_code == 302
    assert client(grid, "worker").get(do(handover, "nonsense")).status_code == 404


def test_what_the_office_does_asks_for_the_password_again(grid):
    handover, browser = proposed(grid), client(grid, "office")
    session = browser.session
    del session[FRESH]
    session.save()
    for address in (NEW, do(handover, "withdraw")):
        assert reverse("staff:again") in browser.get(address)["Location"]


def test_one_that_is_off_by_itself_says_why(grid):
    handover = proposed(grid)
    from commongrid.rooms.places.models import Place

    Place.objects.filter(code=f.GRID_CODE).update(valid_until=f.AT.date())
    shown = page(client(grid, "worker"), one(handover))
    assert "This grid has ended" in shown
    assert do(handover, "agree") not in shown
    fieldwork.lapse_handover(at=f.AT, command_id=new_id(), handover_id=handover.id)
    assert "This grid has ended" in page(client(grid, "worker"), one(handover))


def test_the_list_costs_the_same_however_long(grid, count_sql):
    for _ in range(3):
        handover = proposed(grid)
        fieldwork.withdraw_handover(
            actor=grid.actor("office"), at=f.AT, command_id=new_id(), handover_id=handover.id,
            reason="x",
        )  # fmt: skip
    browser = client(grid, "office")
    with count_sql(max=10):
        shown = page(browser, f"{LIST}?show=over")
    assert shown.count("<tr>") == 4
