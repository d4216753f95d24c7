"""Tiles: the tree in pieces of 256 hashes that can be served as files and kept for ever.

Source: C2SP tlog-tiles (c2sp.org/tlog-tiles): tiles of height 8, partial tiles, entry bundles.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from commongrid.ledger.log.hashing import HASH_BYTES, whole_hash
from commongrid.ledger.log.proofs import Nodes

HEIGHT = 8
WIDTH = 1 << HEIGHT
ENTRIES = "entries"
HIGHEST_LEVEL = 63
_PATH = re.compile(
    r"(?P<level>entries|0|[1-9][0-9]?)/(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
)
# The hashes of one tile as far as they are there: level and number of the tile.
TileReader = Callable[[int, int], bytes]


@dataclass(frozen=True, slots=True)
class TileName:
    """Which tile: its level (None: the entries themselves), its number, and how wide it is."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """The path below ``tile/``.

        Example:
            >>> TileName(0, 1234067, 5).path
            '0/x001/x234/067.p/5'
        """
        level = ENTRIES if self.level is None else str(self.level)
        tail = "" if self.width == WIDTH else f".p/{self.width}"
        return f"{level}/{number_path(self.number)}{tail}"


def number_path(number: int) -> str:
    """A tile's number in groups of three digits, all but the last behind an x.

    Example:
        >>> number_path(1234067), number_path(5)
        ('x001/x234/067', '005')
    """
    groups = [f"{number % 1000:03}"]
    while number := number // 1000:
        groups.append(f"x{number % 1000:03}")
    return "/".join(reversed(groups))


def parse_path(path: str) -> TileName | None:
    """The tile a path below ``tile/`` names; None unless it is written in the one right way."""
    found = _PATH.fullmatch(path)
    if found is None:
        return None
    level = None if found["level"] == ENTRIES else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    name = TileName(level, number, int(found["width"] or WIDTH))
    is_right = name.path == path and (level is None or level <= HIGHEST_LEVEL)
    return name if is_right and (found["width"] is None or name.width < WIDTH) else None


def width_in(size: int, level: int, number: int) -> int:
    """How many hashes a tile has in a tree of this size: 0 when it is not there yet."""
    return max(0, min(WIDTH, (size >> HEIGHT * level) - number * WIDTH))


def names_in(size: int) -> Iterable[TileName]:
    """All tiles of a tree of this size, those of hashes and those of entries."""
    level = 0
    while (count := size >> HEIGHT * level) > 0:
        for number in range(-(-count // WIDTH)):
            width = width_in(size, level, number)
            yield TileName(level, number, width)
            if level == 0:
                yield TileName(None, number, width)
        level += 1


def nodes_of(read: TileReader) -> Nodes:
    """Hashes of whole subtrees out of tiles. Cost: one tile a hash; ``read`` may remember them."""

    def node(level: int, index: int) -> bytes:
        tile_level, inside = divmod(level, HEIGHT)
        first = index << inside
        hashes = read(tile_level, first >> HEIGHT)
        begin = first % WIDTH * HASH_BYTES
        part = hashes[begin : begin + (HASH_BYTES << inside)]
        if len(part) != HASH_BYTES << inside:
            message = f"tile {tile_level}/{first >> HEIGHT} ends before hash {first % WIDTH}"
            raise ValueError(message)
        return whole_hash(split(part))

    return node


def split(hashes: bytes) -> list[bytes]:
    """The hashes of a tile one by one."""
    return [hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)]


def grown(size: int, leaves: Iterable[bytes], read: TileReader) -> dict[tuple[int, int], bytes]:
    """The tiles that change when leaf hashes are added to a tree of this size, as they are then.

    Cost: reads one tile a level; memory: the changed tiles.
    """
    changed: dict[tuple[int, int], bytes] = {}
    added, level = list(leaves), 0
    while added:
        count = size >> HEIGHT * level
        number, wide = divmod(count, WIDTH)
        held = read(level, number)[: wide * HASH_BYTES] if wide else b""
        if len(held) != wide * HASH_BYTES:
            message = f"tile {level}/{number} has not the {wide} hashes it should have"
            raise ValueError(message)
        run, above = held + b"".join(added), []
        for begin in range(0, len(run), WIDTH * HASH_BYTES):
            tile = run[begin : begin + WIDTH * HASH_BYTES]
            changed[level, number] = tile
            if len(tile) == WIDTH * HASH_BYTES:
                above.append(whole_hash(split(tile)))
            number += 1
        added, level = above, level + 1
    return changed


def bundle(entries: Iterable[bytes]) -> bytes:
    """Entries as a bundle: each behind its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(content: bytes) -> list[bytes]:
    """The entries of a bundle. Raises: ValueError when one is cut off."""
    found, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        entry = content[at + 2 : at + 2 + length]
        if len(content) < at + 2 or len(entry) != length:
            message = "an entry of the bundle is cut off"
            raise ValueError(message)
        found.append(entry)
        at += 2 + length
    return found
