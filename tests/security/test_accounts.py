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
    GRID,
    OTHER_TOWN,
    SETUP,
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


# --- the second person is not one of the first one's own making ----------------------------------


def appointed(maker, username, role, path, at=AT):
    """Somebody whose account and post are of this maker; their actor."""
    card = face.create_account(
        **doing(maker, at), username=username, display_name="演示某人", password="paper kite 2026"
    )
    give(maker, card.id, role, path, at)
    return face.staff_actor(card.id, at)


def give(maker, account_id, role, path, at=AT):
    return face.appoint_person(
        **doing(maker, at), account_id=account_id, role=role, place_code=path.split("/")[-2],
        place_path=path, basis="invented",
    )  # fmt: skip


def id_of(who):
    return int(who.key.removeprefix("staff:"))


def refusal(do):
    with pytest.raises(Refused) as caught:
        do()
    assert caught.value.verdict.say.zh
    return caught.value.verdict.rule


@pytest.fixture
def lost(officers):
    """Somebody of a grid who lost a phone: made by none of the officers here."""
    card = make_staff("lost-phone", "grid_worker", GRID, "community")
    own = face.staff_actor(card.id, AT)
    face.enroll_totp(**doing(own), account_id=card.id)
    face.confirm_totp(**doing(own), account_id=card.id, code=app_code(card.id, AT))
    return card.id


def password(who, account_id):
    face.set_password(**doing(who), account_id=account_id, password=WORDS)


def second_step(who, account_id):
    face.disable_totp(**doing(who), account_id=account_id, reason="lost phone")


@pytest.mark.parametrize("first", ["password", "second step"])
def test_an_officer_of_one_s_own_making_is_no_second_one(officers, lost, first):
    here, _, above = officers
    puppet = appointed(here, "puppet", "appointing", GRID)
    one, other = (password, second_step) if first == "password" else (second_step, password)
    one(here, lost)
    assert refusal(lambda: other(puppet, lost)) == "people.made_by_first"
    other(above, lost)


def test_nor_is_one_made_by_way_of_another(officers, lost):
    here, _, above = officers
    between = appointed(above, "between", "appointing", TOWN)
    puppet = appointed(between, "puppet", "appointing", GRID)
    password(above, lost)
    assert refusal(lambda: second_step(puppet, lost)) == "people.made_by_first"
    second_step(here, lost)


def test_nor_one_whose_password_one_gave_until_it_is_changed(officers, lost):
    here = officers[0]
    puppet = appointed(here, "puppet", "appointing", GRID)
    password(puppet, lost)
    assert refusal(lambda: second_step(here, lost)) == "people.made_by_first"
    face.set_password(
        **doing(puppet), account_id=id_of(puppet), password=WORDS,
        current_password="paper kite 2026",
    )  # fmt: skip
    second_step(here, lost)


def test_a_post_counts_while_it_is_held_and_an_account_for_good(officers, lost):
    here, _, above = officers
    other = make_staff("of-nobody", "reader", GRID)
    post = give(here, other.id, "appointing", GRID)
    password(here, lost)
    later = AT + DAY

    def takes_step(at):
        who = face.staff_actor(other.id, at)
        face.disable_totp(**doing(who, at), account_id=lost, reason="lost phone")

    assert refusal(lambda: takes_step(AT)) == "people.made_by_first"
    face.end_appointment(**doing(above, later), appointment_id=post.id, reason="x")
    give(above, other.id, "appointing", GRID, later)
    takes_step(later)


def test_many_openings_are_not_agreed_to_by_whom_one_made(officers):
    """Somebody who appointed once, and now opens contact data."""
    _, _, above = officers
    puppet = appointed(above, "puppet", "appointing", TOWN)
    own_post = face.list_own_appointments(id_of(above))[0]
    later = AT + DAY
    face.end_appointment(**doing(SETUP, later), appointment_id=own_post.id, reason="moved")
    give(SETUP, id_of(above), "desk", TOWN, later)

    def agree(who, at=later):
        face.allow_bulk(
            **doing(face.staff_actor(id_of(who), at), at), account_id=id_of(above), what="reveal",
            reason="a burst main",
        )  # fmt: skip

    assert refusal(lambda: agree(puppet)) == "people.made_by_first"
    agree(officers[0])
