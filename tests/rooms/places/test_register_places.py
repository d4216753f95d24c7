"""Entering divisions from a list."""

from datetime import date

import pytest

from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.places import face
from commongrid.rooms.places.models import Place
from tests.rooms.places.proofs import prove
from tests.rooms.places.standing import (
    AT,
    CITY,
    COMMUNITY,
    DISTRICT,
    GRID,
    KEEPER,
    TOWN,
    TOWN_PATH,
    WRONG_PEOPLE,
    register,
    row,
)

pytestmark = pytest.mark.django_db


def test_the_four_proofs(monkeypatch):
    register()
    grid = row(GRID, "露天第一网格")
    prove(
        lambda actor, command_id: register(grid, actor=actor, root=TOWN, command_id=command_id),
        right=KEEPER,
        wrong=WRONG_PEOPLE,
        rule="place.register_places",
        monkeypatch=monkeypatch,
    )


def test_only_the_installer_starts_a_tree():
    with pytest.raises(Refused):
        register(actor=KEEPER)
    assert not Place.objects.exists()


def test_level_kind_path_and_parent_come_from_the_code():
    report = register()
    assert len(report.added) == 6
    town = face.get_place(TOWN)
    assert (town.level, town.kind, town.path, town.parent_code) == (
        "township",
        "subdistrict",
        TOWN_PATH,
        DISTRICT,
    )
    community = face.get_place(COMMUNITY)
    assert community.settlement == ("urban",)
    assert community.name.en == "Lutian Community"


def test_the_same_list_again_is_no_act():
    register()
    acts = Act.objects.count()
    report = register()
    assert len(report.unchanged) == 6
    assert not report.added
    assert not report.changed
    assert Act.objects.count() == acts


def test_a_changed_line_changes_its_row_only():
    register()
    report = register(row(TOWN, "明仁街道", "Mingren", note="renamed for a test"), root=TOWN)
    assert report.changed == (TOWN,)
    assert face.get_place(TOWN).name.en == "Mingren"
    assert face.get_place(DISTRICT).name.en == "Keerqin District"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (row("15050200", "x"), "12 digits"),
        (row("150522001000", "x"), "150522000000, the place above it, is not registered"),
        (row("150600000000", "x"), "does not lie under"),
        (row("150502005000", "x", kind="grid"), "not a valid Kind"),
        (row("150502005000", "x", kind="gacha"), "a township is one of subdistrict"),
        (row("150502005000", "x", settlement=("moon",)), "not a valid Settlement"),
        (row("150502005000", "", "x"), "Chinese name is empty"),
        (row("150502005000", "x", valid_until=date(2019, 1, 1)), "must come after"),
    ],
)
def test_a_bad_line_is_rejected_and_the_others_are_entered(bad, why):
    register()
    report = register(bad, row("150502006000", "团结街道"))
    (rejected,) = report.rejected
    assert rejected.row == 1
    assert why in rejected.why
    assert report.added == ("150502006000",)


def test_two_code_systems_stay_apart():
    """150502009 is one street with the statistics bureau and another with the map provider."""
    register()
    register(row("150502009000", "红星街道"))
    register(
        row(CITY, "通辽"), row(DISTRICT, "科尔沁"), row("150502009000", "电厂街道"),
        code_system="map_provider",
    )  # fmt: skip
    assert face.get_place("150502009000").name.zh == "红星街道"
    other = face.get_place("150502009000", code_system="map_provider")
    assert other.name.zh == "电厂街道"
    assert other.parent_code == DISTRICT
    assert not other.path.startswith(face.get_place(CITY).path)
    children = face.list_children(DISTRICT, AT, code_system="map_provider")
    assert [card.name.zh for card in children] == ["电厂街道"]
    assert "电厂街道" not in {card.name.zh for card in face.list_children(DISTRICT, AT)}


def test_a_code_that_only_another_system_has_is_found_there():
    register(
        row(CITY, "通辽"), row(DISTRICT, "科尔沁"), row("150502013000", "滨河街道"),
        code_system="map_provider",
    )  # fmt: skip
    assert face.get_place("150502013000").code_system == "map_provider"
    with pytest.raises(face.PlaceNotFoundError):
        face.get_place("150502013000", code_system="nbs")
