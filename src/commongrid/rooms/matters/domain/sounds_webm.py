"""The walk over WebM/Opus (what Chrome and Firefox record).

Source: RFC 8794 (EBML), RFC 9559 (Matroska), the WebM container guidelines.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from commongrid.rooms.matters.domain.sounds_parts import Walked, Wrong, check_opus_head

EBML, SEGMENT, CLUSTER, INFO, TRACKS, TRACK = (
    0x1A45DFA3, 0x18538067, 0x1F43B675, 0x1549A966, 0x1654AE6B, 0xAE
)  # fmt: skip
VOID = 0xEC
DOC_TYPE, SCALE, DURATION, TIME = 0x4282, 0x2AD7B1, 0x4489, 0xE7
TRACK_TYPE, CODEC, PRIVATE, ENCODINGS = 0x83, 0x86, 0x63A2, 0x6D80
BLOCK, SIMPLE_BLOCK, GROUP = 0xA1, 0xA3, 0xA0
AUDIO_TRACK = 2
NO_NUMBERS = frozenset({BLOCK, SIMPLE_BLOCK, PRIVATE, CODEC, DOC_TYPE})
# What a player needs, by the element it stands in. Everything else is overwritten with a Void:
# titles, tags, attachments, chapters, the dates and the names of the programs that wrote it.
KEPT: dict[int, frozenset[int]] = {
    0: frozenset({EBML, SEGMENT}),
    EBML: frozenset({0x4286, 0x42F7, 0x42F2, 0x42F3, DOC_TYPE, 0x4287, 0x4285}),
    SEGMENT: frozenset({0x114D9B74, INFO, TRACKS, CLUSTER, 0x1C53BB6B}),
    0x114D9B74: frozenset({0x4DBB}),  # where things stand in the file
    0x4DBB: frozenset({0x53AB, 0x53AC}),
    INFO: frozenset({SCALE, DURATION}),
    TRACKS: frozenset({TRACK}),
    TRACK: frozenset({
        0xD7, 0x73C5, TRACK_TYPE, CODEC, PRIVATE, 0x56AA, 0x56BB, 0xE1, 0xB9, 0x88, 0x55AA, 0x9C,
        0x23E383,
    }),
    0xE1: frozenset({0xB5, 0x9F, 0x6264, 0x78B5}),
    CLUSTER: frozenset({TIME, SIMPLE_BLOCK, GROUP, 0xAB, 0xA7}),
    GROUP: frozenset({BLOCK, 0x9B, 0x75A2, 0xFB}),
    0x1C53BB6B: frozenset({0xBB}),  # cues
    0xBB: frozenset({0xB3, 0xB7}),
    0xB7: frozenset({0xF7, 0xF1, 0xF0, 0xB2, 0x5378}),
}  # fmt: skip
MAY_BE_OPEN = frozenset({SEGMENT, CLUSTER})  # a live recorder does not know their size
MOST_NUMBER = 8  # bytes of a number; longer ones would be a place to hide something
LAST_FRAME_MS = 60.0  # of the block that comes last only its beginning is known; Opus has no more


@dataclass(frozen=True, slots=True)
class Element:
    """One element: where it begins, where its body stands, where it ends."""

    name: int
    start: int
    body: int
    end: int


@dataclass(slots=True)
class Heard:
    """What the walk has learned."""

    scale_ns: int = 1_000_000
    cluster_at: int = 0
    last: int = 0
    tracks: int = 0
    blocks: int = 0


def clean(content: bytes) -> Walked:
    """Overwrite all but what a player needs. Raises: Wrong."""
    out = bytearray(content)
    heard = Heard()
    tops = [e.name for e in _walk(out, 0, len(out), 0, heard) if e.name != VOID]
    if tops != [EBML, SEGMENT] or heard.tracks != 1 or not heard.blocks:
        message = f"not one head, one segment and one track: {tops}"
        raise Wrong(message)
    ms = heard.last * heard.scale_ns / 1e6 + LAST_FRAME_MS
    return Walked(bytes(out), ms / 1000)


def _walk(out: bytearray, start: int, end: int, parent: int, heard: Heard) -> list[Element]:
    """Go through the children of one element, blanking those that are not kept."""
    children = list(_children(out, start, end, parent))
    for child in children:
        if child.name not in KEPT[parent]:
            _blank(out, child)
        elif child.name in KEPT:
            if child.name == TRACK:
                heard.tracks += 1
            within = _walk(out, child.body, child.end, child.name, heard)
            _check_track(out, child, within)
        else:
            _learn(out, child, heard)
    return children


def _children(out: bytearray, start: int, end: int, parent: int) -> Iterator[Element]:
    at = start
    while at < end:
        name, body = _name(out, at, end)
        size, body = _size(out, body, end)
        if size is None:
            if name not in MAY_BE_OPEN:
                message = f"element {name:x} of unknown size"
                raise Wrong(message)
            stop = end if name == SEGMENT else _next_top(out, body, end)
        else:
            stop = body + size
        if stop > end:
            message = f"element {name:x} in {parent:x} ends outside"
            raise Wrong(message)
        yield Element(name, at, body, stop)
        at = stop


def _next_top(out: bytearray, at: int, end: int) -> int:
    """Where a cluster of unknown size ends: at the next element that cannot stand in one."""
    within = KEPT[CLUSTER] | {VOID, 0xBF}
    while at < end:
        name, body = _name(out, at, end)
        if name not in within:
            return at
        size, body = _size(out, body, end)
        if size is None:
            message = "a block of unknown size"
            raise Wrong(message)
        at = body + size
    return at


def _name(out: bytearray, at: int, end: int) -> tuple[int, int]:
    """The name of an element, and where it ends."""
    length = _length(out, at, end)
    if length > 4:
        message = "a name is too long"
        raise Wrong(message)
    return int.from_bytes(out[at : at + length], "big"), at + length


def _size(out: bytearray, at: int, end: int) -> tuple[int | None, int]:
    """A number of variable length and where it ends; None for "unknown"."""
    length = _length(out, at, end)
    ones = (1 << 7 * length) - 1
    value = int.from_bytes(out[at : at + length], "big") & ones
    return (None if value == ones else value), at + length


def _length(out: bytearray, at: int, end: int) -> int:
    length = 9 - out[at].bit_length() if at < end and out[at] else 0
    if not length or at + length > end:
        message = "no number where one must stand"
        raise Wrong(message)
    return length


def _blank(out: bytearray, element: Element) -> None:
    """Overwrite an element with a Void of the same length, all zeros."""
    length = element.end - element.start
    if length <= 128:
        head = bytes([VOID, 0x80 | (length - 2)])
    else:
        head = bytes([VOID, 0x01]) + (length - 9).to_bytes(7, "big")
    out[element.start : element.end] = head.ljust(length, b"\0")


def _check_track(out: bytearray, element: Element, within: list[Element]) -> None:
    """A recording is one track of plain Opus. Raises: Wrong."""
    values = {e.name: bytes(out[e.body : e.end]) for e in within}
    if element.name == EBML and values.get(DOC_TYPE, b"").rstrip(b"\0") != b"webm":
        message = "not WebM"
        raise Wrong(message)
    if element.name == TRACK:
        kind = int.from_bytes(values.get(TRACK_TYPE, b""), "big")
        codec = values.get(CODEC, b"").rstrip(b"\0")
        if kind != AUDIO_TRACK or codec != b"A_OPUS" or ENCODINGS in values:
            message = f"track of kind {kind}, codec {codec!r}"
            raise Wrong(message)
        check_opus_head(values.get(PRIVATE, b""))


def _learn(out: bytearray, element: Element, heard: Heard) -> None:
    body = bytes(out[element.body : element.end])
    if element.name in (BLOCK, SIMPLE_BLOCK):
        _, after = _size(out, element.body, element.end)
        since = struct.unpack(">h", out[after : after + 2].ljust(2, b"\0"))[0]
        heard.last = max(heard.last, heard.cluster_at + since)
        heard.blocks += 1
    elif element.name == SCALE:
        heard.scale_ns = int.from_bytes(body, "big")
    elif element.name == TIME:
        heard.cluster_at = int.from_bytes(body, "big")
    if element.name not in NO_NUMBERS and len(body) > MOST_NUMBER:
        message = f"number {element.name:x} of {len(body)} bytes"
        raise Wrong(message)
