"""A step decided on one version of a matter is not taken on another."""

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.matters import face
from commongrid.rooms.matters.models import Matter
from tests.support import factories as f

pytestmark = pytest.mark.usefixtures("place")


def accept(matter_id, command_id=None, **more):
    return face.take_action(
        actor=f.DESK, at=f.AT, command_id=command_id or new_id(), matter_id=matter_id,
        action="accept", fields={}, **more,
    )  # fmt: skip


def test_the_version_that_was_seen_lets_the_step_through():
    matter = f.raised()
    version = Matter.objects.get().version
    assert accept(matter.id, expected_version=version).state == "accepted"


def test_another_one_refuses_it_and_changes_nothing():
    matter = f.raised()
    version = Matter.objects.get().version
    f.step(matter.id, "reporter", "add_words", words="x")
    before = f.dump()
    for seen in (version, 0, version + 7):
        with pytest.raises(Refused) as refused:
            accept(matter.id, expected_version=seen)
        assert refused.value.verdict.rule == "matter.version"
    assert f.dump() == before


def test_a_replay_is_not_held_to_it():
    matter, command_id = f.raised(), new_id()
    version = Matter.objects.get().version
    for is_replay in (False, True):
        done = accept(matter.id, command_id, expected_version=version)
        assert done.is_replay is is_replay


def test_a_photo_added_meanwhile_is_a_change():
    matter = f.raised()
    version = Matter.objects.get().version
    face.add_photos(
        actor=face.reporter_of(matter.id), at=f.AT, command_id=new_id(), matter_id=matter.id,
        photos=[f.photo()],
    )  # fmt: skip
    with pytest.raises(Refused):
        accept(matter.id, expected_version=version)


@pytest.mark.parametrize(
    ("fields", "is_same"), [({"words": "a"}, True), ({"words": "b"}, False), ({}, False)]
)
def test_a_step_sent_again_is_compared_by_its_words(fields, is_same):
    matter, command_id = f.raised(), new_id()
    face.take_action(
        actor=face.reporter_of(matter.id), at=f.AT, command_id=command_id, matter_id=matter.id,
        action="add_words", fields={"words": "a"},
    )  # fmt: skip
    assert face.is_same_step(command_id=command_id, fields=fields) is is_same


def test_a_merge_is_the_same_by_id_and_by_number():
    leading, merged, command_id = f.raised(), f.raised(), new_id()
    other = f.raised()
    face.take_action(
        actor=f.DESK, at=f.AT, command_id=command_id, matter_id=merged.id, action="merge",
        fields={"leading": leading.ref, "reason": "x"},
    )  # fmt: skip
    for named, is_same in ((leading.ref, True), (str(leading.id), True), (other.ref, False)):
        fields = {"leading": named, "reason": "x"}
        assert face.is_same_step(command_id=command_id, fields=fields) is is_same


def test_what_was_never_done_is_not_compared():
    with pytest.raises(LookupError):
        face.is_same_step(command_id=new_id(), fields={})
    with pytest.raises(LookupError):
        face.is_same_draft(command_id=new_id(), draft=f.draft())
