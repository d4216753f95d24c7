"""Each command: it does it, leaves one act, refuses the wrong person, and saves all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from commongrid.charter.matter import PUBLIC, Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act
from commongrid.rooms.people import face
from commongrid.rooms.people.models import Account, Appointment, Interest
from tests.rooms.people.standing import (
    AT,
    BASIS,
    DAY,
    DISTRICT,
    GRID,
    PASSWORD,
    TOWN,
    actor,
    app_code,
    appoint,
    code_of,
    make_staff,
    snapshot,
)

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Proof:
    """One command ready to run: who may, who may not, and what it should have done."""

    command: Callable[..., Any]
    given: dict[str, Any]
    right: Actor
    rule: str
    wrong: Actor
    refused: str
    has_done: Callable[[], bool]
    subject: str = ""


def people() -> tuple[face.AccountCard, face.AccountCard, face.AccountCard]:
    """The appointing officer of the district, a grid worker, and the officer of one town."""
    over = make_staff("over", "appointing", DISTRICT)
    worker = make_staff("worker", "grid_worker", GRID, password=PASSWORD, work_phone="0475-0000000")
    beside = make_staff("beside", "appointing", TOWN)
    return over, worker, beside


def with_totp(account_id: int, *, confirmed: bool = True) -> None:
    me = face.staff_actor(account_id, AT)
    face.enroll_totp(actor=me, at=AT, command_id=new_id(), account_id=account_id)
    if confirmed:
        code = app_code(account_id, AT)
        face.confirm_totp(actor=me, at=AT, command_id=new_id(), account_id=account_id, code=code)


def creating() -> Proof:
    over, worker, _ = people()
    given = {"username": "New.Person", "display_name": "演示 新人", "password": PASSWORD}
    return Proof(
        face.create_account,
        given,
        actor(over),
        "people.appointing_over_area",
        actor(worker),
        "people.not_appointing",
        lambda: face.find_account("new.person") is not None,
    )


def deactivating() -> Proof:
    over, worker, _ = people()
    return Proof(
        face.deactivate_account,
        {"account_id": worker.id, "reason": "left"},
        actor(over),
        "people.appointing_over_area",
        actor(worker),
        "people.not_appointing",
        lambda: (
            not face.get_account(worker.id).is_active
            and face.get_account(worker.id).work_phone == ""
            and not face.staff_actor(worker.id, AT).hats
        ),
        f"person:{worker.id}",
    )


def appointing() -> Proof:
    over, worker, beside = people()
    given = {
        "account_id": worker.id,
        "role": "desk",
        "place_code": code_of(DISTRICT),
        "place_path": DISTRICT,
        "basis": BASIS,
    }
    return Proof(
        face.appoint_person,
        given,
        actor(over),
        "people.appointing_over_area",
        actor(beside),
        "people.outside_area",
        lambda: "desk" in {hat.role for hat in face.staff_actor(worker.id, AT).hats},
        f"person:{worker.id}",
    )


def ending() -> Proof:
    over, worker, _ = people()
    post = Appointment.objects.get(account_id=worker.id)
    return Proof(
        face.end_appointment,
        {"appointment_id": post.pk, "reason": "moved on"},
        actor(over),
        "people.appointing_over_area",
        actor(worker),
        "people.not_self",
        lambda: not face.staff_actor(worker.id, AT).hats,
        f"person:{worker.id}",
    )


def stepping_out() -> Proof:
    _, worker, beside = people()
    appoint(worker.id, "desk", DISTRICT)
    return Proof(
        face.declare_interest,
        {"account_id": worker.id, "subject": "matter:m-1"},
        actor(worker),
        "people.own_account",
        actor(beside),
        "people.outside_area",
        lambda: face.staff_actor(worker.id, AT).interests == {"m-1"},
        f"person:{worker.id}",
    )


def choosing_language() -> Proof:
    over, worker, _ = people()
    return Proof(
        face.change_language,
        {"account_id": worker.id, "language": "en"},
        actor(worker),
        "people.own_account",
        actor(over),
        "people.only_self",
        lambda: face.get_account(worker.id).language == "en",
        f"person:{worker.id}",
    )


def setting_password() -> Proof:
    over, worker, _ = people()
    new = "four grey cranes at dawn"
    return Proof(
        face.set_password,
        {"account_id": worker.id, "password": new},
        actor(over),
        "people.appointing_over_area",
        PUBLIC,
        "people.not_appointing",
        lambda: Account.objects.get(pk=worker.id).check_password(new),
        f"person:{worker.id}",
    )


def ending_sessions() -> Proof:
    _, worker, beside = people()
    appoint(worker.id, "desk", DISTRICT)
    before = Account.objects.get(pk=worker.id).get_session_auth_hash()
    return Proof(
        face.end_sessions,
        {"account_id": worker.id},
        actor(worker),
        "people.own_account",
        actor(beside),
        "people.outside_area",
        lambda: Account.objects.get(pk=worker.id).get_session_auth_hash() != before,
        f"person:{worker.id}",
    )


def beginning_totp() -> Proof:
    over, worker, _ = people()
    return Proof(
        face.enroll_totp,
        {"account_id": worker.id},
        actor(worker),
        "people.own_account",
        actor(over),
        "people.only_self",
        lambda: face.find_begun_totp(worker.id) is not None,
        f"person:{worker.id}",
    )


def confirming_totp() -> Proof:
    over, worker, _ = people()
    with_totp(worker.id, confirmed=False)
    return Proof(
        face.confirm_totp,
        {"account_id": worker.id, "code": app_code(worker.id, AT)},
        actor(worker),
        "people.own_account",
        actor(over),
        "people.only_self",
        lambda: face.has_second_factor(worker.id) and face.count_recovery_codes(worker.id) == 10,
        f"person:{worker.id}",
    )


def renewing_codes() -> Proof:
    over, worker, _ = people()
    with_totp(worker.id)
    return Proof(
        face.renew_recovery_codes,
        {"account_id": worker.id},
        actor(worker),
        "people.own_account",
        actor(over),
        "people.only_self",
        lambda: face.count_recovery_codes(worker.id) == 10,
        f"person:{worker.id}",
    )


def removing_totp() -> Proof:
    over, worker, _ = people()
    with_totp(worker.id)
    return Proof(
        face.disable_totp,
        {"account_id": worker.id, "reason": "phone lost"},
        actor(over),
        "people.appointing_over_area",
        actor(worker),
        "people.not_own",
        lambda: not face.has_second_factor(worker.id) and face.count_recovery_codes(worker.id) == 0,
        f"person:{worker.id}",
    )


PROOFS = [
    creating,
    deactivating,
    appointing,
    ending,
    stepping_out,
    choosing_language,
    setting_password,
    ending_sessions,
    beginning_totp,
    confirming_totp,
    renewing_codes,
    removing_totp,
]
each = pytest.mark.parametrize("prepare", PROOFS, ids=lambda f: f.__name__)


def run(proof: Proof, who: Actor, command_id=None):
    given = {"actor": who, "at": AT, "command_id": command_id or new_id()}
    return proof.command(**given, **proof.given)


@each
def test_it_does_it_and_leaves_one_act(prepare):
    proof = prepare()
    acts, command_id = Act.objects.count(), new_id()
    run(proof, proof.right, command_id)
    assert proof.has_done()
    assert Act.objects.count() == acts + 1
    act = ledger.find_act(command_id)
    assert act is not None
    assert (act.action, act.actor) == (proof.command.__name__, proof.right.key)
    assert act.rule_id == proof.rule
    assert not proof.subject or act.subject == proof.subject


@each
def test_replay_changes_nothing(prepare):
    proof, command_id = prepare(), new_id()
    first = run(proof, proof.right, command_id)
    before = snapshot()
    second = run(proof, proof.right, command_id)
    assert snapshot() == before
    # Recovery codes are secrets that are shown once; all else comes back the same.
    assert second == (() if isinstance(first, tuple) else first)


@each
def test_the_wrong_person_is_refused_with_the_reason(prepare):
    proof = prepare()
    before = snapshot()
    with pytest.raises(Refused) as caught:
        run(proof, proof.wrong)
    assert caught.value.verdict.rule == proof.refused
    assert caught.value.verdict.say.zh
    assert caught.value.verdict.say.en
    assert snapshot() == before


@each
def test_nothing_is_saved_when_the_ledger_fails(prepare, monkeypatch):
    proof = prepare()
    before = snapshot()

    def broken(draft):
        raise OSError(draft.action)

    monkeypatch.setattr(ledger, "record_act", broken)
    with pytest.raises(OSError, match=proof.command.__name__):
        run(proof, proof.right)
    assert snapshot() == before


@each
def test_a_command_id_of_something_else_is_refused(prepare):
    proof = prepare()
    used = Act.objects.order_by("pk").first().command_id
    before = snapshot()
    with pytest.raises(Refused) as caught:
        run(proof, proof.right, used)
    assert caught.value.verdict.rule == "people.command_reused"
    assert snapshot() == before


@each
def test_an_act_holds_no_name_phone_or_secret(prepare):
    proof, command_id = prepare(), new_id()
    result = run(proof, proof.right, command_id)
    act = Act.objects.get(command_id=command_id)
    written = f"{act.core}{act.words}"
    secrets = [PASSWORD, "0475-0000000", "演示", "New.Person", "new.person"]
    if isinstance(result, face.TotpCard):
        secrets.append(result.secret)
    if isinstance(result, tuple):
        secrets.extend(result)
    assert not [s for s in secrets if s in written]


def test_an_interest_ends_nothing_but_adds_up():
    _, worker, _ = people()
    me = actor(worker)
    for matter in ("m-1", "m-2"):
        face.declare_interest(
            actor=me, at=AT, command_id=new_id(), account_id=worker.id, subject=f"matter:{matter}"
        )
    assert face.staff_actor(worker.id, AT + DAY).interests == {"m-1", "m-2"}
    assert Interest.objects.count() == 2
