"""Values as a phone reads them: both languages, times of the day in UTC."""

from __future__ import annotations

from datetime import UTC, datetime

from commongrid.kernel.text import Text


def said(text: Text) -> dict[str, str]:
    """A sentence in both languages; an empty side is the other one."""
    return {"zh": text.zh or text.en, "en": text.en or text.zh}


def moment(at: datetime | None) -> str | None:
    """A time of the day in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None
