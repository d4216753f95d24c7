"""A kept picture for a browser: shown as a picture, under a name of ours, and run as nothing."""

from __future__ import annotations

from django.http import HttpResponse


def picture_answer(content: bytes) -> HttpResponse:
    """A picture that the matters room wrote anew; the door says what caches may keep of it."""
    answer = HttpResponse(content, content_type="image/jpeg")
    answer.headers["Content-Disposition"] = 'inline; filename="photo.jpg"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer
