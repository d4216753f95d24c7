"""Adopting boundaries: each feature with its reason, once, with one act."""

from datetime import timedelta

import pytest
import shapely

from commongrid.kernel.ids import new_id
from commongrid.ledger.face import find_act, list_acts
from commongrid.ledger.models import Act
from commongrid.rooms.places import face
from commongrid.rooms.places.models import BoundarySet, Outline
from tests.rooms.places.proofs import everything, prove
from tests.rooms.places.standing import (
    AT,
    COMMUNITY,
    DAY,
    DISTRICT,
    GRID,
    KEEPER,
    NEXT_GRID,
    TOWN,
    TOWN_PATH,
    TWO_GRIDS,
    WRONG_PEOPLE,
    adopt,
    register,
)
from tests.unit.places.drawing import SIDE, SOUTH, WEST, cell

pytestmark = pytest.mark.django_db


def test_the_four_proofs(monkeypatch):
    register()
    prove(
        lambda actor, command_id: adopt(actor=actor, command_id=command_id),
        right=KEEPER,
        wrong=WRONG_PEOPLE,
        rule="place.draw_boundaries",
        monkeypatch=monkeypatch,
    )


def test_new_grids_are_registered_with_the_names_of_the_file():
    register()
    report = adopt()
    assert [result.reason for result in report.features] == ["new", "new"]
    grid = face.get_place(GRID)
    assert (grid.name.zh, grid.level, grid.kind) == ("露天第一网格", "grid", "comprehensive")
    assert grid.settlement == ("urban",)
    assert grid.valid_from == (AT - 20 * DAY).date()


def test_the_same_file_again_is_no_act():
    register()
    adopt()
    before, acts = everything(), Act.objects.count()
    report = adopt()
    assert {result.reason for result in report.features} == {face.Reason.UNCHANGED}
    assert everything() == before
    assert Act.objects.count() == acts


def test_a_dry_run_reports_and_saves_nothing():
    register()
    before = everything()
    report = adopt(is_dry_run=True)
    assert report.is_dry_run
    assert len(report.accepted) == 2
    assert everything() == before


def test_a_redrawn_outline_closes_the_one_before():
    register()
    adopt()
    adopt((GRID, "露天第一网格", cell(0, 1)), at=AT)
    old, new = Outline.objects.filter(place__code=GRID).order_by("valid_from")
    assert old.valid_until == new.valid_from == AT.date()
    point = (WEST + SIDE / 2, SOUTH + SIDE / 2)
    assert face.locate_grid(*point, AT - timedelta(days=1)).code == GRID
    assert face.locate_grid(*point, AT) is None
    assert face.locate_grid(point[0], point[1] + SIDE, AT).code == GRID


def test_redrawing_twice_on_a_day_keeps_one_open_outline():
    register()
    adopt(at=AT)
    adopt((GRID, "露天第一网格", cell(0, 1)), at=AT)
    assert Outline.objects.filter(place__code=GRID, valid_until__isnull=True).count() == 1
    assert face.locate_grid(WEST + 0.001, SOUTH + 0.001, AT) is None


def test_a_grid_may_be_renamed_by_its_drawing_and_a_division_not():
    register()
    adopt()
    adopt((GRID, "露天东网格", cell(0, 0)), at=AT)
    assert face.get_place(GRID).name.zh == "露天东网格"
    report = adopt((COMMUNITY, "别的社区", cell(0, 0)), level="village")
    assert report.features[0].reason is face.Reason.NAME_CLASH
    assert not Outline.objects.filter(place__code=COMMUNITY).exists()


def test_bad_features_are_reported_and_good_ones_adopted():
    register()
    bow_tie = shapely.Polygon([(0, 0), (1, 1), (1, 0), (0, 1)])
    report = adopt(
        (GRID, "一", cell(0, 0)), ("", "无码", cell(1, 1)), (GRID, "重", cell(2, 2)),
        (NEXT_GRID, "结", bow_tie), (COMMUNITY, "级", cell(3, 3)),
    )  # fmt: skip
    assert [result.reason.value for result in report.features] == [
        "new", "no_code", "duplicate", "invalid_outline", "wrong_level",
    ]  # fmt: skip
    kept = BoundarySet.objects.get()
    assert [line["reason"] for line in kept.report["features"]] == [
        result.reason.value for result in report.features
    ]
    assert kept.report["features"][3]["detail"].startswith("mending would move ground")


def test_a_file_with_nothing_to_take_is_no_act():
    register()
    acts = Act.objects.count()
    assert not adopt(("", "无码", cell(0, 0))).accepted
    assert Act.objects.count() == acts
    assert not BoundarySet.objects.exists()


def test_gaps_and_overlaps_count_what_was_adopted_before():
    register()
    whole = shapely.box(WEST, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE)
    adopt((TOWN, "明仁街道", whole), level="township", root_code=DISTRICT)
    first = adopt(TWO_GRIDS[0]).boundaries
    (gap,) = first.gaps
    assert gap.beside == (GRID,)
    assert gap.area_m2 == pytest.approx(first.area_m2, rel=1e-3)
    over = shapely.box(WEST + SIDE * 0.9, SOUTH, WEST + 2 * SIDE, SOUTH + SIDE)
    (overlap,) = adopt((NEXT_GRID, "交通门第一网格", over)).boundaries.overlaps
    assert {overlap.first_name, overlap.second_name} == {"露天第一网格", "交通门第一网格"}
    assert overlap.area_m2 == pytest.approx(first.area_m2 / 10, rel=1e-3)
    checked = face.check_boundaries(TOWN_PATH, "grid", AT)
    assert checked.overlaps == (overlap,)
    assert checked.gaps == ()
    assert checked.is_against_parent


def test_an_emergency_grid_over_others_is_no_overlap_and_locates_nothing():
    register()
    adopt()
    report = adopt((f"{COMMUNITY}901", "防汛网格", cell(0, 0)))
    assert report.boundaries.overlaps == ()
    assert face.check_boundaries(TOWN_PATH, "grid", AT).overlaps == ()
    assert face.locate_grid(WEST + 0.001, SOUTH + 0.001, AT).code == GRID


def test_the_act_says_what_was_adopted_without_the_outlines():
    register()
    command_id = new_id()
    report = adopt(command_id=command_id)
    act = find_act(command_id)
    assert act.subject == f"place:{TOWN}"
    assert act.after["counts"] == {"new": 2}
    assert len(act.after["outlines"]) == 64
    assert "coordinates" not in str(act.after)
    assert list_acts(f"place:{TOWN}")[-1].command_id == command_id
    (kept,) = face.list_boundary_sets(TOWN_PATH)
    assert (kept.file_name, kept.root_code) == (report.file_name, TOWN)


def test_an_unknown_root_is_said():
    register()
    with pytest.raises(face.PlaceNotFoundError, match="150502010000"):
        adopt(root_code="150502010000")


def test_the_number_of_statements_does_not_grow_with_the_file(count_sql):
    register()
    with count_sql(max=20):
        adopt(
            *((f"{COMMUNITY}{n:03d}", f"第{n}网格", cell(n % 20, n // 20)) for n in range(1, 200))
        )
