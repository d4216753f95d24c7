"""The pages of complaints: without an account on one side, free of interest on the other."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commongrid.doors.common.fresh import FRESH, now_s
from commongrid.kernel.ids import new_id
from commongrid.rooms.complaints import face as complaints
from commongrid.rooms.complaints.domain import sealing
from commongrid.rooms.complaints.models import Complaint, Identity, SupervisionKey
from commongrid.rooms.people.models import Account
from tests.rooms.complaints import standing as s
from tests.rooms.places import standing
from tests.support import factories as f

pytestmark = pytest.mark.django_db
NEW = reverse("complain:new")
INDEX = reverse("complaints:index")


@pytest.fixture(autouse=True)
def place(db, monkeypatch):
    monkeypatch.setattr(sealing, "SCRYPT_N", 2**10)  # speed only
    f.a_place()


def resident(language="en"):
    return Client(headers={"accept-language": language})


def officer(account_id: int, language="en", *, is_fresh=False):
    browser = Client(headers={"accept-language": language})
    browser.force_login(Account.objects.get(pk=account_id))
    session = browser.session
    session[FRESH] = now_s() if is_fresh else 0
    session.save()
    return browser


def text(answer, status=200):
    assert answer.status_code == status, answer.content.decode()[:3000]
    return unescape(answer.content.decode())


def complaint_form(**more):
    return {
        "command_id": str(uuid4()), "about": "staff", "whom": "", "grid": "", "unit": "",
        "matter_code": "", "words": s.WORDS, "name": "", "phone": "", "email": "", **more,
    }  # fmt: skip


def filed_by(browser, **more):
    """File through the page; the receipt code as it is shown."""
    answer = browser.post(NEW, complaint_form(**more), follow=True)
    return re.search(r'id="code">([^<]+)<', text(answer))[1]


def step(browser, ref, what, status=302, **more):
    address = reverse("complaints:do", args=[ref, what])
    answer = browser.post(address, {"command_id": str(uuid4()), **more})
    assert answer.status_code == status, answer.content.decode()[:3000]
    return answer


def test_a_complaint_from_the_first_page_to_the_verdict():
    names = s.people_of("worker", "supervisor")
    browser = resident()
    assert standing.TOWN in text(browser.get(reverse("complain:start")))
    code = filed_by(browser, grid=f.GRID_CODE)
    ref = Complaint.objects.get().ref
    office = officer(names["supervisor"])
    assert ref in text(office.get(INDEX))
    step(office, ref, "take")
    step(office, ref, "ask", words="Which day?")
    mine = text(browser.get(reverse("complain:my")))
    assert "Which day?" in mine
    answer = browser.post(
        reverse("complain:say"), {"command_id": str(uuid4()), "words": "Wednesday."}
    )
    assert answer.status_code == 302
    assert "Wednesday." in text(office.get(reverse("complaints:complaint", args=[ref])))
    step(office, ref, "answer", words="We talked to them.")
    browser.post(
        reverse("complain:verdict"),
        {"command_id": str(uuid4()), "verdict": "solved", "words": ""},
    )
    assert Complaint.objects.get().state == "closed"
    assert ref in text(office.get(INDEX, {"closed": ""}))
    assert code not in text(browser.get(reverse("complain:my")))


def test_the_code_is_shown_once_and_opens_it_elsewhere():
    s.people_of("worker", "supervisor")
    browser, other = resident(), resident()
    code = filed_by(browser, whom="worker")
    browser.post(reverse("complain:sent"))
    assert browser.get(reverse("complain:sent")).status_code == 302
    assert other.get(reverse("complain:my")).headers["Location"] == reverse("complain:enter")
    text(other.post(reverse("complain:enter"), {"code": "0000-0000-0000-0"}), 422)
    typed = code.lower().replace("-", " ")
    assert s.WORDS in text(other.post(reverse("complain:enter"), {"code": typed}, follow=True))
    other.post(reverse("complain:close"))
    assert other.get(reverse("complain:my")).status_code == 302
    stored = repr([dict(one) for one in [browser.session, other.session]])
    assert code not in stored


def test_pressing_send_twice_files_once():
    s.people_of("worker", "supervisor")
    browser, sent = resident(), complaint_form(whom="worker")
    codes = {
        re.search(r'id="code">([^<]+)<', text(browser.post(NEW, sent, follow=True)))[1]
        for _ in range(2)
    }
    assert len(codes) == 1
    assert Complaint.objects.count() == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"words": ""}, "What happened?"),
        ({"whom": ""}, "one of these four ways"),
        ({"whom": "x", "may_open": "on"}, "Give a telephone number"),
        ({"whom": "", "matter_code": "0000-0000-0000-0"}, "receipt code of a matter"),
        ({"about": "administrator"}, "sealed with a key of supervision"),
    ],
    ids=["words", "whom", "reach", "code", "key"],
)
def test_what_is_missing_is_said_and_nothing_is_kept(more, said):
    s.people_of("keeper", "supervisor")
    assert said in text(resident().post(NEW, complaint_form(**more)), 422)
    assert not Complaint.objects.exists()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_where_nobody_is_free_of_interest_the_bodies_outside_are_named(language):
    s.people_of("worker", "both")
    browser = resident(language)
    page = text(browser.post(NEW, complaint_form(grid=f.GRID_CODE), follow=True))
    assert {"en": "discipline inspection body", "zh-hans": "纪检监察机关"}[language] in page


def test_nobody_comes_in_without_logging_in():
    s.people_of("worker", "supervisor")
    ref = s.filed().ref
    for address in (
        INDEX, reverse("complaints:key"), reverse("complaints:complaint", args=[ref]),
        reverse("complaints:do", args=[ref, "take"]),
    ):  # fmt: skip
        assert "/staff/login/" in resident().get(address).headers["Location"]


def test_the_ledger_page_tells_neither_side():
    from commongrid.ledger import face as ledger

    s.people_of("worker", "supervisor")
    filed = s.filed(whom="worker")
    told = repr(ledger.list_recent_acts())
    assert filed.ref in told
    assert filed.code not in told
    assert "演示" not in told


def test_who_complained_is_opened_by_who_proved_anew_who_they_are_and_told():
    names = s.people_of("worker", "supervisor")
    browser = resident()
    filed_by(browser, whom="worker", name="演示居民萨日娜", phone="0475-0001234", may_open="on")
    ref = Complaint.objects.get().ref
    office = officer(names["supervisor"])
    step(office, ref, "take")
    address = reverse("complaints:do", args=[ref, "open_identity"])
    assert "/staff/again/" in office.get(address).headers["Location"]
    fresh = officer(names["supervisor"], is_fresh=True)
    page = step(fresh, ref, "open_identity", status=200, purpose="protect")
    assert "0475-0001234" in text(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert "to protect the person" in text(browser.get(reverse("complain:my")))
    browser.post(reverse("complain:erase"), {"command_id": str(uuid4()), "is_sure": "on"})
    assert not Identity.objects.exists()


def test_a_complaint_about_the_administrator_opens_with_the_passphrase_for_one_page():
    names = s.people_of("keeper", "supervisor", "worker")
    office = officer(names["supervisor"])
    key = {"command_id": str(uuid4()), "level": s.TOWN, "passphrase": s.PASSPHRASE}
    text(office.post(reverse("complaints:key"), {**key, "again": "other"}), 422)
    assert office.post(reverse("complaints:key"), {**key, "again": s.PASSPHRASE}).status_code == 302
    assert SupervisionKey.objects.count() == 1
    browser = resident()
    filed_by(browser, about="administrator")
    assert s.WORDS in text(browser.get(reverse("complain:my")))
    page = reverse("complaints:complaint", args=[Complaint.objects.get().ref])
    assert s.WORDS not in text(office.get(page))
    assert s.WORDS not in text(office.post(page, {"passphrase": "wrong " * 4}), 422)
    assert s.WORDS in text(office.post(page, {"passphrase": s.PASSPHRASE}))
    assert s.WORDS not in text(office.get(page)), "kept nowhere"
    assert s.PASSPHRASE not in repr(dict(office.session))
    keeper = officer(names["keeper"])
    assert keeper.get(page).status_code == 404
    assert keeper.get(reverse("complaints:key")).headers["Location"] == INDEX


def test_an_officer_who_says_it_is_about_themself_reads_it_no_more():
    names = s.people_of("supervisor", "high")
    filed = s.filed(whom="一个戴帽子的人")
    office = officer(names["supervisor"])
    answer = step(office, filed.ref, "name_accused", account_id=names["supervisor"])
    assert answer.headers["Location"] == INDEX
    assert office.get(reverse("complaints:complaint", args=[filed.ref])).status_code == 404
    assert s.seen_by(names, filed.ref) == {"high"}


def test_an_unknown_step_is_no_page():
    names = s.people_of("worker", "supervisor")
    ref = s.filed().ref
    office = officer(names["supervisor"])
    assert office.get(reverse("complaints:do", args=[ref, "delete"])).status_code == 404
    step(office, ref, "answer", status=422, words="x")  # not taken yet


def test_withdrawing_ends_it():
    s.people_of("worker", "supervisor")
    browser = resident()
    filed_by(browser, whom="worker")
    browser.post(reverse("complain:verdict"), {"command_id": str(new_id()), "verdict": "withdrawn"})
    row = Complaint.objects.get()
    assert (row.state, row.outcome) == ("closed", complaints.Outcome.WITHDRAWN)
    assert browser.get(reverse("complain:verdict")).status_code == 302


def test_a_verdict_page_offers_only_what_may_be_said_now():
    names = s.people_of("worker", "supervisor")
    browser = resident()
    filed_by(browser, whom="worker")
    page = text(browser.get(reverse("complain:verdict")))
    assert 'type="hidden" name="verdict" value="withdrawn"' in page
    assert 'type="radio"' not in page
    ref, office = Complaint.objects.get().ref, officer(names["supervisor"])
    step(office, ref, "take")
    step(office, ref, "answer", words="We talked to them.")
    for answer in (
        browser.get(reverse("complain:verdict")),
        browser.post(reverse("complain:verdict"), {"command_id": str(new_id())}),
    ):
        assert re.findall(r'type="radio"[^>]*value="(\w+)"|value="(\w+)"[^>]*type="radio"',
                          answer.content.decode())  # fmt: skip
        assert "not_asked" not in answer.content.decode()
