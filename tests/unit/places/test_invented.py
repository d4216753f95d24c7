"""The invented place tiles, hangs together, and is the same every time."""

import random

import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from commongrid.rooms.places.domain.boundaries import Piece, check_pieces
from commongrid.rooms.places.domain.invented import (
    Lattice,
    VillagePlan,
    draw,
    grow,
    is_connected,
    take_corner,
)


def lattice(columns=9, rows=7, seed=1):
    return Lattice(lon=122.26, lat=43.61, columns=columns, rows=rows, side_m=150, seed=seed)


@given(
    columns=st.integers(2, 9),
    rows=st.integers(2, 9),
    parts=st.integers(1, 6),
    seed=st.integers(0, 99),
)
def test_parts_hang_together_and_take_every_block_once(columns, rows, parts, seed):
    blocks = lattice(columns, rows).blocks()
    parts = min(parts, len(blocks))
    cut = grow(blocks, parts, random.Random(seed))
    assert sorted(block for part in cut for block in part) == sorted(blocks)
    assert all(is_connected(part) for part in cut)


def test_blocks_that_cannot_be_cut_are_refused():
    with pytest.raises(ValueError, match="cannot be cut"):
        grow([(0, 0)], 2, random.Random(1))
    with pytest.raises(ValueError, match="hang together"):
        grow([(0, 0), (5, 5)], 1, random.Random(1))


def test_a_corner_leaves_the_rest_whole():
    taken, rest = take_corner(lattice().blocks(), 3)
    assert len(taken) == 3
    assert is_connected(taken)
    assert is_connected(rest)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("is_round", [True, False])
def test_a_drawing_has_no_gap_and_no_overlap_on_any_level(seed, is_round):
    villages = [
        VillagePlan(code="150502004001", grids=3, exclusive=(1,), micro_grids=2),
        VillagePlan(code="150502004002", grids=2),
    ]
    drawn = draw(lattice(12, 12, seed), villages, is_round=is_round)
    assert all(outline.geom_type == "Polygon" and outline.is_valid for outline in drawn.values())
    for length in (12, 15):
        pieces = [
            Piece(code, code, outline) for code, outline in drawn.items() if len(code) == length
        ]
        assert check_pieces(pieces, drawn[""]).is_clean
    micro = [
        Piece(code, code, o) for code, o in drawn.items() if code.startswith("150502004001001-")
    ]
    assert len(micro) == 2
    assert check_pieces(micro, drawn["150502004001001"]).is_clean


def test_the_same_seed_draws_the_same():
    plan = [VillagePlan(code="150502004001", grids=4)]
    one, other = (draw(lattice(), plan, is_round=True) for _ in range(2))
    assert {k: shapely.to_wkb(v) for k, v in one.items()} == {
        k: shapely.to_wkb(v) for k, v in other.items()
    }
