"""What cannot be rehearsed is refused where it is asked, by field and rule, in both languages."""

from __future__ import annotations

import re

import pytest

from commongrid.bridges.rehearsal.lowering import UnknownWordError
from commongrid.bridges.rehearsal.lowering.words import NOT_TAUGHT
from commongrid.stories import rehearsing
from commongrid.stories.rehearsing import asking
from commongrid.stories.rehearsing.trying import trouble_of
from tests.stories.rehearsing import standing as s
from tests.stories.rehearsing.standing import AT
from tests.support import factories as f

pytestmark = pytest.mark.django_db
CHINESE = re.compile("[\u4e00-\u9fff]")


def staffed(**change):
    given = {"holder": "grid_worker", "change": -1, **change}
    return s.plan("", alternatives=[{"name": "now"}, {"name": "it", "staff": [given]}])


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ({"holder": "cloud_keeper"}, "holder"),
        ({"holder": "resident"}, "holder"),
        ({"area": "/110000000000/"}, "area"),
    ],
    ids=["nobody", "no staff", "elsewhere"],
)
def test_staff_without_work_is_refused_at_the_form(db, change, column):
    f.a_place()
    with pytest.raises(rehearsing.ChartersError) as caught:
        rehearsing.check(staffed(**change), AT)
    ((field, rule),) = caught.value.faults
    assert field == f"alternatives.1.staff.0.{column}"
    assert CHINESE.search(rule.zh)
    assert not CHINESE.search(rule.en)


def test_who_works_may_be_fewer(db, monkeypatch):
    f.a_place()
    assert rehearsing.check(staffed(), AT).plan.alternatives[1].staff
    monkeypatch.setattr(asking, "check_staff", lambda *_: pytest.fail("nobody changes"))
    rehearsing.check(s.plan(), AT)


def test_a_word_nobody_taught_is_told_in_both_languages(db):
    f.a_place()
    row = f.rules().charter.transitions[0]
    rule, say = trouble_of(UnknownWordError("guard 'moon'", row, NOT_TAUGHT))
    assert rule == "rehearsal.plan"
    assert row.rule_id in say.zh
    assert row.rule_id in say.en
    assert "moon" in say.zh
    assert "推演还不认识" in say.zh
    assert not CHINESE.search(say.en)
