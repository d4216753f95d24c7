"""A request about one's own data is read by the desk and the data officer, by nobody else."""

from __future__ import annotations

import pytest

from commongrid.charter.matter import Actor, Hat
from commongrid.rooms.matters import face
from tests.support import factories as f

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("place")]
OFFICER = f.somebody("15", Hat("data_officer", f.TOWN))


@pytest.mark.parametrize(
    ("actor", "reads"),
    [(OFFICER, True), (f.DESK, True), (f.WORKER, False), (f.CENTRE, False), (f.CHECKER, False)],
)
def test_who_reads_a_request_about_data(actor: Actor, reads: bool):
    matter = f.raised("I07", "请把我的电话删掉。")
    page = face.get_matter(actor=actor, at=f.AT, matter_id=matter.id)
    assert (page is not None) is reads


def test_the_data_officer_can_take_it_on():
    matter = f.raised("I07", "请给我一份你们存的内容。")
    assert f.step(matter.id, OFFICER, "accept").state == "accepted"
