"""Signing checkpoints: only over a tree that goes on from what was signed before."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from commongrid.ledger.log import keys
from commongrid.ledger.log.memory import Signed, remember, remembered
from commongrid.ledger.log.models import Head, SignedCheckpoint
from commongrid.ledger.log.notes import Checkpoint, Note, is_name
from commongrid.ledger.log.proofs import Nodes, root_of
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.log.sequencing import append_acts
from commongrid.ledger.turns import in_turn
from commongrid.ledger.writing import ActDraft, record_act

KEPT = timedelta(days=30)


class NotContinuedError(Exception):
    """The log in the database does not go on from what was signed. ``code`` is stable."""

    def __init__(self, code: str, detail: str) -> None:
        """``code``: origin, shorter, differs or memory."""
        super().__init__(detail)
        self.code = code


def sign_checkpoint(*, at: datetime) -> SignedCheckpoint | None:
    """Sign size and root as they are now; the one there is when nothing was added.

    None while the log is empty. Raises: NotContinuedError, and nothing is signed.
    """
    with in_turn(), transaction.atomic():
        head = Head.objects.select_for_update().filter(pk=Head.ONE).first()
        if head is None or not head.size:
            check_continued(0, "", tree_nodes())
            return None
        if not head.origin:
            head.origin = _first_origin()
            head.save(update_fields=["origin"])
        nodes = tree_nodes()
        check_continued(head.size, head.origin, nodes)
        last = latest(head.origin)
        if last is not None and last.size == head.size:
            return last
        root = root_of(head.size, nodes)
        point = Checkpoint(head.origin, head.size, root)
        note = Note(point.text, tuple(s.sign(point.text) for s in keys.signers(head.origin)))
        remember(Signed(head.origin, head.size, root.hex()))  # before anybody can see it
        return SignedCheckpoint.objects.create(
            origin=head.origin, size=head.size, root=root, note=note.written, made_at=at
        )


def check_continued(size: int, origin: str, nodes: Nodes) -> None:
    """Hold the tree against the memory outside the database. Raises: NotContinuedError."""
    try:
        before = remembered()
    except ValueError as error:
        raise NotContinuedError("memory", str(error)) from error
    if before is None:
        return
    if before.size > size:
        detail = f"{before.size} acts were signed, the log has {size}: an older state or a cut"
        raise NotContinuedError("shorter", detail)
    if before.origin != origin:
        detail = f"signed as {before.origin}, now named {origin}"
        raise NotContinuedError("origin", detail)
    try:
        root = root_of(before.size, nodes).hex()
    except ValueError as error:
        raise NotContinuedError("differs", str(error)) from error
    if root != before.root:
        detail = f"the first {before.size} entries are not those that were signed"
        raise NotContinuedError("differs", detail)


def latest(origin: str | None = None) -> SignedCheckpoint | None:
    """The largest checkpoint that was signed under the log's present name."""
    if origin is None:
        origin = Head.objects.filter(pk=Head.ONE).values_list("origin", flat=True).first()
    return SignedCheckpoint.objects.filter(origin=origin).order_by("-size").first()


def renew(origin: str, *, reason: str, at: datetime) -> SignedCheckpoint | None:
    """Go on under another name: after a loss, the old name can sign nothing more.

    What was signed under the old name stays signed, and shows what was lost. Leaves one act.
    Raises: ValueError for a name that has signed before, or is none.
    """
    with in_turn(), transaction.atomic():
        head = Head.objects.select_for_update().get(pk=Head.ONE)
        is_used = SignedCheckpoint.objects.filter(origin=origin).exists() or origin == head.origin
        if is_used or not is_name(origin):
            message = f"{origin} has signed before" if is_used else f"{origin!r} is no name"
            raise ValueError(message)
        before = _memory_for_the_act()
        record_act(
            ActDraft(
                command_id=uuid5(NAMESPACE_URL, f"commongrid log {origin}"),
                subject=f"log:{origin}",
                action="renew_log",
                actor="system:setup",
                role="system",
                rule_id="log.renew",
                at=at,
                words=reason,
                before={"origin": head.origin, **before},
                after={"origin": origin, "size": head.size},
            )
        )
        Head.objects.filter(pk=Head.ONE).update(origin=origin)
        remember(Signed(origin, head.size, root_of(head.size, tree_nodes()).hex()))
    append_acts()
    return sign_checkpoint(at=at)


def _memory_for_the_act() -> dict[str, object]:
    try:
        before = remembered()
    except ValueError:
        return {"memory": "unreadable"}
    return {"size": before.size, "root": before.root} if before else {}


def erase_old_checkpoints(*, at: datetime) -> int:
    """Of days long past, keep the last checkpoint only. Returns how many went."""
    old = SignedCheckpoint.objects.filter(made_at__lt=at - KEPT).order_by("made_at", "size")
    last_of: dict[tuple[str, object], int] = {}
    ids = []
    for key, origin, made_at in old.values_list("pk", "origin", "made_at"):
        day = (origin, made_at.date())
        if day in last_of:
            ids.append(last_of[day])
        last_of[day] = key
    gone = 0
    for begin in range(0, len(ids), 500):
        rows = SignedCheckpoint.objects.filter(pk__in=ids[begin : begin + 500])
        gone += rows.delete()[1].get(SignedCheckpoint._meta.label, 0)
    return gone


def _first_origin() -> str:
    before = remembered()
    return before.origin if before else keys.own_name()
