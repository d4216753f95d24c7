"""Rehearsals of a small place, made by real commands. The room knows no meaning of a plan."""

from __future__ import annotations

from typing import Any

from commongrid.charter import to_plain
from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.canon import digest
from commongrid.kernel.ids import new_id
from commongrid.rooms.places import face as places
from commongrid.rooms.rehearsals import face as rehearsals
from tests.rooms.people.standing import actor as actor_of
from tests.rooms.people.standing import make_staff
from tests.support import factories as f

AT = f.AT
LIMITS = [{"type": "B01", "milestone": "solve", "duration": "12h", "case": ""}]
OTHER_TOWN = "/150500000000/150502000000/150502003000/"


def keeper(name: str = "planner", role: str = "charter_keeper", path: str = f.TOWN) -> Actor:
    return actor_of(make_staff(name, role, path))


def somebody(role: str, path: str) -> Actor:
    return Actor(key="staff:999", hats=(Hat(role, path),))


def key_in_force() -> str:
    return places.charter_in_force(f.TOWN, AT)[0]


def plan(**more: Any) -> dict[str, Any]:
    return {
        "place": f.TOWN,
        "alternatives": [
            {"name": "now", "charter": "", "limits": []},
            {"name": "faster", "charter": "", "limits": LIMITS},
        ],
        **more,
    }


def asked(actor: Actor, **more: Any) -> rehearsals.RehearsalCard:
    card = places.get_charter_card(key_in_force())
    used = [
        rehearsals.CharterUsed(alternative=name, key=card.key, digest=card.digest)
        for name in ("now", "faster")
    ]
    given = {"at": AT, "command_id": new_id(), "place_code": "150502004000", **more}
    asked_for = given.pop("plan", plan())
    return rehearsals.ask_rehearsal(
        actor=actor, plan=asked_for, plan_digest=digest(asked_for), practice={"notes": []},
        practice_digest=digest({"notes": []}), charters=used, **given,
    )  # fmt: skip


def begun(at: Any = AT) -> rehearsals.RehearsalCard:
    card = rehearsals.begin_rehearsal(at=at)
    assert card is not None
    return card


def finished(card: rehearsals.RehearsalCard, at: Any = AT) -> rehearsals.RehearsalCard:
    report = {"seed": 1, "took_s": 0.5}
    return rehearsals.finish_rehearsal(
        rehearsal_id=card.id, lease=card.lease, at=at, report=report,
        report_digest=digest(report), replications=10,
    )  # fmt: skip


def new_text(version: str = "2026.9") -> dict[str, Any]:
    return {**to_plain(f.town_charter()), "version": version}


def proposed(actor: Actor, **more: Any) -> rehearsals.ProposalCard:
    given = {
        "at": AT, "command_id": new_id(), "place_code": "150502004000", "base_key": key_in_force(),
        "changes": {"limits": LIMITS}, "version": "2026.9", "plain": new_text(),
        "reason": "供热时限太长", **more,
    }  # fmt: skip
    return rehearsals.propose_change(actor=actor, **given)
