"""Whoever appoints rules their own area and nobody else's accounts."""

from datetime import timedelta

import pytest
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from tests.rooms.people.standing import (
    AT,
    DAY,
    DISTRICT,
    OTHER_TOWN,
    TOWN,
    actor,
    app_code,
    make_staff,
)

pytestmark = pytest.mark.django_db
WORDS = "seven kites over the lake"


@pytest.fixture
def officers():
    """Two who appoint, each in a town of their own, and one above both."""
    return [
        actor(make_staff(name, "appointing", path))
        for name, path in (("here", TOWN), ("there", OTHER_TOWN), ("above", DISTRICT))
    ]


def doing(who, at=AT):
    return {"actor": who, "at": at, "command_id": new_id()}


def new_account(who):
    return face.create_account(
        **doing(who), username="newcomer", display_name="演示新人", password="paper kite 2026"
    )


def test_a_new_account_is_not_taken_over_before_it_is_appointed(officers):
    here, there, above = officers
    card = new_account(here)
    with pytest.raises(Refused) as caught:
        face.set_password(**doing(there), account_id=card.id, password=WORDS)
    assert caught.value.verdict.rule == "people.outside_area"
    with pytest.raises(Refused):
        face.deactivate_account(**doing(there), account_id=card.id)
    for who in (here, above):
        face.set_password(**doing(who), account_id=card.id, password=WORDS)


def test_somebody_between_two_posts_is_not_taken_over_either(officers):
    here, there, _ = officers
    card = new_account(here)
    post = face.appoint_person(
        **doing(here), account_id=card.id, role="desk", place_code=TOWN.split("/")[-2],
        place_path=TOWN, basis="invented",
    )  # fmt: skip
    face.end_appointment(**doing(here, AT + DAY), appointment_id=post.id, reason="x")
    with pytest.raises(Refused):
        face.set_password(**doing(there, AT + 2 * DAY), account_id=card.id, password=WORDS)
    face.set_password(**doing(here, AT + 2 * DAY), account_id=card.id, password=WORDS)


def test_nobody_gives_themselves_or_a_peer_more(officers):
    here, there, _ = officers
    for account_id, path in ((int(here.key[6:]), TOWN), (int(there.key[6:]), DISTRICT)):
        with pytest.raises(Refused):
            face.appoint_person(
                **doing(here), account_id=account_id, role="desk",
                place_code=path.split("/")[-2], place_path=path, basis="invented",
            )  # fmt: skip
    with pytest.raises(Refused):
        face.appoint_person(
            **doing(here), account_id=int(there.key[6:]), role="appointing",
            place_code=TOWN.split("/")[-2], place_path=TOWN, basis="invented",
        )  # fmt: skip


@pytest.mark.parametrize("first", ["password", "second step"])
def test_no_officer_alone_gets_hold_of_both_keys_of_an_account(officers, first):
    here, _, above = officers
    card = appointed_with_second_step(above)

    def password(who):
        face.set_password(**doing(who), account_id=card.id, password=WORDS)

    def second_step(who):
        face.disable_totp(**doing(who), account_id=card.id, reason="lost phone")

    one, other = (password, second_step) if first == "password" else (second_step, password)
    one(here)
    with pytest.raises(Refused) as caught:
        other(here)
    assert caught.value.verdict.rule == "people.another_officer"
    other(above)


def test_whoever_made_an_account_knows_its_first_password(officers):
    here = officers[0]
    card = appointed_with_second_step(here)
    with pytest.raises(Refused) as caught:
        face.disable_totp(**doing(here), account_id=card.id, reason="lost phone")
    assert caught.value.verdict.rule == "people.another_officer"
    own = face.staff_actor(card.id, AT)
    face.set_password(
        **doing(own), account_id=card.id, password=WORDS, current_password="paper kite 2026"
    )
    face.disable_totp(**doing(here), account_id=card.id, reason="lost phone")


def appointed_with_second_step(maker):
    card = new_account(maker)
    face.appoint_person(
        **doing(maker), account_id=card.id, role="desk", place_code=TOWN.split("/")[-2],
        place_path=TOWN, basis="invented",
    )  # fmt: skip
    own = face.staff_actor(card.id, AT)
    face.enroll_totp(**doing(own), account_id=card.id)
    face.confirm_totp(**doing(own), account_id=card.id, code=app_code(card.id, AT))
    return card


def test_a_stolen_database_makes_no_code_of_the_second_step(officers):
    """Neither the stored key nor anything else in the tables is what the app holds."""
    card = appointed_with_second_step(officers[0])
    device = TOTPDevice.objects.get(user_id=card.id)
    totp = TOTP(bytes.fromhex(device.key), device.step, device.t0, device.digits)
    totp.time = AT.timestamp()
    assert f"{totp.token():06d}" != app_code(card.id, AT)
    assert not face.check_code(card.id, f"{totp.token():06d}").is_right


def test_no_table_says_when_somebody_last_logged_in(officers, clock):
    card = appointed_with_second_step(officers[0])
    clock.shift(60)
    now = AT + timedelta(seconds=60)
    assert face.check_code(card.id, app_code(card.id, now)).is_right
    assert TOTPDevice.objects.get(user_id=card.id).last_used_at is None
