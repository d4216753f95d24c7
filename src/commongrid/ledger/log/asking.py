"""Asking our witnesses for their signatures under the newest checkpoint, and keeping them."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime, timedelta

from commongrid.ledger.log import keys
from commongrid.ledger.log.models import Asking, Cosignature, SignedCheckpoint
from commongrid.ledger.log.notes import (
    BadNoteError,
    Note,
    Verifier,
    parse_checkpoint,
    parse_note,
    parse_signature,
)
from commongrid.ledger.log.proofs import consistency_proof
from commongrid.ledger.log.reading import tree_nodes
from commongrid.ledger.log.signing import latest
from commongrid.ledger.log.witnessing import SIZE_TYPE, Request

WAIT_S = 10
MOST_BYTES = 16 * 1024
AGAIN_AFTER = timedelta(days=1)  # the same checkpoint is cosigned anew, so that silence is seen
RETRY_AFTER = timedelta(minutes=10)
# What contradicts us; the rest is trouble of the line.
CONFLICTS = frozenset(["ahead", "differs", "inconsistent"])
# Sends a body to an address: status, kind of text, text.
Post = Callable[[str, bytes], tuple[int, str, bytes]]


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: object, **__: object) -> None:
        """A witness is where the settings say, nowhere else."""


def post(address: str, body: bytes) -> tuple[int, str, bytes]:
    """Send a request to a witness. Raises: OSError when it cannot be reached."""
    if not address.startswith(("https://", "http://")):
        message = "a witness is asked over HTTP"
        raise OSError(message)
    request = urllib.request.Request(address, body, method="POST")  # noqa: S310 - as above
    request.add_header("Content-Type", "text/plain; charset=utf-8")
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(request, timeout=WAIT_S) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read(MOST_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers.get_content_type(), error.read(MOST_BYTES)
    except http.client.HTTPException as error:
        raise OSError(str(error)) from error


def ask_witnesses(*, at: datetime, send: Post = post) -> int:
    """Ask each witness whose signature under the newest checkpoint is missing or old.

    Returns how many cosigned. A witness that does not answer is let alone for a while.
    """
    point = latest()
    if point is None:
        return 0
    count = 0
    for verifier, address in keys.witnesses():
        if address and _is_due(point, verifier, at):
            asking, _ = Asking.objects.get_or_create(
                witness=verifier.vkey, defaults={"asked_at": at}
            )
            trouble = _ask(point, verifier, address, asking, at, send)
            Asking.objects.filter(pk=asking.pk).update(asked_at=at, trouble=trouble)
            count += not trouble
    return count


def take_cosignature(written: str, *, at: datetime) -> str:
    """Keep the signature a witness brought under one of our checkpoints; the witness's name.

    Raises: BadNoteError when it is none of ours, or of no witness in the settings.
    """
    note = parse_note(written)
    named = parse_checkpoint(note.text)
    point = SignedCheckpoint.objects.filter(origin=named.origin, size=named.size).first()
    if point is None or parse_note(point.note).text != note.text:
        message = "this log has signed no such checkpoint"
        raise BadNoteError(message)
    for verifier, _ in keys.witnesses():
        if _keep(point, note, verifier, at):
            return verifier.name
    message = "no signature by a witness of this log"
    raise BadNoteError(message)


def _is_due(point: SignedCheckpoint, verifier: Verifier, at: datetime) -> bool:
    last = Asking.objects.filter(witness=verifier.vkey).first()
    if last is not None and last.trouble and at - last.asked_at < RETRY_AFTER:
        return False
    kept = point.cosignatures.filter(witness=verifier.vkey).first()
    return kept is None or at - kept.signed_at >= AGAIN_AFTER


def _ask(
    point: SignedCheckpoint,
    verifier: Verifier,
    address: str,
    asking: Asking,
    at: datetime,
    send: Post,
) -> str:
    """Ask one witness, once more if it tells us where it stands. Returns what went wrong."""
    note = parse_note(point.note)
    old = asking.size if asking.size <= point.size else 0  # the witness will say where it stands
    for _ in range(2):
        try:
            proof = consistency_proof(old, point.size, tree_nodes())
        except ValueError:  # tiles that are missing or cut: verify tells which
            return "damaged"
        body = Request(old, proof, note, parse_checkpoint(note.text)).body
        try:
            status, kind, content = send(f"{address}/add-checkpoint", body.encode())
        except OSError:
            return "unreachable"
        if status == 200:
            is_kept = _take(point, note, content, verifier, at)
            return "" if is_kept else "signature"
        if status != 409 or kind != SIZE_TYPE or not content.strip().isdigit():
            break
        told = int(content)
        if told > point.size:
            return "ahead"  # it has seen more than we have: something was lost or is hidden
        if told == old == point.size:
            return "differs"
        if told == old:
            break
        old = told
    return "inconsistent" if status == 422 else f"status_{status}"


def _take(
    point: SignedCheckpoint, note: Note, content: bytes, verifier: Verifier, at: datetime
) -> bool:
    try:
        lines = content.decode().splitlines()
        answered = note.joined(parse_signature(line) for line in lines)
    except (BadNoteError, UnicodeDecodeError):
        return False
    return _keep(point, answered, verifier, at)


def _keep(point: SignedCheckpoint, note: Note, verifier: Verifier, at: datetime) -> bool:
    signature = note.signed_by(verifier)
    if signature is None:
        return False
    Cosignature.objects.update_or_create(
        checkpoint=point,
        witness=verifier.vkey,
        defaults={"line": signature.line.strip(), "signed_at": at},
    )
    Asking.objects.update_or_create(
        witness=verifier.vkey,
        defaults={"size": point.size, "asked_at": at, "trouble": ""},
    )
    return True
