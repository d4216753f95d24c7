"""Pictures in pieces: kept, put together, hung on their matter once, and waited for."""

from __future__ import annotations

import hashlib
from uuid import UUID, uuid4

import pytest

from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.fieldwork import face as fieldwork
from commongrid.rooms.fieldwork.models import FileRow, PieceRow
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import Matter, PhotoRow, SoundRow
from commongrid.stories import syncing
from tests.rooms.fieldwork import crew
from tests.rooms.fieldwork.crew import NOW, a_raise, a_step, announced, one
from tests.support import factories as f
from tests.support import recordings

pytestmark = pytest.mark.django_db
PICTURE = f.jpeg((10, 90, 200), size=(64, 48))
SHA = hashlib.sha256(PICTURE).hexdigest()
RUBBISH = b"no picture at all, only words"
RUBBISH_SHA = hashlib.sha256(RUBBISH).hexdigest()


@pytest.fixture
def phone(db, settings, tmp_path) -> fieldwork.PhoneCard:
    settings.MEDIA_ROOT = tmp_path
    f.a_place()
    return crew.phone_of(crew.worker())


def put(phone, sent, content=PICTURE, *, sha="", offset=0, size=0, **more):
    """Send a file from an offset on, one piece or all of it."""
    sha = sha or hashlib.sha256(content).hexdigest()
    part = content[offset : offset + (size or len(content))]
    number = UUID(sent["id"]) if sent else uuid4()
    given = {"number": number, "sha": sha, "kind": "photo", "total": len(content)}
    piece = syncing.Piece(**{**given, "offset": offset, "content": part, **more})
    return syncing.put_piece(phone=phone, at=NOW, piece=piece)


def told(answer) -> tuple[int, bool, bool]:
    return answer.received, answer.is_whole, answer.is_attached


def refused(do, *args, **more) -> str:
    with pytest.raises(Refused) as error:
        do(*args, **more)
    return error.value.verdict.rule


def test_a_picture_comes_in_pieces_after_its_matter(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    assert one(phone, sent).need == (SHA,)
    half = len(PICTURE) // 2
    assert told(put(phone, sent, size=half)) == (half, False, False)
    assert told(put(phone, sent, size=half)) == (half, False, False)  # again, harmlessly
    assert told(put(phone, sent, offset=half)) == (len(PICTURE), True, True)
    assert PhotoRow.objects.get().by_reporter
    assert Matter.objects.get().photos == 1
    assert Act.objects.filter(action="add_photos").count() == 1
    assert FileRow.objects.count() == PieceRow.objects.count() == 0
    assert one(phone, sent).need == ()


def test_a_repeated_last_piece_attaches_nothing_twice(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    one(phone, sent)
    put(phone, sent)
    assert told(put(phone, sent)) == (len(PICTURE), True, True)
    assert told(syncing.find_file(phone=phone, number=UUID(sent["id"]), sha=SHA))[2]
    assert PhotoRow.objects.count() == 1
    assert PieceRow.objects.count() == 0


def test_a_picture_that_came_before_its_matter_is_raised_with_it(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    assert told(put(phone, sent)) == (len(PICTURE), True, False)
    assert one(phone, sent).need == ()
    assert PhotoRow.objects.count() == 1
    assert FileRow.objects.count() == 0
    assert not Act.objects.filter(action="add_photos").exists()
    assert told(put(phone, sent)) == (len(PICTURE), True, True)


def test_pieces_that_overlap_are_joined_and_a_gap_is_told(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    put(phone, sent, size=100)
    with pytest.raises(fieldwork.GapError) as error:
        put(phone, sent, offset=101, size=10)
    assert error.value.received == 100
    assert told(put(phone, sent, offset=60, size=90)) == (150, False, False)
    assert told(syncing.find_file(phone=phone, number=None, sha=SHA)) == (150, False, False)
    one(phone, sent)
    assert told(put(phone, sent, offset=120)) == (len(PICTURE), True, True)


def test_a_whole_that_is_another_file_is_dropped(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    one(phone, sent)
    other = PICTURE[:-1] + b"x"
    assert refused(put, phone, sent, other, sha=SHA) == "field.other_file"
    assert told(syncing.find_file(phone=phone, number=None, sha=SHA)) == (0, False, False)
    assert told(put(phone, sent)) == (len(PICTURE), True, True)


def test_another_length_than_before_starts_again(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    put(phone, sent, size=50, total=9999)
    assert refused(put, phone, sent, size=50) == "field.other_file"
    assert told(put(phone, sent)) == (len(PICTURE), True, False)


def test_what_cannot_be_read_is_final_and_costs_nothing_else(phone):
    sent = a_raise(photos=[announced(RUBBISH_SHA, RUBBISH), announced(SHA, PICTURE)])
    put(phone, sent, RUBBISH)
    put(phone, sent)
    answer = one(phone, sent)
    assert answer.verdict == "done"
    assert answer.need == ()
    assert PhotoRow.objects.count() == 1
    assert refused(put, phone, sent, RUBBISH) == "field.unreadable"
    number = UUID(sent["id"])
    assert refused(syncing.find_file, phone=phone, number=number, sha=RUBBISH_SHA) == (
        "field.unreadable"
    )


def test_what_cannot_be_read_and_comes_late_is_final_too(phone):
    sent = a_raise(photos=[announced(RUBBISH_SHA, RUBBISH)])
    one(phone, sent)
    assert refused(put, phone, sent, RUBBISH) == "field.unreadable"
    assert one(phone, sent).need == ()
    assert FileRow.objects.count() == 0


def test_a_step_that_needs_evidence_waits_for_it(phone):
    matter = f.walked(f.ACCEPT).id
    sent = a_step(
        matter, "solve_here", feedback="好了", photos=[announced(SHA, PICTURE, stage="after")]
    )
    answer = one(phone, sent)
    assert (answer.verdict, answer.rule, answer.need) == ("waits", "field.waits_files", (SHA,))
    assert told(put(phone, sent)) == (len(PICTURE), True, False)
    answer = one(phone, sent)
    assert (answer.verdict, answer.need, answer.state) == ("done", (), "claimed")
    assert [(p.stage, p.by_reporter) for p in PhotoRow.objects.all()] == [("after", False)]


def test_without_any_announced_evidence_the_step_is_refused(phone):
    matter = f.walked(f.ACCEPT).id
    answer = one(phone, a_step(matter, "solve_here", feedback="好了"))
    assert answer.verdict == "refused"
    assert answer.rule.endswith("/evidence")


def test_evidence_that_cannot_be_read_refuses_the_step(phone):
    matter = f.walked(f.ACCEPT).id
    sent = a_step(matter, "solve_here", feedback="好", photos=[announced(RUBBISH_SHA, RUBBISH)])
    put(phone, sent, RUBBISH)
    answer = one(phone, sent)
    assert (answer.verdict, answer.rule) == ("refused", "photo.not_a_picture")


def test_a_step_that_needs_no_picture_does_not_wait(phone):
    matter = f.raised().id
    sent = a_step(matter, "add_words", words="x", photos=[announced(SHA, PICTURE)])
    answer = one(phone, sent)
    if answer.verdict == "refused":  # this charter gives it to the reporter alone
        sent = a_step(matter, "accept", photos=[announced(SHA, PICTURE, stage="evidence")])
        answer = one(phone, sent)
    assert (answer.verdict, answer.need) == ("done", (SHA,))
    assert told(put(phone, sent))[2]


def test_late_pictures_follow_a_matter_that_has_moved_on(phone):
    """Whoever took the step sends what it announced, also when the matter is no longer theirs."""
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    one(phone, sent)
    crew.end_post(phone.account_id)
    later = fieldwork.get_phone(phone.id, at=NOW + f.HOUR)
    assert later.state == "ended"
    assert told(put(later, sent))[2]


def test_nobody_else_gets_at_a_file_or_hangs_one_on_a_matter(phone):
    sent, other = a_raise(photos=[announced(SHA, PICTURE)]), crew.phone_of(crew.worker(f.NEXT_GRID))
    one(phone, sent)
    assert told(put(other, sent)) == (len(PICTURE), True, False)
    assert PhotoRow.objects.count() == 0
    assert told(syncing.find_file(phone=phone, number=UUID(sent["id"]), sha=SHA))[0] == 0


def test_a_file_nobody_announced_hangs_nowhere(phone):
    sent = a_raise()
    one(phone, sent)
    assert told(put(phone, sent)) == (len(PICTURE), True, False)
    assert PhotoRow.objects.count() == 0


def test_a_second_phone_finishes_what_the_first_began(phone):
    sent, second = a_raise(photos=[announced(SHA, PICTURE)]), crew.phone_of(phone.account_id)
    put(phone, sent, size=200)
    one(second, sent)
    assert told(put(second, sent, offset=200)) == (len(PICTURE), True, True)


def test_one_file_of_two_intentions_hangs_on_both(phone):
    batch = [a_raise(text, photos=[announced(SHA, PICTURE)]) for text in ("一", "二")]
    for sent in batch:
        one(phone, sent)
        assert told(put(phone, sent))[2]
    assert sorted(Matter.objects.values_list("photos", flat=True)) == [1, 1]


def test_a_file_that_came_while_its_step_was_judged_is_attached_the_next_time(phone):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    one(phone, sent)
    fieldwork.put_piece(account_id=phone.account_id, at=NOW, sha=SHA, kind="photo",
                        total=len(PICTURE), offset=0, content=PICTURE)  # fmt: skip
    assert one(phone, sent).need == ()
    assert PhotoRow.objects.count() == 1


def test_if_the_act_cannot_be_written_the_file_waits(phone, monkeypatch):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    one(phone, sent)

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr("commongrid.rooms.matters.commands.photos.record_act", broken)
    with pytest.raises(RuntimeError):
        put(phone, sent)
    monkeypatch.undo()
    assert PhotoRow.objects.count() == 0
    assert told(syncing.find_file(phone=phone, number=None, sha=SHA)) == (len(PICTURE), True, False)
    assert told(put(phone, sent, offset=len(PICTURE) - 1))[2]


def files_in(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize("way", ["with the matter", "after it"])
def test_a_picture_whose_answer_is_not_saved_leaves_no_file_behind(
    phone, monkeypatch, tmp_path, way
):
    sent = a_raise(photos=[announced(SHA, PICTURE)])
    broken_part = "answer_intention" if way == "with the matter" else "keep_photos"
    if way == "after it":
        one(phone, sent)

    def broken(*_args, **_more):
        raise RuntimeError

    monkeypatch.setattr(fieldwork, broken_part, broken)
    if way == "after it":
        with pytest.raises(RuntimeError):
            put(phone, sent)
    else:
        put(phone, sent)
        assert one(phone, sent).verdict == "waits"
    assert files_in(tmp_path) == []
    monkeypatch.undo()
    assert one(phone, sent).need == ()
    assert PhotoRow.objects.count() == len(files_in(tmp_path)) == 1


def test_nobody_fills_the_house_with_files_that_belong_to_nothing(phone, monkeypatch):
    monkeypatch.setattr("commongrid.rooms.fieldwork.commands.files.MOST_HELD", len(PICTURE) + 9)
    put(phone, None)
    assert refused(put, phone, None, RUBBISH) == "field.too_much"
    assert told(put(phone, None)) == (len(PICTURE), True, False)


def test_a_sealed_type_takes_no_picture_and_says_so(phone):
    sealed = next(c for c, t in f.rules().charter.types.items() if t.sealed)
    answers = {q.question: (q.choices[0][0] if q.choices else "no")
               for q in f.rules().questions.get(sealed, ()) if q.required}  # fmt: skip
    sent = a_raise(type_code=sealed, answers=answers, photos=[announced(SHA, PICTURE)])
    answer = one(phone, sent)
    assert (answer.verdict, answer.need) == ("done", ())
    assert refused(put, phone, sent) == "field.unreadable"
    assert PhotoRow.objects.count() == 0
    assert matters.receipt_code_of(uuid4()) != answer.receipt


def test_files_nobody_wanted_go_after_a_week(phone):
    put(phone, None)
    fieldwork.erase_expired(at=NOW + 6 * f.DAY)
    assert FileRow.objects.count() == 1
    fieldwork.erase_expired(at=NOW + 7 * f.DAY)
    assert FileRow.objects.count() == PieceRow.objects.count() == 0


def test_a_voice_note_hangs_on_its_matter_like_a_picture(phone):
    sound = recordings.ogg()
    sha = hashlib.sha256(sound).hexdigest()
    sent = a_raise(photos=[announced(sha, sound, kind="voice"), announced(SHA, PICTURE)])
    put(phone, sent, sound, kind="voice")
    assert one(phone, sent).need == (SHA,)
    assert told(put(phone, sent))[2]
    note = SoundRow.objects.get()
    assert (note.by_reporter, note.stage) == (True, "report")
    assert PhotoRow.objects.count() == 1


def test_words_in_place_of_a_voice_note_are_final(phone):
    sent = a_raise(photos=[announced(RUBBISH_SHA, RUBBISH, kind="voice")])
    one(phone, sent)
    assert refused(put, phone, sent, RUBBISH, kind="voice") == "field.unreadable"
