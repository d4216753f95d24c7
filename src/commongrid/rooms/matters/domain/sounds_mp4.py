"""The walk over MP4 with AAC or Opus (what Safari records, whole or in fragments).

Boxes that are not needed become ``free`` and zero, dates and the handler's name become zero, and
so do the bytes of ``mdat`` that belong to no sample.
Source: ISO/IEC 14496-12 (boxes), 14496-14 (esds); what a box's name means is in the MP4 registry.
"""

from __future__ import annotations

import struct
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field

from commongrid.rooms.matters.domain.sounds_parts import Walked, Wrong

WITHIN: dict[bytes, frozenset[bytes]] = {
    b"": frozenset({b"ftyp", b"styp", b"moov", b"moof", b"mdat"}),
    b"moov": frozenset({b"mvhd", b"trak", b"mvex"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"smhd", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset({b"stsd", b"stts", b"stsc", b"stsz", b"stco", b"co64"}),
    b"stsd": frozenset({b"mp4a", b"Opus"}),
    b"mp4a": frozenset({b"esds"}),
    b"Opus": frozenset({b"dOps"}),
    b"mvex": frozenset({b"mehd", b"trex"}),
    b"moof": frozenset({b"mfhd", b"traf"}),
    b"traf": frozenset({b"tfhd", b"tfdt", b"trun"}),
}
HEADS = {b"stsd": 8, b"mp4a": 28, b"Opus": 28}  # what stands before the boxes within
DATED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
# No longer than their content can be: nothing is hidden at the end of a small box.
MOST: dict[bytes, int] = {
    b"ftyp": 64, b"styp": 64, b"mvhd": 112, b"tkhd": 96, b"mdhd": 36, b"elst": 64, b"smhd": 8,
    b"dref": 32, b"esds": 80, b"dOps": 11, b"mehd": 12, b"trex": 24, b"mfhd": 8, b"tfhd": 36,
    b"tfdt": 12,
}  # fmt: skip
EXTENDED = 1
MOST_SAMPLES = 30_000  # a minute of the shortest frames has 24,000


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its name, where it begins, where its body stands, where it ends."""

    name: bytes
    start: int
    body: int
    end: int


@dataclass(slots=True)
class Heard:
    """What the walk has learned: times, and where samples lie."""

    scale: int = 0
    ticks: int = 0
    found: list[bytes] = field(default_factory=list)
    tables: dict[bytes, bytes] = field(default_factory=dict)
    default_s: tuple[int, int] = (0, 0)  # ticks and bytes of a sample, from trex
    run_s: tuple[int, int] = (0, 0)  # the same, from tfhd
    base: int = 0
    moof: int = 0
    next_at: int = 0  # where a run begins that does not say so
    ranges: list[tuple[int, int]] = field(default_factory=list)
    media: list[Box] = field(default_factory=list)


def clean(content: bytes) -> Walked:
    """Blank what is not needed to play. Raises: Wrong."""
    out = bytearray(content)
    heard = Heard()
    try:
        _walk(out, 0, len(out), b"", heard)
        _place_samples(heard)
    except struct.error as error:
        message = "a box is cut off"
        raise Wrong(message) from error
    is_one = all(heard.found.count(name) == 1 for name in (b"ftyp", b"moov", b"trak", b"stsd"))
    is_one &= sum(heard.found.count(name) for name in WITHIN[b"stsd"]) == 1
    if not is_one or not heard.ranges or not heard.scale:
        message = "not one track of sound"
        raise Wrong(message)
    _blank_between(out, heard)
    return Walked(bytes(out), heard.ticks / heard.scale)


def _walk(out: bytearray, start: int, end: int, parent: bytes, heard: Heard) -> None:
    for box in list(_boxes(out, start, end)):
        if box.name not in WITHIN[parent]:
            _free(out, box)
            continue
        heard.found.append(box.name)
        if box.end - box.body > MOST.get(box.name, len(out)):
            message = f"box {box.name!r} is too long"
            raise Wrong(message)
        if box.name == b"moof":
            heard.moof = heard.base = heard.next_at = box.start
        if box.name in WITHIN:
            _walk(out, box.body + HEADS.get(box.name, 0), box.end, box.name, heard)
        else:
            _learn(out, box, heard)


def _boxes(out: bytearray, start: int, end: int) -> Iterator[Box]:
    at = start
    while at < end:
        size, name = struct.unpack_from(">I4s", out, at)
        body = at + 8
        if size == EXTENDED:
            size, body = struct.unpack_from(">Q", out, body)[0], at + 16
        elif size == 0:  # to the end of the file
            size = len(out) - at
        if at + size > end or body > at + size:
            message = f"box {name!r} ends outside"
            raise Wrong(message)
        yield Box(name, at, body, at + size)
        at += size


def _free(out: bytearray, box: Box) -> None:
    out[box.start + 4 : box.start + 8] = b"free"
    out[box.body : box.end] = bytes(box.end - box.body)


def _learn(out: bytearray, box: Box, heard: Heard) -> None:
    body = bytes(out[box.body : box.end])
    if box.name in DATED:
        width = 8 if body[0] == 1 else 4
        out[box.body + 4 : box.body + 4 + 2 * width] = bytes(2 * width)
        if box.name == b"mdhd":
            heard.scale = struct.unpack_from(">I", body, 4 + 2 * width)[0]
    elif box.name == b"hdlr":
        if body[8:12] != b"soun":
            message = f"a track of {body[8:12]!r}"
            raise Wrong(message)
        out[box.body + 12 : box.end] = bytes(box.end - box.body - 12)
    elif box.name == b"mdat":
        heard.media.append(box)
    elif box.name == b"dref":
        if body[4:8] != b"\0\0\0\1" or body[12:20] != b"url \0\0\0\1":
            message = "sound kept elsewhere"
            raise Wrong(message)
        out[box.body + 20 : box.end] = bytes(box.end - box.body - 20)
    elif box.name == b"trex":
        heard.default_s = struct.unpack_from(">II", body, 12)
    elif box.name == b"tfhd":
        _learn_defaults(body, heard)
    elif box.name == b"trun":
        _learn_run(body, heard)
    else:
        heard.tables[box.name] = body


def _learn_defaults(body: bytes, heard: Heard) -> None:
    flags = int.from_bytes(body[1:4], "big")
    at, (ticks, size) = 8, heard.default_s
    heard.base = heard.moof
    if flags & 0x1:
        heard.base, at = struct.unpack_from(">Q", body, at)[0], at + 8
    at += 4 if flags & 0x2 else 0
    if flags & 0x8:
        ticks, at = struct.unpack_from(">I", body, at)[0], at + 4
    if flags & 0x10:
        size = struct.unpack_from(">I", body, at)[0]
    heard.run_s = ticks, size


def _learn_run(body: bytes, heard: Heard) -> None:
    flags, count = int.from_bytes(body[1:4], "big"), struct.unpack_from(">I", body, 4)[0]
    at, start = 8, heard.next_at
    if flags & 0x1:
        start, at = heard.base + struct.unpack_from(">i", body, at)[0], at + 4
    at += 4 if flags & 0x4 else 0
    _check_count(len(heard.ranges) + count)
    given = [bit for bit in (0x100, 0x200, 0x400, 0x800) if flags & bit]
    if len(body) != at + 4 * len(given) * count:
        message = "a run is longer than its samples"
        raise Wrong(message)
    for _ in range(count):
        ticks, size = heard.run_s
        for bit in given:
            value, at = struct.unpack_from(">I", body, at)[0], at + 4
            ticks, size = (value if bit == 0x100 else ticks), (value if bit == 0x200 else size)
        heard.ticks += ticks
        heard.ranges.append((start, start + size))
        start += size
    heard.next_at = start


def _place_samples(heard: Heard) -> None:
    """Where the samples of a recording that is not in fragments lie."""
    tables = heard.tables
    sizes = _sizes(tables.get(b"stsz", b""))
    for count, ticks in _rows(tables.get(b"stts", b""), ">II"):
        _check_count(count)
        heard.ticks += count * ticks
    if b"stco" in tables:
        chunks = [row[0] for row in _rows(tables[b"stco"], ">I")]
    else:
        chunks = [row[0] for row in _rows(tables.get(b"co64", b""), ">Q")]
    steps = {row[0]: row[1] for row in _rows(tables.get(b"stsc", b""), ">III")}
    left, each = iter(sizes), 0
    for number, start in enumerate(chunks, 1):
        each, at = steps.get(number, each), start
        for _, size in zip(range(each), left, strict=False):
            heard.ranges.append((at, at + size))
            at += size


def _sizes(body: bytes) -> list[int]:
    if not body:
        return []
    each, count = struct.unpack_from(">II", body, 4)
    _check_count(count)
    if each:
        return [each] * count
    if len(body) != 12 + 4 * count:
        message = "sizes that are not samples"
        raise Wrong(message)
    return [row[0] for row in struct.iter_unpack(">I", body[12:])]


def _rows(body: bytes, shape: str) -> list[tuple[int, ...]]:
    if not body:
        return []
    count = struct.unpack_from(">I", body, 4)[0]
    _check_count(count)
    if len(body) != 8 + count * struct.calcsize(shape):
        message = "a table is longer than its rows"
        raise Wrong(message)
    return list(struct.iter_unpack(shape, body[8:]))


def _check_count(count: int) -> None:
    if count > MOST_SAMPLES:
        message = "more samples than a minute has"
        raise Wrong(message)


def _blank_between(out: bytearray, heard: Heard) -> None:
    """Zero what lies in the media and belongs to no sample. Raises: Wrong for one outside it."""
    ranges, inside = sorted(heard.ranges), 0
    for box in heard.media:
        at = box.body
        for start, end in ranges[bisect_left(ranges, (box.body, 0)) :]:
            if start >= box.end:
                break
            if end > box.end:
                message = "a sample ends outside the media"
                raise Wrong(message)
            out[at : max(start, at)] = bytes(max(start - at, 0))
            at, inside = max(at, end), inside + 1
        out[at : box.end] = bytes(box.end - at)
    if inside != len(ranges):
        message = "a sample outside the media"
        raise Wrong(message)
