"""Nobody but whoever was given a receipt code gets it out of the system."""

from uuid import uuid5

import pytest

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.ledger.models import Act, OutboxRow
from commongrid.rooms.matters import face
from commongrid.rooms.matters.commands.consequences import FOLLOW_UP
from commongrid.rooms.matters.models import Matter
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")


def ids_in_the_database() -> set:
    """Every command id that staff, an export or a stolen copy of the database can show."""
    acts = Act.objects.order_by("id").values_list("command_id", flat=True)
    outbox = OutboxRow.objects.order_by("id").values_list("command_id", flat=True)
    return {*acts, *outbox}


def test_an_id_seen_in_the_ledger_gives_no_code():
    """The code follows from the command id; so the id of the act must not be that id."""
    matter = f.raised()
    for seen in ids_in_the_database():
        with pytest.raises(Refused):
            face.raise_matter(actor=PUBLIC, at=f.AT, command_id=seen, draft=f.draft())
    assert matter.receipt_code
    assert Matter.objects.count() == 1


def test_an_id_seen_in_the_ledger_gives_no_follower_s_code():
    matter = f.raised()
    given = {"actor": PUBLIC, "at": f.AT, "matter_id": matter.id}
    face.follow_matter(**given, command_id=new_id(), contact=f.CONTACT)
    for seen in ids_in_the_database():
        with pytest.raises(Refused):
            face.follow_matter(**given, command_id=seen)


def test_staff_read_no_id_from_which_a_code_follows():
    matter = f.raised()
    page = face.get_matter(actor=f.DESK, at=f.AT, matter_id=matter.id)
    for step in page.steps:
        with pytest.raises(Refused):
            face.raise_matter(actor=PUBLIC, at=f.AT, command_id=step.command_id, draft=f.draft())


def test_a_matter_that_grew_out_of_another_hands_out_no_code():
    """Its command id can be computed from an id that staff know."""
    matter = f.walked(*f.CLOSED)
    f.step(matter.id, "reporter", "appeal", reason="没有解决")
    child = Matter.objects.get(parent_id=matter.id)
    assert child.receipt is None
    for seen in ids_in_the_database():
        try:
            answer = face.raise_matter(
                actor=PUBLIC, at=f.AT, command_id=uuid5(FOLLOW_UP, str(seen)), draft=f.draft()
            )
        except Refused:
            continue
        assert answer.id != child.pk, "a matter of their own, and no replay"


def test_an_imported_matter_hands_out_no_code():
    """Its command id follows from the number in a public file."""
    given = {"at": f.AT, "command_id": new_id(), "draft": f.draft()}
    first = face.raise_matter(actor=f.SETUP, origin_id="city:1", **given)
    assert first.receipt_code == ""
    assert Matter.objects.get().receipt is None
    with pytest.raises(Refused):
        face.raise_matter(actor=PUBLIC, **given)


def test_the_one_who_was_given_it_gets_it_again():
    given = {"actor": PUBLIC, "at": f.AT, "command_id": new_id(), "draft": f.draft()}
    first, second = face.raise_matter(**given), face.raise_matter(**given)
    assert first.receipt_code == second.receipt_code
    assert second.is_replay
