"""Grid workers with phones, made by real commands. All of them are invented."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.people import face as people
from commongrid.stories import syncing
from tests.rooms.people import standing as staff
from tests.support import factories as f

NOW = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)  # when the clock of the harness stands still
UNIT = "community"
PICTURE = f.jpeg(size=(40, 30))
_names = count(1)


def worker(path: str = f.GRID, *, at: datetime = NOW - 9 * f.DAY) -> int:
    """An account that works in a grid."""
    card = staff.make_account(f"worker-{next(_names)}", display_name="演示网格员")
    staff.appoint(card.id, "grid_worker", path, UNIT, at=at)
    return card.id


def holder(account_id: int, at: datetime = NOW) -> Actor:
    return people.staff_actor(account_id, at)


def paired(account_id: int, at: datetime = NOW, label: str = "演示手机") -> fieldwork.Paired:
    return fieldwork.pair_phone(
        actor=holder(account_id, at), at=at, command_id=new_id(), account_id=account_id, label=label
    )


def phone_of(account_id: int, at: datetime = NOW) -> fieldwork.PhoneCard:
    """A phone just put in service, as the gate sees it."""
    found = fieldwork.find_phone(paired(account_id, at).token, at=at)
    assert found is not None
    return found


def end_post(account_id: int, at: datetime = NOW) -> None:
    for post in people.list_own_appointments(account_id):
        people.end_appointment(
            actor=f.SETUP, at=at, command_id=new_id(), appointment_id=post.id, reason="test"
        )


def a_raise(text: str = f.WORDS, *, number: UUID | None = None, **more: Any) -> dict[str, Any]:
    """What a phone sends to raise a matter; ``photos``, ``made_at``, ``minutes`` may be given."""
    beside = {n: more.pop(n) for n in ("photos", "made_at", "minutes", "seq") if n in more}
    draft = {"type_code": "A01", "text": text, "grid_code": f.GRID_CODE, **more}
    return {
        "id": str(number or uuid4()), "seq": 1, "made_at": NOW.isoformat(), "kind": "raise",
        "draft": draft, "photos": [], **beside,
    }  # fmt: skip


def a_step(
    matter: UUID | str, action: str, *, number: UUID | None = None, base: Any = None, **more: Any
) -> dict[str, Any]:
    """What a phone sends to take a step; other names than the wire's are fields of the step."""
    wire = ("photos", "made_at", "minutes", "of", "after", "seq")
    beside = {name: str(more.pop(name)) if name in ("of", "after") else more.pop(name)
              for name in wire if name in more}  # fmt: skip
    return {
        "id": str(number or uuid4()), "seq": 2, "made_at": NOW.isoformat(), "kind": "step",
        "matter": str(matter), "action": action, "fields": more, "base": base or {}, "photos": [],
        **beside,
    }  # fmt: skip


def announced(sha: str, content: bytes = PICTURE, **more: Any) -> dict[str, Any]:
    return {"sha": sha, "bytes": len(content), "kind": "photo", "stage": "report", **more}


def sync(
    phone: fieldwork.PhoneCard,
    *sent: dict[str, Any],
    at: datetime = NOW,
    ahead: timedelta = timedelta(),
) -> tuple[syncing.Answer, ...]:
    """Send intentions and get their answers."""
    return syncing.carry_out(
        phone=phone, at=at, phone_at=at + ahead,
        intentions=[syncing.read_intention(one, at=at) for one in sent],
    )  # fmt: skip


def one(phone: fieldwork.PhoneCard, sent: dict[str, Any], **more: Any) -> syncing.Answer:
    (answer,) = sync(phone, sent, **more)
    return answer
