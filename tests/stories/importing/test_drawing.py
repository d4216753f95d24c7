import random
from itertools import combinations

import pytest
import shapely

from commongrid.stories.importing.drawing import draw_outlines
from tests.stories.importing.standing import AREAS


def cloud(count=60, seed=3, spread=0.008):
    rng = random.Random(seed)
    return {
        name: [
            (
                round(lon + rng.uniform(-spread, spread), 4),
                round(lat + rng.uniform(-spread, spread), 4),
            )
            for _ in range(count)
        ]
        for name, (lon, lat) in AREAS.items()
    }


def test_every_name_gets_the_ground_of_its_points():
    points = cloud()
    outlines = draw_outlines(points, reach_m=150)
    assert set(outlines) == set(AREAS)
    for name, spots in points.items():
        inside = sum(outlines[name].intersects(shapely.Point(spot)) for spot in spots)
        assert inside / len(spots) > 0.95


def test_outlines_share_borders_without_overlap():
    outlines = draw_outlines(cloud(spread=0.03), reach_m=150)
    assert all(shape.is_valid for shape in outlines.values())
    for one, other in combinations(outlines.values(), 2):
        shared = shapely.intersection(one, other).area
        assert shared < 1e-9 * min(one.area, other.area)


def test_one_wrong_row_makes_no_island():
    points = cloud()
    points["Roxbury"].append(AREAS["East Boston"])
    outlines = draw_outlines(points, reach_m=150)
    assert not outlines["Roxbury"].intersects(shapely.Point(AREAS["East Boston"]))


def test_the_same_points_draw_the_same():
    first, second = draw_outlines(cloud(), reach_m=150), draw_outlines(cloud(), reach_m=150)
    assert all(shapely.equals_exact(first[name], second[name]) for name in first)


def test_two_points_are_too_few():
    with pytest.raises(ValueError, match="at least 3"):
        draw_outlines({"A": [(1.0, 2.0), (1.1, 2.0)]}, reach_m=10)
