"""A drill of one alternative is compared with ordinary days."""

from __future__ import annotations

import pytest

from commongrid.bridges.rehearsal.plans import Alternative
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing.asking import prepare
from tests.rooms.rehearsals.standing import keeper as a_keeper
from tests.stories.rehearsing import standing as s
from tests.stories.rehearsing.standing import AT
from tests.support import factories as f

pytestmark = pytest.mark.django_db
DRILL = {"drill": "blizzard"}


@pytest.fixture(autouse=True)
def place(db):
    f.a_place()


def test_the_question_of_an_outbreak_is_compared_with_ordinary_days():
    for lang, names in (("en", ["ordinary days", "An outbreak"]), ("zh", ["平日", "疫情来了"])):
        plan = rehearsing.starting_plan(f.TOWN, AT, "outbreak", lang)
        assert [one.name for one in plan.alternatives] == names
        assert [one.is_calm for one in plan.alternatives] == [True, False]


def test_one_alternative_that_is_struck_gets_its_ordinary_days():
    one = {"name": "ill", "staff": [{"holder": "grid_worker", "change": -1}], "order": "due"}
    plan = prepare(s.plan("", alternatives=[one], shock=DRILL), AT, "en").plan
    calm, struck = plan.alternatives
    assert (calm.name, calm.is_calm, struck.is_calm) == ("ordinary days", True, False)
    assert calm.staff == struck.staff, "only the drill differs"
    assert prepare(s.plan("", alternatives=[{"name": "平日"}], shock={"absent": 0.2}), AT).plan \
        .alternatives[0].name == "平日（不演练）"  # fmt: skip


@pytest.mark.parametrize(
    "more",
    [{"shock": {}}, {"shock": DRILL, "alternatives": [{"name": "a"}, {"name": "b"}]}],
    ids=["nothing strikes", "two"],
)
def test_nothing_is_added_where_nothing_is_missing(more):
    given = s.plan("", **more)
    names = [one["name"] for one in given["alternatives"]]
    assert [one.name for one in prepare(given, AT).plan.alternatives] == names


def test_it_is_kept_as_it_was_asked(monkeypatch):
    card = s.asked(a_keeper(), s.plan("", alternatives=[{"name": "it"}], shock=DRILL))
    assert [one.alternative for one in card.charters] == ["平日", "it"]
    assert Alternative(**card.plan["alternatives"][0]).is_calm
