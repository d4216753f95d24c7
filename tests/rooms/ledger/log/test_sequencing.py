"""Acts get their places once, in order, whatever happens; what was signed is never contradicted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from commongrid.ledger import face as ledger
from commongrid.ledger.log import face, keys, notes, sequencing
from commongrid.ledger.log.memory import remembered
from commongrid.ledger.log.models import Head, Leaf, SignedCheckpoint, Tile
from commongrid.ledger.log.proofs import consistency_proof, is_consistent, root_of
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.models import Act
from tests.rooms.ledger.test_acts import AT, write

pytestmark = pytest.mark.django_db


def points() -> list[notes.Checkpoint]:
    rows = SignedCheckpoint.objects.order_by("size").values_list("note", flat=True)
    return [notes.parse_checkpoint(notes.parse_note(note).text) for note in rows]


def test_every_act_has_one_leaf_in_the_order_of_its_row():
    write("matter:1", "matter:2", "matter:1")
    assert face.append_acts() == 3
    assert face.append_acts() == 0
    acts = list(Act.objects.order_by("id").values_list("id", flat=True))
    assert list(Leaf.objects.order_by("index").values_list("index", "act_id")) == list(
        enumerate(acts)
    )
    assert Head.objects.get().size == 3
    assert Head.objects.get().mark == acts[-1]


def test_batches_of_any_size_give_the_same_tree():
    write(*(f"matter:{one % 7}" for one in range(40)))
    for batch in (1, 3, 7, 100):
        face.append_acts(batch=batch)
    assert Head.objects.get().size == 40
    assert face.verify_log().is_whole
    face.sign_checkpoint(at=AT)
    write("matter:1")
    face.run_log_round(at=AT)
    assert face.verify_log().is_whole
    assert [point.size for point in points()] == [40, 41]


def test_each_checkpoint_goes_on_from_the_one_before():
    for step in range(6):
        write(*["matter:1"] * (step * 53 + 1))
        face.run_log_round(at=AT + timedelta(minutes=step))
    first, *rest = points()
    nodes = tree_nodes()
    for later in rest:
        proof = consistency_proof(first.size, later.size, nodes)
        assert is_consistent(first.size, later.size, first.root, later.root, proof)
        first = later
    assert face.verify_log().is_whole


def test_nothing_new_signs_nothing_new():
    assert face.run_log_round(at=AT) == face.LogRound()
    write("matter:1")
    face.run_log_round(at=AT)
    face.run_log_round(at=AT + timedelta(days=1))
    assert [point.size for point in points()] == [1]


def test_an_act_that_appears_under_a_passed_number_is_not_left_out(monkeypatch):
    """As on PostgreSQL: a number is drawn, a later one commits first."""
    write("matter:1", "matter:2")
    late = Act.objects.order_by("id")[0]
    Act.objects.filter(pk=late.pk)._raw_delete(Act.objects.db)
    monkeypatch.setattr(sequencing, "_settled", lambda: late.pk - 1)
    assert face.append_acts() == 1
    late._state.adding = True
    late.save(force_insert=True)
    assert face.append_acts() == 1
    assert Leaf.objects.get(index=1).act_id == late.pk
    assert face.verify_log().is_whole


def test_a_stop_in_the_middle_leaves_whole_batches(monkeypatch):
    write(*["matter:1"] * 5)

    def stop(_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(sequencing, "_write_tiles", stop)
        with transaction.atomic():
            face.append_acts()
    assert not Leaf.objects.exists()
    assert face.append_acts() == 5
    assert face.verify_log().is_whole


def test_words_can_be_erased_and_the_log_still_proves():
    write("matter:1", "matter:1")
    face.run_log_round(at=AT)
    ledger.erase_words("matter:1")
    assert face.verify_log().is_whole
    assert ledger.verify().is_whole


def test_a_log_that_does_not_go_on_is_not_signed():
    write("matter:1", "matter:1", "matter:1")
    face.run_log_round(at=AT)
    before = remembered()
    Leaf.objects.filter(index=2).delete()
    Tile.objects.update(hashes=bytes(Tile.objects.get().hashes)[:64])
    Head.objects.update(size=2, mark=0)
    SignedCheckpoint.objects.all().delete()
    assert face.run_log_round(at=AT).trouble == "differs"  # sequenced anew with another salt
    assert not SignedCheckpoint.objects.exists()
    assert remembered() == before


def test_an_older_state_of_the_database_is_not_signed():
    write("matter:1", "matter:1")
    face.run_log_round(at=AT)
    Leaf.objects.all().delete()
    Tile.objects.all().delete()
    Head.objects.all().delete()
    Act.objects.all()._raw_delete(Act.objects.db)
    assert face.run_log_round(at=AT).trouble == "shorter"
    write("matter:2")
    assert face.run_log_round(at=AT).trouble == "shorter"


def test_another_name_goes_on_after_a_loss_and_the_old_one_signs_no_more():
    write("matter:1", "matter:1")
    face.run_log_round(at=AT)
    Leaf.objects.filter(index=1).delete()
    Tile.objects.update(hashes=bytes(Tile.objects.get().hashes)[:32])
    Head.objects.update(size=1, mark=0)
    assert face.run_log_round(at=AT).trouble == "differs"
    point = face.renew("grid.example.org/log/2", reason="disk lost", at=AT)
    assert (point.origin, point.size) == ("grid.example.org/log/2", 3)
    assert face.run_log_round(at=AT).trouble == ""
    assert face.find_log().origin == "grid.example.org/log/2"
    with pytest.raises(ValueError, match="signed before"):
        face.renew("grid.example.org/log", reason="x", at=AT)


def test_a_broken_memory_signs_nothing(settings):
    write("matter:1")
    face.run_log_round(at=AT)
    (settings.HOME / "log" / "signed.json").write_text("{")
    write("matter:1")
    assert face.run_log_round(at=AT).trouble == "memory"


def test_several_keys_sign_while_one_is_followed_by_another(settings):
    write("matter:1")
    old = keys.signers("x")[0].seed
    face.run_log_round(at=AT)
    settings.TLOG_KEYS = ["bmV3LWtleS1uZXcta2V5LW5ldy1rZXktbmV3LWtleS0=", *settings.TLOG_KEYS]
    write("matter:1")
    face.run_log_round(at=AT)
    first, second = (
        notes.parse_note(row.note) for row in SignedCheckpoint.objects.order_by("size")
    )
    for note in (first, second):
        assert note.signed_by(notes.Signer("grid.example.org/log", notes.LOG_KEY, old).verifier)
    assert len(second.signatures) == 2
    assert len(face.find_log().keys) == 2


def test_old_checkpoints_are_thinned_to_one_a_day(clock):
    for step in range(6):
        clock.move_to(AT + timedelta(hours=8 * step))
        write("matter:1")
        face.run_log_round(at=AT + timedelta(hours=8 * step))
    assert face.erase_old_checkpoints(at=AT + timedelta(days=29)) == 0
    gone = face.erase_old_checkpoints(at=AT + timedelta(days=40))
    left = list(SignedCheckpoint.objects.order_by("size").values_list("size", flat=True))
    assert gone + len(left) == 6
    assert left[-1] == 6
    assert len(left) == len({row.made_at.date() for row in SignedCheckpoint.objects.all()})
    assert face.verify_log().is_whole


def test_the_statements_of_a_round_do_not_grow_with_the_log(count_sql):
    write(*["matter:1"] * 300)
    face.run_log_round(at=AT)
    write("matter:1")
    with count_sql(max=22):
        face.run_log_round(at=AT)


def test_a_proof_reads_few_rows(count_sql):
    write(*["matter:1"] * 600)
    face.run_log_round(at=AT)
    write("matter:2")
    face.run_log_round(at=AT)
    with count_sql(max=11):
        receipt = face.receipt_of("matter:2", ref="r", at=AT)
    assert len(receipt["acts"][0]["proof"]) == 2 or receipt["acts"][0]["proof"]


def test_only_what_is_signed_is_served():
    write("matter:1", "matter:1")
    face.append_acts()
    assert face.find_log() is None
    assert face.find_tile("0/000.p/2") is None
    face.sign_checkpoint(at=AT)
    write("matter:1")
    face.append_acts()
    assert len(face.find_tile("0/000.p/2")) == 64
    assert len(face.find_tile("0/000.p/1")) == 32
    assert face.find_tile("0/000.p/3") is None
    assert len(face.find_tile("entries/000.p/2")) == 68
    for path in ("0/000", "1/000.p/1", "entries/000", "0/001.p/1", "..", "0/0"):
        assert face.find_tile(path) is None


def test_the_root_is_that_of_the_leaves():
    write(*["matter:1"] * 5)
    face.run_log_round(at=AT)
    assert face.find_log().root == root_of(5, tree_nodes())
    assert face.find_log().mark == face.grouped(face.find_log().root.hex()[:16])


@pytest.mark.parametrize("what", ["tile cut", "tile gone", "head gone"])
def test_rows_that_do_not_fit_stop_the_signing_and_not_the_round(what):
    write(*["matter:1"] * 3)
    face.run_log_round(at=AT)
    if what == "tile cut":
        Tile.objects.update(hashes=bytes(32))
    elif what == "tile gone":
        Tile.objects.all().delete()
    else:
        Head.objects.all().delete()
    write("matter:1")
    with transaction.atomic():
        assert face.run_log_round(at=AT).trouble == "damaged"
    assert SignedCheckpoint.objects.count() == 1
    assert not face.verify_log().is_whole


def test_a_memory_that_cannot_be_kept_signs_nothing(settings):
    write("matter:1")
    settings.HOME = settings.HOME / "file"
    settings.HOME.write_text("no folder")
    assert face.run_log_round(at=AT).trouble == "memory"
    assert not SignedCheckpoint.objects.exists()
