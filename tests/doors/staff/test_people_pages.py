"""Looking after staff: who may, what is shown, what is done, and what is refused in words."""

from __future__ import annotations

import re

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from tests.rooms.people.standing import (
    AT,
    DAY,
    PASSWORD,
    actor,
    app_code,
    appoint,
    make_account,
    make_staff,
)
from tests.rooms.places import standing
from tests.site.inside import inside, page
from tests.support.factories import GRID, TOWN, a_place

pytestmark = pytest.mark.django_db
OTHER_TOWN = f"/{standing.CITY}/{standing.DISTRICT}/{standing.OTHER_TOWN}/"
EVIL = '"><script>alert(1)</script>'


@pytest.fixture(autouse=True)
def place(db):
    a_place()


@pytest.fixture
def officer():
    return make_staff("officer", "appointing", TOWN)


@pytest.fixture
def worker():
    return make_staff("worker", "grid_worker", GRID, "community", work_phone="0475-0000001")


@pytest.fixture
def stranger():
    return make_staff("stranger", "desk", OTHER_TOWN, work_phone="0475-0000002")


def addresses(account_id: int) -> list[str]:
    post = face.list_own_appointments(account_id)[0].id
    one = f"/staff/people/{account_id}/"
    of_one = ("", "appoint/", "password/", "second-step/", "close/", f"end/{post}/")
    return ["/staff/people/", "/staff/people/new/", *(one + rest for rest in of_one)]


def sent(**fields: str) -> dict[str, str]:
    return {"command_id": str(new_id()), **fields}


NEW = {"username": "tulip", "display_name": "演示 郁金", "language": "en", "must_use_totp": "no"}


# --- who may --------------------------------------------------------------------------------


def test_only_who_appoints_may_come_in(client, officer, worker):
    keeper = make_staff("keeper", "charter_keeper", TOWN)
    for address in addresses(worker.id):
        for ask in (client.get, client.post):
            assert ask(address).url.startswith("/staff/login/"), address
        for other in (worker, keeper):
            assert inside(other.id).get(address).status_code == 403, address
            assert inside(other.id).post(address, sent()).status_code == 403, address
        assert inside(officer.id).get(address).status_code == 200, address


def test_the_tools_stand_on_the_page_of_those_who_hold_them(officer, worker):
    assert "/staff/people/" in page(inside(officer.id), "/staff/")
    assert "/staff/people/" not in page(inside(worker.id), "/staff/")
    assert 'href="/-/"' in page(inside(worker.id), "/staff/")


def test_an_ended_appointment_closes_the_pages(officer, clock):
    post = face.list_own_appointments(officer.id)[0]
    client = inside(officer.id)
    page(client, "/staff/people/")
    boss = make_staff("boss", "appointing", f"/{standing.CITY}/")
    face.end_appointment(
        actor=actor(boss), at=AT, command_id=new_id(), appointment_id=post.id, reason="x"
    )
    assert client.get("/staff/people/").status_code == 403


@pytest.mark.parametrize("rest", ["new/", "{}/appoint/", "{}/password/", "{}/close/"])
def test_what_is_careful_asks_again_who_it_is(officer, worker, clock, rest):
    client = inside(officer.id)
    clock.shift(601)
    for ask in (client.get, client.post):
        assert ask("/staff/people/" + rest.format(worker.id)).url.startswith("/staff/again/")


# --- the list and the person ------------------------------------------------------------------


def test_the_list_holds_the_area_and_nothing_else(officer, worker, stranger):
    shown = page(inside(officer.id), "/staff/people/")
    assert "演示 worker" in shown
    assert "网格员" in shown
    assert "演示 stranger" not in shown
    english = page(inside(officer.id, "en"), "/staff/people/")
    assert "Staff and appointments" in english
    assert "grid worker" in english


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ({"q": "WORK"}, True),
        ({"q": "nobody"}, False),
        ({"role": "grid_worker"}, True),
        ({"role": "desk"}, False),
        ({"unit": "community"}, True),
        ({"unit": "sanitation"}, False),
        ({"place": f"{TOWN}{standing.COMMUNITY}/"}, True),
        ({"place": f"{TOWN}{standing.NEXT_COMMUNITY}/"}, False),
        ({"on": "2026-03-01"}, False),
        ({"on": "2026-04-01"}, True),
        ({"on": "not a day", "page": "x"}, True),
    ],
)
def test_the_list_is_narrowed(officer, worker, query, is_found):
    shown = page(inside(officer.id), "/staff/people/", **query)
    assert (f"/staff/people/{worker.id}/" in shown) is is_found


def test_who_has_no_post_is_found_by_the_whole_login_name(officer):
    fresh = make_account("fresh")
    assert f"/staff/people/{fresh.id}/" in page(inside(officer.id), "/staff/people/", q="fresh")
    assert f"/staff/people/{fresh.id}/" not in page(inside(officer.id), "/staff/people/", q="fres")


def test_the_list_costs_the_same_for_many(officer, count_sql):
    for n in range(12):
        make_staff(f"many{n}", "grid_worker", GRID, "community")
    client = inside(officer.id)
    page(client, "/staff/people/")
    with count_sql(max=16):
        assert page(client, "/staff/people/").count("/staff/people/") > 12


def test_a_person_with_every_post_ever(officer, worker):
    appoint(worker.id, "checker", TOWN, from_at=AT - 9 * DAY, until_at=AT - DAY)
    shown = page(inside(officer.id), f"/staff/people/{worker.id}/")
    for words in ("网格员", "核查人", "已结束", "0475-0000001", "worker"):
        assert words in shown
    assert inside(officer.id).get("/staff/people/9999999/").status_code == 404


def test_who_serves_elsewhere_is_shown_as_far_as_needed(officer, stranger):
    shown = page(inside(officer.id), f"/staff/people/{stranger.id}/")
    assert "0475-0000002" not in shown
    assert "永清街道" not in shown
    assert f"/staff/people/{stranger.id}/appoint/" in shown
    assert f"/staff/people/{stranger.id}/close/" not in shown
    post = face.list_own_appointments(stranger.id)[0].id
    address = f"/staff/people/{stranger.id}/end/{post}/"
    assert inside(officer.id).get(address).status_code == 404


def test_names_and_reasons_are_shown_as_text(officer):
    card = make_account("evil", display_name=EVIL, work_phone=EVIL[:30])
    appoint(card.id, "desk", TOWN, basis=EVIL)
    client = inside(officer.id)
    for address in ("/staff/people/", *addresses(card.id)):
        assert "<script>alert" not in page(client, address), address
    shown = page(client, "/staff/people/", q=EVIL, role=EVIL, place=EVIL)
    assert "<script>alert" not in shown


# --- accounts ---------------------------------------------------------------------------------


def test_an_account_is_made_and_its_password_shown_once(officer, client):
    form = sent(**NEW)
    shown = inside(officer.id).post("/staff/people/new/", form)
    password = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", shown.content.decode()).group()
    assert "no-store" in shown.headers["Cache-Control"]
    assert client.post("/staff/login/", {"username": "tulip", "password": password}).url
    assert "_auth_user_id" in client.session
    acts = Act.objects.count()
    again = inside(officer.id).post("/staff/people/new/", form).content.decode()
    assert not re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", again)
    assert Act.objects.count() == acts
    assert not Act.objects.filter(core__contains=password).exists()
    assert not Act.objects.filter(words__contains=password).exists()


@pytest.mark.parametrize(
    ("changed", "rule"),
    [({"username": "worker"}, "people.username_taken"), ({"username": "?"}, "people.bad_name")],
)
def test_an_account_that_will_not_do_says_why(officer, worker, changed, rule):
    shown = inside(officer.id).post("/staff/people/new/", sent(**{**NEW, **changed}))
    assert rule in shown.content.decode()
    assert face.find_account("tulip") is None


def test_a_forgotten_password_is_set_anew(officer, worker, client):
    address = f"/staff/people/{worker.id}/password/"
    form = sent()
    shown = inside(officer.id).post(address, form).content.decode()
    password = re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", shown).group()
    client.post("/staff/login/", {"username": "worker", "password": password})
    assert "_auth_user_id" in client.session
    again = inside(officer.id).post(address, form).content.decode()
    assert "不能再次显示" in again
    assert not re.search(r"[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}", again)


def test_the_second_step_is_removed_with_a_reason(officer, worker, clock):
    given = {"actor": actor(worker), "at": AT, "account_id": worker.id}
    face.enroll_totp(command_id=new_id(), **given)
    face.confirm_totp(command_id=new_id(), code=app_code(worker.id, AT), **given)
    address, client = f"/staff/people/{worker.id}/second-step/", inside(officer.id)
    client.post(address, sent())
    assert face.has_second_factor(worker.id)
    assert client.post(address, sent(reason="lost phone")).url == f"/staff/people/{worker.id}/"
    assert not face.has_second_factor(worker.id)
    assert "people.totp_absent" in client.post(address, sent(reason="x")).content.decode()


def test_an_account_is_closed_for_good(officer, worker):
    address, client = f"/staff/people/{worker.id}/close/", inside(officer.id)
    assert client.post(address, sent()).status_code == 200
    assert face.get_account(worker.id).is_active
    assert client.post(address, sent(reason="left")).status_code == 302
    assert not face.get_account(worker.id).is_active
    shown = page(client, f"/staff/people/{worker.id}/")
    assert "账号已停用" in shown
    assert "/appoint/" not in shown


# --- posts --------------------------------------------------------------------------------------


def chosen(**fields: str) -> dict[str, str]:
    given = {"role": "checker", "place": standing.TOWN, "basis": "invented decision 7"}
    return sent(**{**given, **fields})


def test_a_post_is_chosen_read_once_more_and_given(officer, worker):
    client, address = inside(officer.id), f"/staff/people/{worker.id}/appoint/"
    assert f"?place={standing.TOWN}" in page(client, address)
    assert standing.GRID in page(client, address, q="露天第一")
    assert "核查人" in page(client, address, place=standing.TOWN)
    form = chosen(until_on="2026-12-31")
    asked = client.post(address, form).content.decode()
    assert "请核对" in asked
    assert "invented decision 7" in asked
    assert len(face.list_own_appointments(worker.id)) == 1
    assert client.post(address, {**form, "back": "yes"}).status_code == 200
    done = client.post(address, {**form, "confirmed": "yes"})
    assert done.url == f"/staff/people/{worker.id}/"
    post = face.list_own_appointments(worker.id)[0]
    assert (post.role, post.place_path) == ("checker", TOWN)
    assert post.until_at.isoformat() == "2026-12-31T16:00:00+00:00"  # the last day counts whole
    acts = Act.objects.count()
    client.post(address, {**form, "confirmed": "yes"})
    assert Act.objects.count() == acts


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        ({"place": standing.OTHER_TOWN, "role": "desk"}, "people.outside_area"),
        ({"role": "appointing"}, "people.outside_area"),
        ({"role": "handler"}, "people.unit_needed"),
        ({"from_on": "2026-01-01"}, "people.backdated"),
        ({"from_on": "2026-05-02", "until_on": "2026-05-01"}, "people.bad_term"),
    ],
)
def test_a_post_that_may_not_be_given_says_why(officer, worker, fields, rule):
    address = f"/staff/people/{worker.id}/appoint/"
    form = {**chosen(**fields), "confirmed": "yes"}
    assert rule in inside(officer.id).post(address, form).content.decode()
    english = inside(officer.id, "en").post(address, form).content.decode()
    assert rule in english
    assert "Refused:" in english
    assert len(face.list_own_appointments(worker.id)) == 1


def test_nobody_decides_about_themselves(officer):
    client, own = inside(officer.id), f"/staff/people/{officer.id}/"
    assert "您本人" in page(client, own)
    form = {**chosen(), "confirmed": "yes"}
    assert "people.not_self" in client.post(own + "appoint/", form).content.decode()
    assert "people.not_own" in client.post(own + "close/", sent(reason="x")).content.decode()


def test_a_peer_is_out_of_reach(officer):
    peer = make_staff("peer", "appointing", TOWN, password=PASSWORD)
    client = inside(officer.id)
    for rest, fields in (("password/", {}), ("close/", {"reason": "x"})):
        refused = client.post(f"/staff/people/{peer.id}/{rest}", sent(**fields))
        assert "people.outside_area" in refused.content.decode()
    assert face.get_account(peer.id).is_active


def test_a_post_is_ended_with_a_reason(officer, worker):
    post = face.list_own_appointments(worker.id)[0]
    client, address = inside(officer.id), f"/staff/people/{worker.id}/end/{post.id}/"
    client.post(address, sent())
    assert face.staff_actor(worker.id, AT).hats
    assert client.post(address, sent(reason="moved")).status_code == 302
    assert not face.staff_actor(worker.id, AT).hats
    assert Act.objects.get(action="end_appointment").words == "moved"


def test_a_place_that_is_not_there(officer, worker):
    address = f"/staff/people/{worker.id}/appoint/?place=999"
    assert inside(officer.id).get(address).status_code == 404


# --- the charter keeper -------------------------------------------------------------------------


def test_the_keeper_sees_the_versions_of_the_area(client, worker):
    keeper = make_staff("keeper", "charter_keeper", TOWN)
    shown = page(inside(keeper.id), "/staff/charter/")
    for words in ("keerqin-subdistrict@", "commongrid adopt", "明仁街道", "现行"):
        assert words in shown
    assert "Adopt a new version" in page(inside(keeper.id, "en"), "/staff/charter/")
    assert client.get("/staff/charter/").url.startswith("/staff/login/")
    assert inside(worker.id).get("/staff/charter/").status_code == 403
    elsewhere = make_staff("elsewhere", "charter_keeper", OTHER_TOWN)
    assert "keerqin-subdistrict@" not in page(inside(elsewhere.id), "/staff/charter/")
