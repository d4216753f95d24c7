"""A follower reads public progress: the room itself gives them nothing else."""

import pytest

from commongrid.charter.matter import PUBLIC
from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import ContactRow, Follower, PhotoRow
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")
PRIVATE = ("垃圾堆满", "三号楼", "122.21", "43.61", "我母亲", "态度很差", "还是很脏")


def followed(contact=None):
    """A shared matter with everything a reporter can say, and the actor of a follower."""
    matter = f.raised(
        lon=122.21, lat=43.61, contact=f.CONTACT, photos=[f.photo()], is_shareable=True
    )
    follow = face.follow_matter(
        actor=PUBLIC, at=f.AT, command_id=new_id(), matter_id=matter.id, contact=contact
    )
    for who, action, fields in f.HANDLED:
        f.step(matter.id, who, action, **fields)
    f.step(matter.id, "reporter", "add_words", words="我母亲住这里")
    face.reveal_contact(
        actor=f.HANDLER, at=f.AT, command_id=new_id(), matter_id=matter.id, purpose="约时间"
    )
    f.step(matter.id, *f.CLAIM[:2], **f.CLAIM[2])
    f.step(matter.id, "checker", "not_solved", reason="住户说还是很脏")
    f.step(matter.id, *f.CLAIM[:2], **f.CLAIM[2])
    f.step(matter.id, "reporter", "confirm")
    f.step(matter.id, "reporter", "rate", rating="not_satisfied", rating_text="态度很差")
    return matter, face.find_by_receipt(follow.receipt_code)[1]


def test_a_follower_is_given_nothing_of_the_reporter_s():
    matter, actor = followed()
    page = face.get_own_matter(actor=actor, at=f.AT, matter_id=matter.id)
    shown = repr(page)
    for private in PRIVATE:
        assert private not in shown
    assert (page.card.lon, page.card.lat, page.photos, page.answers) == (None, None, (), ())
    assert (page.rating, page.rating_words, page.children) == ("", "", ())
    assert not {"reveal", "callback", "ask_step_out"} & {step.action for step in page.steps}
    assert "已清走" in shown, "what was done is everybody's"


def test_the_reporter_still_reads_it_all():
    matter, _ = followed()
    page = face.get_own_matter(actor=face.reporter_of(matter.id), at=f.AT, matter_id=matter.id)
    for own in ("垃圾堆满", "三号楼", "我母亲", "态度很差"):
        assert own in repr(page)
    assert "reveal" in {step.action for step in page.steps}


def test_a_follower_sees_and_erases_their_own_contact_and_nobody_else_s():
    matter, actor = followed(contact=f.CONTACT)
    assert face.read_own_contact(actor=actor, matter_id=matter.id) == f.CONTACT
    face.erase_contact(actor=actor, at=f.AT, command_id=new_id(), matter_id=matter.id)
    assert Follower.objects.get().sealed is None
    assert face.read_own_contact(actor=actor, matter_id=matter.id) is None
    assert ContactRow.objects.count() == 1, "the reporter's stays"


def test_a_follower_changes_nothing_of_the_reporter_s():
    matter, actor = followed()
    before = f.dump()
    given = {"actor": actor, "at": f.AT, "command_id": new_id(), "matter_id": matter.id}
    with pytest.raises(Refused):
        face.change_contact(**given, contact=f.CONTACT)
    with pytest.raises(Refused):
        face.add_photos(**given, photos=[f.photo()])
    for action in ("confirm", "withdraw", "rate", "add_words", "reopen", "appeal"):
        with pytest.raises(Refused):
            f.step(matter.id, actor, action, words="x", rating="satisfied", reason="x")
    assert f.dump() == before


def test_a_shared_matter_shares_the_reporter_s_pictures_alone():
    """Staff's pictures of the work may show people; nobody agreed to share them."""
    followed()
    mine, theirs = (PhotoRow.objects.filter(by_reporter=flag).first() for flag in (True, False))
    assert face.open_photo(actor=PUBLIC, photo_id=mine.pk)
    assert face.open_photo(actor=PUBLIC, photo_id=theirs.pk) is None
