"""My data: who opened them, what I asked and was answered, what was erased."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from commongrid.charter.matter import Actor, Hat
from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face as matters
from commongrid.rooms.matters.models import ContactRow, Matter, SearchWords
from commongrid.rooms.vault import face as vault
from commongrid.stories.erasing import erase_person
from tests.doors.resident.walking import TOWN_PATH, WORDS, hidden, text_of

DESK = Actor(key="staff:77", hats=(Hat("desk", TOWN_PATH),))
OFFICER = Actor(key="staff:78", hats=(Hat("data_officer", TOWN_PATH),))
PURPOSE = "To ask which of the two lamps it is."


def reported(walk):
    walk.report()
    matter = Matter.objects.get(parent=None)
    if not ContactRow.objects.exists():
        matters.change_contact(
            actor=matters.reporter_of(matter.pk), at=timezone.now(), command_id=uuid4(),
            matter_id=matter.pk, contact=matters.Contact(phone="000-0000"),
        )  # fmt: skip
    return matter


def reveal(matter, actor=DESK, purpose=PURPOSE, **more):
    return matters.reveal_contact(
        actor=actor, at=timezone.now(), command_id=uuid4(), matter_id=matter.pk, purpose=purpose,
        **more,
    )  # fmt: skip


def asked(walk, right="delete", words="All of it, please."):
    page = walk.client.get("/my/data/ask/")
    given = {"command_id": hidden(page, "command_id"), "right": right, "words": words}
    answer = walk.client.post("/my/data/ask/", given)
    assert answer.status_code == 302, text_of(answer)
    return answer.headers["Location"], Matter.objects.get(type_code="I07")


def withdraw(matter):
    matters.take_action(
        actor=matters.reporter_of(matter.pk), at=timezone.now(), command_id=uuid4(),
        matter_id=matter.pk, action="withdraw", fields={},
    )  # fmt: skip


def test_it_is_linked_and_says_that_nobody_looked(walk):
    reported(walk)
    assert "/my/data/" in walk.client.get("/my/").content.decode()
    assert "Nobody has opened them." in text_of(walk.client.get("/my/data/"))


def test_each_opening_is_told_with_its_purpose_and_office_but_no_name(walk):
    matter = reported(walk)
    reveal(matter)
    said = text_of(walk.client.get("/my/data/"))
    assert PURPOSE in said
    assert "Jinan art. 32" in said
    assert "staff:77" not in said
    desk = text_of(walk.client.get("/my/data/"))
    assert "desk" in desk.lower()
    assert "Nobody has opened them." not in said


def test_an_opening_is_told_with_its_kind_of_reason(walk):
    reveal(reported(walk), opened_for="ask_facts")
    assert f"to ask about what was reported: {PURPOSE}" in text_of(walk.client.get("/my/data/"))


def test_a_stranger_sees_no_openings(walk):
    matter = reported(walk)
    reveal(matter)
    assert Client().get("/my/data/").headers["Location"] == "/my/code/"
    assert matters.list_openings(actor=matters.reporter_of(uuid4()), matter_id=matter.pk) is None


def test_a_request_is_a_matter_with_its_own_limit(walk):
    matter = reported(walk)
    where, request = asked(walk)
    assert (request.parent_id, request.answers) == (matter.pk, {"right": "delete"})
    assert WORDS not in request.text
    assert request.due_at is not None
    said = text_of(walk.client.get(where))
    assert "All of it, please." in said
    assert "What you are promised" in said
    assert "Have it deleted" in text_of(walk.client.get("/my/data/"))
    page = matters.get_matter(actor=OFFICER, at=timezone.now(), matter_id=request.pk)
    assert page is not None
    assert page.parent_id == matter.pk


def test_sending_a_request_twice_asks_once(walk):
    reported(walk)
    page = walk.client.get("/my/data/ask/")
    given = {"command_id": hidden(page, "command_id"), "right": "see", "words": ""}
    places = {walk.client.post("/my/data/ask/", given).headers["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Matter.objects.filter(type_code="I07").count() == 1


def test_another_right_is_refused_and_nothing_is_kept(walk):
    matter = reported(walk)
    owner = matters.reporter_of(matter.pk)
    given = {"actor": owner, "at": timezone.now(), "command_id": uuid4(), "words": ""}
    with pytest.raises(Refused):
        matters.ask_right(**given, matter_id=matter.pk, right="sell")
    with pytest.raises(Refused):
        matters.ask_right(**given, matter_id=uuid4(), right="see")
    assert Matter.objects.count() == 1


def test_deletion_waits_for_the_end_then_gives_a_certificate(walk):
    matter = reported(walk)
    given = {"actor": OFFICER, "at": timezone.now(), "matter_id": matter.pk}
    with pytest.raises(Refused, match="erase_person/open"):
        erase_person(command_id=uuid4(), **given)
    withdraw(matter)
    with pytest.raises(Refused, match="answer_rights/who"):
        erase_person(command_id=uuid4(), **{**given, "actor": DESK})
    command_id = uuid4()
    gone = erase_person(command_id=command_id, **given)
    assert erase_person(command_id=command_id, **given).act_hash == gone.act_hash
    matter.refresh_from_db()
    assert (matter.text, matter.address, matter.lon) == ("", "", None)
    assert not ContactRow.objects.exists()
    assert not SearchWords.objects.filter(matter=matter).exists()
    said = text_of(walk.client.get("/my/data/"))
    assert "Certificate of deletion" in said
    where = f"/my/data/erased/{gone.act_position}/"
    assert gone.act_hash in text_of(walk.client.get(where))
    plain = walk.client.get(f"{where}file/").json()
    assert plain["counts"]["contact"] == 1
    assert plain["act"]["sha256"] == gone.act_hash
    assert walk.client.get("/my/data/erased/999/").status_code == 404
    assert ledger.verify().is_whole


def test_nothing_is_erased_when_the_ledger_fails(walk, monkeypatch):
    matter = reported(walk)
    withdraw(matter)

    def broken(*_):
        raise RuntimeError("no ledger")

    monkeypatch.setattr("commongrid.rooms.matters.commands.erasing_all.record_act", broken)
    with pytest.raises(RuntimeError):
        erase_person(actor=OFFICER, at=timezone.now(), command_id=uuid4(), matter_id=matter.pk)
    assert Matter.objects.get(pk=matter.pk).text == WORDS
    assert ContactRow.objects.exists()


def test_restricted_data_are_not_opened_until_it_is_lifted(walk):
    matter = reported(walk)
    given = {"at": timezone.now(), "matter_id": matter.pk}
    with pytest.raises(Refused, match="answer_rights/who"):
        matters.restrict(actor=DESK, command_id=uuid4(), **given)
    opened = {"actor": DESK, "command_id": uuid4(), "purpose": PURPOSE, **given}
    assert matters.reveal_contact(**opened).phone
    matters.restrict(actor=OFFICER, command_id=uuid4(), **given)
    with pytest.raises(Refused, match=r"matter\.restricted"):
        reveal(matter)
    with pytest.raises(Refused, match=r"matter\.restricted"):
        matters.reveal_contact(**opened)  # nor by sending the same again
    owner = matters.reporter_of(matter.pk)
    assert len(matters.list_openings(actor=owner, matter_id=matter.pk)) == 1
    matters.lift_restriction(actor=OFFICER, command_id=uuid4(), **given)
    assert reveal(matter).phone


def test_words_are_put_right_and_the_wrong_ones_are_kept_nowhere(walk):
    matter = reported(walk)
    command_id = uuid4()
    given = {"actor": OFFICER, "at": timezone.now(), "matter_id": matter.pk, "address": "gate 4"}
    before = ledger.count_acts(f"matter:{matter.pk}")
    for _ in range(2):
        matters.correct_words(command_id=command_id, text="The lamp at gate 4.", **given)
    matter.refresh_from_db()
    assert matter.text == "The lamp at gate 4."
    assert "school" not in SearchWords.objects.get(matter=matter).words
    assert ledger.count_acts(f"matter:{matter.pk}") == before + 1
    assert "school" not in str([act.words for act in ledger.list_acts(f"matter:{matter.pk}")])


def test_the_copy_is_a_file_that_needs_no_program(walk):
    matter = reported(walk)
    reveal(matter)
    answer = walk.client.get("/my/data/copy/")
    page = answer.content.decode()
    assert WORDS in page
    assert PURPOSE in page
    assert answer.headers["Content-Disposition"].endswith('.html"')
    assert "/static/" not in page


def test_what_was_agreed_to_is_noted_by_the_clock_and_taken_back(walk):
    walk.report(is_shareable="on")
    matter = Matter.objects.get()
    assert matters.note_consents() == 1
    assert matters.note_consents() == 0
    page = walk.client.get("/my/data/")
    assert "neighbours read my words and see my photos" in text_of(page)
    given = {"command_id": hidden(page, "command_id")}
    for _ in range(2):
        assert walk.client.post("/my/data/stop-sharing/", given).status_code == 302
    matter.refresh_from_db()
    assert not matter.is_shareable
    assert "consent withdrawn" in text_of(walk.client.get("/my/data/"))
    acts = [act.action for act in ledger.list_acts(f"matter:{matter.pk}")]
    assert acts.count("stop_sharing") == 1
    assert matters.note_consents() == 0
    stranger = {"actor": matters.reporter_of(uuid4()), "at": timezone.now()}
    with pytest.raises(Refused):
        matters.stop_sharing(**stranger, command_id=uuid4(), matter_id=matter.pk)


def test_a_matter_told_for_somebody_else_has_their_consent_noted(walk):
    walk.report(is_for_other="on", proxy_note="My neighbour asked me by phone.")
    matter = Matter.objects.get()
    assert matters.note_consents() == 1
    (consent,) = vault.list_consents([f"matter:{matter.pk}"])
    assert (consent.purpose, consent.given_by) == (vault.ON_BEHALF, "other")
    assert len(consent.text_hash) == 64
