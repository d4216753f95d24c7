"""Work of a type that is proved by a picture is not proved by saying that there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.people import face as people
from commongrid.rooms.people.models import Account
from tests.support.factories import a_seed

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("town-desk", "accept", {}),
    ("town-dispatch", "offer", {"unit": "sanitation", "reason": "职责清单"}),
    ("town-sanitation", "take", {"contact_name": "值班室 0475-000-0000"}),
)


@pytest.fixture
def in_hand() -> matters.Raised:
    a_seed(AT)
    draft = matters.Draft(type_code="A01", text="垃圾没有清", grid_code="150502004001001")
    raised = matters.raise_matter(actor=PUBLIC, at=AT, command_id=uuid4(), draft=draft)
    for number, (name, action, fields) in enumerate(STEPS, start=1):
        take(raised, name, action, fields, number)
    return raised


def take(
    raised: matters.Raised, name: str, action: str, fields: dict[str, Any], minutes: int
) -> matters.Done:
    at = AT + timedelta(minutes=minutes)
    return matters.take_action(
        actor=people.staff_actor(Account.objects.get(username=name).pk, at),
        at=at,
        command_id=uuid4(),
        matter_id=raised.id,
        action=action,
        fields=fields,
    )


@pytest.mark.parametrize("told", [3, "3", "///", True, None])
def test_a_told_number_of_photos_proves_nothing(in_hand: matters.Raised, told: Any) -> None:
    fields = {"feedback": "已清运", "record": "已清运", "photos": told}
    with pytest.raises(Refused) as refused:
        take(in_hand, "town-sanitation", "claim_done", fields, 9)
    assert refused.value.verdict.rule.endswith(("/evidence", "/needs:photos"))
    assert ledger.count_acts(f"matter:{in_hand.id}") == 1 + len(STEPS)
