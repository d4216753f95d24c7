"""Product line 8, exhaustively: whoever a complaint is about, they and their line never read it.

Each person of the place is complained of in turn, in each way one can be meant; then everybody asks
for it in every way there is. What the database leaves out is compared with an oracle.
"""

import pytest

from commongrid.kernel.verdict import Refused
from commongrid.rooms.complaints import face
from tests.rooms.complaints import oracle
from tests.rooms.complaints import standing as s

pytestmark = pytest.mark.django_db


def meant(account: int, name: str) -> list[oracle.Meant]:
    key = f"staff:{account}"
    return [oracle.Meant(key, p.role, p.path, p.unit) for p in s.STAFF[name]]


def expected(names: dict[str, int], posts: list[oracle.Meant]) -> set[str]:
    """Who should read it: the supervisors of the nearest level that has one free of interest."""
    for level in (s.TOWN, s.DISTRICT, s.CITY):
        free = {
            name
            for name, account in names.items()
            if any((hat.role, hat.path) == ("supervisor", level) for hat in s.STAFF[name])
            and not oracle.is_interested(s.actor(account), posts)
        }
        if free:
            return free
    return set()


@pytest.mark.parametrize("accused", s.STAFF)
def test_whoever_is_named_never_reads_it_nor_does_their_line(names, accused):
    filed = s.filed(whom=f"投诉 演示 {accused} 这个人")
    posts = [
        post
        for name in s.STAFF
        if name in accused  # "handler" stands in nobody else's name, "worker" in another one's
        for post in meant(names[name], name)
    ]
    seen = s.seen_by(names, filed.ref)
    assert accused not in seen
    assert seen == expected(names, posts)


@pytest.mark.parametrize("accused", s.STAFF)
def test_whoever_turns_out_to_be_meant_reads_it_no_more(names, accused):
    """Named by the handler later, also when it is the handler who finds that it is themself."""
    filed = s.filed(whom="一个穿蓝衣服的人")
    before = s.seen_by(names, filed.ref)
    assert "supervisor2" in before
    if not s.STAFF[accused]:
        return  # nobody of the place
    here = s.STAFF[accused][0].path.startswith(s.TOWN)
    call = {"account_id": names[accused]}
    if not here:
        with pytest.raises(Refused):
            s.do(face.name_accused, names["supervisor2"], filed.ref, **call)
        return
    s.do(face.name_accused, names["supervisor2"], filed.ref, **call)
    seen = s.seen_by(names, filed.ref)
    assert accused not in seen
    assert seen == expected(names, meant(names[accused], accused))


@pytest.mark.parametrize("about", [face.About.UNIT, face.About.STAFF])
@pytest.mark.parametrize("unit", ["sanitation", "community", "housing_bureau"])
def test_a_unit_never_reads_what_is_about_it(names, unit, about):
    filed = s.filed(about=about, unit=unit)
    seen = s.seen_by(names, filed.ref)
    assert seen == expected(names, [oracle.Meant("", "", s.TOWN, unit)])
    assert not any(p.unit == unit for name in seen for p in s.STAFF[name])
