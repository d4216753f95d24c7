"""Putting a phone in service: by its holder, who has just proved it is them; the key once."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from tests.doors.field.standing import a_phone, a_worker, by_phone, end_posts
from tests.rooms.people.standing import make_staff
from tests.site.inside import inside, page
from tests.support import factories as f

pytestmark = pytest.mark.django_db
ADDRESS = "/field/pair/"
TOKEN = re.compile(r"cgp_[A-Za-z0-9_-]{43}")


@pytest.fixture
def worker(db):
    f.a_place()
    return a_worker()


def sent(client: Client, label: str = "my phone", command_id=None):
    return client.post(ADDRESS, {"command_id": command_id or new_id(), "label": label})


def test_a_worker_puts_a_phone_in_service_and_it_works(worker):
    answer = sent(inside(worker.id))
    assert answer.status_code == 200
    told = answer.json()
    assert TOKEN.fullmatch(told["token"])
    assert answer.headers["Cache-Control"] == "no-store"
    pack = by_phone(told["token"], "get", "/field/pack/")
    assert pack.json()["sha"] == told["pack"]
    (phone,) = fieldwork.list_own_phones(worker.id)
    assert (phone.id, phone.label) == (told["phone"], "my phone")


def test_sent_twice_it_is_one_phone_and_the_key_is_not_told_again(worker):
    client, number = inside(worker.id), new_id()
    sent(client, command_id=number)
    again = sent(client, command_id=number)
    assert (again.status_code, again.json()["rule"]) == (409, "field.shown_once")
    assert len(fieldwork.list_own_phones(worker.id)) == 1


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_says_what_the_phone_will_hold_and_never_do(worker, language):
    told = page(inside(worker.id, language), ADDRESS)
    for words in {
        "zh-hans": ("这部手机上会有什么", "不跟踪您在哪里", "露天第一网格"),
        "en": ("What this phone will hold", "does not follow where you are"),
    }[language]:
        assert words in told


def test_who_is_no_grid_worker_or_not_inside_is_sent_away(worker):
    desk = make_staff("desk-x", "desk", f.TOWN)
    assert inside(desk.id).get(ADDRESS).status_code == 403
    assert sent(inside(desk.id)).status_code == 403
    assert Client().get(ADDRESS).status_code == 302
    end_posts(worker.id)
    assert inside(worker.id).get(ADDRESS).status_code == 403


def test_an_old_session_has_to_prove_it_again(worker, clock):
    client = inside(worker.id, "en")
    clock.shift(11 * 60)
    assert "/staff/again/" in client.get(ADDRESS).headers["Location"]
    answer = sent(client)
    assert (answer.status_code, answer.json()["rule"]) == (403, "field.prove_again")
    assert fieldwork.list_own_phones(worker.id) == ()


def test_a_phone_needs_a_name(worker):
    answer = sent(inside(worker.id), label="  ")
    assert (answer.status_code, answer.json()["field"]) == (422, "label")


def test_another_site_cannot_send_the_form(worker):
    client = Client(enforce_csrf_checks=True)
    client.cookies = inside(worker.id).cookies
    assert sent(client).status_code == 403
    assert fieldwork.list_own_phones(worker.id) == ()


def test_three_phones_are_enough(worker):
    for number in range(fieldwork.MOST_PHONES):
        a_phone(worker.id, f"phone {number}")
    client = inside(worker.id)
    assert 'id="pair"' not in page(client, ADDRESS)
    assert sent(client).status_code == 409
