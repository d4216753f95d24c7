"""Contact data on a phone: for a reason, by an act, only while its holder may."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client

from commongrid.ledger.models import Act
from tests.doors.field.standing import a_phone, a_worker, by_phone, end_posts
from tests.site.inside import inside
from tests.support import factories as f

pytestmark = pytest.mark.django_db
WHY = "约上门时间"


@pytest.fixture
def token(db):
    f.a_place()
    return a_phone(a_worker().id).token


@pytest.fixture
def held(token):
    """A matter that the worker's unit holds."""
    return f.walked(*f.HANDLED, contact=f.CONTACT)


def asked(token: str, matter, number=None, purpose: str = WHY):
    return by_phone(
        token, "post", f"/field/contact/{matter.id}/", content_type="application/json",
        data={"id": str(number or uuid4()), "purpose": purpose},
    )  # fmt: skip


def reveals() -> int:
    return Act.objects.filter(action="reveal").count()


def test_it_is_opened_once_told_once_and_erased_after_a_shift(token, held):
    number = uuid4()
    first, again = asked(token, held, number), asked(token, held, number)
    assert first.status_code == 200
    assert first.json() == again.json()
    assert first.json() == {
        "name": f.CONTACT.name, "phone": f.CONTACT.phone, "email": f.CONTACT.email,
        "erase_after_s": 8 * 3600,
    }  # fmt: skip
    assert first.headers["Cache-Control"] == "no-store"
    assert reveals() == 1


def test_a_matter_that_another_unit_holds_stays_closed(token):
    matter = f.raised(contact=f.CONTACT)
    answer = asked(token, matter)
    assert answer.status_code == 403
    assert f.CONTACT.phone not in answer.content.decode()
    assert reveals() == 0


def test_another_grids_worker_learns_nothing(held):
    stranger = a_phone(a_worker("next-worker", f.NEXT_GRID).id).token
    assert asked(stranger, held).status_code in (403, 404)
    assert reveals() == 0


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"id": "x", "purpose": WHY}, 400),
        ({"purpose": WHY}, 400),
        ([], 400),
        ({"id": "7d444840-9dc0-41d1-b245-5ffdce74fad2", "purpose": "  "}, 422),
    ],
    ids=["no number", "none", "a list", "no reason"],
)
def test_without_a_number_and_a_reason_nothing_is_opened(token, held, sent, status):
    answer = by_phone(
        token, "post", f"/field/contact/{held.id}/", data=sent, content_type="application/json"
    )
    assert answer.status_code == status
    assert reveals() == 0


def test_after_the_post_nothing_is_opened(token, held):
    end_posts(int(Act.objects.filter(action="pair_phone").get().actor.removeprefix("staff:")))
    answer = asked(token, held)
    assert (answer.status_code, answer.json()["rule"]) == (403, "field.ended")


def test_a_session_is_no_phone_and_reading_is_no_reason(token, held):
    address = f"/field/contact/{held.id}/"
    assert Client().post(address, {}, content_type="application/json").status_code == 401
    assert inside(a_worker("other").id).post(address, {}).status_code == 401
    assert by_phone(token, "get", address).status_code == 405


def test_one_phone_opens_no_hundreds(token, held, monkeypatch):
    monkeypatch.setattr("commongrid.doors.field.views.contact.TRIES", 1)
    assert asked(token, held).status_code == 200
    answer = asked(token, held)
    assert (answer.status_code, answer.json()["rule"]) == (429, "field.too_many")
    assert answer.headers["Retry-After"]
    assert reveals() == 1
