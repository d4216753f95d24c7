"""Reading the tree from its rows: a proof reads one or two tiles a level, never the leaves."""

from __future__ import annotations

from commongrid.ledger.log.models import Leaf, Tile
from commongrid.ledger.log.proofs import Nodes
from commongrid.ledger.log.tiles import WIDTH, TileName, TileReader, bundle, nodes_of, width_in


def tile_reader() -> TileReader:
    """Tiles by level and number, each read once. Raises: ValueError for one that is missing."""
    known: dict[tuple[int, int], bytes] = {}

    def read(level: int, number: int) -> bytes:
        if (level, number) not in known:
            rows = Tile.objects.filter(level=level, number=number)
            found = rows.values_list("hashes", flat=True).first()
            if found is None:
                message = f"tile {level}/{number} is missing"
                raise ValueError(message)
            known[level, number] = bytes(found)
        return known[level, number]

    return read


def tree_nodes() -> Nodes:
    """Hashes of the tree as it is stored."""
    return nodes_of(tile_reader())


def tile_content(name: TileName, size: int) -> bytes | None:
    """A tile or bundle as it is served from a tree of this size, None when it is not there.

    A partial tile is served as long as somebody may hold a checkpoint that needs it: for ever.
    """
    level = name.level or 0
    if name.width > width_in(size, level, name.number):
        return None
    if name.level is None:
        first = name.number * WIDTH
        rows = Leaf.objects.filter(index__gte=first, index__lt=first + name.width)
        entries = [bytes(entry) for entry in rows.order_by("index").values_list("entry", flat=True)]
        return bundle(entries) if len(entries) == name.width else None
    rows_of_tiles = Tile.objects.filter(level=name.level, number=name.number)
    found = rows_of_tiles.values_list("hashes", flat=True).first()
    hashes = bytes(found or b"")[: name.width * 32]
    return hashes if len(hashes) == name.width * 32 else None
