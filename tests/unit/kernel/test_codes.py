import pytest
from hypothesis import given
from hypothesis import strategies as st

from commongrid.kernel.codes import (
    CodeSystem,
    GridCode,
    parent,
    parse_division_code,
    parse_grid_code,
)
from tests.unit.kernel.laws import lawful


@pytest.mark.parametrize(
    ("digits", "level", "kind", "above"),
    [
        ("150500000000", "city", None, None),
        ("150502000000", "county", None, "150500000000"),
        ("150502001000", "township", "subdistrict", "150502000000"),
        ("150522100000", "township", "town", "150522000000"),
        ("150522200000", "township", "township", "150522000000"),
        ("150522405000", "township", "township_like", "150522000000"),
        ("150522999000", "township", None, "150522000000"),
        ("150522200201", "village", "township", "150522200000"),
        ("441900003000", "township", "subdistrict", "441900000000"),  # a city without districts
    ],
)
def test_the_digits_say_level_kind_and_parent(digits, level, kind, above):
    code = parse_division_code(digits)
    assert (code.level, code.township_kind) == (level, kind)
    assert (str(parent(code)) if parent(code) else None) == above


@pytest.mark.parametrize("short", ["150522", "150522200", " 150522200000 "])
def test_zeros_behind_may_be_left_out(short):
    assert str(parse_division_code(short)) == short.strip().ljust(12, "0")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("15052220020", "12 digits"),
        ("15052220020a", "12 digits"),
        ("１５０５２２", "12 digits"),
        ("", "12 digits"),
        ("150000000000", "county part 150000"),
        ("050522000000", "county part 050522"),
        ("150522000201", "village part 201"),
    ],
)
def test_a_wrong_division_code_is_told_why(text, words):
    with pytest.raises(ValueError, match=words):
        parse_division_code(text)


def test_codes_of_different_systems_are_different_places():
    ours, theirs = (parse_division_code("150522", s) for s in (CodeSystem.NBS, CodeSystem.LOCAL))
    assert ours != theirs
    assert not ours.is_within(theirs)


def test_within_goes_down_the_tree_only():
    city, county, village = map(parse_division_code, ["150500", "150522", "150522200201"])
    assert village.is_within(county)
    assert county.is_within(city)
    assert county.is_within(county)
    assert not county.is_within(village)
    assert not parse_division_code("150502").is_within(county)


@pytest.mark.parametrize(
    ("number", "kind"),
    [(1, "comprehensive"), (599, "comprehensive"), (601, "exclusive"), (899, "exclusive"),
     (900, "emergency"), (999, "emergency")],
)  # fmt: skip
def test_the_number_of_a_grid_says_its_kind(number, kind):
    assert parse_grid_code(f"150502001001{number:03d}").kind == kind


def test_a_micro_grid_knows_its_grid():
    code = parse_grid_code("150502001001003-07")
    assert (str(code), str(code.grid), str(code.division)) == (
        "150502001001003-07", "150502001001003", "150502001001",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("150502001001000", "number 000"),
        ("150502001001600", "number 600"),
        ("150502001000003", "division 150502001000: .*village or community"),
        ("150502000001003", "village part 001"),
        ("150502001001003-7", "micro '7'"),
        ("150502001001003-00", "micro 0"),
        ("150502001001003-", "micro ''"),
        ("15050200100100", "12 digits of division"),
        ("150502001001003/07", "12 digits of division"),
    ],
)
def test_a_wrong_grid_code_is_told_why(text, words):
    with pytest.raises(ValueError, match=words):
        parse_grid_code(text)


@lawful()
@given(
    number=st.integers(1, 999).filter(lambda n: n != 600),
    micro=st.none() | st.integers(1, 99),
)
def test_a_grid_code_is_read_as_it_is_written(number, micro):
    code = GridCode(parse_division_code("150502001001"), number, micro)
    assert parse_grid_code(str(code)) == code
