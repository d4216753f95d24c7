"""The walk over Ogg/Opus (what Firefox records): its comments are written anew, empty.

Source: RFC 3533 (Ogg pages), RFC 7845 (Opus in Ogg).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from commongrid.rooms.matters.domain.sounds_parts import Walked, Wrong, check_opus_head

HEAD = struct.Struct("<4sBBqIIIB")
CONTINUED, FIRST, LAST = 1, 2, 4
EMPTY_TAGS = b"OpusTags" + struct.pack("<II", 0, 0)  # no vendor, no comments
RATE = 48_000
SERIAL = 1  # the recorder's own number is drawn by chance; one stream needs none
NO_PACKET = -1


@dataclass(frozen=True, slots=True)
class Page:
    """One page: how far the sound is at its end, how its packets are cut, and its bytes."""

    flags: int
    granule: int
    serial: int
    laces: bytes
    body: bytes


def clean(content: bytes) -> Walked:
    """Keep the head and the sound, write the comments anew, number and sum the pages anew.

    Raises: Wrong.
    """
    pages = list(_pages(content))
    if len(pages) < 3 or len({page.serial for page in pages}) != 1:
        message = "not one stream with head, comments and sound"
        raise Wrong(message)
    head, rest = pages[0], _without_tags(pages[1:])
    check_opus_head(head.body)
    is_begun_once = [bool(page.flags & FIRST) for page in pages] == [True] + [False] * (
        len(pages) - 1
    )
    if not is_begun_once or any(page.flags & LAST for page in pages[:-1]) or not rest:
        message = "more than one stream"
        raise Wrong(message)
    tags = Page(0, 0, SERIAL, bytes([len(EMPTY_TAGS)]), EMPTY_TAGS)
    skipped = struct.unpack("<H", head.body[10:12])[0]
    ends = [page.granule for page in rest if page.granule != NO_PACKET]
    told = (max(ends, default=0) - skipped) / RATE
    written = b"".join(_written(page, n) for n, page in enumerate([head, tags, *rest]))
    return Walked(written, max(told, _sounding_s(rest)))


def _pages(content: bytes) -> Iterator[Page]:
    at = 0
    while at < len(content):
        if len(content) - at < HEAD.size:
            message = "something behind the last page"
            raise Wrong(message)
        magic, version, flags, granule, serial, _, _, count = HEAD.unpack_from(content, at)
        if magic != b"OggS" or version:
            message = "no page where one must stand"
            raise Wrong(message)
        laces = content[at + HEAD.size : at + HEAD.size + count]
        start = at + HEAD.size + count
        at = start + sum(laces)
        if len(laces) < count or at > len(content):
            message = "a page is cut off"
            raise Wrong(message)
        yield Page(flags, granule, serial, laces, content[start:at])


def _without_tags(pages: list[Page]) -> list[Page]:
    """The pages of sound: the comments end with the page on which their packet ends."""
    if pages[0].body[:8] != b"OpusTags":
        message = "no comments where they must stand"
        raise Wrong(message)
    for number, page in enumerate(pages):
        ends = [at for at, lace in enumerate(page.laces) if lace < 255]
        if ends:
            if ends != [len(page.laces) - 1]:
                message = "sound on the page of the comments"
                raise Wrong(message)
            return pages[number + 1 :]
    return []


def _sounding_s(pages: list[Page]) -> float:
    """How long the packets sound, by their own first byte: a page's count may say anything."""
    seconds, is_new, at = 0.0, True, 0
    for page in pages:
        at = 0
        for lace in page.laces:
            if is_new and lace:
                seconds += _packet_s(page.body[at : at + 2])
            is_new, at = lace < 255, at + lace
    return seconds


def _packet_s(packet: bytes) -> float:
    """Source: RFC 6716, 3.1."""
    config, code = packet[0] >> 3, packet[0] & 3
    frame_ms: float
    if config < 12:
        frame_ms = (10, 20, 40, 60)[config & 3]
    elif config < 16:
        frame_ms = (10, 20)[config & 1]
    else:
        frame_ms = (2.5, 5, 10, 20)[config & 3]
    frames = (1, 2, 2, packet[1] & 63 if len(packet) > 1 else 0)[code]
    return frame_ms * frames / 1000


def _written(page: Page, number: int) -> bytes:
    page = replace(page, serial=SERIAL)
    head = HEAD.pack(b"OggS", 0, page.flags, page.granule, page.serial, number, 0, len(page.laces))
    blank = head + page.laces + page.body
    return blank[:22] + struct.pack("<I", _sum(blank)) + blank[26:]


def _sum(page: bytes) -> int:
    """The checksum of a page (polynomial 04C11DB7, not turned round)."""
    table, value = _table(), 0
    for byte in page:
        value = ((value << 8) & 0xFFFFFFFF) ^ table[(value >> 24) ^ byte]
    return value


@cache
def _table() -> tuple[int, ...]:
    rows = []
    for n in range(256):
        value = n << 24
        for _ in range(8):
            value = (value << 1) ^ (0x04C11DB7 if value & 0x80000000 else 0)
            value &= 0xFFFFFFFF
        rows.append(value)
    return tuple(rows)
