"""The second factor: codes, recovery codes, waiting, and nothing to steal in the database."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django_otp.plugins.otp_static.models import StaticToken

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from commongrid.rooms.people.models import Account
from commongrid.rooms.people.second_factor import stored_recovery_code
from tests.rooms.people.standing import AT, SETUP, TOWN, actor, app_code, make_account, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def worker():
    return make_staff("worker", "grid_worker", TOWN)


def enrol(card, at=AT) -> tuple[str, ...]:
    me = actor(card)
    face.enroll_totp(actor=me, at=at, command_id=new_id(), account_id=card.id)
    return face.confirm_totp(
        actor=me,
        at=at,
        command_id=new_id(),
        account_id=card.id,
        code=app_code(card.id, at),
    )


def test_a_code_opens_once(worker, clock):
    enrol(worker)
    assert not face.check_code(worker.id, app_code(worker.id, AT)).is_right
    clock.shift(60)
    later = AT + timedelta(seconds=60)
    check = face.check_code(worker.id, " ".join(app_code(worker.id, later)))
    assert check.is_right
    assert check.device_id == face.second_factor_id(worker.id)
    assert not check.was_recovery
    assert not face.check_code(worker.id, app_code(worker.id, later)).is_right


def test_wrong_codes_make_one_wait_even_with_the_right_one(worker, clock):
    enrol(worker)
    clock.shift(60)
    right = app_code(worker.id, AT + timedelta(seconds=60))
    wrong = f"{(int(right) + 1) % 10**6:06d}"
    assert face.check_code(worker.id, wrong).wait_s == 0
    check = face.check_code(worker.id, right)
    assert not check.is_right
    assert check.wait_s >= 1
    clock.shift(check.wait_s + 1)
    assert face.check_code(worker.id, right).is_right


def test_each_recovery_code_opens_once_however_it_is_typed(worker, clock):
    codes = enrol(worker)
    assert len(set(codes)) == 10
    typed = codes[0].lower().replace("-", " ").replace("0", "o").replace("1", "l")
    check = face.check_code(worker.id, typed)
    assert check.is_right
    assert check.was_recovery
    assert face.count_recovery_codes(worker.id) == 9
    assert not face.check_code(worker.id, codes[0]).is_right
    clock.shift(60)
    assert face.check_code(worker.id, codes[1]).is_right


def test_recovery_codes_of_one_person_open_nothing_for_another(worker):
    codes = enrol(worker)
    other = make_staff("other", "grid_worker", TOWN)
    enrol(other)
    assert not face.check_code(other.id, codes[0]).is_right
    assert face.check_code(worker.id, codes[0]).is_right


def test_the_database_keeps_no_recovery_code(worker):
    codes = {code.replace("-", "") for code in enrol(worker)}
    kept = {token.upper() for token in StaticToken.objects.values_list("token", flat=True)}
    assert len(kept) == 10
    assert not kept & codes


def test_what_is_kept_of_a_code_differs_from_person_to_person():
    """So that rows cannot be compared, nor moved to another account."""
    assert stored_recovery_code(1, "ABCDE12345") != stored_recovery_code(2, "ABCDE12345")
    assert stored_recovery_code(1, "abcdei2345") == stored_recovery_code(1, "ABCDE12345")


def test_new_recovery_codes_replace_the_old(worker, clock):
    old = enrol(worker)
    new = face.renew_recovery_codes(
        actor=actor(worker), at=AT, command_id=new_id(), account_id=worker.id
    )
    assert not set(old) & set(new)
    assert not face.check_code(worker.id, old[0]).is_right
    clock.shift(60)
    assert face.check_code(worker.id, new[0]).is_right


def test_beginning_again_throws_the_first_secret_away(worker):
    me = actor(worker)
    given = {"actor": me, "at": AT, "account_id": worker.id}
    first = face.enroll_totp(command_id=new_id(), **given)
    old_code = app_code(worker.id, AT)
    second = face.enroll_totp(command_id=new_id(), **given)
    assert first.secret != second.secret
    assert face.find_begun_totp(worker.id) == second
    if app_code(worker.id, AT) != old_code:
        with pytest.raises(Refused) as caught:
            face.confirm_totp(command_id=new_id(), code=old_code, **given)
        assert caught.value.verdict.rule == "people.totp_wrong_code"


def test_a_confirmed_secret_is_not_shown_and_not_replaced(worker):
    enrol(worker)
    assert face.find_begun_totp(worker.id) is None
    with pytest.raises(Refused) as caught:
        face.enroll_totp(actor=actor(worker), at=AT, command_id=new_id(), account_id=worker.id)
    assert caught.value.verdict.rule == "people.totp_active"


def test_nothing_to_confirm_renew_or_remove(worker):
    given = {"at": AT, "command_id": new_id(), "account_id": worker.id}
    for rule, call in (
        (
            "people.totp_not_begun",
            lambda: face.confirm_totp(actor=actor(worker), code="1", **given),
        ),
        ("people.totp_not_begun", lambda: face.renew_recovery_codes(actor=actor(worker), **given)),
        ("people.totp_absent", lambda: face.disable_totp(actor=SETUP, **given)),
    ):
        with pytest.raises(Refused) as caught:
            call()
        assert caught.value.verdict.rule == rule


def test_without_a_device_no_code_is_right(worker):
    assert not face.check_code(worker.id, "123456").is_right
    assert not face.check_code(worker.id, "").is_right


def test_who_must_have_it(settings):
    free = make_account("free", must_use_totp=False)
    bound = make_account("bound", must_use_totp=True)
    rows = {row.username: row for row in Account.objects.filter(pk__in=[free.id, bound.id])}
    assert face.must_have_second_factor(rows["bound"])
    assert not face.must_have_second_factor(rows["free"])
    settings.REQUIRE_2FA = False
    assert not face.must_have_second_factor(rows["bound"])
