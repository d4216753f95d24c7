"""Receipts: the acts about one subject, with what proves each of them without our server."""

from __future__ import annotations

import base64
from datetime import datetime
from typing import Any

from commongrid.ledger.log import keys
from commongrid.ledger.log.models import Leaf, SignedCheckpoint
from commongrid.ledger.log.notes import parse_note, parse_signature
from commongrid.ledger.log.opening import opening_of
from commongrid.ledger.log.proofs import inclusion_proof
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.log.signing import latest
from commongrid.ledger.models import Act

FORMAT = "commongrid-receipt/1"


def receipt_of(subject: str, *, ref: str, at: datetime) -> dict[str, Any]:
    """The receipt of a subject: plain values for a file.

    Acts that no signed checkpoint holds yet are listed without a proof.
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
        if point is None or leaf is None or leaf.index >= point.size or not leaf.salt:
            told.append({"told": opening_of(b"", act.previous, act.core).told})
            continue
        opening = opening_of(bytes(leaf.salt), act.previous, act.core)
        proof = inclusion_proof(leaf.index, point.size, nodes)
        told.append(
            {
                "told": opening.told,
                "salt": opening.salt.hex(),
                "kept": opening.kept.hex(),
                "index": leaf.index,
                "proof": [base64.b64encode(one).decode() for one in proof],
            }
        )
    return {
        "format": FORMAT,
        "ref": ref,
        "made_at": at.isoformat(),
        "checkpoint": note_of(point).written if point else "",
        "keys": [s.verifier.vkey for s in keys.signers(point.origin)] if point else [],
        "witnesses": [verifier.vkey for verifier, _ in keys.witnesses()],
        "acts": told,
    }


def note_of(point: SignedCheckpoint) -> Any:
    """The checkpoint with the signatures of witnesses."""
    rows = point.cosignatures.order_by("witness").values_list("line", flat=True)
    return parse_note(point.note).joined(parse_signature(line) for line in rows)
