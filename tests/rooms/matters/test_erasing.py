"""Data dies on its time: contact data, then words and pictures, each by an act of the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from commongrid.charter.matter import PUBLIC
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Matter, SearchWords
from commongrid.stories.seeding.matters import picture
from tests.support.factories import a_seed

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
GRID = "150502004001001"


@pytest.fixture
def withdrawn(settings: Any, tmp_path: Path) -> matters.Raised:
    settings.MEDIA_ROOT = tmp_path
    a_seed(AT)
    raised = matters.raise_matter(
        actor=PUBLIC,
        at=AT,
        command_id=uuid4(),
        draft=matters.Draft(type_code="A01", text="垃圾没有清", grid_code=GRID),
        contact=matters.Contact(phone="000-0000"),
        photos=[matters.Photo(content=picture(1, "report"))],
    )
    matters.take_action(
        actor=matters.reporter_of(raised.id),
        at=AT + timedelta(hours=1),
        command_id=uuid4(),
        matter_id=raised.id,
        action="withdraw",
        fields={},
    )
    return raised


def test_nothing_is_erased_before_its_time(withdrawn: matters.Raised) -> None:
    erased = matters.erase_due(at=AT + timedelta(days=100))
    assert (erased.contacts, erased.words) == (0, 0)
    assert ContactRow.objects.filter(matter_id=withdrawn.id).exists()


def test_contact_data_dies_first(withdrawn: matters.Raised) -> None:
    erased = matters.erase_due(at=AT + timedelta(days=200))
    assert (erased.contacts, erased.words) == (1, 0)
    assert not ContactRow.objects.filter(matter_id=withdrawn.id).exists()
    assert Matter.objects.get(pk=withdrawn.id).text == "垃圾没有清"
    assert ledger.list_acts(f"matter:{withdrawn.id}")[-1].action == "erase_contact"


def test_words_index_files_and_ledger_words_go_together(
    withdrawn: matters.Raised, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    assert list(tmp_path.rglob("*.jpg"))
    with django_capture_on_commit_callbacks(execute=True):
        matters.erase_due(at=AT + timedelta(days=1200))
    assert not list(tmp_path.rglob("*.jpg"))
    row = Matter.objects.get(pk=withdrawn.id)
    assert (row.text, row.photos, row.lon) == ("", 0, None)
    assert not SearchWords.objects.filter(matter=row).exists()
    acts = ledger.list_acts(f"matter:{withdrawn.id}")
    assert not any(act.words for act in acts)
    assert ledger.verify().is_whole


def test_a_second_round_finds_nothing(withdrawn: matters.Raised) -> None:
    late = AT + timedelta(days=1200)
    matters.erase_due(at=late)
    count = ledger.count_acts(f"matter:{withdrawn.id}")
    again = matters.erase_due(at=late)
    assert (again.contacts, again.words) == (0, 0)
    assert ledger.count_acts(f"matter:{withdrawn.id}") == count


def test_a_failing_ledger_erases_nothing(
    withdrawn: matters.Raised, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("no ledger")

    monkeypatch.setattr("commongrid.rooms.matters.commands.erasing.record_act", broken)
    with pytest.raises(RuntimeError):
        matters.erase_due(at=AT + timedelta(days=1200))
    assert Matter.objects.get(pk=withdrawn.id).text == "垃圾没有清"
    assert ContactRow.objects.filter(matter_id=withdrawn.id).exists()
