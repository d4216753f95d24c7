"""Checking a receipt with nothing but the file: no database, no network.

The page verify.html does the same in a browser (doors/log).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from commongrid.ledger.log.hashing import leaf_hash
from commongrid.ledger.log.notes import (
    LOG_KEY,
    WITNESS_KEY,
    BadNoteError,
    Checkpoint,
    Note,
    Verifier,
    parse_checkpoint,
    parse_note,
    parse_vkey,
)
from commongrid.ledger.log.opening import Opening
from commongrid.ledger.log.proofs import is_included

FORMAT = "commongrid-receipt/1"


class BadReceiptError(ValueError):
    """A file that is no receipt, or none of this kind."""


@dataclass(frozen=True, slots=True)
class CheckedAct:
    """An act of a receipt.

    ``verdict``: proven, waiting (no checkpoint holds it yet), closed (the house gave up showing it
    when the matter was erased; a receipt of before proves it), wrong.
    """

    told: dict[str, Any]
    index: int | None
    verdict: str


@dataclass(frozen=True, slots=True)
class CheckedReceipt:
    """What a receipt proves. ``problems`` are stable codes, none when it holds.

    ``signed_by``: the key that signed; ``witnessed_by``: witnesses and when (seconds since 1970).
    ``is_key_given``: the key came from elsewhere than the receipt itself.
    """

    ref: str
    point: Checkpoint | None
    signed_by: str
    witnessed_by: tuple[tuple[str, int], ...]
    is_key_given: bool
    acts: tuple[CheckedAct, ...]
    problems: tuple[str, ...]


def check_receipt(content: str, *, vkeys: Sequence[str] = (), other: str = "") -> CheckedReceipt:
    """Check a receipt. ``vkeys``: keys known from elsewhere; ``other``: a checkpoint known from
    elsewhere, such as a witness's.

    Raises: BadReceiptError when the file is no receipt; BadNoteError for a key that is none.
    """
    plain = _read(content)
    problems: list[str] = []
    acts = [_opened(act) for act in plain["acts"]]
    note, point = _checkpoint_of(plain)
    verifiers = [parse_vkey(str(vkey)) for vkey in (vkeys or plain["keys"])]
    signer = _signer(note, point, verifiers) if note and point else None
    if note is not None and signer is None:
        problems.append("signature")
    if note is None and any(opening for _, opening, _, _ in acts):
        problems.append("checkpoint")
    checked = []
    for plain_act, (told, opening, index, proof) in zip(plain["acts"], acts, strict=True):
        verdict = "closed" if plain_act.get("closed") is True else "waiting"
        if opening is not None:
            leaf = leaf_hash(opening.entry)
            holds = point is not None and is_included(leaf, index, point.size, proof, point.root)
            verdict = "proven" if holds and signer else "wrong"
        checked.append(CheckedAct(told, index if opening else None, verdict))
    if any(act.verdict == "wrong" for act in checked) and signer:
        problems.append("proof")
    if not _is_one_chain([act.told for act in checked]):
        problems.append("order")
    problems += _compared(point, other, verifiers)
    return CheckedReceipt(
        ref=str(plain.get("ref", "")),
        point=point,
        signed_by=signer.vkey if signer else "",
        witnessed_by=tuple(_witnesses(note, plain["witnesses"])) if note else (),
        is_key_given=bool(vkeys),
        acts=tuple(checked),
        problems=tuple(problems),
    )


def _read(content: str) -> dict[str, Any]:
    try:
        plain = json.loads(content)
    except ValueError as error:
        message = "the file is no receipt: it is not JSON"
        raise BadReceiptError(message) from error
    if not isinstance(plain, dict) or plain.get("format") != FORMAT:
        message = f"the file is no receipt of the kind {FORMAT}"
        raise BadReceiptError(message)
    lists = ("keys", "witnesses", "acts")
    if not all(isinstance(plain.get(name), list) for name in lists):
        message = "the receipt is not whole"
        raise BadReceiptError(message)
    return plain


def _opened(act: Any) -> tuple[dict[str, Any], Opening | None, int, list[bytes]]:
    try:
        told_text = act["told"]
        told = json.loads(told_text)
        if "proof" not in act:
            return dict(told), None, -1, []
        opening = Opening(told_text, bytes.fromhex(act["salt"]), bytes.fromhex(act["kept"]))
        proof = [base64.b64decode(one, validate=True) for one in act["proof"]]
        return dict(told), opening, int(act["index"]), proof
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        message = "an act of the receipt is not whole"
        raise BadReceiptError(message) from error


def _checkpoint_of(plain: dict[str, Any]) -> tuple[Note | None, Checkpoint | None]:
    if not plain.get("checkpoint"):
        return None, None
    try:
        note = parse_note(str(plain["checkpoint"]))
        return note, parse_checkpoint(note.text)
    except BadNoteError as error:
        message = f"the checkpoint of the receipt: {error}"
        raise BadReceiptError(message) from error


def _signer(note: Note, point: Checkpoint, verifiers: Sequence[Verifier]) -> Verifier | None:
    logs = (one for one in verifiers if one.kind == LOG_KEY and one.name == point.origin)
    return next((one for one in logs if note.signed_by(one)), None)


def _witnesses(note: Note, vkeys: Sequence[str]) -> list[tuple[str, int]]:
    found = []
    for vkey in vkeys:
        verifier = parse_vkey(str(vkey))
        signature = note.signed_by(verifier) if verifier.kind == WITNESS_KEY else None
        if signature:
            found.append((verifier.name, signature.seconds))
    return found


def _is_one_chain(told: Sequence[dict[str, Any]]) -> bool:
    """Acts of one subject, none left out between the first and the last."""
    subjects = {one.get("subject") for one in told}
    positions = [one.get("position") for one in told]
    return len(subjects) <= 1 and positions == list(range(len(positions)))


def _compared(point: Checkpoint | None, other: str, verifiers: Sequence[Verifier]) -> list[str]:
    if not other or point is None:
        return []
    note = parse_note(other)
    known = parse_checkpoint(note.text)
    if known.origin != point.origin or not _signer(note, known, verifiers):
        return ["other_log"]
    if known.size == point.size and known.root != point.root:
        return ["two_roots"]
    return []
