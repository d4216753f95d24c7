"""The log in public. Nothing here tells what an act says: entries are commitments."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from commongrid.doors.common.gates import public
from commongrid.doors.common.ratelimit import limited
from commongrid.doors.log import offline
from commongrid.ledger.log import face as log

SOON_S, YEAR_S = 5, 365 * 24 * 3600
PLAIN, BYTES = "text/plain; charset=utf-8", "application/octet-stream"
MOST_BYTES = 32 * 1024
# Generous: a mirror of a million acts reads some 8,000 tiles once; twenty a second, and no more.
TILES, TILES_WINDOW_S = 12_000, 600
CHECKPOINTS, CHECKPOINTS_WINDOW_S = 1_200, 600
# A log asks once a round; whoever asks oftener is no log.
ASKED, ASKED_WINDOW_S = 120, 600


@public
@require_safe
def index(request: HttpRequest) -> HttpResponseBase:
    """What the log is, how far it has come, who vouches for it, and how to check."""
    said = {
        "log": log.find_log(),
        "own_witness_key": log.own_witness_key(),
        "witnessed": log.list_witnessed(),
        "prefix": request.build_absolute_uri(request.path),
        "checker_hash": offline.page_hash(),
    }
    return render(request, "log/index.html", said)


@public
@require_safe
@limited("log-checkpoint", tries=CHECKPOINTS, window_s=CHECKPOINTS_WINDOW_S)
def checkpoint(_: HttpRequest) -> HttpResponseBase:
    """The newest checkpoint with all its signatures."""
    card = log.find_log()
    if card is None:
        raise Http404
    return _served(card.note.encode(), PLAIN, SOON_S)


@public
@require_safe
@limited("log-tile", tries=TILES, window_s=TILES_WINDOW_S)
def tile(_: HttpRequest, name: str) -> HttpResponseBase:
    """Hashes of the tree, or entries: what never changes once it is there."""
    content = log.find_tile(name)
    if content is None:
        raise Http404
    return _served(content, BYTES, YEAR_S)


@public
@require_safe
def checker(_: HttpRequest) -> HttpResponseBase:
    """The page that checks receipts by itself, also when it is saved and the network is off."""
    answer = _served(offline.page().encode(), "text/html; charset=utf-8", SOON_S)
    answer.headers["Content-Security-Policy"] = offline.policy()
    return answer


@csrf_exempt
@public
@require_POST
@limited("log-cosignature", tries=ASKED, window_s=ASKED_WINDOW_S)
def cosignature(request: HttpRequest) -> HttpResponseBase:
    """Take the signature that a witness without an address brings."""
    body = _body(request)
    if body is None:
        return HttpResponse("too long\n", status=413, content_type=PLAIN)
    try:
        name = log.take_cosignature(body, at=timezone.now())
    except log.BadNoteError as error:
        return HttpResponse(f"{error}\n", status=400, content_type=PLAIN)
    return HttpResponse(f"{name}\n", content_type=PLAIN)


@csrf_exempt
@public
@require_POST
@limited("witness", tries=ASKED, window_s=ASKED_WINDOW_S)
def add_checkpoint(request: HttpRequest) -> HttpResponseBase:
    """Cosign the log of another house that this house witnesses (C2SP tlog-witness)."""
    if not settings.WITNESSED_LOGS:
        return HttpResponse("no log is witnessed here\n", status=404, content_type=PLAIN)
    body = _body(request)
    if body is None:
        return HttpResponse("too long\n", status=413, content_type=PLAIN)
    answer = log.add_checkpoint(body, at=timezone.now())
    return HttpResponse(answer.body, status=answer.status, content_type=answer.kind)


def _body(request: HttpRequest) -> str | None:
    content = request.read(MOST_BYTES + 1)
    return content.decode("utf-8", "replace") if len(content) <= MOST_BYTES else None


def _served(content: bytes, kind: str, kept_s: int) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    lasting = ", immutable" if kept_s == YEAR_S else ""
    answer.headers["Cache-Control"] = f"public, max-age={kept_s}{lasting}"
    answer.headers["Access-Control-Allow-Origin"] = "*"  # checkers and mirrors of others
    return answer
