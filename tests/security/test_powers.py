"""Powers end when they end, and no replay brings them back."""

from dataclasses import replace

import pytest

from commongrid.charter.matter import Hat
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")


def revealed(actor, matter_id, command_id):
    return face.reveal_contact(
        actor=actor, at=f.AT, command_id=command_id, matter_id=matter_id, purpose="约时间"
    )


@pytest.mark.parametrize(
    "later",
    [
        replace(f.HANDLER, hats=()),
        replace(f.HANDLER, hats=(Hat("handler", f.TOWN, "housing_bureau"),)),
    ],
    ids=["post ended", "another unit"],
)
def test_opened_contact_data_is_not_opened_again_without_the_power(later):
    matter, command_id = f.walked(*f.HANDLED, contact=f.CONTACT), new_id()
    assert revealed(f.HANDLER, matter.id, command_id) == f.CONTACT
    assert revealed(f.HANDLER, matter.id, command_id) == f.CONTACT, "the button pressed twice"
    with pytest.raises(Refused):
        revealed(later, matter.id, command_id)


def test_somebody_else_s_command_answers_nobody():
    """The id of a step is seen by everybody in charge; sending it again tells nothing."""
    matter, command_id = f.raised(), new_id()
    given = {"at": f.AT, "command_id": command_id, "matter_id": matter.id}
    face.take_action(actor=f.DESK, action="accept", fields={}, **given)
    for other in (f.NEXT_WORKER, face.reporter_of(matter.id), f.OTHER_HANDLER):
        with pytest.raises(Refused) as caught:
            face.take_action(actor=other, action="accept", fields={}, **given)
        assert caught.value.verdict.rule == "command.id_reused"


def test_contact_changed_by_its_owner_is_no_answer_for_others():
    matter, command_id = f.raised(contact=f.CONTACT), new_id()
    given = {"at": f.AT, "command_id": command_id, "matter_id": matter.id}
    face.erase_contact(actor=face.reporter_of(matter.id), **given)
    with pytest.raises(Refused):
        face.erase_contact(actor=f.DESK, **given)


@pytest.mark.parametrize("action", ["raise", "follow", "reveal"])
def test_a_step_with_a_command_of_its_own_is_no_plain_step(action):
    """As a plain step it would leave an act that says more than was done."""
    matter = f.walked(*f.HANDLED, contact=f.CONTACT)
    before = f.dump()
    with pytest.raises(Refused) as refused:
        f.step(matter.id, f.HANDLER, action, purpose="约时间")
    assert refused.value.verdict.rule == f"matters.own_command/{action}"
    assert f.dump() == before
