"""Whoever appoints rules their own area and nobody else's accounts."""

import pytest

from commongrid.kernel.ids import new_id
from commongrid.kernel.verdict import Refused
from commongrid.rooms.people import face
from tests.rooms.people.standing import AT, DAY, DISTRICT, OTHER_TOWN, TOWN, actor, make_staff

pytestmark = pytest.mark.django_db
WORDS = "seven kites over the lake"


@pytest.fixture
def officers():
    """Two who appoint, each in a town of their own, and one above both."""
    return [
        actor(make_staff(name, "appointing", path))
        for name, path in (("here", TOWN), ("there", OTHER_TOWN), ("above", DISTRICT))
    ]


def doing(who, at=AT):
    return {"actor": who, "at": at, "command_id": new_id()}


def new_account(who):
    return face.create_account(
        **doing(who), username="newcomer", display_name="演示新人", password="paper kite 2026"
    )


def test_a_new_account_is_not_taken_over_before_it_is_appointed(officers):
    here, there, above = officers
    card = new_account(here)
    with pytest.raises(Refused) as caught:
        face.set_password(**doing(there), account_id=card.id, password=WORDS)
    assert caught.value.verdict.rule == "people.outside_area"
    with pytest.raises(Refused):
        face.deactivate_account(**doing(there), account_id=card.id)
    for who in (here, above):
        face.set_password(**doing(who), account_id=card.id, password=WORDS)


def test_somebody_between_two_posts_is_not_taken_over_either(officers):
    here, there, _ = officers
    card = new_account(here)
    post = face.appoint_person(
        **doing(here), account_id=card.id, role="desk", place_code=TOWN.split("/")[-2],
        place_path=TOWN, basis="invented",
    )  # fmt: skip
    face.end_appointment(**doing(here, AT + DAY), appointment_id=post.id, reason="x")
    with pytest.raises(Refused):
        face.set_password(**doing(there, AT + 2 * DAY), account_id=card.id, password=WORDS)
    face.set_password(**doing(here, AT + 2 * DAY), account_id=card.id, password=WORDS)


def test_nobody_gives_themselves_or_a_peer_more(officers):
    here, there, _ = officers
    for account_id, path in ((int(here.key[6:]), TOWN), (int(there.key[6:]), DISTRICT)):
        with pytest.raises(Refused):
            face.appoint_person(
                **doing(here), account_id=account_id, role="desk",
                place_code=path.split("/")[-2], place_path=path, basis="invented",
            )  # fmt: skip
    with pytest.raises(Refused):
        face.appoint_person(
            **doing(here), account_id=int(there.key[6:]), role="appointing",
            place_code=TOWN.split("/")[-2], place_path=TOWN, basis="invented",
        )  # fmt: skip
