"""Recordings as phones write them, made here byte by byte, with everything a phone adds."""

from __future__ import annotations

import struct

from commongrid.rooms.matters.domain.sounds_ogg import HEAD, _sum

TRACES = (b"DemoPhone", b"Demo Recorder", b"home of the demo resident", b"+43.6100+122.2100/")
"""A device, a program, a title, a place: none of it may be kept."""
FRAME = bytes([0x78, 1, 2, 3])  # Opus, one frame of 20 ms
OPUS_HEAD = b"OpusHead" + struct.pack("<BBHIHB", 1, 1, 312, 48_000, 0, 0)
OPEN = -1


def ebml(name: str, body: bytes, *, size: int | None = None) -> bytes:
    """One element of a WebM file; ``size`` OPEN is one the recorder did not know."""
    if size == OPEN:
        return bytes.fromhex(name) + b"\x01" + b"\xff" * 7 + body
    return bytes.fromhex(name) + (0x0100000000000000 | len(body)).to_bytes(8, "big") + body


def webm(seconds: float = 2, *, more: bytes = b"", is_live: bool = True, **track: bytes) -> bytes:
    """As Chrome records: segment and clusters of unknown size, and what it should not say."""
    head = ebml("1A45DFA3", ebml("4282", b"webm") + ebml("4287", b"\x04"))
    info = ebml(
        "1549A966",
        ebml("2AD7B1", (1_000_000).to_bytes(3, "big")) + ebml("4D80", TRACES[0])
        + ebml("5741", TRACES[1]) + ebml("7BA9", TRACES[2]) + ebml("4461", bytes(8)),
    )  # fmt: skip
    one = {"kind": b"\x02", "codec": b"A_OPUS", "private": OPUS_HEAD, "name": TRACES[0], **track}
    entry = ebml("D7", b"\x01") + ebml("83", one["kind"]) + ebml("86", one["codec"])
    entry += ebml("63A2", one["private"]) + ebml("536E", one["name"])
    tracks = ebml("1654AE6B", ebml("AE", entry))
    tags = ebml("1254C367", ebml("7373", TRACES[3] * 20))
    size = OPEN if is_live else None
    clusters = b""
    for start in range(0, int(seconds * 1000), 1000):
        blocks = b"".join(
            ebml("A3", b"\x81" + struct.pack(">hB", ms, 0x80) + FRAME) for ms in range(0, 1000, 20)
        )
        clusters += ebml("1F43B675", ebml("E7", start.to_bytes(4, "big")) + blocks, size=size)
    return head + ebml("18538067", info + tracks + tags + clusters + more, size=size)


def page(body: list[bytes], *, flags: int = 0, granule: int = 0, serial: int = 7, n: int = 0):
    """One page of an Ogg file."""
    laces = b"".join(bytes([255] * (len(p) // 255) + [len(p) % 255]) for p in body)
    head = HEAD.pack(b"OggS", 0, flags, granule, serial, n, 0, len(laces))
    whole = head + laces + b"".join(body)
    return whole[:22] + struct.pack("<I", _sum(whole)) + whole[26:]


def ogg(seconds: float = 2, *, head: bytes = OPUS_HEAD) -> bytes:
    """As Firefox records."""
    notes = [b"ENCODER=" + TRACES[1], b"TITLE=" + TRACES[2], b"LOCATION=" + TRACES[3]]
    tags = b"OpusTags" + struct.pack("<I", len(TRACES[0])) + TRACES[0]
    tags += struct.pack("<I", len(notes)) + b"".join(struct.pack("<I", len(x)) + x for x in notes)
    pages = [page([head], flags=2), page([tags], n=1)]
    for second in range(int(seconds)):
        is_last = second == int(seconds) - 1
        pages.append(
            page(
                [FRAME] * 50, flags=4 if is_last else 0, granule=(second + 1) * 48_000, n=second + 2
            )
        )
    return b"".join(pages)


def box(name: bytes, *parts: bytes) -> bytes:
    """One box of an MP4 file."""
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def mp4(
    seconds: float = 2,
    *,
    handler: bytes = b"soun",
    entry: bytes = b"mp4a",
    udta_at: str = "moov",
    hidden: bytes = b"",
    shift: int = 0,
) -> bytes:
    """As Safari records: a head, the sound, then where it lies; dates and a place beside it."""
    samples = [FRAME] * int(seconds * 50)
    dates = struct.pack(">II", 3_800_000_000, 3_800_000_000)
    media = box(b"mdat", hidden, *samples)
    ftyp = box(b"ftyp", b"M4A \0\0\0\0M4A mp42")
    place = box(b"udta", box(b"\xa9xyz", TRACES[3]), box(b"meta", TRACES[0], TRACES[2]))
    start = len(ftyp) + 8 + len(hidden) + shift
    stbl = box(
        b"stbl",
        box(b"stsd", struct.pack(">II", 0, 1), box(entry, bytes(28), box(b"esds", bytes(40)))),
        box(b"stts", struct.pack(">IIII", 0, 1, len(samples), 20)),
        box(b"stsc", struct.pack(">IIIII", 0, 1, 1, len(samples), 1)),
        box(b"stsz", struct.pack(">III", 0, len(FRAME), len(samples))),
        box(b"stco", struct.pack(">III", 0, 1, start)),
    )
    dref = box(b"dref", struct.pack(">II", 0, 1), box(b"url ", struct.pack(">I", 1)))
    minf = box(b"minf", box(b"smhd", bytes(8)), box(b"dinf", dref), stbl)
    hdlr = box(b"hdlr", bytes(8), handler, bytes(12), TRACES[1] + b"\0")
    mdhd = box(b"mdhd", bytes(4), dates, struct.pack(">IIHH", 1000, len(samples) * 20, 0, 0))
    mdia = box(b"mdia", mdhd, hdlr, minf)
    trak = box(b"trak", box(b"tkhd", bytes(4), dates, bytes(72)), mdia)
    mvhd = box(b"mvhd", bytes(4), dates, bytes(88))
    inside = place if udta_at == "moov" else b""
    return ftyp + media + box(b"moov", mvhd, trak, inside) + (place if udta_at == "end" else b"")


def mp4_in_fragments(seconds: int = 2) -> bytes:
    """As newer Safari and Chrome record: a head without samples, then fragments."""
    whole = mp4(0)
    trex = box(b"mvex", box(b"trex", struct.pack(">IIIIII", 0, 1, 1, 20, len(FRAME), 0)))
    moov_at = whole.index(b"moov") - 4
    moov = box(b"moov", whole[moov_at + 8 :], trex)
    out = whole[: whole.index(b"mdat") - 4] + moov
    for number in range(seconds):

        def moof(offset: int, number: int = number) -> bytes:
            tfhd = box(b"tfhd", struct.pack(">II", 0x020000, 1))
            trun = box(b"trun", struct.pack(">IIi", 0x1, 50, offset))
            return box(
                b"moof", box(b"mfhd", struct.pack(">II", 0, number + 1)), box(b"traf", tfhd, trun)
            )

        out += moof(len(moof(0)) + 8) + box(b"mdat", *[FRAME] * 50)
    return out
