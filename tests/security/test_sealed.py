"""Product line 9: what must be reported is handed over, and nothing of it is kept here."""

import pytest

from commongrid.kernel.verdict import Refused
from commongrid.ledger import face as ledger
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import ContactRow, Matter, PhotoRow, SearchWords
from tests.rooms.matters.test_commands import files
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")
SECRET = "丈夫又动手了"


@pytest.mark.parametrize("type_code", ["J03", "J07"])
def test_neither_the_home_nor_a_way_to_be_reached_is_kept(type_code):
    f.raised(type_code, SECRET, lon=122.2, lat=43.6, contact=f.CONTACT)
    row = Matter.objects.get()
    assert (row.lon, row.lat) == (None, None)
    assert not ContactRow.objects.exists()
    assert SECRET not in f.all_text()


def test_an_alarm_found_to_be_of_a_sealed_type_forgets_everything(
    django_capture_on_commit_callbacks,
):
    on_disk = files()
    with django_capture_on_commit_callbacks(execute=True):
        matter = f.raised(
            "J02", SECRET, lon=122.2, lat=43.6, contact=f.CONTACT, photos=[f.photo()],
            is_shareable=True, proxy_note="邻居代报",
        )  # fmt: skip
    f.step(matter.id, "desk", "note", note="她说是丈夫打的")
    assert PhotoRow.objects.exists()
    _retype(matter.id, django_capture_on_commit_callbacks)
    row = Matter.objects.get()
    assert row.is_sealed
    assert not row.is_shareable
    assert (row.text, row.address, row.proxy_note, row.answers) == ("", "", "", {})
    assert (row.lon, row.lat, row.photos) == (None, None, 0)
    assert not PhotoRow.objects.exists()
    assert not ContactRow.objects.exists()
    assert files() == on_disk
    everything = f.all_text()
    for trace in (SECRET, "三号楼", "邻居代报", "她说是丈夫打的", "其实是家暴"):
        assert trace not in everything
    assert SearchWords.objects.get().words.split()[0] in matter.ref
    assert ledger.verify().is_whole


def _retype(matter_id, capture):
    from dataclasses import replace

    from commongrid.charter.compiler import compile_charter
    from commongrid.charter.schema import Kind
    from commongrid.rooms.places import face as places

    book = f.town_charter()
    pattern = next(
        t for t in book.transitions if t.action == "retype" and t.from_state == "reported"
    )
    row = replace(pattern, flow=Kind.EMERGENCY, from_state="raised")
    changed = compile_charter(replace(book, transitions=(*book.transitions, row)))
    original = places.charter_in_force
    places.charter_in_force = lambda path, at: (original(path, at)[0], changed)
    kept, places.get_charter = places.get_charter, lambda key: changed
    try:
        with capture(execute=True):
            f.step(matter_id, "desk", "retype", type="J07", reason="其实是家暴")
    finally:
        places.charter_in_force, places.get_charter = original, kept


def test_staff_write_no_story_about_it():
    """The class, the time and the body told; whatever is typed beside them is not kept."""
    matter = f.raised("J07")
    with pytest.raises(Refused) as caught:
        f.step(matter.id, "desk", "note", note=SECRET)
    assert caught.value.verdict.rule == "matter.sealed"
    f.step(matter.id, "desk", "hand_over", line="110", taken_by="李警官", note=SECRET)
    everything = f.all_text()
    assert SECRET not in everything
    assert "李警官" not in everything
    page = face.get_matter(actor=f.DESK, at=f.AT, matter_id=matter.id)
    assert "110" in repr(page.steps), "the body that was told is kept"
