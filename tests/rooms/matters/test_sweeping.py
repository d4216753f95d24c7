"""Files go with what is not saved; they stay where nobody knows, and the sweep takes the rest."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import InterfaceError, OperationalError, transaction

from commongrid.kernel.ids import new_id
from commongrid.rooms.matters import face
from commongrid.rooms.matters.commands.sweeping import SETTLED, TURNS
from commongrid.rooms.matters.models import PhotoRow
from tests.support import factories as f
from tests.support import recordings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def own_files(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "attachments"


def files() -> set[str]:
    found = Path(django_settings.MEDIA_ROOT).rglob("*")
    return {path.name for path in found if path.is_file()}


def grown_old() -> None:
    for path in Path(django_settings.MEDIA_ROOT).rglob("*.*"):
        os.utime(path, (f.AT.timestamp(), f.AT.timestamp()))


def swept(*, days: int = TURNS) -> int:
    """All folders have their turn in so many days, from the first on which files are settled."""
    return sum(face.sweep_files(at=f.AT + SETTLED + DAY * day + f.HOUR) for day in range(days))


def raise_and_break(error: Exception) -> None:
    with pytest.raises(type(error)), face.files_kept_if_saved(), transaction.atomic():
        f.raised(photos=[f.photo(f.jpeg())])
        raise error


def test_what_is_surely_not_saved_leaves_no_file():
    raise_and_break(ValueError("no"))
    assert files() == set()


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("gone")])
def test_a_broken_connection_leaves_the_file_until_it_is_known_to_be_nobody_s(error):
    raise_and_break(error)
    assert PhotoRow.objects.count() == 0
    assert len(files()) == 1
    grown_old()
    assert swept() == 1
    assert files() == set()


def test_what_a_row_names_stays():
    raised = f.raised(photos=[f.photo(f.jpeg()), f.photo(f.jpeg((9, 90, 200)))])
    face.add_voice_note(
        actor=face.reporter_of(raised.id), at=f.AT, command_id=new_id(),
        matter_id=raised.id, content=recordings.mp4(2),
    )  # fmt: skip
    grown_old()
    before = files()
    assert len(before) == 3
    assert swept() == 0
    assert files() == before


def test_a_young_file_may_belong_to_a_command_that_still_runs():
    raise_and_break(OperationalError("gone"))
    young = (f.AT + SETTLED + DAY * TURNS).timestamp()
    for path in Path(django_settings.MEDIA_ROOT).rglob("*.*"):
        os.utime(path, (young, young))
    assert swept() == 0
    assert len(files()) == 1


def test_what_is_not_ours_is_left():
    folder = Path(django_settings.MEDIA_ROOT) / "00"
    folder.mkdir(parents=True)
    (folder / "read me.txt").write_text("kept")
    grown_old()
    assert swept() == 0
    assert files() == {"read me.txt"}
