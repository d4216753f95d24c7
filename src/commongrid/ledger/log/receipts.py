"""Receipts: the acts about one subject, with what proves each of them without our server."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef

from commongrid.ledger.log import keys
from commongrid.ledger.log.models import Leaf, SignedCheckpoint
from commongrid.ledger.log.notes import BadNoteError, Note, parse_note, parse_signature
from commongrid.ledger.log.opening import opening_of
from commongrid.ledger.log.proofs import inclusion_proof
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.log.signing import latest
from commongrid.ledger.log.verifying import FORMAT
from commongrid.ledger.models import Act

WITHIN = timedelta(minutes=10)  # by when an act is in a signed checkpoint, if all is well


def receipt_of(
    subject: str, *, ref: str, at: datetime, said: Mapping[int, Mapping[str, str]] | None = None
) -> dict[str, Any]:
    """The receipt of a subject: plain values for a file.

    Acts that no signed checkpoint holds yet are listed without a proof, and by when there is one;
    closed ones (closing.py) without any: receipts of before prove them.
    ``said``: plain words for an act by its position; they are no part of the proof.
    Cost: 4 statements, and some two a proof.
    """
    point = latest()
    acts = list(Act.objects.filter(subject=subject).order_by("position"))
    rows = Leaf.objects.filter(act_id__in=[act.pk for act in acts])
    leaves = {leaf.act_id: leaf for leaf in rows}
    nodes = tree_nodes()
    told: list[dict[str, Any]] = []
    for act in acts:
        leaf = leaves.get(act.pk)
        plain: dict[str, Any] = {"said": dict((said or {}).get(act.position, {}))}
        if leaf is not None and not leaf.salt:
            plain |= {"told": opening_of(b"", act.previous, act.core).told, "closed": True}
        elif point is None or leaf is None or leaf.index >= point.size:
            plain["told"] = opening_of(b"", act.previous, act.core).told
            plain["by"] = (act.recorded_at + WITHIN).isoformat()
        else:
            opening = opening_of(bytes(leaf.salt), act.previous, act.core)
            proof = inclusion_proof(leaf.index, point.size, nodes)
            plain |= {
                "told": opening.told,
                "salt": opening.salt.hex(),
                "kept": opening.kept.hex(),
                "index": leaf.index,
                "proof": [base64.b64encode(one).decode() for one in proof],
            }
        told.append(plain)
    return {
        "format": FORMAT,
        "ref": ref,
        "made_at": at.isoformat(),
        "checkpoint": note_of(point).written if point else "",
        "keys": [s.verifier.vkey for s in keys.signers(point.origin)] if point else [],
        "witnesses": [verifier.vkey for verifier, _ in keys.witnesses()],
        "acts": told,
    }


def count_waiting(subject: str) -> int:
    """How many acts about a subject no signed checkpoint holds yet. Cost: 2 statements."""
    size = SignedCheckpoint.objects.order_by("-pk").values_list("size", flat=True).first() or 0
    held = Leaf.objects.filter(act_id=OuterRef("pk"), index__lt=size)
    return Act.objects.filter(~Exists(held), subject=subject).count()


def note_of(point: SignedCheckpoint) -> Note:
    """The checkpoint with the signatures of witnesses; a line that is none is left out."""
    found = []
    for line in point.cosignatures.order_by("witness").values_list("line", flat=True):
        try:
            found.append(parse_signature(line))
        except BadNoteError:
            continue  # altered: verify tells
    return parse_note(point.note).joined(found)
