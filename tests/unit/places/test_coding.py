"""What codes say, and paths that never mix two code systems."""

import doctest

import pytest

from commongrid.kernel.codes import CodeSystem
from commongrid.rooms.places.domain import coding, importing
from commongrid.rooms.places.domain.coding import code_in_segment, path_below, read_place_code
from commongrid.rooms.places.domain.words import KIND_NAMES, KINDS_OF, LEVEL_NAMES, Kind, Level


@pytest.mark.parametrize(
    ("code", "level", "kind", "parent"),
    [
        ("150500000000", "city", "city", ""),
        ("150502", "county", "district", "150500000000"),
        ("150502004", "township", "subdistrict", "150502000000"),
        ("150522100000", "township", "town", "150522000000"),
        ("150522405000", "township", "farm", "150522000000"),
        ("150522200201", "village", "community", "150522200000"),
        ("150502004001003", "grid", "comprehensive", "150502004001"),
        ("150502004001601", "grid", "exclusive", "150502004001"),
        ("150502004001901", "grid", "emergency", "150502004001"),
        ("150502004001003-07", "micro_grid", "stairwell", "150502004001003"),
    ],
)
def test_a_code_says_level_kind_and_parent(code, level, kind, parent):
    read = read_place_code(code)
    assert (read.level, read.kind, read.parent_code) == (level, kind, parent)


@pytest.mark.parametrize(
    "code", ["", "15", "1505020040010", "150502004001000", "x" * 15, "150502004001003-7"]
)
def test_a_wrong_code_is_refused(code):
    with pytest.raises(ValueError, match="code"):
        read_place_code(code)


def test_paths_of_two_systems_never_begin_alike():
    nbs = path_below("", read_place_code("150500000000"))
    other = path_below("", read_place_code("150500000000", CodeSystem.MAP_PROVIDER))
    assert nbs == "/150500000000/"
    assert other == "/map_provider:150500000000/"
    assert code_in_segment("map_provider:150500000000") == code_in_segment("150500000000")


def test_every_kind_belongs_to_one_level_and_has_names():
    assert sorted(kind for kinds in KINDS_OF.values() for kind in kinds) == sorted(Kind)
    assert set(KINDS_OF) == set(LEVEL_NAMES) == set(Level)
    assert all(KIND_NAMES[kind].zh and KIND_NAMES[kind].en for kind in Kind)


@pytest.mark.parametrize("module", [coding, importing])
def test_the_examples_run(module):
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
