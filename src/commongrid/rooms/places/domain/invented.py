"""Drawing a place that does not exist: outlines for the seed, labelled as invented.

No open outline of a subdistrict, a community or a grid of Tongliao exists, so the seed draws its
own. A jittered lattice of blocks is grown into communities and these into grids; neighbours share
their vertices, so the drawing has no gap and no overlap by construction.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

Block = tuple[int, int]  # column, row
_JITTER = 0.22  # of a block's side: streets bend, blocks stay simple quadrilaterals
_DIGITS = 6  # 0.1 m
_M_PER_DEGREE = 111_320.0
_NEIGHBOURS = ((1, 0), (0, 1), (-1, 0), (0, -1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Lattice:
    """Blocks of a side in metres around a point, columns to the east, rows to the north."""

    lon: float
    lat: float
    columns: int
    rows: int
    side_m: float
    seed: int

    def blocks(self) -> tuple[Block, ...]:
        """All blocks, column by column."""
        return tuple((c, r) for c in range(self.columns) for r in range(self.rows))

    def round_blocks(self) -> tuple[Block, ...]:
        """The blocks whose middle lies in the ellipse that the lattice encloses."""
        return tuple(
            (c, r)
            for c, r in self.blocks()
            if math.hypot(
                (c + 0.5) / self.columns * 2 - 1,
                (r + 0.5) / self.rows * 2 - 1,
            )
            <= 1.0
        )

    def outline(self, blocks: Iterable[Block]) -> BaseGeometry:
        """The ground of some blocks. Shape: Polygon when they hang together by edges."""
        return shapely.normalize(shapely.union_all([_quad(self, block) for block in blocks]))


@lru_cache(maxsize=4096)
def _quad(lattice: Lattice, block: Block) -> BaseGeometry:
    return shapely.Polygon([_corner(lattice, *at) for at in _corners(block)])


@lru_cache(maxsize=4096)
def _corner(lattice: Lattice, column: int, row: int) -> tuple[float, float]:
    # A generator of its own for each corner: neighbours ask for it in any order.
    rng = random.Random(f"{lattice.seed}/{column}/{row}")  # noqa: S311 - a drawing, not a secret
    east = (column - lattice.columns / 2 + rng.uniform(-_JITTER, _JITTER)) * lattice.side_m
    north = (row - lattice.rows / 2 + rng.uniform(-_JITTER, _JITTER)) * lattice.side_m
    shrink = math.cos(math.radians(lattice.lat))
    lon = lattice.lon + east / (_M_PER_DEGREE * shrink)
    return round(lon, _DIGITS), round(lattice.lat + north / _M_PER_DEGREE, _DIGITS)


def grow(blocks: Sequence[Block], parts: int, rng: random.Random) -> tuple[tuple[Block, ...], ...]:
    """Cut blocks that hang together into parts that each hang together, of like size.

    Starting blocks lie far apart; the smallest part takes a free neighbour block in turn.

    Randomness: ``rng`` chooses the first start and breaks ties.
    Raises: ValueError when there are fewer blocks than parts, or they do not hang together.
    """
    if not 1 <= parts <= len(blocks):
        message = f"{len(blocks)} blocks cannot be cut into {parts} parts"
        raise ValueError(message)
    free = set(blocks)
    owned: list[list[Block]] = [[start] for start in _starts(blocks, parts, rng)]
    free -= {part[0] for part in owned}
    stuck: set[int] = set()
    while free:
        open_parts = [at for at in range(parts) if at not in stuck]
        if not open_parts:
            message = "the blocks do not hang together"
            raise ValueError(message)
        at = min(open_parts, key=lambda part: (len(owned[part]), part))
        edge = sorted({n for block in owned[at] for n in _around(block)} & free)
        if not edge:
            stuck.add(at)
            continue
        taken = min(edge, key=lambda block: (_distance(block, owned[at][0]), rng.random()))
        owned[at].append(taken)
        free.discard(taken)
    return tuple(tuple(sorted(part)) for part in owned)


def take_corner(blocks: Sequence[Block], count: int) -> tuple[tuple[Block, ...], tuple[Block, ...]]:
    """A few blocks for an exclusive grid, such that they and the rest each hang together.

    Raises: ValueError when no such blocks are found.
    """
    for start in sorted(blocks, key=lambda block: (block[0] + block[1], block)):
        taken = _nearest(blocks, start, count)
        rest = [block for block in blocks if block not in taken]
        if is_connected(taken) and is_connected(rest):
            return tuple(taken), tuple(rest)
    message = f"no corner of {count} blocks leaves the rest whole"
    raise ValueError(message)


def is_connected(blocks: Iterable[Block]) -> bool:
    """Whether one can walk between any two blocks over shared edges."""
    left = set(blocks)
    if not left:
        return False
    walk = [left.pop()]
    while walk:
        found = left.intersection(_around(walk.pop()))
        left -= found
        walk.extend(sorted(found))
    return not left


@dataclass(frozen=True, slots=True, kw_only=True)
class VillagePlan:
    """How many grids of which kind a community or gacha gets. ``exclusive``: blocks of each."""

    code: str
    grids: int
    exclusive: tuple[int, ...] = ()
    micro_grids: int = 0  # in each comprehensive grid


def draw(
    lattice: Lattice, villages: Sequence[VillagePlan], *, is_round: bool
) -> Mapping[str, BaseGeometry]:
    """Outlines by code for the villages, their grids and their micro-grids; "" is the whole.

    Randomness: the lattice's seed. Grids are numbered as they lie, west to east, then north to
    south (domain section 2); exclusive ones from 601.
    """
    rng = random.Random(lattice.seed)  # noqa: S311 - a drawing, not a secret
    blocks = lattice.round_blocks() if is_round else lattice.blocks()
    drawn = {"": lattice.outline(blocks)}
    for village, ground in zip(villages, _placed(grow(blocks, len(villages), rng)), strict=True):
        drawn[village.code] = lattice.outline(ground)
        rest: Sequence[Block] = ground
        for number, count in enumerate(village.exclusive, start=601):
            taken, rest = take_corner(rest, count)
            drawn[f"{village.code}{number}"] = lattice.outline(taken)
        for number, grid in enumerate(_placed(grow(rest, village.grids, rng)), start=1):
            code = f"{village.code}{number:03d}"
            drawn[code] = lattice.outline(grid)
            if village.micro_grids:
                parts = _placed(grow(grid, village.micro_grids, rng))
                for at, micro in enumerate(parts, start=1):
                    drawn[f"{code}-{at:02d}"] = lattice.outline(micro)
    return drawn


def _placed(parts: Iterable[Sequence[Block]]) -> list[Sequence[Block]]:
    def middle(part: Sequence[Block]) -> tuple[float, float]:
        return (
            round(sum(c for c, _ in part) / len(part), 1),
            -sum(r for _, r in part) / len(part),
        )

    return sorted(parts, key=middle)


def _starts(blocks: Sequence[Block], parts: int, rng: random.Random) -> list[Block]:
    starts = [rng.choice(sorted(blocks))]
    starts = [max(sorted(blocks), key=lambda block: _distance(block, starts[0]))]
    while len(starts) < parts:
        far = max(
            (block for block in sorted(blocks) if block not in starts),
            key=lambda block: min(_distance(block, start) for start in starts),
        )
        starts.append(far)
    return starts


def _nearest(blocks: Sequence[Block], start: Block, count: int) -> list[Block]:
    return sorted(blocks, key=lambda block: (_distance(block, start), block))[:count]


def _corners(block: Block) -> tuple[Block, ...]:
    column, row = block
    return (column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)


def _around(block: Block) -> tuple[Block, ...]:
    return tuple((block[0] + c, block[1] + r) for c, r in _NEIGHBOURS)


def _distance(one: Block, other: Block) -> float:
    return math.hypot(one[0] - other[0], one[1] - other[1])
