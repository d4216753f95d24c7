"""The grid post: who serves the grid, and whom to call about it."""

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.text import Text
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.places import face
from tests.rooms.places.proofs import prove
from tests.rooms.places.standing import (
    AT,
    COMMUNITY,
    GRID,
    KEEPER,
    TOWN_PATH,
    WRONG_PEOPLE,
    a_small_place,
    wearing,
)

pytestmark = pytest.mark.django_db


def post(actor=KEEPER, command_id=None, **more):
    given = {
        "grid_code": GRID,
        "worker_name": "示例网格员（虚构）",
        "worker_phone": "0475-0000001",
        "supervision_phone": "0475-0009000",
        **more,
    }
    face.set_grid_post(actor=actor, at=AT, command_id=command_id or new_id(), **given)


def test_the_four_proofs(monkeypatch):
    a_small_place()
    community = wearing("community", f"{TOWN_PATH}{COMMUNITY}/")
    prove(
        post,
        right=community,
        wrong=WRONG_PEOPLE,
        rule="place.set_grid_post",
        monkeypatch=monkeypatch,
    )


def test_the_post_shows_names_area_and_both_telephones(count_sql):
    a_small_place()
    post()
    with count_sql(max=2):
        card = face.get_grid_post(GRID, AT)
    assert card.place.code == GRID
    assert card.community == Text("露天社区", "Lutian Community")
    assert card.township == Text("明仁街道", "Mingren Subdistrict")
    assert card.area_km2 == pytest.approx(0.90, rel=0.02)
    assert (card.worker_phone, card.supervision_phone) == ("0475-0000001", "0475-0009000")
    assert card.changed_at == AT


def test_a_grid_without_a_post_says_nothing_of_a_worker():
    a_small_place()
    card = face.get_grid_post(GRID)
    assert (card.worker_name, card.worker_phone, card.changed_at) == ("", "", None)


def test_only_a_grid_has_a_post():
    a_small_place()
    for code in (COMMUNITY, f"{COMMUNITY}099"):
        with pytest.raises(face.PlaceNotFoundError):
            face.get_grid_post(code)
        with pytest.raises(face.PlaceNotFoundError):
            post(grid_code=code)


@pytest.mark.parametrize(
    ("given", "say"),
    [
        ({"worker_name": " "}, "name is missing"),
        ({"worker_phone": ""}, "work telephone"),
        ({"worker_phone": "call me"}, "digits"),
        ({"supervision_phone": "12"}, "digits"),
        ({"supervision_phone": "0475-0000001"}, "cannot be the grid worker's own"),
    ],
)
def test_a_post_without_what_the_rule_asks_is_refused(given, say):
    a_small_place()
    with pytest.raises(Refused) as refused:
        post(**given)
    assert say in refused.value.verdict.say.en


def test_the_ledger_never_learns_the_name():
    a_small_place()
    command_id = new_id()
    post(command_id=command_id)
    act = Act.objects.get(command_id=command_id)
    assert "示例网格员" not in act.core + act.words
    assert "0475-000" not in act.core + act.words


def test_the_same_post_again_is_no_act():
    a_small_place()
    post()
    acts = Act.objects.count()
    post()
    assert Act.objects.count() == acts
    post(worker_name="另一网格员（虚构）")
    assert face.get_grid_post(GRID).worker_name == "另一网格员（虚构）"
