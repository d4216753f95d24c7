"""Whoever changes a picture behind the acts is found out; whoever erases it rightly is not."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from commongrid.kernel.ids import new_id
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.commands.forgetting import forget_details
from commongrid.rooms.matters.commands.photos import path_of
from commongrid.rooms.matters.models import Matter, PhotoRow, SoundRow
from tests.support import factories as f
from tests.support import recordings

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]


@pytest.fixture
def matter(settings, tmp_path) -> Matter:
    settings.MEDIA_ROOT = tmp_path / "attachments"  # what is put there by hand stays nowhere
    raised = f.raised(photos=[f.photo(f.jpeg()), f.photo(f.jpeg((9, 90, 200)))])
    owner = face.reporter_of(raised.id)
    face.add_photos(
        actor=owner, at=f.AT, command_id=new_id(), matter_id=raised.id, photos=[f.photo(f.jpeg())]
    )
    face.add_voice_note(
        actor=owner, at=f.AT, command_id=new_id(), matter_id=raised.id, content=recordings.mp4(2)
    )
    assert face.verify_files() == face.FilesReport(4, 0, ())
    return Matter.objects.get(pk=raised.id)


def codes() -> set[str]:
    return {finding.code for finding in face.verify_files().findings}


def test_every_act_names_its_files_by_a_mark_that_names_nobody(matter):
    cores = Act.objects.filter(subject=f"matter:{matter.pk}").values_list("core", flat=True)
    named = [len(json.loads(core)["after"].get("files", ())) for core in cores.order_by("position")]
    assert named == [2, 1, 1]
    for row in PhotoRow.objects.all():
        assert row.file not in str(list(cores))
        assert str(row.pk) not in str(list(cores))


def replace_content(matter):
    row = PhotoRow.objects.order_by("id")[0]
    path_of(row.file).write_bytes(f.jpeg_with_place())


def swap_rows(matter):
    first, second = PhotoRow.objects.order_by("id")[:2]
    PhotoRow.objects.filter(pk=first.pk).update(file=second.file)
    PhotoRow.objects.filter(pk=second.pk).update(file=first.file)


def put_one_in(matter):
    row = PhotoRow.objects.order_by("id")[0]
    row.pk, row.file = new_id(), row.file
    row.save(force_insert=True)


def replace_sound(matter):
    path_of(SoundRow.objects.get().file).write_bytes(recordings.mp4(3))


WAYS = {
    "another picture in its place": (replace_content, {"file", "file_missing"}),
    "two pictures swapped": (swap_rows, {"file", "file_missing"}),
    "a picture put in": (put_one_in, {"file"}),
    "another recording": (replace_sound, {"file", "file_missing"}),
    "the file deleted": (
        lambda m: path_of(PhotoRow.objects.order_by("id")[0].file).unlink(), {"file_missing"}),
    "the row deleted": (
        lambda m: PhotoRow.objects.order_by("id")[0].delete(), {"file_missing"}),
    "dated to before acts told of files": (
        lambda m: (replace_content(m), PhotoRow.objects.update(added_at=f.AT - timedelta(days=9))),
        {"file_missing"}),
}  # fmt: skip


@pytest.mark.parametrize("name", WAYS)
def test_it_is_found(name, matter):
    tamper, wanted = WAYS[name]
    tamper(matter)
    assert codes() == wanted
    assert {finding.subject for finding in face.verify_files().findings} == {f"matter:{matter.pk}"}


def test_what_is_covered_by_the_office_is_known_again(matter):
    photo = PhotoRow.objects.order_by("id")[0]
    face.redact_photo(
        actor=f.DESK, at=f.AT, command_id=new_id(), photo_id=photo.pk, boxes=[(0, 0, 0.5, 0.5)]
    )
    assert codes() == set()
    replace_content(matter)
    assert codes() == {"file", "file_missing"}


def test_what_was_erased_is_not_missed(matter, django_capture_on_commit_callbacks):
    face.erase_due(at=f.AT + timedelta(days=1))
    with django_capture_on_commit_callbacks(execute=True):
        forget_details(matter, at=f.AT)
    assert codes() == {"file_missing"}  # no act says so
    Act.objects.filter(subject=f"matter:{matter.pk}", position=0).update(action="erase_words")
    assert codes() == set()


def test_files_of_before_are_counted_apart(matter):
    Act.objects.all()._raw_delete(Act.objects.db)
    assert face.verify_files().unmarked == 4
    assert codes() == set()
