"""The gates: who gets in, who is sent where, and what a gated answer carries."""

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse

from commongrid.doors.common import gates
from commongrid.rooms.people import face


@pytest.fixture
def knock(rf, client, monkeypatch):
    """Knock at a view as somebody: ``knock(view, roles={"desk"}, verified=True)``."""

    def as_somebody(view, *, logged_in=True, roles=(), verified=True, must=True):
        request = rf.get("/inside/?a=1")
        request.session = client.session
        request.user = AnonymousUser()
        if logged_in:
            request.user = SimpleNamespace(
                pk=7, is_authenticated=True, is_verified=lambda: verified, must_use_totp=must
            )
        held = set(roles)
        monkeypatch.setattr(
            face,
            "holds_any_role",
            lambda *, account_id, roles, at: account_id == 7 and bool(held & set(roles)),
        )
        return view(request)

    return as_somebody


def inside(request):
    return HttpResponse("in")


def test_public_lets_anybody_in(knock, db):
    assert knock(gates.public(inside), logged_in=False).content == b"in"


def test_staff_sends_strangers_to_the_log_in(knock, db, settings):
    answer = knock(gates.staff(inside), logged_in=False)
    assert answer.status_code == 302
    assert answer.url == f"{settings.LOGIN_URL}?next=/inside/%3Fa%3D1"


def test_staff_lets_staff_in_and_keeps_the_page_to_them(knock, db):
    answer = knock(gates.staff(inside))
    assert answer.content == b"in"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"


def test_a_session_without_its_second_factor_stays_outside(knock, db, settings):
    assert knock(gates.staff(inside), verified=False).status_code == 302
    assert knock(gates.staff(inside), verified=False, must=False).content == b"in"
    settings.REQUIRE_2FA = False
    assert knock(gates.staff(inside), verified=False).content == b"in"


@pytest.mark.parametrize(
    ("held", "gets_in"),
    [({"desk"}, True), ({"head", "desk"}, True), ({"head"}, False), ((), False)],
)
def test_a_role_gate_asks_for_one_of_its_roles(knock, db, held, gets_in):
    view = gates.staff("desk", "supervisor")(inside)
    if gets_in:
        assert knock(view, roles=held).content == b"in"
    else:
        with pytest.raises(PermissionDenied):
            knock(view, roles=held)


def test_a_receipt_page_leaks_no_code_and_cannot_be_guessed(knock, db):
    # The limit itself is not lowered: pages loaded meanwhile would keep the low one for good.
    view = gates.receipt(inside)
    answer = knock(view, logged_in=False)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    tries = [knock(view, logged_in=False).status_code for _ in range(gates.RECEIPT_TRIES)]
    assert tries == [200] * (gates.RECEIPT_TRIES - 1) + [429]


@pytest.mark.parametrize(
    ("gate", "name"),
    [
        (gates.public, "public"),
        (gates.receipt, "receipt"),
        (gates.staff, "staff"),
        (gates.staff("a", "b"), "staff:a,b"),
    ],
)
def test_every_gate_carries_its_name(gate, name):
    assert gate(inside).gate == name
