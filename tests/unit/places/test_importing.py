"""Every feature is taken or refused, and says why."""

import pytest
import shapely

from commongrid.kernel.codes import CodeSystem
from commongrid.rooms.places.domain.importing import (
    Judge,
    KnownPlace,
    Reason,
    outline_digest,
    short_name,
)
from commongrid.rooms.places.domain.reading import Feature
from commongrid.rooms.places.domain.words import Level
from tests.unit.places.drawing import SIDE, cell

TOWN = "150502004000"
COMMUNITY = "150502004001"
GRID = COMMUNITY + "001"
ROOT_PATH = "/150500000000/150502000000/150502004000/"
WIDE = cell(0, 0, SIDE * 3)


def known(code, name, path, **more):
    return KnownPlace(code=code, name=name, path=path, **{"is_valid": True, **more})


REGISTER = {
    p.code: p
    for p in (
        known(TOWN, "明仁街道", ROOT_PATH, outline=WIDE),
        known(COMMUNITY, "露天社区", f"{ROOT_PATH}{COMMUNITY}/", outline=WIDE),
        known("150502003001", "天王社区", "/150500000000/150502000000/150502003000/150502003001/"),
        known(
            GRID,
            "第一网格",
            f"{ROOT_PATH}{COMMUNITY}/{GRID}/",
            outline_digest=outline_digest(cell(0, 0)),
        ),
        known(
            COMMUNITY + "009", "旧网格", f"{ROOT_PATH}{COMMUNITY}/{COMMUNITY}009/", is_valid=False
        ),
    )
}


def judge(*features, level=Level.GRID):
    made = Judge(level=level, system=CodeSystem.NBS, root=REGISTER[TOWN], known=REGISTER)
    return made.judge(features)


def feature(code=COMMUNITY + "002", name="第二网格", outline=cell(1, 0), row=1, wrong=""):
    return Feature(row=row, code=code, name=name, outline=outline, wrong=wrong)


@pytest.mark.parametrize(
    ("given", "reason", "words"),
    [
        (feature(), Reason.NEW, ""),
        (feature(GRID, "第一网格", cell(0, 0)), Reason.UNCHANGED, ""),
        (feature(GRID, "第一网格", shapely.reverse(cell(0, 0))), Reason.UNCHANGED, ""),
        (feature(GRID, "", cell(0, 0)), Reason.UNCHANGED, ""),
        (feature(GRID, "新名网格", cell(0, 0)), Reason.CHANGED, ""),
        (feature(GRID, "第一网格", cell(0, 1)), Reason.CHANGED, ""),
        (feature(code=""), Reason.NO_CODE, "empty"),
        (feature(code="15050200400160"), Reason.BAD_CODE, "12 digits"),
        (feature(code=COMMUNITY + "600"), Reason.BAD_CODE, "001-599"),
        (feature(code=COMMUNITY), Reason.WRONG_LEVEL, "village, not of a grid"),
        (feature(code=GRID + "-01"), Reason.WRONG_LEVEL, "micro_grid, not of a grid"),
        (feature(code="150502004002001"), Reason.NO_PARENT, "150502004002 is not in the register"),
        (feature(code="150502003001001"), Reason.OUTSIDE_ROOT, "not lie under 150502004000"),
        (feature(outline=cell(9, 9)), Reason.OUTSIDE_PARENT, "100% of it lies outside"),
        (feature(name=""), Reason.NO_NAME, "new and has no name"),
        (feature(code=COMMUNITY + "009"), Reason.ENDED, "needs a new code"),
        (feature(outline=None, wrong="no outline"), Reason.INVALID_OUTLINE, "no outline"),
        (feature(outline=shapely.Point(122.251, 43.601)), Reason.INVALID_OUTLINE, "not an area"),
    ],
)  # fmt: skip
def test_a_feature_is_judged(given, reason, words):
    (result,) = judge(given)
    assert result.reason is reason
    assert words in result.detail
    assert result.is_accepted == (reason in (Reason.NEW, Reason.CHANGED, Reason.UNCHANGED))


def test_the_second_of_a_code_is_a_duplicate_and_a_refused_first_is_not_counted():
    twice = judge(feature(row=1, outline=None), feature(row=2), feature(row=3))
    assert [r.reason for r in twice] == [Reason.INVALID_OUTLINE, Reason.NEW, Reason.DUPLICATE]
    assert "row 2" in twice[2].detail


def test_a_little_overhang_is_taken_and_said():
    over = shapely.box(
        *(b + d for b, d in zip(cell(2, 0).bounds, (0, 0, SIDE * 0.02, 0), strict=True))
    )
    (result,) = judge(feature(outline=over))
    assert result.is_accepted
    assert "m2 lie outside 露天社区" in result.detail


def test_codes_of_two_systems_are_told_apart_by_name():
    """150502009 is 红星街道 with the statistics bureau and 电厂街道 with the map provider."""
    district = known("150502000000", "科尔沁区", "/150500000000/150502000000/")
    street = known("150502009000", "红星街道", "/150500000000/150502000000/150502009000/")
    made = Judge(
        level=Level.TOWNSHIP, system=CodeSystem.NBS, root=district,
        known={district.code: district, street.code: street},
    )  # fmt: skip
    (clash,) = made.judge([feature(code="150502009", name="电厂街道")])
    assert clash.reason is Reason.NAME_CLASH
    assert "another code system" in clash.detail
    (fits,) = made.judge([feature(code="150502009", name="红星街道办事处")])
    assert fits.reason is Reason.CHANGED
    assert fits.name == "红星街道"


@pytest.mark.parametrize(
    ("long", "short"),
    [
        ("明仁街道办事处", "明仁街道"),
        ("露天社区居委会", "露天社区"),
        ("后双井子村委会", "后双井子村"),
        ("阿都沁嘎查", "阿都沁嘎查"),
        ("甘旗卡镇", "甘旗卡镇"),
    ],
)
def test_the_office_is_taken_off_a_name(long, short):
    assert short_name(long) == short
