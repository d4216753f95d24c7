"""No box of a diagram lies on another, whatever the flow looks like."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from commongrid.charter.layered import Box, Edge, lay_out

names = [f"s{number}" for number in range(9)]
pairs = st.tuples(st.sampled_from(names), st.sampled_from(names))


def picture_of(links):
    boxes = [Box(name, 40 + 7 * number, 30) for number, name in enumerate(names)]
    return lay_out(boxes, [Edge(one, other, 50, 18) for one, other in links])


@given(st.lists(pairs, unique=True, max_size=24))
def test_boxes_keep_apart(links):
    placed = [p for p in picture_of(links).boxes.values() if p.box.width]
    for one, other in combinations(placed, 2):
        apart_x = abs(one.x - other.x) >= (one.box.width + other.box.width) / 2 - 1e-6
        apart_y = abs(one.y - other.y) >= (one.box.height + other.box.height) / 2 - 1e-6
        assert apart_x or apart_y, (one, other)


@given(st.lists(pairs, unique=True, max_size=24))
def test_every_edge_goes_from_its_source_to_its_target_inside_the_picture(links):
    picture = picture_of(links)
    drawn = {(way.edge.source, way.edge.target) for way in picture.ways}
    assert drawn == {(one, other) for one, other in links if one != other}
    for way in picture.ways:
        assert (way.passes[0], way.passes[-1]) == (way.edge.source, way.edge.target)
        assert way.words in way.passes
    for place in picture.boxes.values():
        assert place.x - place.box.width / 2 >= 0
        assert place.x + place.box.width / 2 <= picture.width
        assert place.y - place.box.height / 2 >= 0
        assert place.y + place.box.height / 2 <= picture.height


def test_a_chain_runs_from_left_to_right():
    picture = picture_of([("s0", "s1"), ("s1", "s2"), ("s2", "s0")])
    assert picture.boxes["s0"].x < picture.boxes["s1"].x < picture.boxes["s2"].x
