"""What a list of erasures names goes again; what was given after it stays."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from django.conf import settings as house

from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Follower, Matter, PhotoRow
from commongrid.rooms.vault import face as vault
from commongrid.rooms.vault.models import Erasure
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
LATER, BEFORE = f.AT + f.HOUR, f.AT - f.HOUR


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME, settings.MEDIA_ROOT = tmp_path, tmp_path / "attachments"
    return tmp_path


def entry(subject, what, at=LATER):
    return vault.Entry(
        subject=vault.digest_of(subject), what=what, counts={"n": 1}, erased_at=at.isoformat(),
        hash="",
    )  # fmt: skip


def matter():
    return f.raised(contact=f.CONTACT, photos=(f.photo(),), lon=122.2635, lat=43.6174)


def again(*entries):
    return matters.erase_again(entries, at=f.AT + f.DAY)


@pytest.mark.parametrize("what", [vault.CONTACT, vault.OWN_CONTACT])
def test_contact_data_that_came_back_go_again_once(what):
    one = matter()
    assert again(entry(f"matter:{one.id}", what)) == 1
    assert not ContactRow.objects.exists()
    assert again(entry(f"matter:{one.id}", what)) == 0
    assert [act.action for act in ledger.list_acts(f"matter:{one.id}")] == ["raise", "erase_again"]
    assert ledger.verify().is_whole


@pytest.mark.parametrize("what", [vault.CONTACT, vault.OWN_CONTACT])
def test_contact_data_given_after_an_erasure_stay(what):
    one = matter()
    assert again(entry(f"matter:{one.id}", what, BEFORE)) == 0
    assert ContactRow.objects.filter(matter_id=one.id).exists()


def test_words_and_points_go_again(django_capture_on_commit_callbacks):
    one = matter()
    assert again(entry(f"matter:{one.id}", vault.POINT)) == 1
    assert Matter.objects.get(pk=one.id).lon is None
    with django_capture_on_commit_callbacks(execute=True):
        assert again(entry(f"matter:{one.id}", vault.WORDS)) == 1
    row = Matter.objects.get(pk=one.id)
    assert (row.text, row.photos) == ("", 0)
    assert not [path for path in Path(house.MEDIA_ROOT).rglob("*") if path.is_file()]


def test_a_followers_data_go_again_and_no_others():
    one = matter()
    for _ in range(2):
        matters.follow_matter(
            actor=f.RESIDENT, at=f.AT, command_id=f.new_id(), matter_id=one.id, contact=f.CONTACT
        )
    first = Follower.objects.order_by("pk")[0]
    assert again(entry(f"follower:{first.receipt}", vault.FOLLOWER)) == 1
    assert Follower.objects.get(pk=first.pk).sealed is None
    assert Follower.objects.filter(sealed__isnull=False).count() == 1
    assert ContactRow.objects.exists()


def test_a_picture_from_before_it_was_covered_goes():
    one = matter()
    name = PhotoRow.objects.get().file
    assert again(entry(f"file:{name}", vault.PHOTO)) == 1
    assert not PhotoRow.objects.exists()
    assert Matter.objects.get(pk=one.id).photos == 0


def test_what_no_list_names_is_not_touched():
    one = matter()
    assert again(entry(f"matter:{f.new_id()}", vault.WORDS)) == 0
    assert Matter.objects.get(pk=one.id).text


def test_the_list_is_written_once_and_holds_nothing_of_a_person(home):
    one = matter()
    matters.erase_contact(
        actor=matters.reporter_of(one.id), at=f.AT, command_id=f.new_id(), matter_id=one.id
    )
    assert vault.write_list(at=f.AT) == 1
    assert vault.write_list(at=f.AT) == 0
    lines = (home / "erasures").read_text("utf-8").splitlines()
    assert json.loads(lines[0]).keys() == {"subject", "what", "counts", "erased_at", "hash"}
    assert str(one.id) not in lines[0]
    assert (home / "erasures").stat().st_mode & 0o077 == 0


def test_a_line_that_broke_off_is_written_again(home):
    for number in range(2):
        one = matter()
        owner, command_id = matters.reporter_of(one.id), f.new_id()
        matters.erase_contact(actor=owner, at=f.AT, command_id=command_id, matter_id=one.id)
        vault.write_list(at=f.AT)
        if not number:
            with (home / "erasures").open("ab") as file:
                file.write(b'{"subject": "ab')
    assert len(vault.read_list(home / "erasures")) == 2


def test_another_lists_erasures_become_this_places_own(home):
    one = matter()
    matters.erase_contact(
        actor=matters.reporter_of(one.id), at=f.AT, command_id=f.new_id(), matter_id=one.id
    )
    vault.write_list(at=f.AT)
    entries = vault.read_list(home / "erasures")
    Erasure.objects.all().delete()  # as after a restore of an older moment
    (home / "erasures").rename(home / "other")
    assert vault.take_over(entries, at=f.AT) == 1
    assert vault.take_over(entries, at=f.AT) == 0
    assert [e.key for e in vault.read_list(home / "erasures")] == [e.key for e in entries]
