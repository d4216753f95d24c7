"""Writing acts: one to a command, in a transaction, chained, and never changed again."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from commongrid.kernel.ids import new_id
from commongrid.ledger import face as ledger
from commongrid.ledger.models import Act, Chain, Checkpoint, OutboxRow
from commongrid.ledger.seals import GENESIS, act_hash

AT = datetime(2026, 3, 10, 1, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db


def draft(subject: str = "matter:1", **more: object) -> ledger.ActDraft:
    given = {
        "command_id": new_id(), "subject": subject, "action": "accept", "actor": "staff:1",
        "rule_id": "event.reported.accept", "at": AT, "role": "desk", "power": "accept",
        "before": {"state": "reported"}, "after": {"state": "accepted"}, "words": "好的",
    }  # fmt: skip
    return ledger.ActDraft(**{**given, **more})


def write(*subjects: str) -> list[ledger.ActCard]:
    with transaction.atomic():
        return [ledger.record_act(draft(subject)) for subject in subjects]


def test_an_act_says_who_did_what_by_which_rule_and_what_it_changed():
    given = draft()
    with transaction.atomic():
        card = ledger.record_act(given)
    assert ledger.find_act(given.command_id) == card
    assert (card.actor, card.role, card.power) == ("staff:1", "desk", "accept")
    assert (card.before, card.after) == ({"state": "reported"}, {"state": "accepted"})
    assert (card.rule_id, card.at, card.position, card.words) == (given.rule_id, AT, 0, "好的")


def test_acts_of_a_subject_are_chained_and_those_of_others_are_not():
    cards = write("matter:1", "matter:2", "matter:1", "matter:1")
    mine = ledger.list_acts("matter:1")
    assert [card.position for card in mine] == [0, 1, 2]
    rows = list(Act.objects.filter(subject="matter:1").order_by("position"))
    assert rows[0].previous == GENESIS
    for row, before in zip(rows[1:], rows, strict=False):
        assert row.previous == before.hash
    for row in rows:
        assert row.hash == act_hash(row.core, row.previous)
    assert Chain.objects.get(subject="matter:1").length == 3
    assert ledger.count_acts("matter:2") == 1
    assert [card.seq for card in ledger.list_recent_acts(limit=2)] == [cards[3].seq, cards[2].seq]
    older = ledger.list_recent_acts(before_seq=cards[2].seq)
    assert [card.seq for card in older] == [cards[1].seq, cards[0].seq]
    assert ledger.verify().is_whole


def test_equal_acts_have_different_hashes():
    one, two = write("matter:1", "matter:2")
    assert one.hash != two.hash


def test_a_command_id_is_used_once():
    given = draft()
    with transaction.atomic():
        ledger.record_act(given)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.record_act(draft("matter:2", command_id=given.command_id))
    assert Act.objects.count() == 1
    assert ledger.verify().is_whole


def test_a_subject_cannot_begin_twice():
    write("matter:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.record_act(draft(is_first=True))
    assert ledger.verify().is_whole


def test_an_unknown_command_left_no_act():
    assert ledger.find_act(new_id()) is None


@pytest.mark.django_db(transaction=True)
def test_nothing_is_written_outside_a_transaction():
    with pytest.raises(ledger.NoTransactionError):
        ledger.record_act(draft())
    with pytest.raises(ledger.NoTransactionError):
        ledger.record_chains([[draft()]])
    with pytest.raises(ledger.NoTransactionError):
        ledger.add_outbox(topic="x", subject="y", command_id=new_id(), at=AT, payload={})
    assert not Act.objects.exists()
    assert not OutboxRow.objects.exists()


def test_a_broken_transaction_leaves_neither_act_nor_head():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ledger.record_act(draft())
        ledger.add_outbox(topic="x", subject="y", command_id=new_id(), at=AT, payload={})
        raise ZeroDivisionError
    assert not Act.objects.exists()
    assert not Chain.objects.exists()
    assert not OutboxRow.objects.exists()


def test_rows_cannot_be_changed_or_deleted_by_accident():
    write("matter:1")
    ledger.make_checkpoint(at=AT)
    for row in (Act.objects.get(), Checkpoint.objects.get()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()


def test_whole_chains_are_those_that_single_acts_would_have_made():
    drafts = [draft("matter:9", words=""), draft("matter:9"), draft("matter:9", action="offer")]
    with transaction.atomic():
        assert ledger.record_chains([drafts, [], [draft("matter:8")]]) == 4
    assert [card.action for card in ledger.list_acts("matter:9")] == ["accept", "accept", "offer"]
    write("matter:9")
    assert [card.position for card in ledger.list_acts("matter:9")] == [0, 1, 2, 3]
    assert ledger.verify().is_whole


def test_chains_of_several_or_of_known_subjects_are_refused():
    with pytest.raises(ledger.BrokenChainError), transaction.atomic():
        ledger.record_chains([[draft("matter:1"), draft("matter:2")]])
    write("matter:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.record_chains([[draft("matter:1")]])
    assert Act.objects.count() == 1


def test_erasing_words_leaves_the_chain_whole_and_no_trace_of_them():
    write("matter:1", "matter:1", "matter:2")
    ledger.make_checkpoint(at=AT)
    assert ledger.erase_words("matter:1") == 2
    assert ledger.erase_words("matter:1") == 0
    assert {card.words for card in ledger.list_acts("matter:1")} == {""}
    assert ledger.list_acts("matter:2")[0].words == "好的"
    assert "好的" not in "".join(a.core for a in Act.objects.all())
    assert not Act.objects.filter(subject="matter:1").exclude(salt="").exists()
    assert ledger.verify().is_whole


def test_the_same_words_have_another_digest_each_time():
    one, two = write("matter:1", "matter:2")
    digests = {json.loads(Act.objects.get(pk=card.seq).core)["words"] for card in (one, two)}
    assert len(digests) == 2, "an erased word cannot be guessed from another matter"


def test_a_checkpoint_is_made_when_the_last_is_old_enough():
    write("matter:1")
    day = timedelta(days=1)
    assert ledger.make_checkpoint_if_due(at=AT, every=day)
    assert not ledger.make_checkpoint_if_due(at=AT + day / 2, every=day)
    assert ledger.make_checkpoint_if_due(at=AT + day, every=day)
    report = ledger.verify()
    assert (report.acts, report.chains, report.checkpoints) == (1, 1, 2)
    assert report.is_whole


@pytest.mark.django_db(transaction=True)
@pytest.mark.real_clock
def test_a_checkpoint_waits_for_acts_that_are_being_written():
    """Where numbers are given before the commit, a later number may be seen before an earlier."""
    if connection.vendor != "postgresql":
        assert connection.features.supports_transactions  # SQLite has one writer at a time
        return
    written, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with transaction.atomic():
            ledger.record_act(draft("matter:slow"))
            written.set()
            go_on.wait(timeout=20)
        connection.close()

    def seal() -> None:
        ledger.make_checkpoint(at=AT)
        connection.close()

    writer, sealer = threading.Thread(target=slow), threading.Thread(target=seal)
    writer.start()
    written.wait(timeout=20)
    write("matter:quick")
    sealer.start()
    sealer.join(timeout=0.5)
    go_on.set()
    writer.join(timeout=20)
    sealer.join(timeout=20)
    assert Checkpoint.objects.get().acts == 2
    assert ledger.verify().is_whole


@pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL")
def test_rows_written_again_and_again_are_planned_once_for_a_connection():
    for _ in range(4):
        with transaction.atomic():
            ledger.add_outbox(topic="t", subject="s", command_id=new_id(), at=AT, payload={"a": 1})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_prepared_statements"
            " WHERE statement LIKE 'INSERT INTO \"ledger_outboxrow\"%%'"
        )
        ((count,),) = cursor.fetchall()
    assert count >= 1
    assert OutboxRow.objects.filter(topic="t", payload={"a": 1}).count() == 4
