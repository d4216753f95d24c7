"""Somebody with every right in the database, and even the ledger's key: what they can do."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from commongrid.kernel.canon import canonical_json
from commongrid.ledger import face as ledger
from commongrid.ledger.log import face, keys, memory, notes
from commongrid.ledger.log.hashing import leaf_hash
from commongrid.ledger.log.models import Cosignature, Head, Leaf, SignedCheckpoint, Tile
from commongrid.ledger.log.opening import entry_of
from commongrid.ledger.log.proofs import root_of
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.log.tiles import grown
from commongrid.ledger.log.witnessing import Answer, Seen, judge
from commongrid.ledger.models import Act, Chain, Checkpoint
from commongrid.ledger.seals import GENESIS, act_hash, chain_seal
from tests.rooms.ledger.test_acts import AT, draft

SUBJECT = "matter:1"
LATER = AT + timedelta(days=2)
VERIFY, RECEIPT, WITNESS = "verify", "receipt", "witness"


class Library:
    """A witness outside the house: it remembers what it has cosigned."""

    def __init__(self, name: str = "library.example/witness") -> None:
        seed = hashlib.sha256(name.encode()).digest()
        self.signer = notes.Signer(name, notes.WITNESS_KEY, seed)
        self.seen: Seen | None = None
        self.at = AT
        self.answers: list[Answer] = []

    def post(self, address: str, body: bytes) -> tuple[int, str, bytes]:
        assert address == "https://library.example/add-checkpoint"
        log = keys.signers("grid.example.org/log")[0].verifier
        answer = judge(
            body.decode(), logs={log.name: (log,)}, seen=lambda _: self.seen,
            signer=self.signer, seconds=int(self.at.timestamp()),
        )  # fmt: skip
        if answer.kept is not None:
            self.seen = Seen(answer.kept.point.size, answer.kept.point.root)
        self.answers.append(answer)
        return answer.status, answer.kind.partition(";")[0], answer.body.encode()


def receipt() -> dict:
    return face.receipt_of(SUBJECT, ref="260310-ABCDE", at=LATER)


def vkey() -> str:
    return keys.signers("grid.example.org/log")[0].verifier.vkey


def act(position: int, subject: str = SUBJECT) -> Act:
    return Act.objects.get(subject=subject, position=position)


def remove(rows) -> None:
    rows._raw_delete(rows.db)


def rehash(subject: str = SUBJECT) -> None:
    """Recompute a chain and seal its head with the real key: the work of an administrator."""
    previous = GENESIS
    for place, row in enumerate(Act.objects.filter(subject=subject).order_by("position")):
        core = canonical_json({**json.loads(row.core), "position": place})
        digest = act_hash(core, previous)
        Act.objects.filter(pk=row.pk).update(
            previous=previous, hash=digest, core=core, position=place
        )
        previous = digest
    length = Act.objects.filter(subject=subject).count()
    seal = chain_seal(_ledger_key(), subject, length, previous)
    Chain.objects.filter(subject=subject).update(length=length, head=previous, seal=seal)


def reseal() -> None:
    """Make the ledger's own sealed checkpoint anew, with the key."""
    remove(Checkpoint.objects.all())
    ledger.make_checkpoint(at=AT)


def _ledger_key() -> bytes:
    from commongrid.ledger.keys import ledger_key

    return ledger_key()


def alter(position: int = 1, **facts: object) -> None:
    row = act(position)
    core = canonical_json({**json.loads(row.core), **facts})
    columns = {name: value for name, value in facts.items() if name not in ("after", "before")}
    Act.objects.filter(pk=row.pk).update(core=core, **columns)


def rebuild(*, sign: bool = True) -> None:
    """Build leaves, tiles and checkpoints anew from the acts as they are now, with fresh salts."""
    known = {leaf.act_id: leaf for leaf in Leaf.objects.all()}
    order = sorted(Act.objects.all(), key=lambda a: known[a.pk].index if a.pk in known else 1e9)
    Leaf.objects.all().delete()
    Tile.objects.all().delete()
    leaves = []
    for index, row in enumerate(order):
        salt = bytes(known[row.pk].salt) if row.pk in known else bytes(32)
        entry = entry_of(salt, row.previous, row.core)
        leaves.append(Leaf(index=index, act_id=row.pk, salt=salt, entry=entry))
    Leaf.objects.bulk_create(leaves)
    built = grown(0, [leaf_hash(leaf.entry) for leaf in leaves], lambda *_: b"")
    Tile.objects.bulk_create(
        Tile(level=level, number=n, hashes=hashes) for (level, n), hashes in built.items()
    )
    Head.objects.update(size=len(leaves), mark=max(row.pk for row in order))
    if sign:
        SignedCheckpoint.objects.all().delete()
        forge_checkpoint(len(leaves))


def forge_checkpoint(size: int) -> None:
    """Sign with the log's own key, past the memory beside it: the house itself cheats."""
    root = root_of(size, tree_nodes())
    point = notes.Checkpoint("grid.example.org/log", size, root)
    signature = keys.signers(point.origin)[0].sign(point.text)
    SignedCheckpoint.objects.create(
        origin=point.origin, size=size, root=root, made_at=LATER,
        note=notes.Note(point.text, (signature,)).written,
    )  # fmt: skip
    memory.remember(memory.Signed(point.origin, size, root.hex()))


# --- the ways ---------------------------------------------------------------------------------
def edit() -> None:
    alter(after={"state": "closed"})


def edit_and_rehash() -> None:
    alter(after={"state": "closed"})
    rehash()
    reseal()


def delete_and_rehash() -> None:
    remove(Act.objects.filter(pk=act(1).pk))
    rehash()
    reseal()


def delete_chain() -> None:
    remove(Act.objects.filter(subject="matter:3"))
    remove(Chain.objects.filter(subject="matter:3"))
    reseal()


def insert_between() -> None:
    """An act that never was, with a number and a time of before."""
    row = act(2)
    gap_at = AT - timedelta(days=3)
    with transaction.atomic():
        ledger.record_act(draft(SUBJECT, at=gap_at, after={"state": "warned"}))
    new = Act.objects.order_by("-id")[0]
    core = {**json.loads(new.core), "recorded_at": gap_at}
    Act.objects.filter(pk=new.pk).update(core=canonical_json(core), recorded_at=gap_at)
    assert row.pk < new.pk
    rehash()
    reseal()
    face.append_acts()


def insert_under_an_old_number() -> None:
    row = act(0, "matter:3")
    remove(Act.objects.filter(subject="matter:3"))
    remove(Chain.objects.filter(subject="matter:3"))
    with transaction.atomic():
        ledger.record_act(draft("matter:9", is_first=True))
    Act.objects.filter(subject="matter:9").update(id=row.pk)
    reseal()


def insert_without_leaf() -> None:
    """Put in below the mark, so that the sequencer never sees it."""
    with transaction.atomic():
        ledger.record_act(draft("matter:9", is_first=True))
    low = Act.objects.order_by("id")[0].pk - 1
    Act.objects.filter(subject="matter:9").update(id=low)
    reseal()


def reorder() -> None:
    first, second = act(1), act(2)
    Act.objects.filter(pk=first.pk).update(position=90)
    Act.objects.filter(pk=second.pk).update(position=1)
    Act.objects.filter(pk=first.pk).update(position=2)
    rehash()
    reseal()


def swap_leaves() -> None:
    one, two = Leaf.objects.get(index=1), Leaf.objects.get(index=2)
    Leaf.objects.filter(index__in=(1, 2)).delete()
    Leaf.objects.create(index=1, act_id=two.act_id, salt=two.salt, entry=two.entry)
    Leaf.objects.create(index=2, act_id=one.act_id, salt=one.salt, entry=one.entry)


def back_date() -> None:
    earlier = AT - timedelta(days=9)
    alter(2, at=earlier, recorded_at=earlier)
    rehash()
    reseal()


def back_date_new_act() -> None:
    """A new act says that it was recorded long ago; key and chain are right."""
    earlier = AT - timedelta(days=9)
    with transaction.atomic():
        ledger.record_act(draft(SUBJECT))
    alter(3, at=earlier, recorded_at=earlier)
    rehash()
    reseal()
    face.run_log_round(at=LATER)


def change_promise() -> None:
    alter(after={"state": "accepted", "promises": {"finish": {"due": "2027-01-01T00:00:00Z"}}})
    rehash()
    reseal()


def truncate() -> None:
    last = Leaf.objects.order_by("-index")[0]
    remove(Act.objects.filter(pk=last.act_id))
    Leaf.objects.filter(pk=last.pk).delete()
    rehash("matter:2")
    reseal()
    rebuild(sign=False)
    SignedCheckpoint.objects.filter(size__gt=6).delete()


def drop_leaf() -> None:
    Leaf.objects.filter(index=3).delete()


def swap_salts() -> None:
    one, two = Leaf.objects.get(index=1), Leaf.objects.get(index=2)
    Leaf.objects.filter(index=1).update(salt=two.salt)
    Leaf.objects.filter(index=2).update(salt=one.salt)


def take_salt_away() -> None:
    Leaf.objects.filter(index=2).update(salt=b"")


def rewrite_everything() -> None:
    """Act, chain, seals, leaves, tiles and checkpoint, all with the house's own keys."""
    edit_and_rehash()
    rebuild()


def rewrite_without_the_log_key() -> None:
    edit_and_rehash()
    rebuild(sign=False)
    SignedCheckpoint.objects.all().delete()


def swap_tile() -> None:
    hashes = bytes(Tile.objects.get(level=0).hashes)
    Tile.objects.filter(level=0).update(hashes=hashes[32:64] + hashes[:32] + hashes[64:])


def forge_signature() -> None:
    row = SignedCheckpoint.objects.order_by("-size")[0]
    guessed = notes.Signer("grid.example.org/log", notes.LOG_KEY, bytes(32))
    text = notes.parse_note(row.note).text
    SignedCheckpoint.objects.filter(pk=row.pk).update(
        note=notes.Note(text, (guessed.sign(text),)).written
    )


def forge_witness() -> None:
    row = Cosignature.objects.order_by("-checkpoint__size")[0]
    earlier = row.line[:-10] + "AAAAAAAA" + row.line[-2:]
    Cosignature.objects.filter(pk=row.pk).update(line=earlier)


def garble_witness() -> None:
    Cosignature.objects.update(line="nothing of the kind")


def roll_back() -> None:
    """The database of yesterday is put back, with all that belongs to it."""
    for leaf in Leaf.objects.filter(index__gte=4):
        remove(Act.objects.filter(pk=leaf.act_id))
    Leaf.objects.filter(index__gte=4).delete()
    remove(Chain.objects.filter(subject="matter:3"))
    for subject in (SUBJECT, "matter:2"):
        rehash(subject)
    reseal()
    rebuild(sign=False)
    SignedCheckpoint.objects.filter(size__gt=4).delete()


def erase_the_log() -> None:
    for kind in (SignedCheckpoint, Leaf, Tile, Head):
        kind.objects.all().delete()
    edit_and_rehash()
    face.append_acts()


# What was done: (the way, what verify says, whether the receipt at home shows it, what the
# witness says to the next checkpoint; "" when there is no next one to be had).
WAYS: dict[str, tuple[Callable[[], None], set[str], set[str], str]] = {
    "edited": (edit, {"log_entry"}, {RECEIPT}, ""),
    "edited, chain re-hashed and sealed": (edit_and_rehash, {"log_entry"}, {RECEIPT}, ""),
    "deleted, chain re-hashed": (delete_and_rehash, {"log_no_act", "log_entry"}, {RECEIPT}, ""),
    "whole chain deleted": (delete_chain, {"log_no_act"}, set(), ""),
    "inserted at the end with an old date": (insert_between, {"log_backdated"}, set(), ""),
    "inserted under the number of another": (insert_under_an_old_number, {"log_entry"}, set(), ""),
    "inserted past the log": (insert_without_leaf, {"log_left_out"}, set(), ""),
    "reordered": (reorder, {"log_entry", "log_order"}, {RECEIPT}, ""),
    "leaves reordered": (swap_leaves, {"log_root", "log_tile"}, set(), ""),
    "back-dated": (back_date, {"log_entry"}, {RECEIPT}, ""),
    "back-dated when written": (back_date_new_act, {"log_backdated"}, set(), "cosigned"),
    "promise changed": (change_promise, {"log_entry"}, {RECEIPT}, ""),
    "end cut off": (truncate, {"log_memory"}, set(), ""),
    "leaf dropped": (drop_leaf, {"log_gap", "log_size", "log_root", "log_left_out"}, set(), ""),
    "salts swapped": (swap_salts, {"log_entry"}, set(), ""),
    "salt taken away": (take_salt_away, {"log_unopened"}, set(), ""),
    "everything rewritten with all keys": (rewrite_everything, set(), {RECEIPT}, "differs"),
    "everything rewritten but the signature": (
        rewrite_without_the_log_key, {"log_memory"}, {RECEIPT}, ""),
    "tile swapped": (swap_tile, {"log_tile"}, set(), ""),
    "signature forged": (forge_signature, {"log_signature"}, set(), ""),
    "witness's signature forged": (forge_witness, {"log_witness"}, set(), ""),
    "witness's signature garbled": (garble_witness, {"log_witness"}, set(), ""),
    "rolled back to an old backup": (roll_back, {"log_memory"}, set(), ""),
    "log begun anew over edited acts": (erase_the_log, {"log_memory"}, {RECEIPT}, ""),
}  # fmt: skip
