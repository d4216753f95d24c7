"""Keys of programs: who may issue them, what they open, when they end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from commongrid.rooms.people.domain.keys import MAX_TERM, token_digest
from commongrid.rooms.people.models import Account, ApiKey
from tests.rooms.people.standing import (
    AT,
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
    make_staff,
    snapshot,
)

pytestmark = pytest.mark.django_db
TICK = timedelta(microseconds=1)
MONTH = 30 * DAY


def make_service(username: str = "kiosk", who: Actor = SETUP) -> face.AccountCard:
    return face.create_service_account(
        actor=who, at=AT, command_id=new_id(), username=username, display_name=f"演示 {username}"
    )


def issue(account_id: int, *scopes: str, path: str = TOWN, **more: Any) -> face.IssuedKey:
    given = {"actor": SETUP, "at": AT, "command_id": new_id(), "until_at": AT + MONTH, **more}
    return face.issue_api_key(
        account_id=account_id,
        name="kiosk in the hall",
        scopes=scopes or ("raise",),
        place_code=code_of(path),
        place_path=path,
        **given,
    )


def rows() -> dict[str, Any]:
    return {**snapshot(), "keys": list(ApiKey.objects.order_by("pk").values_list())}


@dataclass(frozen=True)
class Proof:
    """One command ready to run, and who may and may not."""

    command: Callable[..., Any]
    given: dict[str, Any]
    right: Actor
    wrong: Actor
    refused: str
    has_done: Callable[[], bool]


def officers() -> tuple[Actor, Actor]:
    over = make_staff("over", "appointing", DISTRICT)
    beside = make_staff("beside", "appointing", OTHER_TOWN)
    return actor(over), actor(beside)


def making() -> Proof:
    over, _ = officers()
    worker = actor(make_staff("worker", "grid_worker", GRID))
    return Proof(
        face.create_service_account,
        {"username": "Hall.Kiosk", "display_name": "演示 大厅"},
        over,
        worker,
        "people.not_appointing",
        lambda: [c.username for c in face.list_service_accounts()] == ["hall.kiosk"],
    )


def issuing() -> Proof:
    over, beside = officers()
    card = make_service()
    given = {
        "account_id": card.id,
        "name": "kiosk",
        "scopes": ("raise",),
        "place_code": code_of(TOWN),
        "place_path": TOWN,
        "until_at": AT + MONTH,
    }
    return Proof(
        face.issue_api_key,
        given,
        over,
        beside,
        "people.outside_area",
        lambda: len(face.list_api_keys(path=TOWN, at=AT)) == 1,
    )


def revoking() -> Proof:
    over, beside = officers()
    made = issue(make_service().id)
    return Proof(
        face.revoke_api_key,
        {"key_id": made.key.id, "reason": "leaked"},
        over,
        beside,
        "people.outside_area",
        lambda: face.find_api_key(made.token, at=AT) is None,
    )


each = pytest.mark.parametrize("prepare", [making, issuing, revoking], ids=lambda f: f.__name__)


def run(proof: Proof, who: Actor, command_id=None) -> Any:
    given = {"actor": who, "at": AT, "command_id": command_id or new_id()}
    return proof.command(**given, **proof.given)


@each
def test_it_does_it_and_leaves_one_act(prepare):
    proof = prepare()
    acts, command_id = Act.objects.count(), new_id()
    assert not proof.has_done()
    result = run(proof, proof.right, command_id)
    assert proof.has_done()
    assert Act.objects.count() == acts + 1
    act = Act.objects.get(command_id=command_id)
    assert (act.action, act.actor, act.rule_id, act.power) == (
        proof.command.__name__,
        proof.right.key,
        "people.appointing_over_area",
        "appointing",
    )
    written = f"{act.core}{act.words}"
    token = getattr(result, "token", "") or "cgk_"
    assert not [s for s in (token, token_digest(token), "演示", "kiosk") if s in written]


@each
def test_replay_changes_nothing(prepare):
    proof, command_id = prepare(), new_id()
    first = run(proof, proof.right, command_id)
    before = rows()
    second = run(proof, proof.right, command_id)
    assert rows() == before
    if isinstance(first, face.IssuedKey):
        assert (second.token, second.key) == ("", first.key)  # a secret is shown once
    else:
        assert second == first


@each
def test_the_wrong_person_is_refused_with_the_reason(prepare):
    proof = prepare()
    before = rows()
    with pytest.raises(Refused) as caught:
        run(proof, proof.wrong)
    assert caught.value.verdict.rule == proof.refused
    assert rows() == before


@each
def test_nothing_is_saved_when_the_ledger_fails(prepare, monkeypatch):
    proof = prepare()
    before = rows()

    def broken(draft):
        raise OSError(draft.action)

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(OSError, match=proof.command.__name__):
        run(proof, proof.right)
    assert rows() == before


def test_a_key_opens_from_its_issue_to_just_before_its_end():
    made = issue(make_service().id)
    opens = {
        at: face.find_api_key(made.token, at=at) is not None
        for at in (AT - TICK, AT, AT + MONTH - TICK, AT + MONTH)
    }
    assert list(opens.values()) == [False, True, True, False]


def test_only_the_digest_is_kept():
    made = issue(make_service().id)
    assert len(made.token) == 47
    row = ApiKey.objects.get()
    assert made.token not in str(list(ApiKey.objects.values_list()))
    assert row.digest == token_digest(made.token)
    assert made.key.ending == made.token[-4:]


@pytest.mark.parametrize("token", ["", "cgk_", "cgk_" + "a" * 43, "键" * 47, "cgk_" + "a" * 44])
def test_what_is_no_key_opens_nothing(token):
    issue(make_service().id)
    assert face.find_api_key(token, at=AT) is None


def test_a_raising_key_wears_no_hats_whatever_the_account_holds():
    card = make_service()
    appoint(card.id, "desk", TOWN)
    found = face.find_api_key(issue(card.id, "raise").token, at=AT)
    assert found.actor == Actor(key=card.key)
    assert (found.scopes, found.path) == (frozenset({"raise"}), TOWN)


def test_hats_are_narrowed_to_the_place_of_the_key():
    card = make_service()
    appoint(card.id, "desk", DISTRICT)
    appoint(card.id, "checker", GRID)
    appoint(card.id, "desk", OTHER_TOWN)
    found = face.find_api_key(issue(card.id, "read", "act").token, at=AT)
    assert set(found.actor.hats) == {Hat("desk", TOWN), Hat("checker", GRID)}


def test_a_post_that_ends_closes_the_key_at_once():
    card = make_service()
    post = appoint(card.id, "desk", TOWN)
    token = issue(card.id, "read").token
    face.end_appointment(actor=SETUP, at=AT, command_id=new_id(), appointment_id=post.id)
    assert face.find_api_key(token, at=AT).actor.hats == ()


def test_a_closed_account_closes_its_keys():
    card = make_service()
    made = issue(card.id)
    face.deactivate_account(actor=SETUP, at=AT, command_id=new_id(), account_id=card.id)
    assert face.find_api_key(made.token, at=AT) is None
    assert face.list_api_keys(path=CITY, at=AT) == ()
    assert [key.id for key in face.list_api_keys(account_id=card.id)] == [made.key.id]


@pytest.mark.parametrize(
    ("changed", "rule"),
    [
        ({"scopes": ()}, "people.key_scopes"),
        ({"scopes": ("raise", "delete")}, "people.key_scopes"),
        ({"name": "  "}, "people.key_name"),
        ({"place_path": "/150502001000"}, "people.bad_place"),
        ({"place_code": "150502009000"}, "people.bad_place"),
        ({"until_at": AT}, "people.key_term"),
        ({"until_at": AT + MAX_TERM + TICK}, "people.key_term"),
        ({"scopes": ("read",)}, "people.key_without_post"),
        ({"scopes": ("raise", "act")}, "people.key_without_post"),
        ({"account_id": 10**6}, "people.no_account"),
    ],
)
def test_an_unsound_key_is_refused(changed, rule):
    card = make_service()
    given = {
        "actor": SETUP,
        "at": AT,
        "command_id": new_id(),
        "account_id": card.id,
        "name": "kiosk",
        "scopes": ("raise",),
        "place_code": code_of(TOWN),
        "place_path": TOWN,
        "until_at": AT + MAX_TERM,
        **changed,
    }
    with pytest.raises(Refused) as caught:
        face.issue_api_key(**given)
    assert caught.value.verdict.rule == rule
    assert not ApiKey.objects.exists()


def test_a_member_of_staff_gets_no_key():
    card = make_staff("worker", "desk", TOWN)
    with pytest.raises(Refused) as caught:
        issue(card.id)
    assert caught.value.verdict.rule == "people.not_a_service"


def test_power_over_the_account_is_needed_besides_the_area():
    here = actor(make_staff("here", "appointing", TOWN))
    card = make_service()
    appoint(card.id, "desk", DISTRICT)
    with pytest.raises(Refused) as caught:
        issue(card.id, "read", actor=here)  # else a town could lend itself the district's post
    assert caught.value.verdict.rule == "people.outside_area"


def test_a_service_account_cannot_log_in():
    card = make_service()
    with pytest.raises(Refused) as caught:
        face.set_password(
            actor=SETUP, at=AT, command_id=new_id(), account_id=card.id, password=PASSWORD
        )
    assert caught.value.verdict.rule == "people.service_account"
    row = Account.objects.get(pk=card.id)
    row.set_password(PASSWORD)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
    assert not Account.objects.get(pk=card.id).check_password(PASSWORD)


def test_a_program_is_nobody_to_turn_to():
    card = make_service()
    appoint(card.id, "desk", TOWN)
    appoint(card.id, "handler", TOWN, "water")
    assert face.list_staff_for(TOWN, "desk", AT) == ()
    assert face.list_units_staff(["water"], TOWN, AT) == ()


def test_a_key_ends_once():
    made = issue(make_service().id)
    given = {"actor": SETUP, "at": AT, "key_id": made.key.id}
    face.revoke_api_key(command_id=new_id(), **given)
    for key_id, rule in ((made.key.id, "people.key_ended"), (10**6, "people.no_api_key")):
        with pytest.raises(Refused) as caught:
            face.revoke_api_key(command_id=new_id(), **{**given, "key_id": key_id})
        assert caught.value.verdict.rule == rule


def test_finding_a_key_costs_three_statements_and_writes_nothing(count_sql):
    card = make_service()
    appoint(card.id, "desk", TOWN)
    token, plain = issue(card.id, "act").token, issue(card.id).token
    before = rows()
    with count_sql(max=3):
        face.find_api_key(token, at=AT)
    with count_sql(max=1):
        face.find_api_key(plain, at=AT)
    with count_sql(max=0):
        face.find_api_key("nonsense", at=AT)
    assert rows() == before
