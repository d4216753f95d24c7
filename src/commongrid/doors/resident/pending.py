"""Photos that wait for their report to be sent.

Privacy: pictures as the person chose them. They lie encrypted in a closed folder, each readable
only through the sealed report that names its token, and are erased when the report is sent or
dropped, at the latest `DRAFT_S` seconds after they came.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from pathlib import Path

from django.conf import settings

from commongrid.doors.resident.draft import DRAFT_S
from commongrid.doors.resident.sealing import seal, unseal
from commongrid.rooms.matters import face as matters

MAX_PHOTOS = 4
MAX_BYTES = 12 * 1024 * 1024
PREVIEW_PX = 480
_TOKEN = re.compile(r"[0-9a-f]{32}")


def _folder() -> Path:
    folder = Path(settings.HOME) / "pending"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def is_photo(content: bytes) -> bool:
    """Whether these bytes are a picture of a kind we can clean."""
    return matters.is_picture(content)


def keep_pending(content: bytes) -> str:
    """Keep a photo sealed until its report is sent; return its token."""
    token = secrets.token_hex(16)
    path = _folder() / token
    path.touch(mode=0o600)
    path.write_bytes(seal(content))
    return token


def open_pending(token: str) -> bytes | None:
    """The photo of a token, or None when it is gone or too old."""
    path = _folder() / token
    if not _TOKEN.fullmatch(token) or not path.is_file():
        return None
    return unseal(path.read_bytes(), max_age_s=DRAFT_S)


def preview_pending(token: str) -> bytes | None:
    """A small clean JPEG of a waiting photo: nothing of the file's own data is in it."""
    content = open_pending(token)
    if content is None:
        return None
    try:
        return matters.clean_picture(content, longest=PREVIEW_PX).content
    except matters.UnreadablePicture:  # begins like a picture and is none
        return None


def drop_pending(tokens: tuple[str, ...]) -> None:
    """Erase waiting photos."""
    for token in tokens:
        if _TOKEN.fullmatch(token):
            (_folder() / token).unlink(missing_ok=True)


def erase_old_pending(*, at: datetime) -> int:
    """Erase photos whose report was never sent; return how many.

    Called whenever somebody begins a report, and by the ticker.
    """
    old = [p for p in _folder().iterdir() if at.timestamp() - p.stat().st_mtime > DRAFT_S]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
