"""A recording for the one browser that may hear it: in parts if asked, kept nowhere."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse

PART = re.compile(r"bytes=(\d{0,9})-(\d{0,9})")


def sound_answer(request: HttpRequest, found: tuple[bytes, str] | None) -> HttpResponse:
    """The recording, or the part a player asked for (some play nothing without).

    Raises: Http404.
    """
    if found is None:
        raise Http404
    content, mime = found
    part = _part(request.headers.get("Range", ""), len(content))
    if part is None:
        answer = HttpResponse(content, content_type=mime)
    elif part.start >= part.stop:
        answer = HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(content)}"})
    else:
        answer = HttpResponse(content[part.start : part.stop], content_type=mime, status=206)
        answer.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(content)}"
    answer.headers["Accept-Ranges"] = "bytes"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


def _part(asked: str, size: int) -> range | None:
    """The bytes asked for; None for all, or for what we need not understand."""
    match = PART.fullmatch(asked.strip())
    if match is None or not any(match.groups()):
        return None
    first, last = match.groups()
    if not first:
        return range(max(size - int(last), 0), size)
    return range(int(first), min(int(last) + 1, size) if last else size)
