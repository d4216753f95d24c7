"""What is kept of people, where, and for how long: little, sealed, dying on time."""

from __future__ import annotations

import io
import logging
import struct
import zlib
from pathlib import Path

import pytest
from django.conf import settings
from PIL import Image

from commongrid.charter.matter import CLOCK, PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.face import list_acts, verify
from commongrid.ledger.models import Act
from commongrid.rooms.matters import face
from commongrid.rooms.matters.domain.vault import BrokenSeal, seal, unseal
from commongrid.rooms.matters.keys import contact_keys
from commongrid.rooms.matters.models import ContactRow, Follower, Matter, PhotoRow, SearchWords
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
NOW = f.AT + f.HOUR
SECRETS = (f.CONTACT.name, f.CONTACT.phone, f.CONTACT.email)


def stored_bytes() -> bytes:
    return b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*.jpg"))


# --- contact data


def test_contact_data_is_nowhere_in_clear(caplog):
    caplog.set_level(logging.DEBUG)
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)
    face.follow_matter(
        actor=PUBLIC, at=NOW, command_id=new_id(), matter_id=matter.id, contact=f.CONTACT
    )
    opened = face.reveal_contact(
        actor=f.HANDLER, at=NOW, command_id=new_id(), matter_id=matter.id, purpose="约时间"
    )
    assert opened == f.CONTACT
    said = "\n".join(record.getMessage() for record in caplog.records)
    for secret in SECRETS:
        assert secret not in f.all_text()
        assert secret.encode() not in repr(f.dump()).encode()
        assert secret not in said
    for row in (*ContactRow.objects.all(), *Follower.objects.all()):
        for secret in SECRETS:
            assert secret.encode() not in bytes(row.sealed)


def test_sealed_data_opens_for_its_own_matter_and_key_alone():
    sealed = seal(f.CONTACT, matter_id="a", key=contact_keys()[0])
    assert unseal(sealed, matter_id="a", keys=contact_keys()) == f.CONTACT
    assert sealed != seal(f.CONTACT, matter_id="a", key=contact_keys()[0]), "never twice the same"
    with pytest.raises(BrokenSeal):
        unseal(sealed, matter_id="b", keys=contact_keys())
    with pytest.raises(BrokenSeal):
        unseal(sealed, matter_id="a", keys=(bytes(32),))
    with pytest.raises(BrokenSeal):
        unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), matter_id="a", keys=contact_keys())
    with pytest.raises(BrokenSeal):
        unseal(b"", matter_id="a", keys=contact_keys())
    assert unseal(sealed, matter_id="a", keys=(bytes(32), *contact_keys())) == f.CONTACT


def test_the_person_sees_that_their_contact_data_was_opened():
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)
    face.reveal_contact(
        actor=f.HANDLER, at=NOW, command_id=new_id(), matter_id=matter.id, purpose="约时间上门"
    )
    page = face.get_own_matter(actor=face.reporter_of(matter.id), at=NOW, matter_id=matter.id)
    step = next(step for step in page.steps if step.action == "reveal")
    assert step.told.zh
    assert step.words["purpose"].zh == "约时间上门"


def test_a_kind_of_reason_is_of_the_charters_list_and_the_words_are_needed_all_the_same():
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)

    def opened(**more):
        return face.reveal_contact(
            actor=f.HANDLER, at=NOW, command_id=new_id(), matter_id=matter.id, **more
        )

    for wrong in (
        {"purpose": "x", "opened_for": "curious"},
        {"purpose": "", "opened_for": "danger"},
    ):
        acts = Act.objects.count()
        with pytest.raises(Refused):
            opened(**wrong)
        assert Act.objects.count() == acts
    opened(purpose="约时间上门", opened_for="agree_time")
    opened(purpose="问一句")
    mine = face.reporter_of(matter.id)
    told = face.list_openings(actor=mine, matter_id=matter.id)
    assert [(one.kind.zh, one.purpose) for one in told] == [
        ("", "问一句"), ("约时间或地点", "约时间上门"),
    ]  # fmt: skip
    step = face.get_own_matter(actor=mine, at=NOW, matter_id=matter.id).steps[-2]
    assert step.words["opened_for"].zh == "约时间或地点"


def test_nothing_is_opened_where_nothing_was_left():
    matter = f.walked(*f.HANDLED)
    acts = Act.objects.count()
    with pytest.raises(Refused) as caught:
        face.reveal_contact(
            actor=f.HANDLER, at=NOW, command_id=new_id(), matter_id=matter.id, purpose="x"
        )
    assert caught.value.verdict.rule == "matter.no_contact"
    assert Act.objects.count() == acts


def test_a_replayed_opening_answers_its_own_actor_alone():
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)
    given = {"at": NOW, "command_id": new_id(), "matter_id": matter.id, "purpose": "x"}
    face.reveal_contact(actor=f.HANDLER, **given)
    with pytest.raises(Refused):
        face.reveal_contact(actor=f.OTHER_HANDLER, **given)


# --- its clock


def kept_days() -> int:
    return f.rules().number("keep_contact_days")


def test_contact_data_dies_on_its_clock_by_an_act_of_the_clock():
    matter = f.walked(*f.CLOSED, contact=f.CONTACT)
    end = Matter.objects.get(pk=matter.id).closed_at
    due = end + kept_days() * f.DAY
    assert face.erase_due(at=due - f.HOUR).contacts == 0
    assert face.erase_due(at=due).contacts == 1
    assert not ContactRow.objects.exists()
    act = list_acts(f"matter:{matter.id}")[-1]
    assert (act.action, act.actor) == ("erase_contact", CLOCK.key)
    acts = Act.objects.count()
    assert face.erase_due(at=due + f.DAY).contacts == 0
    assert Act.objects.count() == acts


def test_the_exact_point_goes_when_it_has_had_its_purpose():
    matter = f.walked(*f.CLOSED, lon=122.2, lat=43.6)
    still_open = f.raised(lon=122.2, lat=43.6)
    due = Matter.objects.get(pk=matter.id).changed_at + kept_days() * f.DAY
    assert face.erase_due(at=due - f.HOUR).points == 0
    assert face.erase_due(at=due).points == 1
    row = Matter.objects.get(pk=matter.id)
    assert (row.lon, row.lat) == (None, None)
    assert row.text, "its words have a clock of their own"
    assert list_acts(f"matter:{matter.id}")[-1].action == "erase_point"
    assert Matter.objects.get(pk=still_open.id).lon is not None
    assert face.erase_due(at=due + f.DAY).points == 0


def test_an_open_matter_keeps_it_and_so_does_a_reopened_one():
    matter = f.walked(*f.CLOSED, contact=f.CONTACT)
    f.step(matter.id, "reporter", "reopen", NOW + f.DAY, reason="又坏了")
    assert face.erase_due(at=NOW + 900 * f.DAY).contacts == 0
    assert ContactRow.objects.get().erase_at is None


@pytest.mark.parametrize("end", ["withdraw", "redirect"])
def test_every_end_sets_the_clock(end):
    matter = f.raised(contact=f.CONTACT)
    if end == "withdraw":
        f.step(matter.id, "reporter", "withdraw", NOW)
    else:
        f.step(matter.id, "desk", "redirect", NOW, redirect_case="market", answer_text="物业")
    assert ContactRow.objects.get().erase_at == NOW + kept_days() * f.DAY


def test_what_is_given_after_the_end_dies_too_and_again():
    matter = f.walked(*f.CLOSED, contact=f.CONTACT)
    end = Matter.objects.get(pk=matter.id).closed_at
    due = end + kept_days() * f.DAY
    face.erase_due(at=due)
    for _ in range(2):
        face.change_contact(
            actor=face.reporter_of(matter.id), at=due + f.DAY, command_id=new_id(),
            matter_id=matter.id, contact=f.CONTACT,
        )  # fmt: skip
        assert ContactRow.objects.get().erase_at == due
        assert face.erase_due(at=due + 2 * f.DAY).contacts == 1
        assert not ContactRow.objects.exists()
    assert verify().is_whole


def test_a_correction_keeps_the_clock():
    matter = f.walked(*f.CLOSED, contact=f.CONTACT)
    before = ContactRow.objects.get().erase_at
    face.change_contact(
        actor=face.reporter_of(matter.id), at=NOW + 9 * f.DAY, command_id=new_id(),
        matter_id=matter.id, contact=face.Contact(phone="000"),
    )  # fmt: skip
    assert ContactRow.objects.get().erase_at == before


@pytest.mark.parametrize("contact", [None, f.CONTACT])
def test_a_follower_s_data_dies_whether_or_not_the_reporter_left_any(contact):
    matter = f.raised(contact=contact)
    face.follow_matter(
        actor=PUBLIC, at=NOW, command_id=new_id(), matter_id=matter.id, contact=f.CONTACT
    )
    f.step(matter.id, "reporter", "withdraw", NOW)
    due = NOW + kept_days() * f.DAY
    assert face.erase_due(at=due - f.HOUR).contacts == 0
    assert face.erase_due(at=due).contacts == 1
    assert Follower.objects.get().sealed is None
    assert face.erase_due(at=due).contacts == 0


# --- receipts


def test_the_receipt_code_is_kept_only_as_a_digest():
    matter = f.raised()
    bare = matter.receipt_code.replace("-", "")
    everything = f.all_text()
    assert matter.receipt_code not in everything
    assert bare not in everything
    assert len(Matter.objects.get().receipt) == 64


def test_receipt_codes_differ_and_follow_from_no_other_number():
    codes = {f.raised().receipt_code for _ in range(8)}
    assert len(codes) == 8
    one = f.raised()
    assert one.ref.replace("-", "") not in one.receipt_code


# --- pictures


def test_a_picture_loses_where_and_when_it_was_taken():
    given = f.jpeg_with_place()
    for trace in (b"DemoCamera", b"2026:03:10", b"home of the demo resident", b"Exif"):
        assert trace in given
    f.raised(photos=[f.photo(given)])
    kept = stored_bytes()
    for trace in (b"DemoCamera", b"Model-7", b"2026:03:10", b"home of the demo", b"Exif", b"GPS"):
        assert trace not in kept
    stored, mime = face.open_photo(actor=f.DESK, photo_id=PhotoRow.objects.get().pk)
    assert mime == "image/jpeg"
    picture = Image.open(io.BytesIO(stored))
    assert not picture.getexif()
    assert "comment" not in picture.info


def test_a_big_picture_is_shrunk_and_a_turned_one_set_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by a quarter
    f.raised(photos=[f.photo(f.jpeg(size=(4000, 2000), exif=exif))])
    row = PhotoRow.objects.get()
    assert (row.width, row.height) == (960, 1920)


def png_header(width: int, height: int) -> bytes:
    """The beginning of a picture that says it is very big."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    head = struct.pack(">I", 13) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return b"\x89PNG\r\n\x1a\n" + head + struct.pack(">I", 0) + b"IDAT"


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "photo.not_a_picture"),
        (b"GIF89a" + bytes(200), "photo.not_a_picture"),
        (b"<svg onload='x'/>", "photo.not_a_picture"),
        (f.jpeg()[:300], "photo.not_a_picture"),
        (bytes(12 * 1024 * 1024 + 1), "photo.too_big"),
        (png_header(9000, 9000), "photo.too_many_pixels"),
        (png_header(60000, 60000), "photo.too_many_pixels"),
    ],
)
def test_what_is_no_picture_is_refused_and_nothing_is_kept(content, rule):
    before = f.dump()
    with pytest.raises(Refused) as caught:
        f.raised(photos=[f.photo(), face.Photo(content=content)])
    assert caught.value.verdict.rule == rule
    assert caught.value.verdict.say.zh
    assert f.dump() == before


def test_a_matter_has_twelve_pictures_at_the_most():
    matter = f.raised(photos=[f.photo(f.jpeg(size=(8, 8)))] * 12)
    with pytest.raises(Refused) as caught:
        face.add_photos(
            actor=face.reporter_of(matter.id), at=NOW, command_id=new_id(), matter_id=matter.id,
            photos=[f.photo()],
        )  # fmt: skip
    assert caught.value.verdict.rule == "photo.too_many"
    assert Matter.objects.get().photos == PhotoRow.objects.count() == 12


def redact(photo: PhotoRow, *boxes: tuple[float, float, float, float]) -> face.Done:
    return face.redact_photo(
        actor=f.DESK, at=NOW, command_id=new_id(), photo_id=photo.pk, boxes=boxes
    )


def test_redaction_takes_the_pixels_and_the_old_file(django_capture_on_commit_callbacks):
    white = f.jpeg((255, 255, 255), (400, 200))
    f.raised(photos=[f.photo(white)])
    row = PhotoRow.objects.get()
    old = list(Path(settings.MEDIA_ROOT).rglob(row.file))
    assert len(old) == 1
    with django_capture_on_commit_callbacks(execute=True):
        redact(row, (0.5, 0.0, 0.5, 1.0))
    assert not old[0].exists(), "the picture as it was is gone"
    stored, _ = face.open_photo(actor=f.DESK, photo_id=row.pk)
    picture = Image.open(io.BytesIO(stored)).convert("L")
    assert picture.getpixel((60, 100)) > 240
    assert max(picture.getpixel((x, y)) for x in range(220, 400, 9) for y in range(0, 200, 9)) < 60
    after = PhotoRow.objects.get()
    assert after.is_redacted
    assert after.file != row.file
    assert after.size == len(stored)


@pytest.mark.parametrize(
    "box", [(1.2, 0, 0.1, 0.1), (-0.1, 0, 0.5, 0.5), (0, 0, 0, 0.5), (0, 0, 0.5, -1)]
)
def test_a_box_outside_the_picture_is_refused(box):
    f.raised(photos=[f.photo()])
    before, stored = f.dump(), stored_bytes()
    with pytest.raises(Refused) as caught:
        redact(PhotoRow.objects.get(), box)
    assert caught.value.verdict.rule == "photo.box"
    assert f.dump() == before
    assert stored_bytes() == stored


# --- sealed types


@pytest.mark.parametrize("type_code", ["J03", "J07"])
def test_a_sealed_type_keeps_no_detail(type_code):
    words, address = "丈夫又动手了", "三号楼四单元"
    matter = f.raised(type_code, words, address=address, photos=[f.photo()], proxy_note="邻居代报",
                      is_shareable=True)  # fmt: skip
    row = Matter.objects.get()
    assert row.is_sealed
    assert (row.text, row.address, row.proxy_note, row.answers) == ("", "", "", {})
    assert not row.is_shareable
    assert PhotoRow.objects.count() == row.photos == 0
    everything = f.all_text()
    for trace in (words, address, "邻居代报"):
        assert trace not in everything
    assert SearchWords.objects.get().words.split()[0] in matter.ref


def test_a_sealed_matter_takes_no_words_and_pictures_later():
    matter = f.raised("J07")
    before = f.dump()
    mine = face.reporter_of(matter.id)
    with pytest.raises(Refused) as caught:
        face.add_photos(
            actor=mine, at=NOW, command_id=new_id(), matter_id=matter.id, photos=[f.photo()]
        )
    assert caught.value.verdict.rule == "matter.sealed"
    with pytest.raises(Refused) as caught:
        f.step(matter.id, "reporter", "add_words", NOW, words="他又来了")
    assert caught.value.verdict.rule == "matter.sealed"
    assert caught.value.verdict.say.zh
    with pytest.raises(Refused):
        f.step(matter.id, "desk", "hand_over", NOW, line="110", pictures=[f.photo()])
    assert f.dump() == before


# --- what neighbours are shown


def similar(**more: object) -> list[face.SimilarCard]:
    given = {"at": NOW, "type_code": "A01", "path": f.GRID, **more}
    return list(face.find_similar(**given))


def test_a_neighbour_sees_words_and_picture_only_when_shared():
    f.raised(photos=[f.photo()])
    card = similar()[0]
    assert (card.excerpt, card.photo_id) == ("", None)
    Matter.objects.update(is_shareable=True)
    card = similar()[0]
    assert card.excerpt == f.WORDS
    assert card.photo_id == PhotoRow.objects.get().pk


@pytest.mark.parametrize("type_code", ["F02", "H01", "E02", "J03", "J07", "G05"])
def test_services_disputes_and_alarms_are_shown_to_no_neighbour(type_code):
    f.raised(type_code, is_shareable=True)
    for asked in (type_code, "A01", "B02"):
        assert similar(type_code=asked) == []


def test_similar_is_near_of_a_kin_type_open_and_of_late():
    f.raised(lon=122.2, lat=43.6, is_shareable=True)
    assert len(similar(lon=122.2003, lat=43.6)) == 1
    assert similar(lon=122.25, lat=43.6) == []
    assert similar(type_code="B02", lon=122.2, lat=43.6) == []
    assert similar(at=f.AT + 200 * f.DAY) == []
    near = similar(lon=122.2003, lat=43.6)[0]
    assert 20 <= near.distance_m <= 30
    f.step(near.id, "reporter", "withdraw", NOW)
    assert similar(lon=122.2, lat=43.6) == []
