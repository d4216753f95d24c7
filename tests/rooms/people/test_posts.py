"""Posts: who may give them, how long they last, and what they open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction

from commongrid.charter.matter import CLOCK, Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from commongrid.rooms.people.models import Account, Appointment, Interest
from tests.rooms.people.standing import (
    AT,
    BASIS,
    CITY,
    DAY,
    DISTRICT,
    GRID,
    OTHER_TOWN,
    PASSWORD,
    SETUP,
    TOWN,
    actor,
    appoint,
    code_of,
    make_account,
    make_staff,
)

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)


def refused(call, *args, **given) -> str:
    with pytest.raises(Refused) as caught:
        call(*args, **given)
    return caught.value.verdict.rule


def end(who: Actor, post_id: int, at=AT, **more):
    return face.end_appointment(
        actor=who, at=at, command_id=new_id(), appointment_id=post_id, **more
    )


def test_a_hat_is_worn_from_the_first_moment_to_just_before_the_last():
    card = make_account("worker")
    appoint(card.id, "grid_worker", GRID, from_at=AT + DAY, until_at=AT + 2 * DAY)
    worn = {
        at: face.staff_actor(card.id, at).hats
        for at in (AT, AT + DAY - TICK, AT + DAY, AT + 2 * DAY - TICK, AT + 2 * DAY)
    }
    hat = (Hat("grid_worker", GRID),)
    assert list(worn.values()) == [(), (), hat, hat, ()]


def test_an_ended_post_gives_no_hat_at_once():
    card = make_staff("worker", "grid_worker", GRID)
    post = face.list_own_appointments(card.id)[0]
    assert face.holds_any_role(account_id=card.id, roles=["grid_worker"], at=AT)
    end(SETUP, post.id)
    assert face.staff_actor(card.id, AT).hats == ()
    assert not face.holds_any_role(account_id=card.id, roles=["grid_worker"], at=AT)


def test_an_inactive_account_gives_no_hat_at_any_time():
    card = make_staff("worker", "grid_worker", GRID)
    face.deactivate_account(actor=SETUP, at=AT + DAY, command_id=new_id(), account_id=card.id)
    assert face.staff_actor(card.id, AT).hats == ()
    assert not face.holds_any_role(account_id=card.id, roles=["grid_worker"], at=AT)
    assert face.list_appointments(TOWN, AT) == ()
    assert face.list_staff_for(GRID, "grid_worker", AT) == ()


def test_an_actor_costs_two_statements(count_sql):
    card = make_staff("worker", "grid_worker", GRID)
    for role in ("checker", "desk", "reviewer"):
        appoint(card.id, role, TOWN)
    with count_sql(max=2):
        worn = face.staff_actor(card.id, AT)
    assert len(worn.hats) == 4
    assert worn.key == card.key


def test_a_post_that_has_not_begun_is_ended_before_it_begins():
    card = make_account("worker")
    post = appoint(card.id, "grid_worker", GRID, from_at=AT + 9 * DAY)
    assert end(SETUP, post.id).until_at == AT + 9 * DAY
    assert face.staff_actor(card.id, AT + 9 * DAY).hats == ()


def test_a_post_can_be_ended_later_and_then_earlier_but_not_longer():
    card = make_account("worker")
    post = appoint(card.id, "grid_worker", GRID)
    assert end(SETUP, post.id, until_at=AT + 9 * DAY).until_at == AT + 9 * DAY
    assert end(SETUP, post.id, until_at=AT + 2 * DAY).until_at == AT + 2 * DAY
    assert refused(end, SETUP, post.id, until_at=AT + 3 * DAY) == "people.ended_already"
    assert refused(end, SETUP, post.id, until_at=AT - TICK) == "people.backdated"
    assert refused(end, SETUP, 10**6) == "people.no_appointment"


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"role": ""}, "people.bad_place"),
        ({"path": "/150502001000"}, "people.bad_place"),
        ({"path": "//"}, "people.bad_place"),
        ({"place_code": "150502009000"}, "people.bad_place"),
        ({"role": "handler"}, "people.unit_needed"),
        ({"until_at": AT}, "people.bad_term"),
        ({"basis": "  "}, "people.no_basis"),
        ({"account_id": 10**6}, "people.no_account"),
    ],
)
def test_an_unsound_post_is_refused(changed, rule):
    card = make_account("worker")
    wanted = {"account_id": card.id, "role": "desk", "path": TOWN, **changed}
    path = wanted.pop("path")
    given = {
        "actor": SETUP,
        "at": AT,
        "command_id": new_id(),
        "place_path": path,
        "place_code": code_of(path) if len(path) > 2 else "",
        "basis": BASIS,
        **wanted,
    }
    assert refused(face.appoint_person, **given) == rule
    assert not Appointment.objects.exists()


def test_the_same_post_is_held_once_at_a_time():
    card = make_account("worker")
    appoint(card.id, "desk", TOWN, until_at=AT + DAY)
    assert refused(appoint, card.id, "desk", TOWN) == "people.appointed_already"
    appoint(card.id, "desk", TOWN, from_at=AT + DAY)
    appoint(card.id, "desk", OTHER_TOWN)
    appoint(card.id, "checker", TOWN)
    early = {"from_at": AT - DAY, "until_at": AT}
    appoint(card.id, "desk", TOWN, **early)
    assert len(face.list_own_appointments(card.id)) == 5


def test_only_the_setup_dates_back():
    over = make_staff("over", "appointing", DISTRICT)
    card = make_account("worker")
    appoint(card.id, "desk", TOWN, from_at=AT - DAY)
    given = {"actor": actor(over), "from_at": AT - TICK}
    assert refused(appoint, card.id, "checker", TOWN, **given) == "people.backdated"


def test_the_clock_is_no_appointing_officer():
    card = make_account("worker")
    assert refused(appoint, card.id, "desk", TOWN, actor=CLOCK) == "people.not_appointing"


def test_nobody_appoints_themselves():
    over = make_staff("over", "appointing", DISTRICT)
    given = {"actor": actor(over)}
    assert refused(appoint, over.id, "desk", TOWN, **given) == "people.not_self"
    own = face.list_own_appointments(over.id)[0]
    assert refused(end, actor(over), own.id) == "people.not_self"


def test_the_appointing_role_comes_from_above_only():
    over = make_staff("over", "appointing", DISTRICT)
    friend = make_account("friend")
    given = {"actor": actor(over)}
    assert refused(appoint, friend.id, "appointing", DISTRICT, **given) == "people.outside_area"
    assert refused(appoint, friend.id, "appointing", CITY, **given) == "people.outside_area"
    below = appoint(friend.id, "appointing", TOWN, **given)
    assert refused(end, actor(friend), below.id) == "people.not_self"
    assert end(actor(over), below.id).until_at == AT


def test_power_over_a_person_is_power_over_every_post():
    """Or else a town could take the district over by setting its officer's password."""
    beside = make_staff("beside", "appointing", TOWN)
    boss = make_staff("boss", "desk", TOWN)
    given = {"at": AT, "account_id": boss.id, "password": "four grey cranes at dawn"}

    def take_over():
        face.set_password(actor=actor(beside), command_id=new_id(), **given)

    appoint(boss.id, "supervisor", DISTRICT, from_at=AT + 30 * DAY)
    assert refused(take_over) == "people.outside_area"
    end(SETUP, face.list_own_appointments(boss.id)[0].id)  # before it began: it never counts
    take_over()


def test_a_peer_cannot_be_taken_over():
    one = make_staff("one", "appointing", TOWN)
    two = make_staff("two", "appointing", TOWN)
    given = {"actor": actor(one), "at": AT, "command_id": new_id(), "account_id": two.id}
    assert refused(face.disable_totp, **given) == "people.outside_area"
    assert refused(face.deactivate_account, **given) == "people.outside_area"
    assert refused(face.end_sessions, **given) == "people.outside_area"


def test_a_closed_account_is_closed_for_all():
    card = make_staff("worker", "desk", TOWN)
    me = actor(card)
    face.deactivate_account(actor=SETUP, at=AT, command_id=new_id(), account_id=card.id)
    given = {"at": AT, "command_id": new_id(), "account_id": card.id}
    rule = "people.account_inactive"
    assert refused(face.deactivate_account, actor=SETUP, **given) == rule
    assert refused(face.change_language, actor=me, language="en", **given) == rule
    assert refused(face.set_password, actor=SETUP, password=PASSWORD, **given) == rule
    assert refused(appoint, card.id, "checker", TOWN) == rule


@pytest.mark.parametrize("username", ["", "a", "two words", "-dash", "x" * 41, "名字", "a\nb"])
def test_an_unsound_login_name_is_refused(username):
    given = {"actor": SETUP, "at": AT, "command_id": new_id(), "display_name": "演示"}
    assert refused(face.create_account, username=username, **given) == "people.bad_name"


def test_a_login_name_is_taken_once_whatever_its_case():
    make_account("worker")
    given = {"actor": SETUP, "at": AT, "command_id": new_id(), "display_name": "演示"}
    assert refused(face.create_account, username="Worker", **given) == "people.username_taken"
    assert refused(face.create_account, username="x1", language="tlh", **given) == (
        "people.unknown_language"
    )
    assert refused(face.create_account, username="x1", **{**given, "display_name": " "}) == (
        "people.bad_name"
    )


def test_a_weak_password_is_refused_in_both_languages():
    given = {"actor": SETUP, "at": AT, "command_id": new_id(), "display_name": "演示"}
    with pytest.raises(Refused) as caught:
        face.create_account(username="worker", password="12345678", **given)
    verdict = caught.value.verdict
    assert verdict.rule == "people.password_weak"
    assert "10" in verdict.say.en
    assert "10" in verdict.say.zh
    assert verdict.say.zh != verdict.say.en


def test_one_changes_the_password_with_the_current_one_only():
    card = make_staff("worker", "desk", TOWN, password=PASSWORD)
    new = "four grey cranes at dawn"
    given = {"actor": actor(card), "at": AT, "account_id": card.id, "password": new}
    for wrong in ("", "not it"):
        rule = refused(face.set_password, command_id=new_id(), current_password=wrong, **given)
        assert rule == "people.wrong_password"
    face.set_password(command_id=new_id(), current_password=PASSWORD, **given)


@pytest.mark.parametrize("subject", ["", "m-1", "matter:", "person:1", "matter:a b"])
def test_an_interest_names_a_matter(subject):
    card = make_account("worker")
    given = {"actor": actor(card), "at": AT, "command_id": new_id(), "account_id": card.id}
    assert refused(face.declare_interest, subject=subject, **given) == "people.bad_subject"


def test_an_interest_is_declared_once():
    card = make_account("worker")
    given = {"actor": actor(card), "at": AT, "account_id": card.id, "subject": "matter:1"}
    face.declare_interest(command_id=new_id(), **given)
    assert refused(face.declare_interest, command_id=new_id(), **given) == (
        "people.interest_declared"
    )


def test_names_come_in_one_statement_and_in_the_readers_language(count_sql):
    one = make_account("one", display_name="演示甲", display_name_en="Invented A")
    two = make_account("two", display_name="演示乙")
    keys = [one.key, two.key, "system:clock", "reporter:m-1", "public", "staff:999", "staff:x"]
    with count_sql(max=1):
        names = face.display_names(keys)
    assert [names[k] for k in keys] == [
        "演示甲",
        "演示乙",
        "系统",
        "反映人",
        "公众",
        "staff:999",
        "staff:x",
    ]
    assert face.display_names([one.key, two.key], "en") == {
        one.key: "Invented A",
        two.key: "演示乙",
    }
    with count_sql(max=0):
        assert face.display_names([]) == {}


def test_whom_to_turn_to_nearest_first():
    near = make_staff("near", "checker", TOWN)
    far = make_staff("far", "checker", DISTRICT)
    make_staff("elsewhere", "checker", OTHER_TOWN)
    make_staff("below", "checker", GRID + "1/")
    found = face.list_staff_for(GRID, "checker", AT)
    assert [c.key for c in found] == [near.key, far.key]


def test_staff_of_units():
    head = make_staff("head", "head", DISTRICT, "water")
    hand = make_staff("hand", "handler", TOWN, "water")
    make_staff("other", "handler", OTHER_TOWN, "water")
    make_staff("roads", "handler", TOWN, "roads")
    make_staff("desk", "desk", TOWN)
    found = face.list_units_staff(["water"], GRID, AT)
    assert [c.key for c in found] == [head.key, hand.key]
    assert {c.unit_key for c in face.list_units_staff(["water", "roads"], GRID, AT)} == {
        "water",
        "roads",
    }


def test_posts_in_a_place_and_below():
    here = make_staff("here", "desk", TOWN)
    below = make_staff("below", "grid_worker", GRID)
    make_staff("elsewhere", "desk", OTHER_TOWN)
    found = face.list_appointments(TOWN, AT)
    assert {c.key for c in found} == {here.key, below.key}
    assert face.get_account(here.id).username == "here"
    with pytest.raises(ObjectDoesNotExist):
        face.get_account(10**6)


def test_the_database_itself_refuses_an_impossible_post():
    card = make_account("worker")
    sound = {
        "account_id": card.id,
        "role": "desk",
        "place_code": "1",
        "place_path": "/1/",
        "from_at": AT,
        "basis": BASIS,
        "made_at": AT,
    }
    for change in ({"role": ""}, {"place_path": "/1"}, {"until_at": AT - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.create(**{**sound, **change}, made_by_act=new_id())


def test_an_account_keeps_what_a_post_needs_and_nothing_else():
    """A new column is a decision about people's data: write it into the privacy line first."""
    kept = {field.name for field in Account._meta.get_fields() if field.concrete}
    assert kept == {
        "id",
        "username",
        "password",
        "display_name",
        "display_name_en",
        "work_phone",
        "language",
        "is_active",
        "is_service",
        "must_use_totp",
        "session_series",
        "made_at",
    }
    for row in (Account, Appointment, Interest):
        assert "Privacy:" in row.__doc__
        assert "Retention:" in row.__doc__
