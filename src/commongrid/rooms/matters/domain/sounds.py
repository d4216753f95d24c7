"""Voice notes made safe: one short recording of speech in a container that is walked to its end.

What names a device, a program, a place or a time is blanked; what no player needs is blanked too;
what cannot be cleaned is refused. The sound itself is not decoded and never recognised
(product.md, line 4): who wants its words typed types them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from commongrid.rooms.matters.domain import sounds_mp4, sounds_ogg, sounds_webm
from commongrid.rooms.matters.domain.sounds_parts import Walked, Wrong

MOST_BYTES = 1024 * 1024
MOST_S = 60
SLACK_S = 1.5  # a recorder told to stop after a minute finishes the frame it is in


class UnreadableSound(ValueError):  # noqa: N818  what it is, not what went wrong
    """The upload is no recording we keep. ``code``: too_big | not_a_sound | too_long."""

    def __init__(self, code: str, why: str = "") -> None:
        super().__init__(f"{code}: {why}" if why else code)
        self.code = code


@dataclass(frozen=True, slots=True)
class CleanSound:
    """A recording without what named its device, program, place or time."""

    content: bytes
    form: str  # webm | ogg | mp4
    seconds: float

    @property
    def ending(self) -> str:
        """The end of its file's name."""
        return ENDINGS[self.form]


Cleaner = Callable[[bytes], Walked]
BY_FIRST_BYTES: tuple[tuple[int, bytes, str, Cleaner], ...] = (
    (0, b"\x1a\x45\xdf\xa3", "webm", sounds_webm.clean),
    (0, b"OggS", "ogg", sounds_ogg.clean),
    (4, b"ftyp", "mp4", sounds_mp4.clean),
)
ENDINGS = {"webm": ".webm", "ogg": ".ogg", "mp4": ".m4a"}
MIMES = {".webm": "audio/webm", ".ogg": "audio/ogg", ".m4a": "audio/mp4"}


def clean(content: bytes) -> CleanSound:
    """Walk an uploaded recording and blank what it says beside its sound.

    Raises: UnreadableSound for what is too big, too long, or no recording that can be cleaned.
    Cost: about 0.5 s for a megabyte (Ogg, whose pages are summed anew).
    """
    if len(content) > MOST_BYTES:
        raise UnreadableSound("too_big")
    for offset, magic, form, cleaner in BY_FIRST_BYTES:
        if content[offset : offset + len(magic)] == magic:
            try:
                walked = cleaner(content)
            except (Wrong, IndexError, OverflowError) as error:
                raise UnreadableSound("not_a_sound", str(error)) from error
            if walked.seconds > MOST_S + SLACK_S:
                raise UnreadableSound("too_long")
            return CleanSound(walked.content, form, walked.seconds)
    raise UnreadableSound("not_a_sound", "first bytes")
