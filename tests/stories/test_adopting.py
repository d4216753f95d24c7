"""A form without approval of the task-access gate is refused, with the rule. Nobody is let by."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from commongrid.charter.matter import Actor
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act
from commongrid.rooms.duties import face as duties
from commongrid.rooms.places import face as places
from commongrid.rooms.places.models import CharterVersion
from commongrid.stories import adopting
from tests.rooms.duties import standing as s
from tests.rooms.places import standing
from tests.support import factories as f

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(db) -> Actor:
    f.a_place()
    return s.keeper()


def adopt(actor, charter, at=s.LATER, **more):
    return adopting.adopt_charter(
        actor=actor, at=at, command_id=new_id(), charter=charter, reason="会议纪要(虚构)", **more
    )


def refused(actor, charter, **more):
    with pytest.raises(Refused) as caught:
        adopt(actor, charter, **more)
    return caught.value.verdict


def admitted(keeper, **more):
    """An admission in force, after one grid was heard."""
    card = s.proposed(keeper, **more)
    s.said(s.worker(), card)
    return s.decided(s.centre(), card)


@pytest.mark.parametrize("who", ["keeper", "setup"])
def test_a_question_without_admission_is_refused_with_the_rule(keeper, who):
    acts = Act.objects.count()
    verdict = refused(keeper if who == "keeper" else f.SETUP, s.with_question())
    assert verdict.rule == "place.adopt_charter/admission"
    assert s.ITEM in verdict.log
    assert "how_deep" in verdict.say.zh
    assert "how_deep" in verdict.say.en
    assert CharterVersion.objects.count() == 1
    assert Act.objects.count() == acts


def test_the_room_itself_refuses_whoever_brings_no_admission(keeper):
    admitted(keeper)
    with pytest.raises(Refused) as caught:
        places.adopt_charter(
            actor=keeper, at=s.LATER, command_id=new_id(), charter=s.with_question(), reason="x"
        )
    assert caught.value.verdict.rule == "place.adopt_charter/admission"


def test_with_its_admission_it_is_adopted(keeper):
    admitted(keeper)
    assert adopt(keeper, s.with_question()).key.endswith("@2026.90")


def test_a_proposal_alone_admits_nothing(keeper):
    s.said(s.worker(), s.proposed(keeper))
    assert refused(keeper, s.with_question()).rule == "place.adopt_charter/admission"


def test_an_admission_of_something_else_admits_nothing(keeper):
    admitted(keeper, items=("question:B01/how_wide:number!",))
    assert refused(keeper, s.with_question()).rule == "place.adopt_charter/admission"


def test_an_admission_for_one_grid_admits_nothing_for_the_town(keeper):
    admitted(keeper, place_code=f.GRID_CODE)
    assert refused(keeper, s.with_question()).rule == "place.adopt_charter/admission"


def test_what_was_optional_is_new_once_it_must_be_answered(keeper):
    admitted(keeper, items=(s.ITEM.rstrip("!"),))
    assert adopt(keeper, s.with_question(required=False))
    verdict = refused(keeper, s.with_question("2026.91"))
    assert verdict.log == s.ITEM


def test_a_group_of_types_can_be_admitted_at_once(keeper):
    admitted(keeper, items=("question:B*/how_deep:number!",))
    assert adopt(keeper, s.with_question(type="B*"))


def test_after_its_end_the_next_version_must_do_without(keeper):
    admitted(keeper)
    adopt(keeper, s.with_question())
    over = s.AT + timedelta(days=300)
    again = s.with_question("2026.91")
    assert adopting.list_unadmitted(again, over) == (s.ITEM,)
    assert refused(keeper, again, at=over).rule == "place.adopt_charter/expired"
    without = replace(f.town_charter(), version="2026.92")
    assert adopt(keeper, without, at=over)


def test_the_first_charter_of_a_part_is_measured_with_that_of_the_whole(keeper):
    part = replace(s.with_question(), place=standing.COMMUNITY, charter_id="part")
    assert refused(f.SETUP, part).rule == "place.adopt_charter/admission"
    admitted(keeper)
    assert adopt(f.SETUP, part)


def test_a_version_cannot_take_the_gate_away(keeper):
    charter = f.town_charter()
    bare = replace(
        charter,
        version="2026.93",
        powers=tuple(row for row in charter.powers if row.power != duties.ADMIT),
    )
    assert refused(keeper, bare).rule == "place.adopt_charter/gate"


def test_less_work_for_grids_needs_nobody(keeper):
    charter = f.town_charter()
    less = replace(charter, version="2026.94", questions=charter.questions[1:])
    assert adopt(keeper, less)


def test_the_command_line_is_no_way_around(keeper, tmp_path, capsys):
    from tests.spec.test_recipes import follow_recipe

    folder = tmp_path / "charters"
    follow_recipe("Add a matter type", folder)
    given = {"root": folder, "lang": "en"}
    call_command("adopt", "keerqin-subdistrict", dry_run=True, **given)
    told = capsys.readouterr().out
    assert "not admitted for the grids: type:A08" in told
    assert "not admitted for the grids: photo:A08!" in told
    with pytest.raises(CommandError, match=r"place\.adopt_charter/admission"):
        call_command("adopt", "keerqin-subdistrict", reason="decision", **given)
