"""Gaps and overlaps: found where they were made, with their area, and nowhere else."""

import shapely
from hypothesis import given
from hypothesis import strategies as st

from commongrid.rooms.places.domain.boundaries import Piece, check_pieces
from commongrid.rooms.places.domain.measuring import area_m2
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell, cells

WHOLE = shapely.box(WEST, SOUTH, WEST + 4 * SIDE, SOUTH + 4 * SIDE)


def pieces(outlines):
    return [Piece(f"{at:03d}", f"格{at}", outline) for at, outline in enumerate(outlines)]


def test_a_tiling_is_clean():
    report = check_pieces(pieces(cells(4, 4)), WHOLE)
    assert report.is_clean
    assert abs(report.area_m2 - area_m2(WHOLE)) < 1


@given(missing=st.sets(st.integers(0, 15), max_size=6))
def test_cells_taken_away_are_the_gaps(missing):
    drawn = cells(4, 4)
    report = check_pieces(pieces([c for at, c in enumerate(drawn) if at not in missing]), WHOLE)
    away = sum(area_m2(drawn[at]) for at in missing)
    assert abs(sum(gap.area_m2 for gap in report.gaps) - away) < 1
    hole = shapely.union_all([drawn[at] for at in missing])
    assert all(hole.covers(shapely.Point(gap.lon, gap.lat)) for gap in report.gaps)
    assert len(report.gaps) == len(shapely.get_parts(hole)) if missing else not report.gaps
    assert not report.overlaps


@given(at=st.integers(0, 15), share=st.floats(0.01, 0.9))
def test_a_cell_that_grows_overlaps_its_neighbours(at, share):
    drawn = cells(4, 4)
    grown = shapely.buffer(drawn[at], SIDE * share / 2, join_style="mitre")
    report = check_pieces(pieces([*drawn[:at], grown, *drawn[at + 1 :]]), WHOLE)
    assert {f"{at:03d}"} <= {code for o in report.overlaps for code in (o.first, o.second)}
    expected = area_m2(shapely.intersection(grown, WHOLE)) - area_m2(drawn[at])
    assert abs(sum(o.area_m2 for o in report.overlaps) - expected) < max(5, expected * 1e-6)
    assert abs(report.outside_m2 - area_m2(shapely.difference(grown, WHOLE))) < 1
    assert not report.gaps


def test_a_hole_without_a_parent_is_a_gap_and_a_bay_is_not():
    ring = [c for at, c in enumerate(cells(3, 3)) if at != 4]
    report = check_pieces(pieces(ring))
    assert not report.is_against_parent
    (gap,) = report.gaps
    assert abs(gap.area_m2 - area_m2(cell(1, 1))) < 1
    assert set(gap.beside) == {f"{at:03d}" for at in range(8)}
    assert "格0" in gap.beside_names
    assert check_pieces(pieces(ring[1:])).gaps != ()
    assert check_pieces(pieces([cell(0, 0), cell(2, 2)])).gaps == ()


def test_an_island_in_a_hole_is_not_part_of_the_gap():
    around = cell(0, 0, 0.03).difference(cell(1, 1, 0.01))
    island = shapely.buffer(cell(1, 1), -0.002)
    report = check_pieces(pieces([around, island]))
    (gap,) = report.gaps
    assert abs(gap.area_m2 - area_m2(cell(1, 1)) + area_m2(island)) < 1
    assert set(gap.beside) == {"000", "001"}


def test_rounding_dust_is_not_shown_and_the_threshold_counts():
    dust = shapely.box(WEST, SOUTH, WEST + SIDE + 1e-10, SOUTH + SIDE)
    assert check_pieces(pieces([dust, cell(1, 0)])).is_clean
    bigger = shapely.box(WEST, SOUTH, WEST + SIDE + 1e-7, SOUTH + SIDE)
    (overlap,) = check_pieces(pieces([bigger, cell(1, 0)])).overlaps
    assert 1 < overlap.area_m2 < 20
    assert check_pieces(pieces([bigger, cell(1, 0)]), least_m2=50).is_clean


def test_the_plain_report_names_pairs_and_places():
    plain = check_pieces(pieces([cell(0, 0), cell(0, 0), cell(3, 3)]), WHOLE).as_plain()
    assert plain["overlaps"][0]["names"] == ["格0", "格1"]
    assert plain["overlaps"][0]["area_m2"] > 800_000
    assert plain["gaps"][0]["at"][0] > WEST


def test_nothing_is_clean():
    assert check_pieces([]).is_clean
